// Builds a stream from its parts, which may come from a file: nothing is believed that would break
// what the rest of the store relies on.
// THREAD: loop.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "src/store/stream_type.h"

namespace kvasir {

class StreamBuilder final : public StreamSink {
 public:
  StreamBuilder() : stream_(std::make_unique<Stream>()) {}

  void Node(const StreamId& master, std::string_view listpack) override;
  void Facts(const StreamFacts& facts) override;
  void Group(const StreamGroupFacts& facts) override;
  void Pending(const StreamPending& pending) override;
  void Consumer(const StreamConsumerFacts& facts) override;
  void Owned(const StreamId& id) override;
  void Released(std::span<const StreamId> ids) override;
  void Idempotence(const StreamIdempotence* idempotence) override;

  // What follows from the entries alone, for files of Redis 5 and 6: as if nothing had ever been
  // deleted.
  StreamFacts FactsOfEntries(const StreamId& last) const;
  int64_t EntriesReadUpTo(const StreamId& id) const;

  // What was wrong, a constant text; empty while all is well. Nothing is taken any more then.
  std::string_view error() const { return error_; }
  // The whole stream; nullptr, and an error, when something is wrong or missing.
  std::unique_ptr<Stream> Take();

 private:
  void Fail(std::string_view error);
  bool CheckGroup();

  std::unique_ptr<Stream> stream_;
  StreamGroup* group_ = nullptr;
  StreamConsumer* consumer_ = nullptr;
  size_t owned_ = 0;       // entries of the group that have their consumer, or were released
  StreamId last_in_node_;  // of any node so far, also of deleted entries
  std::string_view error_;
};

}  // namespace kvasir
