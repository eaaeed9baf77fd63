// What the event loop does with its time: how long its ticks last, how late it comes, and what it
// did beside running commands. Two readings of the cycle counter per tick, none per command.
// THREAD: loop.
#pragma once

#include <algorithm>
#include <cstdint>

#include "src/base/clock.h"
#include "src/base/histogram.h"
#include "src/engine/statistics.h"

namespace kvasir {

class LoopMeter {
 public:
  // Work for nobody's request. Microseconds.
  struct Work {
    uint64_t expiry_us = 0;
    uint64_t eviction_us = 0;
    uint64_t sum_us() const { return expiry_us + eviction_us; }
  };

  // A tick begins with its first event and ends when its output has been handed over. `commands`
  // is how many have been counted so far.
  void BeginTick(uint64_t ticks) {
    tick_started_ = ticks;
    if (recent_.sum_us() != 0) [[unlikely]]
      Forget(ticks);
  }
  void EndTick(uint64_t ticks, uint64_t commands) {
    const uint64_t duration_ns = TicksToNs(ticks - tick_started_);
    ticks_us_.Record(duration_ns / 1000);
    duration_sum_ns_ += duration_ns;
    // CONFIG RESETSTAT sets them back.
    const uint64_t ran = commands < commands_ ? commands : commands - commands_;
    commands_max_ = std::max(commands_max_, ran);
    ran_commands_ = ran != 0;
    commands_ = commands;
  }
  // Reading of the cycle counter at the beginning of the tick.
  uint64_t tick_started() const { return tick_started_; }

  void AddCommandTime(uint64_t ticks) { command_ticks_ += ticks; }
  void AddExpiry(uint64_t us);
  void AddEviction(uint64_t us);
  void AddCron(uint64_t us) { cron_us_ += us; }
  // How much later than it had to the loop came to a timer.
  void AddLateness(uint64_t us) { lateness_us_.Record(us); }

  // Work of this tick, and all that a request which runs now may have waited for: it may have lain
  // in its socket while the tick before this one went by without serving anybody.
  Work tick_work() const { return tick_; }
  Work recent_work() const { return recent_; }

  uint64_t cycles() const { return ticks_us_.count(); }
  uint64_t duration_sum_us() const { return duration_sum_ns_ / 1000; }
  uint64_t command_sum_us() const { return TicksToNs(command_ticks_) / 1000; }
  uint64_t cron_sum_us() const { return cron_us_; }
  uint64_t commands_per_cycle_max() const { return commands_max_; }
  const Histogram& ticks_us() const { return ticks_us_; }
  const Histogram& lateness_us() const { return lateness_us_; }

  // To be called every 100 ms.
  void SampleRates(uint64_t now_ms);
  double cycles_per_second() const { return cycles_rate_.per_second; }
  double mean_duration_us() const;

  // CONFIG RESETSTAT: what has been counted, not where the loop stands.
  void ResetTotals();

 private:
  void Forget(uint64_t ticks);

  uint64_t tick_started_ = 0;
  uint64_t work_ended_ = 0;
  uint64_t commands_ = 0;  // at the last tick's end
  bool ran_commands_ = false;
  Work tick_;
  Work recent_;

  uint64_t duration_sum_ns_ = 0;
  uint64_t command_ticks_ = 0;
  uint64_t cron_us_ = 0;
  uint64_t commands_max_ = 0;
  Histogram ticks_us_;
  Histogram lateness_us_;
  Statistics::Rate cycles_rate_;
  Statistics::Rate duration_rate_;
};

}  // namespace kvasir
