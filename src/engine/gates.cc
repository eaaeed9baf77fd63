#include "src/engine/gates.h"

#include <fmt/format.h>

#include "src/base/text.h"
#include "src/engine/command_log.h"
#include "src/engine/engine.h"
#include "src/engine/errors.h"

namespace kvasir {
namespace {

// The flags that count for a policy: EXEC stands for all that is queued behind it.
uint32_t EffectiveFlags(const GateRequest& request) {
  const uint32_t flags = request.command.row->flags;
  const Transaction* transaction = request.session.transaction.get();
  if ((flags & kRunsQueue) == 0 || transaction == nullptr) return flags;
  return flags | transaction->queue_flags;
}

// The same, for the few policies that ask a script what it says of itself.
uint32_t RequestFlags(const GateRequest& request) {
  const CommandRow& row = *request.command.row;
  if (row.request_flags == nullptr) return EffectiveFlags(request);
  return row.request_flags(request.engine, row.flags, request.arguments);
}

GateVerdict Refuse(GateRequest& request, std::string_view error) {
  request.error = error;
  return GateVerdict::kRefuse;
}

GateVerdict CheckAuth(GateRequest& request) { return Refuse(request, errors::kNoAuth); }

GateVerdict CheckAcl(GateRequest& request) {
  Engine& engine = request.engine;
  const AclVerdict verdict =
      engine.CheckPermissions(request.session, request.command, request.arguments);
  if (verdict.allowed()) return GateVerdict::kPass;
  return Refuse(request, errors::NoPermission(verdict.denial, request.session.user_name(),
                                              request.command.full_name));
}

GateVerdict CheckDebug(GateRequest& request) {
  if (request.engine.DebugAllowed(request.session)) return GateVerdict::kPass;
  request.error = fmt::format(
      "ERR {} command not allowed. If the enable-debug-command option is set to \"local\", you can "
      "run it from a local connection, otherwise you need to set this option in the configuration "
      "file, and then restart the server.",
      ToUpper(request.command.row->name));
  return GateVerdict::kRefuse;
}

GateVerdict CheckMemory(GateRequest& request) {
  // The budget keeps a burst of evictions below DESIGN's 1 ms of loop time.
  constexpr uint64_t kBudgetUs = 500;
  if (request.engine.MakeRoom(kBudgetUs)) return GateVerdict::kPass;
  const bool would_queue =
      request.session.in_transaction() && (request.command.row->flags & kNotQueued) == 0;
  const bool refused = (EffectiveFlags(request) & kDenyOom) != 0 || would_queue;
  return refused ? Refuse(request, errors::kOutOfMemory) : GateVerdict::kPass;
}

// Whoever has save points counts on them.
GateVerdict CheckSave(GateRequest& request) {
  const Settings& settings = request.engine.settings();
  const bool matters = settings.stop_writes_on_bgsave_error && !settings.save.empty();
  if (!matters || (EffectiveFlags(request) & kWrite) == 0) return GateVerdict::kPass;
  return Refuse(request, errors::kSaveFailed);
}

GateVerdict CheckLog(GateRequest& request) {
  const uint32_t flags = EffectiveFlags(request);
  if ((flags & (kWrite | kRunsScript)) == 0) return GateVerdict::kPass;
  const CommandLog* log = request.engine.log();
  if (log == nullptr) return GateVerdict::kPass;
  if (const std::string* reason = log->Refusal()) {
    // A script may only read; it is refused when it comes to write.
    return (flags & kWrite) == 0 ? GateVerdict::kPass : Refuse(request, *reason);
  }
  if (log->pending_bytes() <= CommandLog::kPendingBytesMax) [[likely]]
    return GateVerdict::kPass;
  // D2: a slow disk delays writers, not readers. Without this they would fill the memory.
  request.engine.Block(request.session, {.reason = BlockReason::kLogSpace});
  return GateVerdict::kBlock;
}

GateVerdict CheckSubscribed(GateRequest& request) {
  request.error = fmt::format(
      "ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are "
      "allowed in this context",
      request.command.full_name);
  return GateVerdict::kRefuse;
}

GateVerdict CheckLoading(GateRequest& request) { return Refuse(request, errors::kLoading); }

GateVerdict CheckBusy(GateRequest& request) { return Refuse(request, request.engine.BusyText()); }

GateVerdict CheckPaused(GateRequest& request) {
  Engine& engine = request.engine;
  constexpr uint32_t kWrites = kWrite | kMayReplicate;
  if (engine.pause_writes_only() && (RequestFlags(request) & kWrites) == 0) {
    return GateVerdict::kPass;
  }
  engine.Block(request.session, {.reason = BlockReason::kPaused});
  return GateVerdict::kBlock;
}

GateVerdict CheckTransaction(GateRequest& request) {
  if (request.command.Has(kNoMulti)) {
    return Refuse(request, "ERR Command not allowed inside a transaction");
  }
  Transaction& transaction = request.session.EnsureTransaction();
  QueuedRequest queued{&request.command, {}};
  transaction.queued_bytes += sizeof queued;
  for (const std::string_view argument : request.arguments) {
    queued.arguments.emplace_back(argument);
    transaction.queued_bytes += sizeof(std::string) + argument.size();
  }
  transaction.queue.push_back(std::move(queued));
  transaction.queue_flags |= RequestFlags(request);
  return GateVerdict::kQueued;
}

using Check = GateVerdict (*)(GateRequest&);
// In the order of the bits.
constexpr Check kChecks[] = {CheckAuth, CheckAcl,    CheckDebug,      CheckMemory,
                             CheckSave, CheckLog,    CheckSubscribed, CheckLoading,
                             CheckBusy, CheckPaused, CheckTransaction};

}  // namespace

uint32_t GatesOf(uint32_t flags) {
  uint32_t gates = kGateMemory | kGatePaused;
  if ((flags & kNoAuth) == 0) gates |= kGateAuth | kGateAcl;
  if ((flags & kNeedsDebugEnabled) != 0) gates |= kGateDebug;
  if ((flags & (kWrite | kRunsQueue)) != 0) gates |= kGateLog | kGateSave;
  if ((flags & kRunsScript) != 0) gates |= kGateLog;
  if ((flags & kAllowInSubscribe) == 0) gates |= kGateSubscribed;
  if ((flags & kLoading) == 0) gates |= kGateLoading;
  if ((flags & kAllowBusy) == 0) gates |= kGateBusy;
  if ((flags & kNotQueued) == 0) gates |= kGateTransaction;
  return gates;
}

GateVerdict PassGates(uint32_t armed, GateRequest& request) {
  for (; armed != 0; armed &= armed - 1) {
    const GateVerdict verdict = kChecks[__builtin_ctz(armed)](request);
    if (verdict != GateVerdict::kPass) return verdict;
  }
  return GateVerdict::kPass;
}

}  // namespace kvasir
