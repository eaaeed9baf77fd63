// XDEL, XDELEX, XACKDEL and XSETID: taking entries out of the middle, and a stream's last id.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/stream_references.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

// What became of one id, as XDELEX and XACKDEL reply it.
enum class Outcome : int8_t { kAbsent = -1, kDeleted = 1, kStillReferenced = 2 };

void CmdXDel(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  Stream* stream = LocateStream(call, key, failed);
  if (failed) return;
  if (stream == nullptr) {
    call.reply.Integer(0);
    return;
  }
  std::vector<StreamId> ids;
  if (!ReadStreamIds(call, 2, call.size() - 2, ids)) return;
  int64_t deleted = 0;
  for (const StreamId& id : ids) deleted += stream->Erase(id) ? 1 : 0;
  if (deleted != 0) {
    call.Notify(kNotifyStream, "xdel", key.bytes);
    call.database().Changed(key);
  }
  call.reply.Integer(deleted);
}

struct DeleteRequest {
  StreamReferences references = StreamReferences::kKeep;
  std::vector<StreamId> ids;
};

// "[KEEPREF | DELREF | ACKED] IDS numids id ..." from `next` on.
bool ReadDelete(Call& call, size_t next, DeleteRequest& request) {
  bool given = false;
  for (; next < call.size(); ++next) {
    const std::optional<StreamReferences> references = ParseStreamReferences(call[next]);
    if (references && !given) {
      given = true;
      request.references = *references;
      continue;
    }
    if (references || !EqualsIgnoreCase(call[next], "IDS") || next + 1 >= call.size()) break;
    const std::optional<int64_t> count = ParseInt64(call[next + 1]);
    const size_t left = call.size() - next - 2;
    if (!count || *count <= 0) {
      call.Error("ERR Number of IDs must be a positive integer");
      return false;
    }
    if (static_cast<uint64_t>(*count) > left) {
      call.Error("ERR The `numids` parameter must match the number of arguments");
      return false;
    }
    if (static_cast<uint64_t>(*count) < left) break;
    return ReadStreamIds(call, next + 2, left, request.ids);
  }
  call.Error(errors::kSyntax);
  return false;
}

// Deletes, and says what became of each id. `group` has acknowledged what is to be deleted.
class Deleter {
 public:
  Deleter(Call& call, Stream& stream, StreamReferences references)
      : call_(call), stream_(stream), references_(references) {}

  Outcome Delete(const StreamId& id) {
    if (references_ == StreamReferences::kAcked && stream_.IsReferenced(id)) {
      return stream_.Contains(id) ? Outcome::kStillReferenced : Outcome::kAbsent;
    }
    if (references_ == StreamReferences::kDelete) unreferenced_.push_back(id);
    if (!stream_.Erase(id)) return Outcome::kAbsent;
    deleted_.push_back(id);
    return Outcome::kDeleted;
  }

  // Drops references and logs it all, behind what was acknowledged. True when anything changed.
  bool Finish(std::vector<std::vector<std::string>> log) {
    if (!deleted_.empty()) log.push_back(CommandWithIds({"XDEL", std::string(call_[1])}, deleted_));
    DropStreamReferences(call_, stream_, unreferenced_, log);
    const bool changed = !log.empty();
    for (std::vector<std::string>& command : log) call_.LogInstead(std::move(command));
    if (!deleted_.empty()) call_.Notify(kNotifyStream, "xdel", call_[1]);
    return changed;
  }

 private:
  Call& call_;
  Stream& stream_;
  StreamReferences references_;
  std::vector<StreamId> deleted_;
  std::vector<StreamId> unreferenced_;
};

void ReplyOutcomes(ReplyWriter& reply, const std::vector<Outcome>& outcomes) {
  reply.Array(outcomes.size());
  for (const Outcome outcome : outcomes) reply.Integer(static_cast<int64_t>(outcome));
}

void CmdXDelEx(Call& call) {
  DeleteRequest request;
  bool failed = false;
  const Key key = call.KeyAt(1);
  Stream* stream = LocateStream(call, key, failed);
  if (failed || !ReadDelete(call, 2, request)) return;
  std::vector<Outcome> outcomes(request.ids.size(), Outcome::kAbsent);
  if (stream != nullptr) {
    Deleter deleter(call, *stream, request.references);
    for (size_t i = 0; i < outcomes.size(); ++i) outcomes[i] = deleter.Delete(request.ids[i]);
    if (deleter.Finish({})) call.database().Changed(key);
  }
  ReplyOutcomes(call.reply, outcomes);
}

