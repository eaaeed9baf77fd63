#include "src/store/access.h"

#include <gtest/gtest.h>

namespace kvasir {
namespace {

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kStart = 1'800'000'000'000;

TEST(AccessTest, IdleTimeIsCountedInSecondsSinceTheLastUse) {
  AccessClock clock;
  clock.Advance(kStart);
  const uint32_t fresh = clock.Fresh();
  EXPECT_EQ(clock.IdleSeconds(fresh), 0U);
  clock.Advance(kStart + 90 * kSecond);
  EXPECT_EQ(clock.IdleSeconds(fresh), 90U);
  EXPECT_EQ(clock.IdleSeconds(clock.Touched(fresh)), 0U);
  EXPECT_EQ(clock.IdleSeconds(clock.WithIdle(1234)), 1234U);
}

TEST(AccessTest, IdleTimeSurvivesTheWrapOfItsBits) {
  AccessClock clock;
  clock.Advance(int64_t{0xfffffe} * kSecond);
  const uint32_t fresh = clock.Fresh();
  clock.Advance(int64_t{0x1000003} * kSecond);
  EXPECT_EQ(clock.IdleSeconds(fresh), 5U);
}

TEST(AccessTest, ANewKeyHasAFrequencyAboveZero) {
  AccessClock clock;
  clock.set_lfu(true);
  clock.Advance(kStart);
  EXPECT_EQ(clock.Frequency(clock.Fresh()), 5U);
  EXPECT_EQ(clock.Frequency(clock.WithFrequency(200)), 200U);
}

TEST(AccessTest, FrequencyGrowsMoreSlowlyTheHigherItIs) {
  AccessClock clock;
  clock.set_lfu(true);
  clock.Advance(kStart);
  uint32_t bits = clock.Fresh();
  // The first use always counts, while a use at 255 never does.
  bits = clock.Touched(bits);
  EXPECT_EQ(clock.Frequency(bits), 6U);
  const auto after = [&](int uses) {
    uint32_t counter = clock.Fresh();
    for (int i = 0; i < uses; ++i) counter = clock.Touched(counter);
    return clock.Frequency(counter);
  };
  const uint32_t hundred = after(100);
  const uint32_t hundred_thousand = after(100'000);
  EXPECT_GT(hundred, 6U);
  EXPECT_LT(hundred, 30U);
  EXPECT_GT(hundred_thousand, hundred * 2);
  EXPECT_EQ(clock.Frequency(clock.Touched(clock.WithFrequency(255))), 255U);
}

TEST(AccessTest, FrequencyDecaysOncePerPeriod) {
  AccessClock clock;
  clock.set_lfu(true);
  clock.set_lfu_parameters(10, 2);
  clock.Advance(kStart - kStart % kMinute);
  const uint32_t bits = clock.WithFrequency(100);
  clock.Advance(kStart - kStart % kMinute + 20 * kMinute);
  EXPECT_EQ(clock.Frequency(bits), 90U);
  clock.Advance(kStart + 1000 * kMinute);
  EXPECT_EQ(clock.Frequency(bits), 0U);
  clock.set_lfu_parameters(10, 0);
  EXPECT_EQ(clock.Frequency(bits), 100U);
}

}  // namespace
}  // namespace kvasir
