// The sessions that wait: soonest deadline first, and by what they wait for.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "src/engine/session.h"

namespace kvasir {

class BlockedClients {
 public:
  size_t size() const { return count_; }
  size_t CountOf(BlockReason reason) const;

  // REQUIRES: session.blocked is set, and stays as it is until Remove.
  void Add(Session& session);
  void Remove(Session& session);

  // Lets a waiting session be looked at again at a time (Unix ms), in place of the time that was
  // set before; 0: not at all.
  void SetAgain(Session& session, int64_t again_ms);
  // A session whose time has come, and has no such time any more then; nullptr when there is none.
  Session* TakeAgain(int64_t now_ms);

  // The soonest deadline (Unix ms) of any waiting session, or time to look at one again.
  std::optional<int64_t> NextDeadlineMs() const;
  // A session whose deadline is at or before `now_ms`; nullptr when there is none.
  Session* NextTimedOut(int64_t now_ms) const;
  // The sessions that wait for this reason, longest waiting first.
  std::vector<Session*> Waiting(BlockReason reason) const;

 private:
  struct ByDeadline {
    bool operator()(const Session* a, const Session* b) const {
      return std::pair(a->blocked.deadline_ms, a->id) < std::pair(b->blocked.deadline_ms, b->id);
    }
  };
  static constexpr size_t kReasons = 8;
  // In the order in which they came; thousands may come and go at once.
  using Queue = std::map<uint64_t, Session*>;
  Queue& QueueOf(BlockReason reason) { return queues_[static_cast<size_t>(reason)]; }

  Queue queues_[kReasons];
  uint64_t next_order_ = 1;
  std::set<Session*, ByDeadline> deadlines_;
  std::set<std::pair<int64_t, Session*>> again_;
  std::map<Session*, int64_t> again_of_;
  size_t count_ = 0;
};

}  // namespace kvasir
