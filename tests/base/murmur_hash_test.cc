#include "src/base/murmur_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace kvasir {
namespace {

// Where redis-server 7.0.15 counts these, by PFDEBUG DECODE: the low 14 bits are the register, and
// the place of the lowest bit that is set in the others is its value.
TEST(MurmurHashTest, GivesTheRegistersOfRedis) {
  constexpr uint64_t kSeed = 0xadc83b19;
  EXPECT_EQ(MurmurHash64("element", kSeed) & 0x3fff, 9886U);
  EXPECT_EQ(MurmurHash64("element", kSeed) >> 14 & 1, 1U);
  EXPECT_EQ(MurmurHash64("abcdefgh", kSeed) & 0x3fff, 1383U);
  EXPECT_EQ(MurmurHash64("", kSeed) & 0x3fff, 5938U);
  EXPECT_EQ(MurmurHash64("", kSeed) >> 14 & 3, 2U);
}

TEST(MurmurHashTest, EveryByteCounts) {
  const std::string bytes(40, 'x');
  for (size_t size = 0; size <= bytes.size(); ++size) {
    const uint64_t hash = MurmurHash64(std::string_view(bytes).substr(0, size), 1);
    EXPECT_NE(hash, MurmurHash64(std::string_view(bytes).substr(0, size), 2));
    for (size_t i = 0; i < size; ++i) {
      std::string other = bytes.substr(0, size);
      other[i] = 'y';
      EXPECT_NE(MurmurHash64(other, 1), hash) << i << " of " << size;
    }
  }
}

}  // namespace
}  // namespace kvasir
