#include "src/engine/unsynced_calls.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "src/base/clock.h"
#include "src/engine/latency_monitor.h"
#include "src/engine/slow_log.h"

namespace kvasir {
namespace {

constexpr std::array<std::string_view, 1> kArguments = {"PING"};
constexpr CallReasons kWaiting = {.fsync_us = std::nullopt};

TEST(UnsyncedCallsTest, EntriesLearnHowLongTheLogTook) {
  SlowLog slow_log;
  LatencyMonitor latency;
  latency.set_threshold_ms(1);
  const uint64_t first = slow_log.Add(1, 10, kArguments, "", "", kWaiting);
  const uint64_t second = slow_log.Add(1, 10, kArguments, "", "", kWaiting);
  latency.Record("command", 1, 10, kWaiting);
  UnsyncedCalls calls;
  calls.Add({.sequence = 5, .ended_ticks = CycleTicks(), .slow_log_id = first});
  calls.Add({.sequence = 6,
             .ended_ticks = CycleTicks(),
             .unix_time_s = 1,
             .event = "command",
             .slow_log_id = second});
  calls.Release(5, slow_log, latency);
  EXPECT_TRUE(slow_log.records()[1].reasons.fsync_us.has_value());
  EXPECT_FALSE(slow_log.records()[0].reasons.fsync_us.has_value());
  EXPECT_FALSE(latency.events().at("command").latest().reasons.fsync_us.has_value());
  calls.Release(6, slow_log, latency);
  EXPECT_TRUE(slow_log.records()[0].reasons.fsync_us.has_value());
  EXPECT_TRUE(latency.events().at("command").latest().reasons.fsync_us.has_value());
  EXPECT_TRUE(calls.empty());
}

TEST(UnsyncedCallsTest, EntriesMayBeGone) {
  SlowLog slow_log;
  LatencyMonitor latency;
  UnsyncedCalls calls;
  calls.Add({.sequence = 1, .event = "command", .slow_log_id = 77});
  calls.Release(1, slow_log, latency);
  EXPECT_TRUE(calls.empty());
}

TEST(UnsyncedCallsTest, ThereIsABound) {
  SlowLog slow_log;
  LatencyMonitor latency;
  UnsyncedCalls calls;
  for (size_t i = 0; i < UnsyncedCalls::kCallsMax; ++i) calls.Add({.sequence = 1});
  slow_log.Add(1, 10, kArguments, "", "", kWaiting);
  calls.Add({.sequence = 1, .slow_log_id = 0});
  calls.Release(1, slow_log, latency);
  EXPECT_TRUE(calls.empty());
  EXPECT_FALSE(slow_log.records()[0].reasons.fsync_us.has_value());
}

}  // namespace
}  // namespace kvasir
