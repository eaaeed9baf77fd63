// Which sessions wait for which keys, and which of these keys have changed since: what blocking
// commands (BLPOP, BZPOPMIN, XREAD ...) of every type share. Knows no command and runs none.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/engine/command_table.h"
#include "src/engine/session.h"
#include "src/store/entry.h"
#include "src/store/keyspace_context.h"

namespace kvasir {

class BlockedKeys {
 public:
  struct Place {
    int database = 0;
    std::string key;
  };

  // A command that found nothing to do, kept so that it can run again. The arguments are copies:
  // what was read from the client is long gone by then.
  struct Waiter {
    Session* session = nullptr;
    Command* command = nullptr;
    ValueType type = ValueType::kString;  // of the value that it waits for
    bool needs_key = false;               // what KeyWait says of it
    std::vector<std::string> arguments;
    uint64_t order = 0;         // smaller: waits longer
    bool again = false;         // the run under way found nothing either
    std::vector<Place> places;  // set by Add
  };

  bool empty() const { return waiters_.empty(); }
  size_t key_count() const { return queues_.size(); }
  // The keys with a waiter that is also served when there is no such key. Looks at all of them.
  size_t needed_key_count() const;
  bool has_ready() const { return !ready_.empty(); }

  // Lets `waiter` wait for `keys` of a database. REQUIRES: its session does not wait yet.
  // LIFETIME: the session is taken out with Remove before it ends.
  void Add(std::unique_ptr<Waiter> waiter, int database, std::span<const std::string_view> keys);
  // Ends a session's wait and returns what it waited with; nullptr when it did not wait.
  std::unique_ptr<Waiter> Remove(const Session& session);
  Waiter* Find(const Session& session) const;

  // The key has changed: it becomes ready when somebody waits for it.
  void MarkReady(int database, const Key& key);
  // The same for all keys of a database that somebody waits for.
  void MarkAllReady(int database);
  // Takes the key that has been ready for longest. REQUIRES: has_ready().
  Place TakeReady();

  // The waiter for the key that comes next behind the one with this order (0: the first of all);
  // nullptr behind the last. Waiters may come and go between calls.
  Waiter* NextWaiter(int database, const Key& key, uint64_t after) const;

 private:
  struct PlaceView {
    int database = 0;
    std::string_view key;
    uint64_t hash = 0;
  };
  struct PlaceHash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): std asks for it
    size_t operator()(const PlaceView& place) const {
      return place.hash + static_cast<size_t>(place.database);
    }
    size_t operator()(const Place& place) const {
      return HashBytes(place.key) + static_cast<size_t>(place.database);
    }
  };
  struct PlaceEqual {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): std asks for it
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return a.database == b.database && a.key == b.key;
    }
  };
  struct Queue {
    std::map<uint64_t, Waiter*> waiters;  // longest waiting first
    bool ready = false;                   // stands in ready_
  };

  std::unordered_map<Place, Queue, PlaceHash, PlaceEqual> queues_;
  std::unordered_map<const Session*, std::unique_ptr<Waiter>> waiters_;
  std::deque<Place> ready_;
};

}  // namespace kvasir
