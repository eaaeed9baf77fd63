// The engine's dealings with sessions beyond running their requests: refusing, blocking, pausing,
// monitoring, forgetting.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/base/clock.h"
#include "src/base/text.h"
#include "src/engine/engine.h"

namespace kvasir {

namespace {

constexpr size_t kShownMax = 128;

// Redis's texts end an argument at its first zero byte.
std::string_view Shown(std::string_view argument, size_t max = kShownMax) {
  return argument.substr(0, std::min(max, argument.find('\0')));
}

}  // namespace

// Why a request does not even get to the gates: unknown, or with the wrong number of arguments.
std::string Engine::DescribeBadCall(const Command* command,
                                    std::span<const std::string_view> arguments) {
  if (command == nullptr) {
    std::string shown;
    for (size_t i = 1; i < arguments.size() && shown.size() < kShownMax; ++i) {
      shown += fmt::format("'{}' ", Shown(arguments[i], kShownMax - shown.size()));
    }
    return fmt::format("ERR unknown command '{}', with args beginning with: {}",
                       Shown(arguments[0]), shown);
  }
  if (!command->subcommands.empty() && arguments.size() > 1) {
    return fmt::format("ERR unknown subcommand '{}'. Try {} HELP.", Shown(arguments[1]),
                       ToUpper(command->row->name));
  }
  return errors::WrongArity(command->full_name);
}

void Engine::FeedMonitors(Session& session, const Command& command,
                          std::span<const std::string_view> arguments) {
  if (command.Has(kSkipMonitor) || command.Has(kAdmin) || session.is_replay) return;
  ShowToMonitors(session, arguments);
}

void Engine::ShowToMonitors(Session& session, std::span<const std::string_view> arguments) {
  const int64_t now_us = UnixTimeUs();
  std::string line =
      fmt::format("{}.{:06} [{} {}]", now_us / 1000000, now_us % 1000000, session.database,
                  session.is_script ? "lua" : session.Facts().address);
  for (const std::string_view argument : arguments) line += " " + QuoteBytes(argument);
  for (Session* monitor : monitors_) {
    if (monitor->close_after_reply) continue;
    monitor->Writer().Status(line);
    host_->OutputReady(*monitor);
  }
}

void Engine::StartMonitor(Session& session) {
  if (!session.is_monitor) monitors_.push_back(&session);
  session.is_monitor = true;
}

void Engine::StopMonitor(Session& session) {
  if (session.is_monitor) std::erase(monitors_, &session);
  session.is_monitor = false;
}

void Engine::Block(Session& session, Blocked how) {
  session.blocked = std::move(how);
  blocked_.Add(session);
}

void Engine::Unblock(Session& session) {
  EndWait(session);
  host_->Resume(session);
}

// A log that refuses writes counts as well: those who wait are to hear it.
bool Engine::LogHasSpace() const {
  return log_ == nullptr || log_->Refusal() != nullptr ||
         log_->pending_bytes() <= CommandLog::kPendingBytesMax / 2;
}

void Engine::ServeBlocked() {
  if (blocked_.size() == 0 || busy()) return;
  if (blocked_keys_.has_ready()) ServeReadyKeys();
  if (blocked_.CountOf(BlockReason::kLogSpace) != 0 && LogHasSpace()) {
    for (Session* session : blocked_.Waiting(BlockReason::kLogSpace)) Unblock(*session);
  }
  if (blocked_.CountOf(BlockReason::kLogSync) != 0) {
    const uint64_t durable = log_ == nullptr ? 0 : log_->durable();
    for (Session* session : blocked_.Waiting(BlockReason::kLogSync)) {
      if (log_ == nullptr) {
        EndBlock(*session, errors::kNoLogToWaitFor);
      } else if (session->blocked.log_sequence <= durable) {
        EndBlock(*session, {});
      }
    }
  }
  ServeDueWaiters();
  while (Session* session = blocked_.NextTimedOut(keyspace_->context().now_ms)) {
    EndBlock(*session, {});
  }
}

void Engine::Pause(int64_t until_ms, bool writes_only) {
  // A pause that is already stricter or longer stays so.
  const bool active = pause_until_ms_ != 0;
  pause_writes_only_ = active ? pause_writes_only_ && writes_only : writes_only;
  pause_until_ms_ = std::max(pause_until_ms_, until_ms);
  ArmGates(kGatePaused, true);
}

void Engine::Unpause() {
  pause_until_ms_ = 0;
  ArmGates(kGatePaused, false);
  for (Session* session : blocked_.Waiting(BlockReason::kPaused)) Unblock(*session);
}

void Engine::EndTransaction(Session& session) {
  if (session.transaction == nullptr) return;
  watches_.RemoveAll(session);
  UpdateNotifications();
  session.transaction.reset();
  session.armed_gates &= ~kGateTransaction;
}

void Engine::Forget(Session& session) {
  StopMonitor(session);
  EndTransaction(session);
  if (session.blocked_now()) EndWait(session);
  pubsub_.UnsubscribeAll(session);
  tracking_.Disable(session);
  clients_.Remove(session);
}

}  // namespace kvasir
