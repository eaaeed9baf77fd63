#include "src/base/crc.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace kvasir {
namespace {

// The examples of RFC 3720, appendix B.4.
TEST(CrcTest, AgreesWithTheStandard) {
  std::string ascending;
  for (int i = 0; i < 32; ++i) ascending += static_cast<char>(i);
  for (const auto crc : {Crc32c, Crc32cPortable}) {
    EXPECT_EQ(crc(0, ""), 0U);
    EXPECT_EQ(crc(0, "123456789"), 0xe3069283U);
    EXPECT_EQ(crc(0, std::string(32, '\0')), 0x8a9136aaU);
    EXPECT_EQ(crc(0, std::string(32, '\xff')), 0x62a8ab43U);
    EXPECT_EQ(crc(0, ascending), 0x46dd794eU);
  }
}

TEST(CrcTest, PiecesGiveTheSameAsTheWholeAndBothWaysAgree) {
  std::mt19937 random(1);
  std::string bytes(1000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  const uint32_t whole = Crc32c(0, bytes);
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    const std::string_view view(bytes);
    ASSERT_EQ(Crc32c(Crc32c(0, view.substr(0, cut)), view.substr(cut)), whole) << cut;
    ASSERT_EQ(Crc32cPortable(0, view.substr(cut)), Crc32c(0, view.substr(cut))) << cut;
  }
}

// The value that Redis's own test has for "123456789"; the bits one by one give the same.
TEST(CrcTest, Crc64IsThatOfRdbFiles) {
  EXPECT_EQ(Crc64(0, ""), 0U);
  EXPECT_EQ(Crc64(0, "123456789"), 0xe9c6d914c4b8d9caU);
  std::mt19937 random(1);
  std::string bytes(1000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  uint64_t expected = 0;
  for (const char byte : bytes) {
    expected ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      expected = (expected >> 1) ^ ((expected & 1) != 0 ? 0x95ac9329ac4bc9b5U : 0);
    }
  }
  for (size_t cut = 0; cut <= bytes.size(); cut += 7) {
    const std::string_view view(bytes);
    ASSERT_EQ(Crc64(Crc64(0, view.substr(0, cut)), view.substr(cut)), expected) << cut;
  }
}

}  // namespace
}  // namespace kvasir
