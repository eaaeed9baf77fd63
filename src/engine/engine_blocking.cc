// Sessions that wait for keys: how a command comes to wait, how it runs again, how a wait ends.
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "src/engine/engine.h"

namespace kvasir {

void Engine::BlockOnKeys(Call& call, Command& command, std::span<const std::string_view> keys,
                         KeyWait wait) {
  Session& session = call.session();
  if (BlockedKeys::Waiter* waiter = blocked_keys_.Find(session)) {
    waiter->again = true;
    blocked_.SetAgain(session, wait.again_ms);
    return;
  }
  Block(session, {.reason = BlockReason::kKeys,
                  .deadline_ms = wait.deadline_ms,
                  .on_timeout = std::move(wait.on_timeout)});
  blocked_.SetAgain(session, wait.again_ms);
  auto waiter = std::make_unique<BlockedKeys::Waiter>();
  waiter->session = &session;
  waiter->command = &command;
  waiter->type = wait.type;
  waiter->needs_key = wait.needs_key;
  waiter->arguments = std::move(wait.arguments);
  if (waiter->arguments.empty()) {
    waiter->arguments.assign(call.arguments().begin(), call.arguments().end());
  }
  waiter->order = session.blocked.order;
  blocked_keys_.Add(std::move(waiter), session.database, keys);
  UpdateNotifications();
}

// Serving a key may make others ready, as BLMOVE does, or the same one again: they join the end of
// the list, so that long chains need no recursion. It ends because each round takes waiters away
// or finds nothing to do.
void Engine::ServeReadyKeys() {
  // A dataset that is being loaded is nobody's yet, and a pause holds those who wait as well.
  // Nor does a key count that a script has made which is not at its end.
  if ((armed_gates_ & (kGateLoading | kGatePaused | kGateBusy)) != 0) return;
  while (blocked_keys_.has_ready()) {
    const BlockedKeys::Place place = blocked_keys_.TakeReady();
    const Key key = Key::Of(place.key);
    const Database& database = keyspace_->database(place.database);
    uint64_t order = 0;
    while (BlockedKeys::Waiter* waiter = blocked_keys_.NextWaiter(place.database, key, order)) {
      order = waiter->order;
      ServeWaiter(*waiter, database.Peek(key));
    }
  }
}

// Those who wait for time as well as for keys.
void Engine::ServeDueWaiters() {
  constexpr int64_t kLaterMs = 100;
  const int64_t now_ms = keyspace_->context().now_ms;
  const bool held = (armed_gates_ & (kGateLoading | kGatePaused | kGateBusy)) != 0;
  while (Session* session = blocked_.TakeAgain(now_ms)) {
    BlockedKeys::Waiter* waiter = blocked_keys_.Find(*session);
    if (held) {
      blocked_.SetAgain(*session, now_ms + kLaterMs);
    } else if (waiter != nullptr) {
      RunAgain(*waiter);
    }
  }
  if (blocked_keys_.has_ready()) ServeReadyKeys();
}

void Engine::ServeWaiter(BlockedKeys::Waiter& waiter, const Entry* entry) {
  const bool fits = entry != nullptr && entry->type() == waiter.type;
  if (fits || waiter.needs_key) RunAgain(waiter);
}

void Engine::RunAgain(BlockedKeys::Waiter& waiter) {
  Session& session = *waiter.session;
  const std::vector<std::string_view> arguments(waiter.arguments.begin(), waiter.arguments.end());
  waiter.again = false;
  if (RefuseWaiter(waiter, arguments)) return;
  OutputBuffer nowhere;
  ReplyWriter reply = BlockedWriter(session, nowhere);
  {
    const PushOutput::Request running(push_, session);
    Run(session, *waiter.command, arguments, reply);
  }
  if (waiter.again) return;
  host_->OutputReady(session);
  Unblock(session);
}

// The server's state may have changed since the command passed the gates.
bool Engine::RefuseWaiter(BlockedKeys::Waiter& waiter,
                          std::span<const std::string_view> arguments) {
  Session& session = *waiter.session;
  const std::string* refusal = log_ == nullptr ? nullptr : log_->Refusal();
  if (refusal != nullptr && waiter.command->Has(kWrite)) {
    EndBlock(session, *refusal);
    return true;
  }
  const uint32_t armed =
      (armed_gates_ | session.armed_gates) & waiter.command->gates & (kGateMemory | kGateAcl);
  GateRequest gate{*this, session, *waiter.command, arguments, {}};
  if (armed == 0 || PassGates(armed, gate) == GateVerdict::kPass) return false;
  // It never ran, so it is refused as it would have been at first.
  OutputBuffer nowhere;
  ReplyWriter reply = BlockedWriter(session, nowhere);
  Refuse(session, waiter.command, reply, gate.error);
  host_->OutputReady(session);
  Unblock(session);
  return true;
}

// CLIENT REPLY may have turned off what is replied in the end.
ReplyWriter Engine::BlockedWriter(Session& session, OutputBuffer& nowhere) {
  const bool silent = session.blocked.silent || session.reply_mode == ReplyMode::kOff;
  return {silent ? nowhere : session.output, session.resp_version};
}

void Engine::EndBlock(Session& session, std::string_view error) {
  OutputBuffer nowhere;
  ReplyWriter reply = BlockedWriter(session, nowhere);
  if (!error.empty()) {
    CountError(error);
    reply.Error(error);
  } else if (session.blocked.on_timeout) {
    session.blocked.on_timeout(reply);
  }
  const BlockedKeys::Waiter* waiter = blocked_keys_.Find(session);
  if (waiter != nullptr) CountRun(session, *waiter->command, !error.empty(), 0);
  host_->OutputReady(session);
  Unblock(session);
}

void Engine::EndWait(Session& session) {
  if (blocked_keys_.Remove(session) != nullptr) UpdateNotifications();
  blocked_.Remove(session);
  session.blocked = Blocked();
}

}  // namespace kvasir
