// XREAD: what came behind an id, of several streams, now or when something comes.
#include <string>
#include <utility>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/stream_read_request.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

constexpr std::string_view kOnlyOfGroup =
    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> "
    "option.";

// Where to read on in a stream, which may be absent (nullptr). False when an error was replied.
bool ReadStartingPoint(Call& call, size_t index, const Stream* stream, StreamId& after) {
  const std::string_view text = call[index];
  if (text == "$") {
    after = stream == nullptr ? StreamId() : stream->last_id();
    return true;
  }
  // The last entry that is there.
  if (text == "+") {
    const std::optional<StreamId> last = stream == nullptr ? std::nullopt : stream->LastEntryId();
    after = stream == nullptr ? StreamId() : stream->last_id();
    if (last) after = PreviousStreamId(*last).value_or(StreamId());
    return true;
  }
  if (text == ">") {
    call.Error(kOnlyOfGroup);
    return false;
  }
  return ReadStreamId(call, index, after);
}

struct Found {
  std::string_view key;
  std::vector<StreamEntry> entries;
};

void CmdXRead(Call& call) {
  const std::optional<StreamReadRequest> request = ReadStreamReadRequest(call, false);
  if (!request) return;
  std::vector<Found> found;
  std::vector<StreamId> after(request->streams);
  const auto keys = request->Keys(call);
  bool failed = false;
  for (size_t i = 0; i < keys.size(); ++i) {
    const Stream* stream = ReadStream(call, Key::Of(keys[i]), failed);
    if (failed || !ReadStartingPoint(call, request->IdAt(i), stream, after[i])) return;
    const std::optional<StreamId> start = NextStreamId(after[i]);
    if (stream == nullptr || !start || stream->last_id() < *start) continue;
    auto entries = TakeStreamEntries(*stream, *start, kStreamIdMax, request->count, false);
    if (!entries.empty()) found.push_back({keys[i], std::move(entries)});
  }
  if (found.empty()) {
    // What "$" means is settled now.
    std::vector<std::string> arguments(call.arguments().begin(), call.arguments().end());
    for (size_t i = 0; i < keys.size(); ++i) {
      std::string& id = arguments[request->IdAt(i)];
      if (id == "$" || id == "+") id = StreamIdString(after[i]);
    }
    WaitForStreams(call, *request, std::move(arguments), false);
    return;
  }
  if (call.reply.resp3()) {
    call.reply.Map(found.size());
  } else {
    call.reply.Array(found.size());
  }
  for (const Found& one : found) {
    if (!call.reply.resp3()) call.reply.Array(2);
    call.reply.Bulk(one.key);
    ReplyStreamEntries(call.reply, one.entries);
  }
}

constexpr KeySpec kStreamsKeys[] = {
    {.flags = kKeyReadOnly | kKeyAccess, .begin = 1, .keyword = "STREAMS", .last = -1, .limit = 2}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "xread", .handler = CmdXRead, .arity = -4,
     .flags = kReadOnly | kBlocking | kMovableKeys, .categories = kAclStream,
     .keys = kStreamsKeys, .since = "5.0.0", .group = CommandGroup::kStream,
     .summary = "Returns the entries of streams behind given ids, waiting for some if asked.",
     .syntax = "[COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamReadCommands() { return kRows; }

}  // namespace kvasir
