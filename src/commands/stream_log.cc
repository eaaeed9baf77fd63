#include "src/commands/stream_log.h"

#include <string>

#include "src/commands/stream_reply.h"

namespace kvasir {

StreamConsumer& EnsureStreamConsumer(Call& call, StreamGroup& group, std::string_view key,
                                     std::string_view group_name, std::string_view name) {
  if (StreamConsumer* consumer = group.FindConsumer(name)) {
    consumer->seen_ms = call.now_ms();
    return *consumer;
  }
  StreamConsumer& consumer = group.AddConsumer(name, call.now_ms());
  call.LogInstead({"XGROUP", "CREATECONSUMER", key, group_name, name});
  call.Notify(kNotifyStream, "xgroup-createconsumer", key);
  return consumer;
}

void LogStreamPending(Call& call, std::string_view key, std::string_view group_name,
                      const StreamGroup& group, const StreamPending& pending) {
  call.LogInstead({"XCLAIM", key, group_name, pending.consumer->name(), "0",
                   StreamIdString(pending.id), "TIME", std::to_string(pending.delivered_ms),
                   "RETRYCOUNT", std::to_string(pending.deliveries), "FORCE", "JUSTID", "LASTID",
                   StreamIdString(group.last_delivered)});
}

void LogStreamGroup(Call& call, std::string_view key, std::string_view group_name,
                    const StreamGroup& group) {
  call.LogInstead({"XGROUP", "SETID", key, group_name, StreamIdString(group.last_delivered),
                   "ENTRIESREAD", std::to_string(group.entries_read)});
}

}  // namespace kvasir
