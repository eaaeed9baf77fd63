#include "src/engine/loop_meter.h"

#include <gtest/gtest.h>

namespace kvasir {
namespace {

TEST(LoopMeterTest, CountsTicksAndTheirCommands) {
  LoopMeter meter;
  const uint64_t start = CycleTicks();
  meter.BeginTick(start);
  meter.AddCommandTime(500);
  meter.EndTick(start + 1000, 3);
  meter.BeginTick(start + 2000);
  meter.EndTick(start + 2500, 10);
  EXPECT_EQ(meter.cycles(), 2);
  EXPECT_EQ(meter.ticks_us().count(), 2);
  EXPECT_EQ(meter.ticks_us().max(), TicksToNs(1000) / 1000);
  EXPECT_EQ(meter.duration_sum_us(), (TicksToNs(1000) + TicksToNs(500)) / 1000);
  EXPECT_EQ(meter.command_sum_us(), TicksToNs(500) / 1000);
  EXPECT_EQ(meter.commands_per_cycle_max(), 7);
}

TEST(LoopMeterTest, CommandsThatWereSetBackAreNoTorrent) {
  LoopMeter meter;
  meter.EndTick(CycleTicks(), 100);
  meter.ResetTotals();
  meter.EndTick(CycleTicks(), 2);
  EXPECT_EQ(meter.commands_per_cycle_max(), 2);
  EXPECT_EQ(meter.cycles(), 1);
}

TEST(LoopMeterTest, WorkCountsForTheRequestsThatComeNext) {
  LoopMeter meter;
  const uint64_t now = CycleTicks();
  meter.BeginTick(now);
  meter.AddExpiry(40);
  meter.EndTick(now, 0);
  // The tick of timers is over; those who are served now may have waited for it.
  meter.BeginTick(now);
  meter.AddEviction(2);
  EXPECT_EQ(meter.recent_work().expiry_us, 40);
  EXPECT_EQ(meter.recent_work().eviction_us, 2);
  EXPECT_EQ(meter.tick_work().sum_us(), 2);
  meter.EndTick(now, 1);
  // They have been served.
  meter.BeginTick(now);
  EXPECT_EQ(meter.recent_work().sum_us(), 0);
}

TEST(LoopMeterTest, NobodyWaitedForWorkOfLongAgo) {
  LoopMeter meter;
  meter.BeginTick(CycleTicks());
  meter.AddExpiry(40);
  meter.EndTick(CycleTicks(), 0);
  uint64_t second = 1;
  while (TicksToNs(second) < 1'000'000'000) second *= 2;
  meter.BeginTick(CycleTicks() + second);
  EXPECT_EQ(meter.recent_work().sum_us(), 0);
}

TEST(LoopMeterTest, LatenessAndRates) {
  LoopMeter meter;
  EXPECT_EQ(meter.mean_duration_us(), 0);
  meter.AddLateness(3);
  meter.AddLateness(900);
  EXPECT_EQ(meter.lateness_us().count(), 2);
  EXPECT_EQ(meter.lateness_us().max(), 900);
  meter.SampleRates(1000);
  for (int i = 0; i < 20; ++i) meter.EndTick(CycleTicks(), 0);
  meter.SampleRates(1100);
  EXPECT_GT(meter.cycles_per_second(), 0);
  meter.AddCron(7);
  EXPECT_EQ(meter.cron_sum_us(), 7);
  meter.ResetTotals();
  EXPECT_EQ(meter.cycles_per_second(), 0);
  EXPECT_EQ(meter.cron_sum_us() + meter.lateness_us().count(), 0);
}

}  // namespace
}  // namespace kvasir
