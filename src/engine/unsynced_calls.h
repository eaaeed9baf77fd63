// Slow calls whose replies still wait for the log: how long that took is added to their entries
// once it is known.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kvasir {

class LatencyMonitor;
class SlowLog;

class UnsyncedCalls {
 public:
  // More than so many at once stay unknown.
  static constexpr size_t kCallsMax = 256;

  struct Call {
    uint64_t sequence = 0;              // the log position that the reply depends on
    uint64_t ended_ticks = 0;           // reading of the cycle counter
    int64_t unix_time_s = 0;            // of the latency event's sample
    std::string_view event;             // LIFETIME: a literal
    uint64_t slow_log_id = UINT64_MAX;  // the default: it has no entry there
  };

  bool empty() const { return calls_.empty(); }
  void Add(const Call& call);
  // Completes the entries of those calls that `releasable` lets go.
  void Release(uint64_t releasable, SlowLog& slow_log, LatencyMonitor& latency);

 private:
  std::vector<Call> calls_;
};

}  // namespace kvasir
