// XACK and XPENDING: what was delivered to consumers and not acknowledged.
#include <algorithm>
#include <vector>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

void CmdXAck(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  StreamGroup* group = LocateStreamGroup(call, key, call[2], failed).group;
  if (failed) return;
  if (group == nullptr) {
    call.reply.Integer(0);
    return;
  }
  std::vector<StreamId> ids;
  if (!ReadStreamIds(call, 3, call.size() - 3, ids)) return;
  int64_t acknowledged = 0;
  for (const StreamId& id : ids) acknowledged += group->Acknowledge(id) ? 1 : 0;
  if (acknowledged != 0) call.database().Changed(key);
  call.reply.Integer(acknowledged);
}

void ReplySummary(ReplyWriter& reply, const StreamGroup& group) {
  reply.Array(4);
  reply.Integer(static_cast<int64_t>(group.pending().size()));
  if (group.pending().empty()) {
    reply.Null();
    reply.Null();
    reply.NullArray();
    return;
  }
  ReplyStreamId(reply, group.pending().front().id);
  ReplyStreamId(reply, group.pending().back().id);
  const auto has_pending = [](const auto& named) { return !named.second.owned().empty(); };
  const auto& consumers = group.consumers();
  reply.Array(static_cast<size_t>(std::count_if(consumers.begin(), consumers.end(), has_pending)));
  for (const auto& [name, consumer] : consumers) {
    if (consumer.owned().empty()) continue;
    reply.Array(2);
    reply.Bulk(name);
    reply.BulkInteger(static_cast<int64_t>(consumer.owned().size()));
  }
}

// Which pending entries to list.
struct PendingRange {
  int64_t idle_ms = 0;
  StreamId start;
  StreamId end;
  uint64_t count = 0;
  size_t consumer_at = 0;  // 0: of all consumers
};

bool ReadRange(Call& call, PendingRange& range) {
  size_t at = 3;
  if (EqualsIgnoreCase(call[at], "IDLE")) {
    if (!ReadStreamInteger(call, at + 1, range.idle_ms)) return false;
    if (call.size() < 8) {
      call.Error(errors::kSyntax);
      return false;
    }
    at += 2;
  }
  int64_t count = 0;
  if (!ReadStreamInteger(call, at + 2, count)) return false;
  range.count = static_cast<uint64_t>(std::max<int64_t>(count, 0));
  if (!ReadStreamStart(call, at, range.start) || !ReadStreamEnd(call, at + 1, range.end)) {
    return false;
  }
  if (at + 3 < call.size()) range.consumer_at = at + 3;
  return true;
}

// Shows the ids of a list to `visit` until it says that it has enough.
template <typename Item, typename Visit>
void VisitRange(const StreamIds<Item>& list, const PendingRange& range, Visit visit) {
  auto place = list.LowerBound(range.start);
  for (const Item* item; (item = list.At(place)) != nullptr && item->id <= range.end;
       list.Advance(place)) {
    if (!visit(item->id)) return;
  }
}

std::vector<StreamPending> TakeRange(Call& call, const StreamGroup& group,
                                     const PendingRange& range) {
  std::vector<StreamPending> found;
  const auto take = [&](const StreamId& id) {
    if (found.size() == range.count) return false;
    const StreamPending& pending = *group.FindPending(id);
    const int64_t idle_ms = ElapsedMs(call.now_ms(), pending.shown_ms());
    if (range.idle_ms == 0 || idle_ms >= range.idle_ms) found.push_back(pending);
    return true;
  };
  if (range.consumer_at == 0) {
    VisitRange(group.pending(), range, take);
  } else if (const StreamConsumer* consumer = group.FindConsumer(call[range.consumer_at])) {
    VisitRange(consumer->owned(), range, take);
  }
  return found;
}

void CmdXPending(Call& call) {
  PendingRange range;
  const bool summary = call.size() == 3;
  if (!summary && (call.size() < 6 || call.size() > 9)) {
    call.Error(errors::kSyntax);
    return;
  }
  if (!summary && !ReadRange(call, range)) return;
  bool failed = false;
  const Stream* stream = ReadStream(call, call.KeyAt(1), failed);
  if (failed) return;
  const StreamGroup* group = stream == nullptr ? nullptr : stream->FindGroup(call[2]);
  if (group == nullptr) {
    ReplyNoGroup(call, call[1], call[2]);
    return;
  }
  if (summary) {
    ReplySummary(call.reply, *group);
    return;
  }
  const std::vector<StreamPending> found = TakeRange(call, *group, range);
  call.reply.Array(found.size());
  for (const StreamPending& pending : found) {
    call.reply.Array(4);
    ReplyStreamId(call.reply, pending.id);
    call.reply.Bulk(pending.owner());
    call.reply.Integer(pending.released() ? -1 : ElapsedMs(call.now_ms(), pending.delivered_ms));
    call.reply.Integer(static_cast<int64_t>(pending.deliveries));
  }
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "xack", .handler = CmdXAck, .arity = -4, .flags = kWrite | kFast,
     .categories = kAclStream, .keys = kUpdateFirstKey, .since = "5.0.0",
     .group = CommandGroup::kStream,
     .summary = "Tells that a consumer group is done with entries.",
     .syntax = "key group id [id ...]"},
    {.name = "xpending", .handler = CmdXPending, .arity = -3, .flags = kReadOnly,
     .categories = kAclStream, .keys = kReadFirstKey, .since = "5.0.0",
     .group = CommandGroup::kStream,
     .summary = "Tells what a consumer group was given and has not acknowledged.",
     .syntax = "key group [[IDLE min-idle-time] start end count [consumer]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamPendingCommands() { return kRows; }

}  // namespace kvasir
