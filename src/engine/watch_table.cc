#include "src/engine/watch_table.h"

#include <algorithm>

namespace kvasir {

void WatchTable::Add(Session& session, int database, std::string_view key) {
  Transaction& transaction = session.EnsureTransaction();
  std::vector<Session*>& watchers = sessions_[{database, std::string(key)}];
  if (std::find(watchers.begin(), watchers.end(), &session) != watchers.end()) return;
  watchers.push_back(&session);
  if (transaction.watched.empty()) ++watching_;
  transaction.watched.push_back({database, std::string(key)});
}

void WatchTable::RemoveAll(Session& session) {
  if (session.transaction == nullptr || session.transaction->watched.empty()) return;
  --watching_;
  for (const WatchedKey& watched : session.transaction->watched) {
    const auto found = sessions_.find({watched.database, watched.key});
    if (found == sessions_.end()) continue;
    std::erase(found->second, &session);
    if (found->second.empty()) sessions_.erase(found);
  }
  session.transaction->watched.clear();
  session.transaction->watched_changed = false;
}

void WatchTable::MarkChanged(int database, std::string_view key) {
  const auto found = sessions_.find({database, std::string(key)});
  if (found == sessions_.end()) return;
  for (Session* session : found->second) session->transaction->watched_changed = true;
}

}  // namespace kvasir
