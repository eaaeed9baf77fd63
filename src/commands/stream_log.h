// What is logged of consumer groups: effects, in words that redis-server 7 understands (D8).
// THREAD: loop.
#pragma once

#include <string_view>

#include "src/engine/call.h"
#include "src/store/stream_type.h"

namespace kvasir {

// The consumer of this name, which is made, logged and told of if it is not there.
StreamConsumer& EnsureStreamConsumer(Call& call, StreamGroup& group, std::string_view key,
                                     std::string_view group_name, std::string_view name);

// The entry's owner, delivery time and number of deliveries, as XCLAIM.
void LogStreamPending(Call& call, std::string_view key, std::string_view group_name,
                      const StreamGroup& group, const StreamPending& pending);

// How far the group has read, as XGROUP SETID.
void LogStreamGroup(Call& call, std::string_view key, std::string_view group_name,
                    const StreamGroup& group);

}  // namespace kvasir
