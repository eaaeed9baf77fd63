#include "src/store/score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace kvasir {
namespace {

std::string Formatted(double score) {
  ScoreText scratch;
  return std::string(FormatScore(score, scratch));
}

std::string Packed(double score) {
  ScoreText scratch;
  return std::string(FormatPackedScore(score, scratch));
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The texts are what redis-server 7.0.15 replied to ZSCORE.
TEST(ScoreTest, HasSeventeenDigits) {
  EXPECT_EQ(Formatted(0), "0");
  EXPECT_EQ(Formatted(-0.0), "-0");
  EXPECT_EQ(Formatted(3), "3");
  EXPECT_EQ(Formatted(-5), "-5");
  EXPECT_EQ(Formatted(0.1), "0.10000000000000001");
  EXPECT_EQ(Formatted(3.1), "3.1000000000000001");
  EXPECT_EQ(Formatted(2.5), "2.5");
  EXPECT_EQ(Formatted(1e16), "10000000000000000");
  EXPECT_EQ(Formatted(1e17), "1e+17");
  EXPECT_EQ(Formatted(-1e17), "-1e+17");
  EXPECT_EQ(Formatted(123456789012345678.0), "1.2345678901234568e+17");
  EXPECT_EQ(Formatted(4.9406564584124654e-324), "4.9406564584124654e-324");
  EXPECT_EQ(Formatted(std::numeric_limits<double>::lowest()), "-1.7976931348623157e+308");
  EXPECT_EQ(Formatted(kInfinity), "inf");
  EXPECT_EQ(Formatted(-kInfinity), "-inf");
}

TEST(ScoreTest, PackedOnesShowAllDigitsOfIntegers) {
  EXPECT_EQ(Packed(1e17), "100000000000000000");
  EXPECT_EQ(Packed(4611686018427387904.0), "4611686018427387904");
  EXPECT_EQ(Packed(-4611686018427387904.0), "-4611686018427387904");
  EXPECT_EQ(Packed(9223372036854775807.0), "9.2233720368547758e+18");
  EXPECT_EQ(Packed(0.1), "0.10000000000000001");
  EXPECT_EQ(Packed(-0.0), "0");
  EXPECT_EQ(Packed(kInfinity), "inf");
}

TEST(ScoreTest, ReadsWhatRedisReads) {
  EXPECT_EQ(ParseScore("0"), 0);
  EXPECT_EQ(ParseScore("-17"), -17);
  EXPECT_EQ(ParseScore("9223372036854775807"), 9223372036854775807.0);
  EXPECT_EQ(ParseScore("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(ParseScore("+7"), 7);
  EXPECT_EQ(ParseScore("007"), 7);
  EXPECT_EQ(ParseScore(".5"), 0.5);
  EXPECT_EQ(ParseScore("5."), 5);
  EXPECT_EQ(ParseScore("0x1p3"), 8);
  EXPECT_EQ(ParseScore("1e-7"), 1e-7);
  EXPECT_EQ(ParseScore("-inf"), -kInfinity);
  EXPECT_EQ(ParseScore("Infinity"), kInfinity);
  EXPECT_TRUE(std::signbit(*ParseScore("-0")));
}

TEST(ScoreTest, RefusesWhatRedisRefuses) {
  for (const char* text : {"", " 1", "1 ", "nan", "abc", "1e400", "1e-400", "--1", "inf1", "(1"}) {
    EXPECT_FALSE(ParseScore(text)) << text;
  }
}

TEST(ScoreTest, WhatIsFormattedReadsBack) {
  for (const double score : {0.1, -2.5, 1e17, 1e300, 4.9406564584124654e-324, 1 / 3.0, 12345.0}) {
    EXPECT_EQ(ParseScore(Formatted(score)), score);
  }
}

TEST(ScoreTest, KnowsIntegers) {
  EXPECT_TRUE(IsIntegralScore(0));
  EXPECT_TRUE(IsIntegralScore(-0.0));
  EXPECT_TRUE(IsIntegralScore(1e18));
  EXPECT_FALSE(IsIntegralScore(1e19));
  EXPECT_FALSE(IsIntegralScore(0.5));
  EXPECT_FALSE(IsIntegralScore(kInfinity));
  EXPECT_FALSE(IsIntegralScore(-kInfinity));
}

}  // namespace
}  // namespace kvasir
