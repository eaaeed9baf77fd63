#include "src/engine/blocked_clients.h"

#include <algorithm>

namespace kvasir {

size_t BlockedClients::CountOf(BlockReason reason) const {
  return queues_[static_cast<size_t>(reason)].size();
}

void BlockedClients::Add(Session& session) {
  session.blocked.order = next_order_++;
  QueueOf(session.blocked.reason).emplace(session.blocked.order, &session);
  if (session.blocked.deadline_ms != 0) deadlines_.insert(&session);
  ++count_;
}

void BlockedClients::Remove(Session& session) {
  QueueOf(session.blocked.reason).erase(session.blocked.order);
  if (session.blocked.deadline_ms != 0) deadlines_.erase(&session);
  SetAgain(session, 0);
  --count_;
}

void BlockedClients::SetAgain(Session& session, int64_t again_ms) {
  const auto found = again_of_.find(&session);
  if (found != again_of_.end()) {
    again_.erase({found->second, &session});
    again_of_.erase(found);
  }
  if (again_ms == 0) return;
  again_.insert({again_ms, &session});
  again_of_.emplace(&session, again_ms);
}

Session* BlockedClients::TakeAgain(int64_t now_ms) {
  if (again_.empty() || again_.begin()->first > now_ms) return nullptr;
  Session* session = again_.begin()->second;
  SetAgain(*session, 0);
  return session;
}

std::optional<int64_t> BlockedClients::NextDeadlineMs() const {
  std::optional<int64_t> next;
  if (!deadlines_.empty()) next = (*deadlines_.begin())->blocked.deadline_ms;
  if (!again_.empty()) next = std::min(next.value_or(INT64_MAX), again_.begin()->first);
  return next;
}

Session* BlockedClients::NextTimedOut(int64_t now_ms) const {
  if (deadlines_.empty() || (*deadlines_.begin())->blocked.deadline_ms > now_ms) return nullptr;
  return *deadlines_.begin();
}

std::vector<Session*> BlockedClients::Waiting(BlockReason reason) const {
  std::vector<Session*> waiting;
  for (const auto& [order, session] : queues_[static_cast<size_t>(reason)]) {
    waiting.push_back(session);
  }
  return waiting;
}

}  // namespace kvasir
