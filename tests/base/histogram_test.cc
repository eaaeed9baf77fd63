#include "src/base/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace kvasir {
namespace {

TEST(HistogramTest, AnEmptyOneSaysZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.Percentile(50), 0U);
  EXPECT_EQ(histogram.CountUpTo(100), 0U);
  EXPECT_EQ(histogram.count(), 0U);
}

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram histogram;
  for (uint64_t value = 0; value < 16; ++value) histogram.Record(value);
  for (uint64_t value = 0; value < 16; ++value) EXPECT_EQ(histogram.CountUpTo(value), value + 1);
  EXPECT_EQ(histogram.Percentile(100), 15U);
  EXPECT_EQ(histogram.Percentile(50), 7U);
  EXPECT_EQ(histogram.Percentile(0), 0U);
  EXPECT_EQ(histogram.sum(), 120U);
}

TEST(HistogramTest, PercentilesAreOffByABucketAtMost) {
  std::mt19937_64 random(1);
  Histogram histogram;
  std::vector<uint64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(random() >> (random() % 64));
    histogram.Record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double percent : {1.0, 25.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
    const auto rank = static_cast<size_t>(percent / 100 * double(values.size()));
    const double exact = double(values[std::max<size_t>(rank, 1) - 1]);
    EXPECT_GE(double(histogram.Percentile(percent)), exact * 0.99) << percent;
    EXPECT_LE(double(histogram.Percentile(percent)), exact * 1.07 + 1) << percent;
  }
  EXPECT_EQ(histogram.max(), values.back());
  EXPECT_EQ(histogram.CountUpTo(UINT64_MAX), values.size());
}

TEST(HistogramTest, TheLargestValuesHaveAPlace) {
  Histogram histogram;
  histogram.Record(UINT64_MAX);
  histogram.Record(uint64_t{1} << 63);
  EXPECT_EQ(histogram.Percentile(100), UINT64_MAX);
  histogram.Clear();
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
}

}  // namespace
}  // namespace kvasir
