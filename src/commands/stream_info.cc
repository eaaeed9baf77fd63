// XINFO: what is known of streams, their groups and their consumers.
#include <algorithm>
#include <optional>
#include <string_view>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

void Field(ReplyWriter& reply, std::string_view name, uint64_t value) {
  reply.Bulk(name);
  reply.Integer(static_cast<int64_t>(value));
}

void Field(ReplyWriter& reply, std::string_view name, const StreamId& id) {
  reply.Bulk(name);
  ReplyStreamId(reply, id);
}

void Field(ReplyWriter& reply, std::string_view name, std::optional<int64_t> value) {
  reply.Bulk(name);
  if (value) {
    reply.Integer(*value);
  } else {
    reply.Null();
  }
}

std::optional<int64_t> EntriesRead(const StreamGroup& group) {
  if (group.entries_read == StreamGroup::kUnknown) return std::nullopt;
  return group.entries_read;
}

// The stream of argument 2; nullptr, and replied, without one.
const Stream* FindStream(Call& call) {
  bool failed = false;
  const Stream* stream = ReadStream(call, call.KeyAt(2), failed);
  if (stream == nullptr && !failed) call.Error(errors::kNoSuchKey);
  return stream;
}

void ReplyFacts(ReplyWriter& reply, const Stream& stream) {
  Field(reply, "length", stream.Length());
  Field(reply, "radix-tree-keys", stream.node_count());
  // A tree of such keys has one node more; ours is an array.
  Field(reply, "radix-tree-nodes", stream.node_count() + 1);
  Field(reply, "last-generated-id", stream.last_id());
  Field(reply, "max-deleted-entry-id", stream.max_deleted_id());
  Field(reply, "entries-added", stream.entries_added());
  Field(reply, "recorded-first-entry-id", stream.first_id());
}

// Only streams that use them have these.
constexpr size_t kIdempotenceFields = 6;

void ReplyIdempotence(Call& call, const Stream& stream) {
  const StreamIdempotence* idempotence = stream.idempotence();
  if (idempotence == nullptr) return;
  const StreamIdempotence::Counts counts = idempotence->CountAt(call.now_ms());
  Field(call.reply, "idmp-duration", std::optional(idempotence->limits().duration_seconds));
  Field(call.reply, "idmp-maxsize", std::optional(idempotence->limits().size));
  Field(call.reply, "pids-tracked", counts.producers);
  Field(call.reply, "iids-tracked", counts.ids);
  Field(call.reply, "iids-added", idempotence->added);
  Field(call.reply, "iids-duplicates", idempotence->duplicates);
}

size_t FieldsOf(const Stream& stream, size_t fields) {
  return stream.idempotence() == nullptr ? fields : fields + kIdempotenceFields;
}

void ReplyEdge(ReplyWriter& reply, std::string_view name, const Stream& stream, bool last) {
  reply.Bulk(name);
  const auto entries = TakeStreamEntries(stream, kStreamIdMin, kStreamIdMax, 1, last);
  if (entries.empty()) {
    reply.Null();
  } else {
    ReplyStreamEntry(reply, entries[0]);
  }
}

// So many items of a list; 0: all.
template <typename Item, typename Show>
void ReplyPending(ReplyWriter& reply, const StreamIds<Item>& list, uint64_t max, Show show) {
  reply.Bulk("pending");
  const uint64_t count = max == 0 ? list.size() : std::min<uint64_t>(max, list.size());
  reply.Array(count);
  typename StreamIds<Item>::Place place;
  for (uint64_t i = 0; i < count; ++i, list.Advance(place)) show(*list.At(place));
}

void ReplyConsumerInFull(ReplyWriter& reply, const StreamGroup& group,
                         const StreamConsumer& consumer, uint64_t max) {
  reply.Map(5);
  reply.Bulk("name");
  reply.Bulk(consumer.name());
  Field(reply, "seen-time", std::optional(consumer.seen_ms));
  Field(reply, "active-time", std::optional(consumer.active_ms));
  Field(reply, "pel-count", consumer.owned().size());
  ReplyPending(reply, consumer.owned(), max, [&](const StreamOwned& owned) {
    const StreamPending& pending = *group.FindPending(owned.id);
    reply.Array(3);
    ReplyStreamId(reply, pending.id);
    reply.Integer(pending.delivered_ms);
    reply.Integer(static_cast<int64_t>(pending.deliveries));
  });
}

void ReplyGroupInFull(ReplyWriter& reply, const Stream& stream, std::string_view name,
                      const StreamGroup& group, uint64_t max) {
  // Older clients expect what older servers say, where nothing newer is used.
  const bool any_released = group.released_count() != 0;
  reply.Map(any_released ? 8 : 7);
  reply.Bulk("name");
  reply.Bulk(name);
  Field(reply, "last-delivered-id", group.last_delivered);
  Field(reply, "entries-read", EntriesRead(group));
  Field(reply, "lag", stream.Lag(group));
  Field(reply, "pel-count", group.pending().size());
  if (any_released) Field(reply, "nacked-count", group.released_count());
  ReplyPending(reply, group.pending(), max, [&](const StreamPending& pending) {
    reply.Array(4);
    ReplyStreamId(reply, pending.id);
    reply.Bulk(pending.owner());
    reply.Integer(pending.shown_ms());
    reply.Integer(static_cast<int64_t>(pending.deliveries));
  });
  reply.Bulk("consumers");
  reply.Array(group.consumers().size());
  for (const auto& [consumer_name, consumer] : group.consumers()) {
    ReplyConsumerInFull(reply, group, consumer, max);
  }
}

