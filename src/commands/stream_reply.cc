#include "src/commands/stream_reply.h"

#include <fmt/format.h>

#include "src/base/number.h"
#include "src/base/text.h"

namespace kvasir {
namespace {

void ReplyElementText(ReplyWriter& reply, const PackedElement& element) {
  if (element.kind == PackedElement::Kind::kInteger) {
    reply.BulkInteger(element.integer);
  } else {
    reply.Bulk(element.bytes);
  }
}

bool IsExclusive(std::string_view text) { return text.size() > 1 && text[0] == '('; }

bool ReadEdge(Call& call, std::string_view text, StreamId& id, uint64_t missing_sequence) {
  const std::optional<StreamId> parsed = ParseStreamId(text, missing_sequence);
  if (!parsed) {
    call.Error(kInvalidStreamId);
    return false;
  }
  id = *parsed;
  return true;
}

// "-" and "+" stand only where nothing is left out.
bool ReadInclusive(Call& call, std::string_view text, StreamId& id, uint64_t missing_sequence) {
  if (text == "-" || text == "+") {
    id = text == "-" ? kStreamIdMin : kStreamIdMax;
    return true;
  }
  return ReadEdge(call, text, id, missing_sequence);
}

// Redis's texts end names at a zero byte.
std::string_view UpToZero(std::string_view name) { return name.substr(0, name.find('\0')); }

}  // namespace

const Stream* ReadStream(Call& call, const Key& key, bool& failed) {
  const Entry* entry = ReadTyped(call, key, ValueType::kStream, failed);
  return entry == nullptr ? nullptr : &StreamOf(*entry);
}

Stream* LocateStream(Call& call, const Key& key, bool& failed) {
  const Database::Position position = LocateTyped(call, key, ValueType::kStream, failed);
  return position ? &StreamOf(*position.node()) : nullptr;
}

bool ReadStreamId(Call& call, size_t index, StreamId& id, uint64_t missing_sequence) {
  return ReadEdge(call, call[index], id, missing_sequence);
}

bool ReadStreamIds(Call& call, size_t first, size_t count, std::vector<StreamId>& ids) {
  ids.resize(count);
  for (size_t i = 0; i < count; ++i) {
    if (!ReadStreamId(call, first + i, ids[i])) return false;
  }
  return true;
}

bool ReadStreamStart(Call& call, size_t index, StreamId& id) {
  if (!IsExclusive(call[index])) return ReadInclusive(call, call[index], id, 0);
  if (!ReadEdge(call, call[index].substr(1), id, 0)) return false;
  const std::optional<StreamId> next = NextStreamId(id);
  if (!next) {
    call.Error("ERR invalid start ID for the interval");
    return false;
  }
  id = *next;
  return true;
}

bool ReadStreamEnd(Call& call, size_t index, StreamId& id) {
  if (!IsExclusive(call[index])) return ReadInclusive(call, call[index], id, UINT64_MAX);
  if (!ReadEdge(call, call[index].substr(1), id, UINT64_MAX)) return false;
  const std::optional<StreamId> previous = PreviousStreamId(id);
  if (!previous) {
    call.Error("ERR invalid end ID for the interval");
    return false;
  }
  id = *previous;
  return true;
}

bool ReadStreamInteger(Call& call, size_t index, int64_t& value, std::string_view error) {
  const std::optional<int64_t> parsed = ParseInt64(call[index]);
  if (!parsed) {
    call.Error(error);
    return false;
  }
  value = *parsed;
  return true;
}

GroupOfStream LocateStreamGroup(Call& call, const Key& key, std::string_view name, bool& failed) {
  Stream* stream = LocateStream(call, key, failed);
  return {stream, stream == nullptr ? nullptr : stream->FindGroup(name)};
}

GroupOfStream RequireStreamGroup(Call& call, const Key& key, std::string_view name) {
  bool failed = false;
  const GroupOfStream located = LocateStreamGroup(call, key, name, failed);
  if (!failed && located.group == nullptr) ReplyNoGroup(call, key.bytes, name);
  return located;
}

void ReplyNoGroup(Call& call, std::string_view key, std::string_view group,
                  std::string_view behind) {
  call.Error(fmt::format("NOGROUP No such key '{}' or consumer group '{}'{}", UpToZero(key),
                         UpToZero(group), behind));
}

void ReplyNoGroupOfKey(Call& call, std::string_view key, std::string_view group) {
  call.Error(fmt::format("NOGROUP No such consumer group '{}' for key name '{}'", UpToZero(group),
                         UpToZero(key)));
}

std::string StreamIdString(const StreamId& id) {
  StreamIdText scratch;
  return std::string(FormatStreamId(id, scratch));
}

void ReplyStreamId(ReplyWriter& reply, const StreamId& id) {
  StreamIdText scratch;
  reply.Bulk(FormatStreamId(id, scratch));
}

void ReplyStreamEntryParts(ReplyWriter& reply, const StreamEntry& entry) {
  ReplyStreamId(reply, entry.id);
  reply.Array(2 * entry.field_count);
  StreamFields fields(entry);
  for (PackedElement name, value; fields.Next(name, value);) {
    ReplyElementText(reply, name);
    ReplyElementText(reply, value);
  }
}

void ReplyStreamEntry(ReplyWriter& reply, const StreamEntry& entry) {
  reply.Array(2);
  ReplyStreamEntryParts(reply, entry);
}

std::vector<StreamEntry> TakeStreamEntries(const Stream& stream, const StreamId& start,
                                           const StreamId& end, uint64_t max, bool backwards) {
  std::vector<StreamEntry> entries;
  if (start > end) return entries;
  StreamCursor cursor(stream, start, end, backwards);
  for (StreamEntry entry; (max == 0 || entries.size() < max) && cursor.Next(entry);) {
    entries.push_back(entry);
  }
  return entries;
}

void ReplyStreamEntries(ReplyWriter& reply, const std::vector<StreamEntry>& entries) {
  reply.Array(entries.size());
  for (const StreamEntry& entry : entries) ReplyStreamEntry(reply, entry);
}

std::optional<StreamEntry> FindStreamEntry(const Stream& stream, const StreamId& id) {
  StreamEntry entry;
  if (!StreamCursor(stream, id, id, false).Next(entry)) return std::nullopt;
  return entry;
}

int64_t ElapsedMs(int64_t now_ms, int64_t then_ms) {
  if (then_ms >= now_ms) return 0;
  const uint64_t elapsed = static_cast<uint64_t>(now_ms) - static_cast<uint64_t>(then_ms);
  return elapsed > INT64_MAX ? INT64_MAX : static_cast<int64_t>(elapsed);
}

void ReplyClaimed(ReplyWriter& reply, const Stream& stream, const std::vector<StreamId>& ids,
                  bool just_ids) {
  reply.Array(ids.size());
  for (const StreamId& id : ids) {
    if (just_ids) {
      ReplyStreamId(reply, id);
    } else {
      ReplyStreamEntry(reply, *FindStreamEntry(stream, id));
    }
  }
}

}  // namespace kvasir
