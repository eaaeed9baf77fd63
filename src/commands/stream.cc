// Streams: adding, trimming, counting and reading ranges.
#include <utility>

#include "src/commands/families.h"
#include "src/commands/stream_reply.h"
#include "src/commands/stream_trim_request.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"
#include "src/store/stream_type.h"

namespace kvasir {
namespace {

// The id that an entry gets; nothing when it would not be greater than all before.
std::optional<StreamId> ChooseId(Call& call, const StreamId& last,
                                 const StreamTrimRequest& request) {
  if (!request.id) {
    const auto now_ms = static_cast<uint64_t>(call.now_ms());
    return now_ms > last.ms ? StreamId{now_ms, 0} : NextStreamId(last);
  }
  StreamId id = *request.id;
  if (!request.sequence_given && id.ms == last.ms) {
    if (last.sequence == UINT64_MAX) return std::nullopt;
    id.sequence = last.sequence + 1;
  }
  return id > last ? std::optional(id) : std::nullopt;
}

// The log gets what was added and, behind that, what a trim removed.
void LogAdd(Call& call, const StreamTrimRequest& request, std::string_view id,
            std::string_view idempotent_id, std::vector<std::vector<std::string>>& effects) {
  if (call.engine().log() == nullptr) return;
  // redis-server 7 knows no words for references.
  const bool plain = !request.references_given && request.producer.empty();
  if (plain && (!request.trim || !request.trim->whole_nodes)) {
    if (!request.id || !request.sequence_given) call.LogWith(request.id_at, std::string(id));
    return;
  }
  std::vector<std::string> add;
  add.reserve(call.size() - request.id_at + 2);
  for (const std::string_view text : {call[0], call[1], id}) add.emplace_back(text);
  for (size_t i = request.id_at + 1; i < call.size(); ++i) add.emplace_back(call[i]);
  call.LogInstead(std::move(add));
  for (std::vector<std::string>& effect : effects) call.LogInstead(std::move(effect));
  if (!request.producer.empty()) {
    call.LogInstead({"XIDMPRECORD", call[1], request.producer, idempotent_id, id});
  }
}

bool TooLarge(std::span<const std::string_view> fields) {
  size_t bytes = 0;
  for (const std::string_view text : fields) bytes += text.size();
  return bytes > kStreamEntryBytesMax;
}

// What is wrong with an id that cannot be given.
std::string_view IdError(const StreamId& last) {
  return last == kStreamIdMax
             ? "ERR The stream has exhausted the last possible ID, unable to add more items"
             : "ERR The ID specified in XADD is equal or smaller than the target stream top item";
}

// The id that a repeated entry was given when it came first, which is counted; else nothing.
std::optional<StreamId> FindRepeated(Call& call, Stream* stream, const StreamTrimRequest& request,
                                     std::string_view idempotent_id) {
  if (request.producer.empty() || stream == nullptr || stream->idempotence() == nullptr) return {};
  const std::optional<StreamId> id =
      stream->idempotence()->Find(request.producer, idempotent_id, call.now_ms());
  if (id) ++stream->ChangeIdempotence().duplicates;
  return id;
}

void CmdXAdd(Call& call) {
  StreamTrimRequest request;
  if (!ReadStreamTrim(call, true, request)) return;
  const auto fields = request.id_at == 0 ? std::span<const std::string_view>()
                                         : call.arguments().subspan(request.id_at + 1);
  if (fields.empty() || fields.size() % 2 != 0) {
    call.Error(errors::WrongArity(call.command().full_name));
    return;
  }
  if (request.id && request.sequence_given && request.id->is_zero()) {
    call.Error("ERR The ID specified in XADD must be greater than 0-0");
    return;
  }
  const Key key = call.KeyAt(1);
  bool failed = false;
  Stream* stream = LocateStream(call, key, failed);
  if (failed) return;
  if (stream == nullptr && request.no_create) {
    call.reply.Null();
    return;
  }
  std::string made_id;
  std::string_view idempotent_id = request.idempotent_id;
  if (!request.producer.empty() && idempotent_id.empty()) {
    idempotent_id = made_id = StreamIdempotence::IdOf(fields);
  }
  if (const auto repeated = FindRepeated(call, stream, request, idempotent_id)) {
    ReplyStreamId(call.reply, *repeated);
    return;
  }
  const StreamId last = stream == nullptr ? StreamId() : stream->last_id();
  const std::optional<StreamId> id = ChooseId(call, last, request);
  if (!id || TooLarge(fields)) {
    call.Error(id ? "ERR Elements are too large to be stored" : IdError(last));
    return;
  }
  Database& database = call.database();
  if (stream == nullptr) stream = &InsertStream(database, key);
  stream->Append(*id, fields, StreamNodeLimitOf(database));
  if (!request.producer.empty()) {
    stream->ChangeIdempotence().Add(request.producer, idempotent_id, *id);
  }
  StreamIdText scratch;
  const std::string_view id_text = FormatStreamId(*id, scratch);
  call.reply.Bulk(id_text);
  call.Notify(kNotifyStream, "xadd", key.bytes);
  std::vector<std::vector<std::string>> effects;
  if (request.trim && RunStreamTrim(call, *stream, request, effects) != 0) {
    call.Notify(kNotifyStream, "xtrim", key.bytes);
  }
  LogAdd(call, request, id_text, idempotent_id, effects);
  database.Changed(key);
}

void CmdXTrim(Call& call) {
  StreamTrimRequest request;
  if (!ReadStreamTrim(call, false, request)) return;
  bool failed = false;
  const Key key = call.KeyAt(1);
  Stream* stream = LocateStream(call, key, failed);
  if (failed) return;
  size_t gone = 0;
  if (stream != nullptr) {
    std::vector<std::vector<std::string>> effects;
    gone = RunStreamTrim(call, *stream, request, effects);
    for (std::vector<std::string>& effect : effects) call.LogInstead(std::move(effect));
  }
  if (gone != 0) {
    call.Notify(kNotifyStream, "xtrim", key.bytes);
    call.database().Changed(key);
  }
  call.reply.Integer(static_cast<int64_t>(gone));
}

void CmdXLen(Call& call) {
  bool failed = false;
  const Stream* stream = ReadStream(call, call.KeyAt(1), failed);
  if (failed) return;
  call.reply.Integer(stream == nullptr ? 0 : static_cast<int64_t>(stream->Length()));
}

void Range(Call& call, bool backwards) {
  StreamId start;
  StreamId end;
  if (!ReadStreamStart(call, backwards ? 3 : 2, start)) return;
  if (!ReadStreamEnd(call, backwards ? 2 : 3, end)) return;
  std::optional<int64_t> count;
  ArgumentReader read(call, 4);
  while (read.TakeOption("COUNT", 1)) count = read.NextInteger();
  if (!read.Finish()) return;
  bool failed = false;
  const Stream* stream = ReadStream(call, call.KeyAt(1), failed);
  if (failed) return;
  if (stream == nullptr) {
    call.reply.Array(0);
  } else if (count && *count <= 0) {
    call.reply.NullArray();
  } else {
    const auto max = static_cast<uint64_t>(count.value_or(0));
    ReplyStreamEntries(call.reply, TakeStreamEntries(*stream, start, end, max, backwards));
  }
}

void CmdXRange(Call& call) { Range(call, false); }
void CmdXRevRange(Call& call) { Range(call, true); }

constexpr KeySpec kTrimKeys[] = {{.flags = kKeyReadWrite | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "xadd", .handler = CmdXAdd, .arity = -5, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclStream, .keys = kUpdateFirstKey, .since = "5.0.0",
     .group = CommandGroup::kStream,
     .summary = "Adds an entry to a stream, and removes old ones if asked.",
     .syntax = "key [NOMKSTREAM] [KEEPREF | DELREF | ACKED] "
               "[IDMPAUTO producer-id | IDMP producer-id idempotent-id] [<MAXLEN | MINID> [= | ~] threshold "
               "[LIMIT count]] <* | id> field value [field value ...]"},
    {.name = "xtrim", .handler = CmdXTrim, .arity = -4, .flags = kWrite,
     .categories = kAclStream, .keys = kTrimKeys, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Removes the oldest entries of a stream.",
     .syntax = "key <MAXLEN | MINID> [= | ~] threshold [LIMIT count] [KEEPREF | DELREF | ACKED]"},
    {.name = "xlen", .handler = CmdXLen, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclStream, .keys = kInspectFirstKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Tells how many entries a stream has.",
     .syntax = "key"},
    {.name = "xrange", .handler = CmdXRange, .arity = -4, .flags = kReadOnly,
     .categories = kAclStream, .keys = kReadFirstKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Returns the entries between two ids.",
     .syntax = "key start end [COUNT count]"},
    {.name = "xrevrange", .handler = CmdXRevRange, .arity = -4, .flags = kReadOnly,
     .categories = kAclStream, .keys = kReadFirstKey, .since = "5.0.0",
     .group = CommandGroup::kStream,
     .summary = "Returns the entries between two ids, the newest first.",
     .syntax = "key end start [COUNT count]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamCommands() { return kRows; }

}  // namespace kvasir
