#include "src/store/integer_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "src/base/random.h"

namespace kvasir {
namespace {

std::vector<int64_t> Content(const IntegerSet& integers) {
  std::vector<int64_t> content;
  for (size_t i = 0; i < integers.count(); ++i) content.push_back(integers.At(i));
  return content;
}

TEST(IntegerSetTest, StaysSorted) {
  IntegerSet integers;
  EXPECT_EQ(integers.count(), 0U);
  EXPECT_FALSE(integers.Contains(0));
  EXPECT_FALSE(integers.Erase(0));
  for (const int64_t value : {5, -3, 9, 0, 5}) integers.Insert(value);
  EXPECT_EQ(Content(integers), (std::vector<int64_t>{-3, 0, 5, 9}));
  EXPECT_FALSE(integers.Insert(9));
  EXPECT_TRUE(integers.Contains(-3));
  EXPECT_FALSE(integers.Contains(4));
  EXPECT_TRUE(integers.Erase(0));
  EXPECT_FALSE(integers.Erase(0));
  EXPECT_EQ(Content(integers), (std::vector<int64_t>{-3, 5, 9}));
}

TEST(IntegerSetTest, WidensForWhatDoesNotFit) {
  const std::vector<int64_t> edges = {0,
                                      INT16_MAX,
                                      INT16_MIN,
                                      int64_t{INT16_MAX} + 1,
                                      int64_t{INT16_MIN} - 1,
                                      INT32_MAX,
                                      INT32_MIN,
                                      int64_t{INT32_MAX} + 1,
                                      int64_t{INT32_MIN} - 1,
                                      INT64_MAX,
                                      INT64_MIN};
  IntegerSet integers;
  std::vector<int64_t> expected;
  for (const int64_t value : edges) {
    EXPECT_TRUE(integers.Insert(value));
    expected.push_back(value);
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(Content(integers), expected) << value;
  }
  for (const int64_t value : edges) EXPECT_TRUE(integers.Contains(value)) << value;
  for (const int64_t value : edges) EXPECT_TRUE(integers.Erase(value)) << value;
  EXPECT_EQ(integers.count(), 0U);
}

TEST(IntegerSetTest, NarrowIntegersTakeTwoBytes) {
  IntegerSet integers;
  for (int i = 0; i < 10; ++i) integers.Insert(i * 100);
  EXPECT_LE(integers.AllocatedBytes(), 32U);
  integers.Insert(100'000);
  EXPECT_LE(integers.AllocatedBytes(), 48U);
}

TEST(IntegerSetTest, AgreesWithASortedSet) {
  IntegerSet integers;
  std::set<int64_t> model;
  for (int i = 0; i < 20'000; ++i) {
    const int shift = static_cast<int>(RandomBelow(64));
    const auto value = static_cast<int64_t>(RandomBelow(700) << shift);
    if (RandomBelow(3) == 0) {
      ASSERT_EQ(integers.Erase(value), model.erase(value) == 1);
    } else {
      ASSERT_EQ(integers.Insert(value), model.insert(value).second);
    }
    ASSERT_EQ(integers.Contains(value), model.contains(value));
  }
  EXPECT_EQ(Content(integers), std::vector<int64_t>(model.begin(), model.end()));
}

TEST(IntegerSetTest, ClonesAreIndependent) {
  IntegerSet integers;
  EXPECT_EQ(integers.Clone().count(), 0U);
  integers.Insert(1);
  integers.Insert(1'000'000);
  IntegerSet clone = integers.Clone();
  clone.Erase(1);
  EXPECT_EQ(Content(integers), (std::vector<int64_t>{1, 1'000'000}));
  EXPECT_EQ(Content(clone), (std::vector<int64_t>{1'000'000}));
}

}  // namespace
}  // namespace kvasir
