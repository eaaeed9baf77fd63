// A stream told part by part, in the order in which RDB has it: what snapshots, files, digests and
// copies are made from, and what builds a stream again.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "src/store/stream_group.h"
#include "src/store/stream_id.h"
#include "src/store/stream_idempotence.h"

namespace kvasir {

// What is known of a stream besides its entries.
struct StreamFacts {
  uint64_t length = 0;         // entries that are there
  uint64_t entries_added = 0;  // ever
  StreamId first;              // zero when there are no entries
  StreamId last;               // the last id that was given, whether its entry is there or not
  StreamId max_deleted;        // the greatest id that was deleted by name; zero: none
  size_t groups = 0;
};

struct StreamGroupFacts {
  std::string_view name;
  StreamId last_delivered;
  int64_t entries_read = StreamGroup::kUnknown;
  size_t pending = 0;
};

struct StreamConsumerFacts {
  std::string_view name;
  int64_t seen_ms = 0;
  int64_t active_ms = -1;
  size_t owned = 0;
};

// Is told all nodes, then the facts, then each group: its facts, so many pending entries (whose
// consumers are told below: they are nullptr here), the number of its consumers, each of those
// with its facts and the ids of what it owns, and the ids of what is nobody's, in the order of
// their release. Last comes what is kept against doubled entries, nullptr without. LIFETIME of
// views: of the call.
class StreamSink {
 public:
  virtual ~StreamSink() = default;

  virtual void Node(const StreamId& /*master*/, std::string_view /*listpack*/) {}
  virtual void Facts(const StreamFacts& /*facts*/) {}
  virtual void Group(const StreamGroupFacts& /*facts*/) {}
  virtual void Pending(const StreamPending& /*pending*/) {}
  virtual void Consumers(size_t /*count*/) {}
  virtual void Consumer(const StreamConsumerFacts& /*facts*/) {}
  virtual void Owned(const StreamId& /*id*/) {}
  virtual void Released(std::span<const StreamId> /*ids*/) {}
  virtual void Idempotence(const StreamIdempotence* /*idempotence*/) {}
};

}  // namespace kvasir
