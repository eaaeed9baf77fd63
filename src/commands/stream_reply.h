// Looking streams up, reading ids, and replying with entries, as the stream families share it.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/commands/typed_lookup.h"
#include "src/engine/call.h"
#include "src/store/stream_type.h"

namespace kvasir {

inline constexpr std::string_view kInvalidStreamId =
    "ERR Invalid stream ID specified as stream command argument";

// The stream under a key, for reading; nullptr when absent. With another type there, replies
// WRONGTYPE and sets `failed`.
const Stream* ReadStream(Call& call, const Key& key, bool& failed);
// The same for writing.
Stream* LocateStream(Call& call, const Key& key, bool& failed);

// The stream under a key and its group of this name, for writing; no group when either is absent.
// With another type there, replies WRONGTYPE and sets `failed`.
struct GroupOfStream {
  Stream* stream = nullptr;
  StreamGroup* group = nullptr;
};
GroupOfStream LocateStreamGroup(Call& call, const Key& key, std::string_view name, bool& failed);
// The same where there has to be one: without a group, an error was replied.
GroupOfStream RequireStreamGroup(Call& call, const Key& key, std::string_view name);

// The reading functions below return false, and have replied with an error, when the argument is
// not what it should be.

bool ReadStreamId(Call& call, size_t index, StreamId& id, uint64_t missing_sequence = 0);
bool ReadStreamIds(Call& call, size_t first, size_t count, std::vector<StreamId>& ids);
// The edges of an interval: ids, "-" and "+", and "(" in front of an id that is left out.
bool ReadStreamStart(Call& call, size_t index, StreamId& id);
bool ReadStreamEnd(Call& call, size_t index, StreamId& id);
bool ReadStreamInteger(Call& call, size_t index, int64_t& value,
                       std::string_view error = errors::kNotInteger);

// "-NOGROUP No such key 'k' or consumer group 'g'" and `behind` it.
void ReplyNoGroup(Call& call, std::string_view key, std::string_view group,
                  std::string_view behind = {});
// "-NOGROUP No such consumer group 'g' for key name 'k'"
void ReplyNoGroupOfKey(Call& call, std::string_view key, std::string_view group);

std::string StreamIdString(const StreamId& id);
void ReplyStreamId(ReplyWriter& reply, const StreamId& id);
// Id and fields; the header of the array around them is the caller's.
void ReplyStreamEntryParts(ReplyWriter& reply, const StreamEntry& entry);
void ReplyStreamEntry(ReplyWriter& reply, const StreamEntry& entry);

// Up to `max` entries (0: all) between two ids, both inclusive. LIFETIME: of the stream until it
// changes.
std::vector<StreamEntry> TakeStreamEntries(const Stream& stream, const StreamId& start,
                                           const StreamId& end, uint64_t max, bool backwards);
void ReplyStreamEntries(ReplyWriter& reply, const std::vector<StreamEntry>& entries);
// The entry with this id; nothing without.
std::optional<StreamEntry> FindStreamEntry(const Stream& stream, const StreamId& id);

// What a consumer was given: the entries, or only their ids. REQUIRES: they are there.
void ReplyClaimed(ReplyWriter& reply, const Stream& stream, const std::vector<StreamId>& ids,
                  bool just_ids);

// Milliseconds since then; no less than 0. Files may hold any time.
int64_t ElapsedMs(int64_t now_ms, int64_t then_ms);

}  // namespace kvasir