void ReplyInFull(Call& call, const Stream& stream, uint64_t max) {
  ReplyWriter& reply = call.reply;
  reply.Map(FieldsOf(stream, 9));
  ReplyFacts(reply, stream);
  ReplyIdempotence(call, stream);
  reply.Bulk("entries");
  ReplyStreamEntries(reply, TakeStreamEntries(stream, kStreamIdMin, kStreamIdMax, max, false));
  reply.Bulk("groups");
  reply.Array(stream.groups().size());
  for (const auto& [name, group] : stream.groups()) {
    ReplyGroupInFull(reply, stream, name, *group, max);
  }
}

// What "FULL [COUNT count]" says: nothing without it. False when an error was replied.
bool ReadFull(Call& call, std::optional<uint64_t>& max) {
  constexpr int64_t kDefaultCount = 10;
  if (call.size() == 3) return true;
  const bool counted = call.size() == 6;
  if ((!counted && call.size() != 4) || !EqualsIgnoreCase(call[3], "FULL") ||
      (counted && !EqualsIgnoreCase(call[4], "COUNT"))) {
    ReplySubcommandSyntax(call);
    return false;
  }
  int64_t count = kDefaultCount;
  if (counted && !ReadStreamInteger(call, 5, count)) return false;
  max = static_cast<uint64_t>(count < 0 ? kDefaultCount : count);
  return true;
}

void CmdXInfoStream(Call& call) {
  const Stream* stream = FindStream(call);
  if (stream == nullptr) return;
  std::optional<uint64_t> max;
  if (!ReadFull(call, max)) return;
  if (max) {
    ReplyInFull(call, *stream, *max);
    return;
  }
  call.reply.Map(FieldsOf(*stream, 10));
  ReplyFacts(call.reply, *stream);
  ReplyIdempotence(call, *stream);
  Field(call.reply, "groups", stream->groups().size());
  ReplyEdge(call.reply, "first-entry", *stream, false);
  ReplyEdge(call.reply, "last-entry", *stream, true);
}

void CmdXInfoGroups(Call& call) {
  const Stream* stream = FindStream(call);
  if (stream == nullptr) return;
  call.reply.Array(stream->groups().size());
  for (const auto& [name, group] : stream->groups()) {
    call.reply.Map(6);
    call.reply.Bulk("name");
    call.reply.Bulk(name);
    Field(call.reply, "consumers", group->consumers().size());
    Field(call.reply, "pending", group->pending().size());
    Field(call.reply, "last-delivered-id", group->last_delivered);
    Field(call.reply, "entries-read", EntriesRead(*group));
    Field(call.reply, "lag", stream->Lag(*group));
  }
}

void CmdXInfoConsumers(Call& call) {
  const Stream* stream = FindStream(call);
  if (stream == nullptr) return;
  const StreamGroup* group = stream->FindGroup(call[3]);
  if (group == nullptr) {
    ReplyNoGroupOfKey(call, call[2], call[3]);
    return;
  }
  call.reply.Array(group->consumers().size());
  for (const auto& [name, consumer] : group->consumers()) {
    const int64_t active_ms = consumer.active_ms;
    const int64_t inactive_ms = active_ms == -1 ? -1 : ElapsedMs(call.now_ms(), active_ms);
    call.reply.Map(4);
    call.reply.Bulk("name");
    call.reply.Bulk(name);
    Field(call.reply, "pending", consumer.owned().size());
    Field(call.reply, "idle", std::optional(ElapsedMs(call.now_ms(), consumer.seen_ms)));
    Field(call.reply, "inactive", std::optional(inactive_ms));
  }
}

constexpr KeySpec kReadKey[] = {{.flags = kKeyReadOnly | kKeyAccess, .begin = 2}};

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "consumers", .handler = CmdXInfoConsumers, .arity = 4, .flags = kReadOnly,
     .categories = kAclStream, .keys = kReadKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Tell of the consumers of a group.",
     .syntax = "key group"},
    {.name = "groups", .handler = CmdXInfoGroups, .arity = 3, .flags = kReadOnly,
     .categories = kAclStream, .keys = kReadKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Tell of the consumer groups of a stream.",
     .syntax = "key"},
    HelpRow("5.0.0", CommandGroup::kStream, kAclStream),
    {.name = "stream", .handler = CmdXInfoStream, .arity = -3, .flags = kReadOnly,
     .categories = kAclStream, .keys = kReadKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Tell of a stream.",
     .syntax = "key [FULL [COUNT count]]"},
};

constexpr CommandRow kRows[] = {
    {.name = "xinfo", .arity = -2, .since = "5.0.0", .group = CommandGroup::kStream,
     .summary = "Tells of streams, their groups and their consumers.",
     .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamInfoCommands() { return kRows; }

}  // namespace kvasir
