#include "src/engine/unsynced_calls.h"

#include "src/base/clock.h"
#include "src/engine/latency_monitor.h"
#include "src/engine/slow_log.h"

namespace kvasir {

void UnsyncedCalls::Add(const Call& call) {
  if (calls_.size() < kCallsMax) calls_.push_back(call);
}

void UnsyncedCalls::Release(uint64_t releasable, SlowLog& slow_log, LatencyMonitor& latency) {
  const uint64_t now_ticks = CycleTicks();
  std::erase_if(calls_, [&](const Call& call) {
    if (call.sequence > releasable) return false;
    const uint64_t waited_us = TicksToNs(now_ticks - call.ended_ticks) / 1000;
    slow_log.SetFsync(call.slow_log_id, waited_us);
    latency.SetFsync(call.event, call.unix_time_s, waited_us);
    return true;
  });
}

}  // namespace kvasir
