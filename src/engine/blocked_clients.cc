#include "src/engine/blocked_clients.h"

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
  --count_;
}

std::optional<int64_t> BlockedClients::NextDeadlineMs() const {
  if (deadlines_.empty()) return std::nullopt;
  return (*deadlines_.begin())->blocked.deadline_ms;
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
