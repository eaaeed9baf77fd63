// All sessions by id, in the order they came.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <map>

#include "src/engine/session.h"

namespace kvasir {

class ClientRegistry {
 public:
  // Gives the session its id. LIFETIME: until Remove.
  void Add(Session& session) {
    session.id = next_id_++;
    sessions_.emplace(session.id, &session);
  }
  void Remove(Session& session) { sessions_.erase(session.id); }

  Session* Find(uint64_t id) const {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : found->second;
  }
  const std::map<uint64_t, Session*>& sessions() const { return sessions_; }
  size_t size() const { return sessions_.size(); }

 private:
  std::map<uint64_t, Session*> sessions_;
  uint64_t next_id_ = 1;
};

}  // namespace kvasir
