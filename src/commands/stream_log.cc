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

StreamClaimant::StreamClaimant(Call& call, StreamGroup& group)
    : call_(call),
      group_(group),
      made_(group.FindConsumer(call[3]) == nullptr),
      consumer_(EnsureStreamConsumer(call, group, call[1], call[2], call[3])) {}

void StreamClaimant::Take(StreamPending pending) {
  pending.consumer = &consumer_;
  group_.Assign(pending);
  consumer_.active_ms = call_.now_ms();
  LogStreamPending(call_, call_[1], call_[2], group_, pending);
  logged_ = true;
}

void StreamClaimant::Forget(const StreamPending& pending) {
  const StreamId id = pending.id;
  StreamPending logged = pending;
  logged.consumer = &consumer_;
  LogStreamPending(call_, call_[1], call_[2], group_, logged);
  group_.Acknowledge(id);
  logged_ = true;
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
