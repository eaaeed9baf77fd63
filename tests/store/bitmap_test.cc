#include "src/store/bitmap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace kvasir {
namespace {

std::string RandomBytes(std::mt19937& random, size_t size) {
  std::string bytes(size, '\0');
  // Runs of equal bytes are what FindBit skips.
  const unsigned kind = random() % 3;
  for (char& byte : bytes) {
    byte = kind == 0 ? '\0' : kind == 1 ? '\xff' : static_cast<char>(random());
  }
  if (size > 0) bytes[random() % size] = static_cast<char>(random());
  return bytes;
}

TEST(BitmapTest, TheFirstBitIsTheHighestOfTheFirstByte) {
  const std::string bytes = "\x80\x01";
  EXPECT_TRUE(TestBit(bytes, 0));
  EXPECT_FALSE(TestBit(bytes, 1));
  EXPECT_TRUE(TestBit(bytes, 15));
  EXPECT_FALSE(TestBit(bytes, 16));
  EXPECT_FALSE(TestBit({}, 0));
  EXPECT_FALSE(TestBit(bytes, UINT64_MAX));
}

TEST(BitmapTest, CountsAndFindsLikeALoopOverTheBits) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    const std::string bytes = RandomBytes(random, 1 + random() % 150);
    const uint64_t bits = bytes.size() * 8;
    BitRange range{random() % bits, random() % bits};
    if (range.first > range.last) std::swap(range.first, range.last);
    uint64_t count = 0;
    std::optional<uint64_t> first_set;
    std::optional<uint64_t> first_clear;
    for (uint64_t bit = range.first; bit <= range.last; ++bit) {
      const bool set = TestBit(bytes, bit);
      count += set ? 1 : 0;
      if (set && !first_set) first_set = bit;
      if (!set && !first_clear) first_clear = bit;
    }
    ASSERT_EQ(CountBits(bytes, range), count);
    ASSERT_EQ(FindBit(bytes, range, true), first_set);
    ASSERT_EQ(FindBit(bytes, range, false), first_clear);
    ASSERT_EQ(CountBits(bytes), CountBits(bytes, {0, bits - 1}));
  }
  EXPECT_EQ(CountBits({}), 0U);
}

uint8_t Expected(BitOperation operation, const std::vector<uint8_t>& bytes) {
  uint8_t any_other = 0;
  uint8_t all = 0xff;
  uint8_t odd = 0;
  uint8_t once = 0;
  uint8_t many = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) any_other |= bytes[i];
    all &= bytes[i];
    odd ^= bytes[i];
    many |= once & bytes[i];
    once |= bytes[i];
  }
  const uint8_t x = bytes[0];
  switch (operation) {
    case BitOperation::kAnd:
      return all;
    case BitOperation::kOr:
      return once;
    case BitOperation::kXor:
      return odd;
    case BitOperation::kNot:
      return static_cast<uint8_t>(~x);
    case BitOperation::kDiff:
      return static_cast<uint8_t>(x & ~any_other);
    case BitOperation::kDiff1:
      return static_cast<uint8_t>(any_other & ~x);
    case BitOperation::kAndOr:
      return x & any_other;
    default:
      return static_cast<uint8_t>(once & ~many);
  }
}

TEST(BitmapTest, CombinesLikeALoopOverTheBytes) {
  std::mt19937 random(2);
  for (int round = 0; round < 300; ++round) {
    const auto operation = static_cast<BitOperation>(random() % 8);
    const size_t count = operation == BitOperation::kNot ? 1 : 1 + random() % 4;
    std::vector<std::string> inputs;
    size_t longest = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t size_max = round % 3 == 0 ? 10'000 : 90;
      inputs.push_back(RandomBytes(random, random() % size_max));
      longest = std::max(longest, inputs.back().size());
    }
    const std::vector<std::string_view> views(inputs.begin(), inputs.end());
    std::vector<uint8_t> out(longest, 0x55);
    CombineBits(operation, views, out);
    for (size_t at = 0; at < longest; ++at) {
      std::vector<uint8_t> bytes;
      for (const std::string& input : inputs) {
        bytes.push_back(at < input.size() ? static_cast<uint8_t>(input[at]) : 0);
      }
      ASSERT_EQ(out[at], Expected(operation, bytes))
          << at << " of " << longest << ", operation " << static_cast<int>(operation);
    }
  }
}

}  // namespace
}  // namespace kvasir
