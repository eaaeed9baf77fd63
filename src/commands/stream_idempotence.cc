// XCFGSET and XIDMPRECORD: what streams remember against doubled entries. XADD uses it.
#include <optional>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

using Limits = StreamIdempotence::Limits;

// False, and an error was replied, when the argument is no number up to `max`.
bool ReadLimit(Call& call, size_t index, int64_t max, std::string_view error, int64_t& value) {
  if (!ReadStreamInteger(call, index, value)) return false;
  if (value >= 1 && value <= max) return true;
  call.Error(error);
  return false;
}

bool ReadLimits(Call& call, std::optional<int64_t>& seconds, std::optional<int64_t>& size) {
  for (size_t i = 2; i < call.size(); i += 2) {
    const bool is_seconds = EqualsIgnoreCase(call[i], "IDMP-DURATION");
    if (i + 1 == call.size() || (!is_seconds && !EqualsIgnoreCase(call[i], "IDMP-MAXSIZE"))) {
      call.Error(errors::kSyntax);
      return false;
    }
    int64_t value = 0;
    const bool read =
        is_seconds ? ReadLimit(call, i + 1, StreamIdempotence::kDurationSecondsMax,
                               "ERR IDMP-DURATION must be between 1 and 86400 seconds", value)
                   : ReadLimit(call, i + 1, StreamIdempotence::kSizeMax,
                               "ERR IDMP-MAXSIZE must be between 1 and 10000 entries", value);
    if (!read) return false;
    (is_seconds ? seconds : size) = value;
  }
  if (seconds || size) return true;
  call.Error("ERR At least one parameter must be specified");
  return false;
}

// nullptr, and an error was replied, when there is none.
Stream* NeedStream(Call& call, const Key& key) {
  bool failed = false;
  Stream* stream = LocateStream(call, key, failed);
  if (stream == nullptr && !failed) call.Error(errors::kNoSuchKey);
  return stream;
}

void CmdXCfgSet(Call& call) {
  std::optional<int64_t> seconds;
  std::optional<int64_t> size;
  if (!ReadLimits(call, seconds, size)) return;
  const Key key = call.KeyAt(1);
  Stream* stream = NeedStream(call, key);
  if (stream == nullptr) return;
  const Limits before =
      stream->idempotence() == nullptr ? Limits() : stream->idempotence()->limits();
  const Limits limits = {.duration_seconds = seconds.value_or(before.duration_seconds),
                         .size = size.value_or(before.size)};
  stream->ChangeIdempotence().SetLimits(limits);
  if (limits != before) call.database().Changed(key);
  call.reply.Status("OK");
}

// How the log tells what XADD remembered: it may have lost the entry since.
void CmdXIdmpRecord(Call& call) {
  StreamId id;
  if (!ReadStreamId(call, 4, id)) return;
  if (call[2].empty() || call[3].empty()) {
    call.Error(call[2].empty() ? "ERR IDMP requires a non-empty producer ID"
                               : "ERR IDMP requires a non-empty idempotent ID");
    return;
  }
  const Key key = call.KeyAt(1);
  Stream* stream = NeedStream(call, key);
  if (stream == nullptr) return;
  if (!call.session().is_replay && !stream->Contains(id)) {
    call.Error("ERR The specified stream ID was deleted or doesn't exist");
    return;
  }
  const StreamIdempotence* idempotence = stream->idempotence();
  const std::optional<StreamId> known =
      idempotence == nullptr ? std::nullopt
                             : idempotence->Find(call[2], call[3], static_cast<int64_t>(id.ms));
  if (known && *known != id) {
    call.Error(
        "ERR The specified IDMP producer-id/idempotent-id pair maps to a different stream ID");
    return;
  }
  if (!known) {
    stream->ChangeIdempotence().Add(call[2], call[3], id);
    call.database().Changed(key);
  }
  call.reply.Status("OK");
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "xcfgset", .handler = CmdXCfgSet, .arity = -2, .flags = kWrite | kFast,
     .categories = kAclStream, .keys = kUpdateFirstKey, .since = "8.6.0",
     .group = CommandGroup::kStream,
     .summary = "Sets for how long, and how many, ids of its producers a stream remembers.",
     .syntax = "key [IDMP-DURATION idmp-duration] [IDMP-MAXSIZE idmp-maxsize]"},
    {.name = "xidmprecord", .handler = CmdXIdmpRecord, .arity = 5,
     .flags = kWrite | kDenyOom | kFast, .categories = kAclStream, .keys = kUpdateFirstKey,
     .since = "8.8.0", .group = CommandGroup::kStream,
     .summary = "Tells a stream which entry a producer's id became.",
     .syntax = "key pid iid stream-id"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamIdempotenceCommands() { return kRows; }

}  // namespace kvasir
