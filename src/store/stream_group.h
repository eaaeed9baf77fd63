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

#include "src/store/stream_id.h"
#include "src/store/stream_ids.h"

namespace kvasir {

class StreamConsumer;

// An entry that was delivered and not acknowledged.
struct StreamPending {
  StreamId id;
  int64_t delivered_ms = 0;  // the last time, Unix time
  uint64_t deliveries = 0;
  StreamConsumer* consumer = nullptr;  // LIFETIME: of its group
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
  // False when it was not pending.
  bool Acknowledge(const StreamId& id);

  std::unique_ptr<StreamGroup> Clone() const;
  size_t MemoryBytes() const;
  size_t FreeEffort() const;

  StreamId last_delivered;
  int64_t entries_read;

 private:
  friend class StreamBuilder;
  friend class StreamCut;

  Consumers consumers_;
  StreamIds<StreamPending> pending_;
};

}  // namespace kvasir
