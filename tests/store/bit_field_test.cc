#include "src/store/bit_field.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "src/store/bitmap.h"

namespace kvasir {
namespace {

std::string_view ViewOf(const std::vector<uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

BitField Unsigned(int bits) { return {.bits = bits}; }
BitField Signed(int bits) { return {.bits = bits, .is_signed = true}; }

TEST(BitFieldTest, WhatIsWrittenIsReadAndTheOthersStay) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 5000; ++round) {
    std::vector<uint8_t> bytes(24);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    const std::vector<uint8_t> before = bytes;
    BitField field{.offset = random() % 100, .is_signed = random() % 2 == 0};
    field.bits = static_cast<int>(1 + random() % (field.is_signed ? 64 : 63));
    const int unused = 64 - field.bits;
    const auto noise = static_cast<int64_t>(random());
    const int64_t value = field.is_signed
                              ? noise >> unused
                              : static_cast<int64_t>(static_cast<uint64_t>(noise) >> unused);
    WriteBitField(bytes, field, value);
    ASSERT_EQ(ReadBitField(ViewOf(bytes), field), value);
    for (uint64_t bit = 0; bit < bytes.size() * 8; ++bit) {
      const bool inside = bit >= field.offset && bit <= field.last_bit();
      const bool expected =
          inside ? (value >> (field.last_bit() - bit) & 1) != 0 : TestBit(ViewOf(before), bit);
      ASSERT_EQ(TestBit(ViewOf(bytes), bit), expected);
    }
  }
}

TEST(BitFieldTest, BitsBehindTheEndAreZero) {
  EXPECT_EQ(ReadBitField("\xff", {.offset = 4, .bits = 8}), 0xf0);
  EXPECT_EQ(ReadBitField("\xff", {.offset = 8, .bits = 63}), 0);
  EXPECT_EQ(ReadBitField({}, {.offset = uint64_t{1} << 40, .bits = 64, .is_signed = true}), 0);
}

TEST(BitFieldTest, OverflowWrapsSaturatesOrFails) {
  constexpr auto kWrap = BitOverflow::kWrap;
  constexpr auto kSaturate = BitOverflow::kSaturate;
  EXPECT_EQ(FitBitField(Unsigned(2), 3, 1, kWrap), 0);
  EXPECT_EQ(FitBitField(Unsigned(2), 3, 1, kSaturate), 3);
  EXPECT_EQ(FitBitField(Unsigned(2), 1, -5, kWrap), 0);
  EXPECT_EQ(FitBitField(Unsigned(2), 1, -5, kSaturate), 0);
  EXPECT_EQ(FitBitField(Unsigned(2), 1, -5, BitOverflow::kFail), std::nullopt);
  EXPECT_EQ(FitBitField(Signed(8), 127, 1, kWrap), -128);
  EXPECT_EQ(FitBitField(Signed(8), 127, 1, kSaturate), 127);
  EXPECT_EQ(FitBitField(Signed(8), -128, -1, kWrap), 127);
  EXPECT_EQ(FitBitField(Signed(8), -128, -1, kSaturate), -128);
  EXPECT_EQ(FitBitField(Signed(64), INT64_MAX, 1, kWrap), INT64_MIN);
  EXPECT_EQ(FitBitField(Signed(64), INT64_MAX, 1, kSaturate), INT64_MAX);
  EXPECT_EQ(FitBitField(Signed(64), INT64_MIN, INT64_MIN, kSaturate), INT64_MIN);
  EXPECT_EQ(FitBitField(Unsigned(63), INT64_MAX, 1, kWrap), 0);
  EXPECT_EQ(FitBitField(Unsigned(63), INT64_MAX, INT64_MAX, kSaturate), INT64_MAX);
  // A negative number is a large one for an unsigned field.
  EXPECT_EQ(FitBitField(Unsigned(8), -1, 0, kWrap), 255);
  EXPECT_EQ(FitBitField(Unsigned(8), -1, 0, kSaturate), 255);
}

TEST(BitFieldTest, WhatLiesFarBelowSaturatesUpwardsAsInRedis) {
  EXPECT_EQ(FitBitField(Signed(62), INT64_MIN, 0, BitOverflow::kSaturate), (int64_t{1} << 61) - 1);
  EXPECT_EQ(FitBitField(Signed(62), INT64_MIN / 2, 0, BitOverflow::kSaturate), -(int64_t{1} << 61));
}

}  // namespace
}  // namespace kvasir
