#include "src/base/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

namespace kvasir {
namespace {

std::string Format(int64_t value) {
  char text[kInt64TextMax];
  return {text, FormatInt64(value, text)};
}

TEST(NumberTest, IntegersReadBackFromTheirText) {
  const int64_t lowest = std::numeric_limits<int64_t>::min();
  const int64_t highest = std::numeric_limits<int64_t>::max();
  for (const int64_t value :
       {int64_t{0}, int64_t{-1}, int64_t{10}, int64_t{-99}, lowest, highest}) {
    EXPECT_EQ(ParseInt64(Format(value)), value);
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const auto value = static_cast<int64_t>(random() >> (random() % 64));
    EXPECT_EQ(ParseInt64(Format(value)), value);
    EXPECT_EQ(ParseInt64(Format(-value)), -value);
  }
  EXPECT_EQ(Format(lowest).size(), kInt64TextMax);
}

TEST(NumberTest, OnlyTheCanonicalFormIsAnInteger) {
  for (const std::string_view text :
       {"", "-", "+1", " 1", "1 ", "01", "-0", "-01", "1.0", "1e3", "0x1", "9223372036854775808",
        "-9223372036854775809", "99999999999999999999", "1\r"}) {
    EXPECT_EQ(ParseInt64(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseInt64(std::string_view("1\0", 2)), std::nullopt);
}

TEST(NumberTest, UnsignedIntegersReachFurtherAndHaveNoSign) {
  EXPECT_EQ(ParseUint64("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(ParseUint64("0"), 0U);
  for (const std::string_view text : {"18446744073709551616", "-1", "-0", "00", "", "1a"}) {
    EXPECT_EQ(ParseUint64(text), std::nullopt) << text;
  }
}

TEST(NumberTest, FloatsAreTakenAsAWhole) {
  EXPECT_EQ(ParseDouble("1.5"), 1.5);
  EXPECT_EQ(ParseDouble("-3e2"), -300.0);
  EXPECT_EQ(ParseDouble("0x10"), 16.0);
  EXPECT_EQ(ParseDouble(".5"), 0.5);
  EXPECT_EQ(ParseDouble("inf"), HUGE_VAL);
  EXPECT_EQ(ParseDouble("-Infinity"), -HUGE_VAL);
  for (const std::string_view text : {"", " 1", "1 ", "1.5x", "nan", "-nan", "1e400", "."}) {
    EXPECT_EQ(ParseDouble(text), std::nullopt) << text;
    EXPECT_EQ(text == "1e400" ? std::nullopt : ParseLongDouble(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseDouble(std::string_view("1\0", 2)), std::nullopt);
  EXPECT_EQ(ParseDouble(std::string(10'000, '1')), std::nullopt);
}

TEST(NumberTest, PlainDecimalsAreReadAsTheLibraryReadsThem) {
  for (const char* text : {"0", "-0", "007", "5.", "1.25", "-0.1", "0.30000000000000004",
                           "123456789012345678901234", "9007199254740993", "-17.000000000000000001",
                           "4503599627370497.5", "0.0000000000000000000001"}) {
    const std::optional<double> value = ParseDouble(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(*value, strtod(text, nullptr)) << text;
    EXPECT_EQ(std::signbit(*value), text[0] == '-') << text;
  }
  for (const std::string_view text : {"-", "--1", "-inf1", "1-", "1..2", "1_0", "0x", "1e"}) {
    EXPECT_EQ(ParseDouble(text), std::nullopt) << text;
  }
}

TEST(NumberTest, DoublesAreWrittenShortAndReadBack) {
  EXPECT_EQ(FormatDouble(0.1), "0.1");
  EXPECT_EQ(FormatDouble(3), "3");
  EXPECT_EQ(FormatDouble(-0.0), "-0");
  EXPECT_EQ(FormatDouble(HUGE_VAL), "inf");
  EXPECT_EQ(FormatDouble(-HUGE_VAL), "-inf");
  EXPECT_EQ(FormatDouble(std::nan("")), "nan");
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t bits = random();
    double value;
    memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value) || (value != 0 && std::fabs(value) < 1e-300)) continue;
    EXPECT_EQ(ParseDouble(FormatDouble(value)), value) << FormatDouble(value);
  }
}

TEST(NumberTest, LongDoublesHaveUpTo17DecimalsAndNoEndOfZeros) {
  EXPECT_EQ(FormatLongDouble(3.0L), "3");
  EXPECT_EQ(FormatLongDouble(10.5L), "10.5");
  EXPECT_EQ(FormatLongDouble(-0.0L), "0");
  EXPECT_EQ(FormatLongDouble(100.0L), "100");
  EXPECT_EQ(FormatLongDouble(0.1L + 0.2L), "0.3");
  EXPECT_EQ(FormatLongDouble(1.0L / 3), "0.33333333333333333");
}

TEST(NumberTest, MemorySizesHaveRedissUnits) {
  EXPECT_EQ(ParseMemorySize("0"), 0U);
  EXPECT_EQ(ParseMemorySize("12b"), 12U);
  EXPECT_EQ(ParseMemorySize("1k"), 1000U);
  EXPECT_EQ(ParseMemorySize("1KB"), 1024U);
  EXPECT_EQ(ParseMemorySize("2m"), 2'000'000U);
  EXPECT_EQ(ParseMemorySize("2Mb"), 2U << 20);
  EXPECT_EQ(ParseMemorySize("3g"), 3'000'000'000U);
  EXPECT_EQ(ParseMemorySize("3gb"), uint64_t{3} << 30);
  EXPECT_EQ(ParseMemorySize("18446744073709551615"), UINT64_MAX);
  for (const std::string_view text : {"", "k", "-1", "1.5k", "1 k", "1kk", "1t",
                                      "18446744073709551616", "18446744073709551615k"}) {
    EXPECT_EQ(ParseMemorySize(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace kvasir
