#include "src/engine/blocked_clients.h"

#include <algorithm>

namespace kvasir {

size_t BlockedClients::CountOf(BlockReason reason) const {
  return lists_[static_cast<size_t>(reason)].size();
}

void BlockedClients::Add(Session& session) {
  ListOf(session.blocked.reason).push_back(&session);
  if (session.blocked.deadline_ms != 0) deadlines_.insert(&session);
  ++count_;
}

void BlockedClients::Remove(Session& session) {
  std::erase(ListOf(session.blocked.reason), &session);
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
  return lists_[static_cast<size_t>(reason)];
}

}  // namespace kvasir
