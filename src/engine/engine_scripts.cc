// Calls that may take long, and the requests that scripts make.
#include <algorithm>

#include "src/engine/engine.h"

namespace kvasir {
namespace {

// Deep enough for the interpreter's own limit of nested C calls (200), each with a buffer of 8 KiB,
// several times over.
#ifdef KVASIR_SANITIZER
constexpr size_t kStackBytes = size_t{64} << 20;
#else
constexpr size_t kStackBytes = size_t{8} << 20;
#endif

// What a script's own requests are not asked: the script was, or checks it itself with texts of its
// own.
constexpr uint32_t kNotAskedOfScripts = kGateMemory | kGateSave | kGateLog | kGateSubscribed |
                                        kGateLoading | kGateBusy | kGatePaused | kGateTransaction;

}  // namespace

bool LongCall::Start(void (*task)(void*), void* argument) {
  if (fiber_ == nullptr) fiber_ = std::make_unique<Fiber>(kStackBytes);
  if (!fiber_->ok()) {
    task(argument);
    return true;
  }
  fiber_->Start(task, argument);
  return !fiber_->suspended();
}

bool LongCall::Continue() {
  fiber_->Resume();
  return !fiber_->suspended();
}

struct Engine::LongRequest {
  Engine& engine;
  Session& session;
  Command& command;
  std::span<const std::string_view> arguments;
  ReplyWriter reply;
  uint64_t key_hash;
};

void Engine::RunLongRequest(void* request) {
  // Copied: what it lies in is gone when the call is left.
  LongRequest own = *static_cast<LongRequest*>(request);
  Call call(own.engine, own.session, own.command, own.arguments, own.reply, own.key_hash);
  own.engine.long_call_.call = &call;
  {
    const PushOutput::Request running(own.engine.push_, own.session);
    own.engine.RunCall(call, own.command);
  }
  own.engine.long_call_.call = nullptr;
  if (own.session.tracking != nullptr) [[unlikely]]
    KeyTracking::RequestDone(own.session, own.command);
}

void Engine::RunLong(Session& session, Command& command,
                     std::span<const std::string_view> arguments, ReplyWriter& reply,
                     uint64_t key_hash) {
  LongRequest request{*this, session, command, arguments, reply, key_hash};
  // One at a time; whoever comes in between (a request made by the running one) is part of it.
  if (long_call_.running()) {
    Call call(*this, session, command, arguments, reply, key_hash);
    RunCall(call, command);
    return;
  }
  long_call_.session = &session;
  long_call_.may_suspend = !session.is_replay;
  if (long_call_.Start(RunLongRequest, &request)) return;
  Block(session, {.reason = BlockReason::kScript});
  ArmGates(kGateBusy, true);
}

// The request's text lies in the read buffer, which the next client's request will overwrite.
void Engine::SuspendLongCall() {
  Call* call = long_call_.call;
  if (long_call_.kept_views.empty() && call != nullptr) {
    for (const std::string_view argument : call->arguments())
      long_call_.kept.emplace_back(argument);
    long_call_.kept_views.assign(long_call_.kept.begin(), long_call_.kept.end());
    call->set_arguments(long_call_.kept_views);
  }
  PushOutput::Place place = push_.Leave();
  long_call_.Suspend();
  push_.Return(std::move(place));
}

void Engine::ContinueLongCall() {
  if (!long_call_.suspended() || !long_call_.Continue()) return;
  ArmGates(kGateBusy, false);
  long_call_.kept.clear();
  long_call_.kept_views.clear();
  Session& session = *long_call_.session;
  long_call_.session = nullptr;
  discarded_.Clear();
  host_->OutputReady(session);
  Unblock(session);
  if (blocked_keys_.has_ready()) ServeReadyKeys();
}

bool Engine::PassesScriptGates(Session& session, Command& command,
                               std::span<const std::string_view> arguments, std::string& refusal) {
  const uint32_t armed = (armed_gates_ | session.armed_gates) & command.gates &
                         ~session.exempt_gates & ~kNotAskedOfScripts;
  if (armed == 0) [[likely]]
    return true;
  GateRequest gate{*this, session, command, arguments, {}};
  if (PassGates(armed, gate) != GateVerdict::kRefuse) return true;
  refusal = std::move(gate.error);
  return false;
}

bool Engine::RunForScript(Session& session, Command& command,
                          std::span<const std::string_view> arguments, ReplyWriter& reply,
                          std::string& refusal) {
  if (!PassesScriptGates(session, command, arguments, refusal)) return false;
  Run(session, command, arguments, reply);
  return true;
}

std::string_view Engine::WriteRefusal() const {
  if ((armed_gates_ & kGateLog) != 0 && log_ != nullptr) {
    if (const std::string* reason = log_->Refusal()) return *reason;
  }
  const bool unsaved = (armed_gates_ & kGateSave) != 0 && settings_.stop_writes_on_bgsave_error &&
                       !settings_.save.empty();
  return unsaved ? errors::kSaveFailed : std::string_view();
}

}  // namespace kvasir
