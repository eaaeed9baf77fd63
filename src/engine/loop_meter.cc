#include "src/engine/loop_meter.h"

namespace kvasir {

void LoopMeter::AddExpiry(uint64_t us) {
  tick_.expiry_us += us;
  recent_.expiry_us += us;
  work_ended_ = CycleTicks();
}

void LoopMeter::AddEviction(uint64_t us) {
  tick_.eviction_us += us;
  recent_.eviction_us += us;
  work_ended_ = CycleTicks();
}

// Whoever is served from now on has not waited for work that others were served after, nor for
// work that ended some time ago: the loop has slept since.
void LoopMeter::Forget(uint64_t ticks) {
  constexpr uint64_t kSleptNs = 1'000'000;
  tick_ = {};
  const bool slept = ticks > work_ended_ && TicksToNs(ticks - work_ended_) > kSleptNs;
  if (ran_commands_ || slept) recent_ = {};
}

void LoopMeter::SampleRates(uint64_t now_ms) {
  cycles_rate_.Sample(now_ms, cycles());
  duration_rate_.Sample(now_ms, duration_sum_us());
}

double LoopMeter::mean_duration_us() const {
  return cycles_rate_.per_second == 0 ? 0 : duration_rate_.per_second / cycles_rate_.per_second;
}

void LoopMeter::ResetTotals() {
  duration_sum_ns_ = command_ticks_ = cron_us_ = commands_max_ = 0;
  ticks_us_.Clear();
  lateness_us_.Clear();
  cycles_rate_ = {};
  duration_rate_ = {};
}

}  // namespace kvasir
