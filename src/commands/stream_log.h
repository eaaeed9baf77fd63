// What is logged of consumer groups: effects, in words that redis-server 7 understands (D8).
// THREAD: loop.
#pragma once

#include <string_view>

#include "src/engine/call.h"
#include "src/store/stream_type.h"

namespace kvasir {

// The consumer of this name, which is made, logged and told of if it is not there; it has been seen
// now.
StreamConsumer& EnsureStreamConsumer(Call& call, StreamGroup& group, std::string_view key,
                                     std::string_view group_name, std::string_view name);

// The consumer that claims take entries for; it is made even when they find none.
class StreamClaimant {
 public:
  // LIFETIME: of all of them; argument 1 is the key, 2 the group, 3 the consumer.
  StreamClaimant(Call& call, StreamGroup& group);

  // Makes the entry pending for the consumer, with the delivery time and count of `pending`.
  void Take(StreamPending pending);
  // The entry is gone from the stream: nor is it pending any more. The log's XCLAIM finds so too.
  void Forget(const StreamPending& pending);

  // Whether any entry's state was logged.
  bool logged() const { return logged_; }
  // Whether the consumer is new, which was logged, too.
  bool made() const { return made_; }

 private:
  Call& call_;
  StreamGroup& group_;
  bool made_;
  StreamConsumer& consumer_;
  bool logged_ = false;
};

// The entry's owner, delivery time and number of deliveries, as XCLAIM.
void LogStreamPending(Call& call, std::string_view key, std::string_view group_name,
                      const StreamGroup& group, const StreamPending& pending);

// How far the group has read, as XGROUP SETID.
void LogStreamGroup(Call& call, std::string_view key, std::string_view group_name,
                    const StreamGroup& group);

}  // namespace kvasir
