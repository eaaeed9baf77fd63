// Which sessions WATCH which keys.
// THREAD: loop.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/engine/session.h"

namespace kvasir {

class WatchTable {
 public:
  bool empty() const { return sessions_.empty(); }
  size_t key_count() const { return sessions_.size(); }
  // How many sessions watch at least one key.
  size_t session_count() const { return watching_; }

  // Watches a key for a session; nothing when it does so already.
  void Add(Session& session, int database, std::string_view key);
  // Ends all watches of a session.
  void RemoveAll(Session& session);
  // Marks every session that watches this key as having lost its watch.
  void MarkChanged(int database, std::string_view key);
  // Calls `visit(key)` for each watched key of a database.
  template <typename Visit>
  void ForEachKey(int database, Visit visit) const {
    for (const auto& [place, watchers] : sessions_) {
      if (place.first == database) visit(place.second);
    }
  }

 private:
  std::map<std::pair<int, std::string>, std::vector<Session*>> sessions_;
  size_t watching_ = 0;
};

}  // namespace kvasir
