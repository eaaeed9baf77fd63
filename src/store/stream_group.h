// A consumer group of a stream: how far it has read, and who was given what without having
// acknowledged it yet (https://redis.io/docs/latest/develop/data-types/streams/#consumer-groups).
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/store/stream_id.h"
#include "src/store/stream_ids.h"

namespace kvasir {

class StreamConsumer;

// An entry that was delivered and not acknowledged.
struct StreamPending {
  StreamId id;
  // The last time, Unix time. Of a released entry: its place in the order of their release.
  int64_t delivered_ms = 0;
  uint64_t deliveries = 0;
  // LIFETIME: of its group. nullptr: it was released, and is nobody's until somebody claims it.
  StreamConsumer* consumer = nullptr;

  bool released() const { return consumer == nullptr; }
  // As clients see them.
  int64_t shown_ms() const { return released() ? 0 : delivered_ms; }
  std::string_view owner() const;
};

// The same as its consumer has it.
struct StreamOwned {
  StreamId id;
};

class StreamConsumer {
 public:
  // LIFETIME: of the name.
  explicit StreamConsumer(std::string_view name) : name_(name) {}

  std::string_view name() const { return name_; }
  const StreamIds<StreamOwned>& owned() const { return owned_; }

  int64_t seen_ms = 0;     // when it last asked for anything
  int64_t active_ms = -1;  // when it last got anything; -1: never

 private:
  friend class StreamBuilder;
  friend class StreamCut;
  friend class StreamGroup;

  std::string_view name_;
  StreamIds<StreamOwned> owned_;
};

class StreamGroup {
 public:
  // By name, in the order of its bytes.
  using Consumers = std::map<std::string, StreamConsumer, std::less<>>;

  // Nothing is known of how many entries were read.
  static constexpr int64_t kUnknown = -1;

  StreamGroup(const StreamId& delivered, int64_t read)
      : last_delivered(delivered), entries_read(read) {}
  StreamGroup(const StreamGroup&) = delete;
  StreamGroup& operator=(const StreamGroup&) = delete;

  const Consumers& consumers() const { return consumers_; }
  StreamConsumer* FindConsumer(std::string_view name);
  const StreamConsumer* FindConsumer(std::string_view name) const;
  // REQUIRES: there is none of this name.
  StreamConsumer& AddConsumer(std::string_view name, int64_t now_ms);
  // Removes a consumer with all that it has not acknowledged; returns how much that was.
  size_t RemoveConsumer(StreamConsumer& consumer);

  const StreamIds<StreamPending>& pending() const { return pending_; }
  const StreamPending* FindPending(const StreamId& id) const { return pending_.Find(id); }
  // Makes the entry pending for `state.consumer`, whether it was pending for anybody or not.
  void Assign(const StreamPending& state);
  // Makes the entry pending for nobody, as the last of those that were released; it need not have
  // been pending before.
  void Release(const StreamId& id, uint64_t deliveries);
  // False when it was not pending.
  bool Acknowledge(const StreamId& id);
  size_t released_count() const { return released_; }
  // In the order of their release. Looks at all that is pending.
  std::vector<StreamId> Released() const;

  std::unique_ptr<StreamGroup> Clone() const;
  size_t MemoryBytes() const;
  size_t FreeEffort() const;

  StreamId last_delivered;
  int64_t entries_read;

 private:
  friend class StreamBuilder;
  friend class StreamCut;

  // Takes a pending entry from whoever has it.
  void Disown(const StreamPending& pending);

  Consumers consumers_;
  StreamIds<StreamPending> pending_;
  size_t released_ = 0;       // of the pending entries
  int64_t next_release_ = 1;  // the place of the next one
};

inline std::string_view StreamPending::owner() const {
  return released() ? std::string_view() : consumer->name();
}

}  // namespace kvasir
