// Spikes by event (LATENCY HISTORY, LATEST, DOCTOR): the last samples above
// latency-monitor-threshold, at most one per event and second, the worst of it.
// THREAD: loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "src/engine/call_reasons.h"

namespace kvasir {

class LatencyMonitor {
 public:
  struct Sample {
    int64_t unix_time_s = 0;
    uint64_t duration_ms = 0;
    CallReasons reasons;  // of the second's worst
  };
  class Event {
   public:
    static constexpr size_t kSamplesMax = 160;
    void Add(const Sample& sample);
    // What was unknown of the reasons of the last sample, if it is still that second's.
    void SetFsync(int64_t unix_time_s, uint64_t us);
    // Oldest first.
    std::vector<Sample> samples() const;
    Sample latest() const;
    uint64_t max_ms() const { return max_ms_; }

   private:
    std::array<Sample, kSamplesMax> ring_;
    size_t next_ = 0;
    size_t count_ = 0;
    uint64_t max_ms_ = 0;
  };

  // 0 turns the monitor off.
  void set_threshold_ms(uint64_t threshold_ms) { threshold_ms_ = threshold_ms; }
  uint64_t threshold_ms() const { return threshold_ms_; }
  void Record(std::string_view event, int64_t unix_time_s, uint64_t duration_ms,
              const CallReasons& reasons = {}) {
    if (threshold_ms_ != 0 && duration_ms >= threshold_ms_) {
      Add(event, {unix_time_s, duration_ms, reasons});
    }
  }
  void SetFsync(std::string_view event, int64_t unix_time_s, uint64_t us);

  const std::map<std::string, Event, std::less<>>& events() const { return events_; }
  // Forgets one event, or all with an empty name; returns how many there were.
  size_t Reset(std::string_view event);

 private:
  void Add(std::string_view event, const Sample& sample);

  std::map<std::string, Event, std::less<>> events_;
  uint64_t threshold_ms_ = 0;
};

}  // namespace kvasir
