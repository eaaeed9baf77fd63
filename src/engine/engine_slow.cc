// What is written down of calls that took long: the slow log, the latency monitor, and for both
// where the time went.
#include <algorithm>
#include <optional>

#include "src/engine/engine.h"
#include "src/store/growth_time.h"

namespace kvasir {

CallReasons Engine::ReasonsOf(Call& call, uint64_t duration_ns, uint64_t growth_before) const {
  const Session& session = call.session();
  CallReasons reasons;
  const LoopMeter::Work recent = loop_meter_.recent_work();
  reasons.expiry_us = recent.expiry_us;
  reasons.eviction_us = recent.eviction_us;
  reasons.growth_us = TicksToNs(growth_ticks - growth_before) / 1000;
  reasons.execution_us = duration_ns / 1000 - std::min(reasons.growth_us, duration_ns / 1000);
  // Of a script's request, or one that waited for data, no time of arrival is known that matters.
  if (session.arrived_ticks != 0 && !session.is_script && !call.waited()) {
    const uint64_t until_end_us = TicksToNs(last_ticks_ - session.arrived_ticks) / 1000;
    const uint64_t other_us = duration_ns / 1000 + loop_meter_.tick_work().sum_us();
    reasons.queue_us = until_end_us - std::min(other_us, until_end_us);
  }
  const bool waits_for_log = log_ != nullptr && session.depends_on > log_->releasable();
  if (waits_for_log) reasons.fsync_us = std::nullopt;
  return reasons;
}

void Engine::NoteSlowCall(Call& call, Command& command, uint64_t duration_ns,
                          uint64_t growth_before) {
  const Session& session = call.session();
  const int64_t now_s = keyspace_->context().now_ms / 1000;
  const CallReasons reasons = ReasonsOf(call, duration_ns, growth_before);
  UnsyncedCalls::Call unsynced = {.sequence = session.depends_on,
                                  .ended_ticks = last_ticks_,
                                  .unix_time_s = now_s,
                                  .event = command.Has(kFast) ? "fast-command" : "command"};
  latency_.Record(unsynced.event, now_s, duration_ns / 1000000, reasons);
  const int64_t slower_than_us = settings_.slowlog_log_slower_than_us;
  const bool slow =
      slower_than_us >= 0 && duration_ns >= static_cast<uint64_t>(slower_than_us) * 1000;
  if (slow && !command.Has(kSkipSlowlog) && !session.is_replay) {
    ++statistics_.slow_commands;
    unsynced.slow_log_id = slow_log_.Add(now_s, duration_ns / 1000, call.ShownArguments(),
                                         session.Facts().address, session.name, reasons);
  }
  if (!reasons.fsync_us) unsynced_calls_.Add(unsynced);
}

void Engine::EndTick() { loop_meter_.EndTick(CycleTicks(), statistics_.commands_processed); }

}  // namespace kvasir