void CmdXAckDel(Call& call) {
  DeleteRequest request;
  bool failed = false;
  const Key key = call.KeyAt(1);
  Stream* stream = LocateStream(call, key, failed);
  if (failed || !ReadDelete(call, 3, request)) return;
  StreamGroup* group = stream == nullptr ? nullptr : stream->FindGroup(call[2]);
  std::vector<Outcome> outcomes(request.ids.size(), Outcome::kAbsent);
  if (group != nullptr) {
    Deleter deleter(call, *stream, request.references);
    std::vector<StreamId> acknowledged;
    for (size_t i = 0; i < outcomes.size(); ++i) {
      const StreamId& id = request.ids[i];
      if (!group->Acknowledge(id)) continue;
      acknowledged.push_back(id);
      // What is gone from the stream already is as good as deleted.
      outcomes[i] = deleter.Delete(id) == Outcome::kStillReferenced ? Outcome::kStillReferenced
                                                                    : Outcome::kDeleted;
    }
    std::vector<std::vector<std::string>> log;
    if (!acknowledged.empty()) {
      log.push_back(
          CommandWithIds({"XACK", std::string(call[1]), std::string(call[2])}, acknowledged));
    }
    if (deleter.Finish(std::move(log))) call.database().Changed(key);
  }
  ReplyOutcomes(call.reply, outcomes);
}

struct SetIdOptions {
  StreamId id;
  std::optional<uint64_t> entries_added;
  StreamId max_deleted;
};

bool ReadSetId(Call& call, SetIdOptions& options) {
  if (!ReadStreamId(call, 2, options.id)) return false;
  for (size_t i = 3; i < call.size(); ++i) {
    const bool more = i + 1 < call.size();
    if (more && EqualsIgnoreCase(call[i], "ENTRIESADDED")) {
      int64_t added = 0;
      if (!ReadStreamInteger(call, ++i, added)) return false;
      if (added < 0) {
        call.Error("ERR entries_added must be positive");
        return false;
      }
      options.entries_added = static_cast<uint64_t>(added);
    } else if (more && EqualsIgnoreCase(call[i], "MAXDELETEDID")) {
      if (!ReadStreamId(call, ++i, options.max_deleted)) return false;
      if (options.id < options.max_deleted) {
        call.Error(
            "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
        return false;
      }
    } else {
      call.Error(errors::kSyntax);
      return false;
    }
  }
  return true;
}

// What speaks against it; empty when nothing does.
std::string_view RefusalOfSetId(const Stream& stream, const SetIdOptions& options) {
  const std::optional<StreamId> last = stream.LastEntryId();
  if (last && options.id < *last) {
    return "ERR The ID specified in XSETID is smaller than the target stream top item";
  }
  if (last && options.entries_added && stream.Length() > *options.entries_added) {
    return "ERR The entries_added specified in XSETID is smaller than the target stream length";
  }
  if (options.id < stream.max_deleted_id()) {
    return "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id";
  }
  return {};
}

void CmdXSetId(Call& call) {
  SetIdOptions options;
  if (!ReadSetId(call, options)) return;
  bool failed = false;
  const Key key = call.KeyAt(1);
  Stream* stream = LocateStream(call, key, failed);
  if (failed) return;
  if (stream == nullptr) {
    call.Error(errors::kNoSuchKey);
    return;
  }
  if (const std::string_view refusal = RefusalOfSetId(*stream, options); !refusal.empty()) {
    call.Error(refusal);
    return;
  }
  stream->SetLast(options.id, options.entries_added, options.max_deleted);
  call.reply.Ok();
  call.Notify(kNotifyStream, "xsetid", key.bytes);
  call.database().Changed(key);
}

constexpr KeySpec kDeleteKeys[] = {{.flags = kKeyReadWrite | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "xdel", .handler = CmdXDel, .arity = -3, .flags = kWrite | kFast,
     .categories = kAclStream, .keys = kDeleteKeys, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Deletes entries.", .syntax = "key id [id ...]"},
    {.name = "xdelex", .handler = CmdXDelEx, .arity = -5, .flags = kWrite | kFast,
     .categories = kAclStream, .keys = kDeleteKeys, .since = "8.2.0",
     .group = CommandGroup::kStream,
     .summary = "Deletes entries, and what consumer groups know of them if asked.",
     .syntax = "key [KEEPREF | DELREF | ACKED] IDS numids id [id ...]"},
    {.name = "xackdel", .handler = CmdXAckDel, .arity = -6, .flags = kWrite | kFast,
     .categories = kAclStream, .keys = kDeleteKeys, .since = "8.2.0",
     .group = CommandGroup::kStream,
     .summary = "Tells that a consumer group is done with entries, and deletes them.",
     .syntax = "key group [KEEPREF | DELREF | ACKED] IDS numids id [id ...]"},
    {.name = "xsetid", .handler = CmdXSetId, .arity = -3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclStream, .keys = kUpdateFirstKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Sets the last id of a stream.",
     .syntax = "key last-id [ENTRIESADDED entries-added] [MAXDELETEDID max-deleted-id]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamDeleteCommands() { return kRows; }

}  // namespace kvasir
