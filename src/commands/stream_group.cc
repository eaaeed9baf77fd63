// XGROUP: consumer groups and their consumers.
#include <string>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/commands/stream_log.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

struct GroupOptions {
  bool make_stream = false;
  int64_t entries_read = StreamGroup::kUnknown;
};

// What stands behind key, group and id. False when an error was replied.
bool ReadOptions(Call& call, bool create, GroupOptions& options) {
  for (size_t i = 5; i < call.size(); ++i) {
    if (create && EqualsIgnoreCase(call[i], "MKSTREAM")) {
      options.make_stream = true;
    } else if (EqualsIgnoreCase(call[i], "ENTRIESREAD") && i + 1 < call.size()) {
      if (!ReadStreamInteger(call, ++i, options.entries_read)) return false;
      if (options.entries_read < 0 && options.entries_read != StreamGroup::kUnknown) {
        call.Error("ERR value for ENTRIESREAD must be positive or -1");
        return false;
      }
    } else {
      ReplySubcommandSyntax(call);
      return false;
    }
  }
  return true;
}

// The stream of argument 2; nullptr, and replied, without one.
Stream* FindStream(Call& call, bool may_be_absent) {
  bool failed = false;
  Stream* stream = LocateStream(call, call.KeyAt(2), failed);
  if (stream == nullptr && !failed && !may_be_absent) {
    call.Error(
        "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to "
        "use the MKSTREAM option to create an empty stream automatically.");
  }
  return stream;
}

// The group of arguments 2 and 3; nullptr, and replied, without one.
StreamGroup* FindGroup(Call& call, Stream*& stream) {
  stream = FindStream(call, false);
  if (stream == nullptr) return nullptr;
  StreamGroup* group = stream->FindGroup(call[3]);
  if (group == nullptr) ReplyNoGroupOfKey(call, call[2], call[3]);
  return group;
}

void Changed(Call& call, std::string_view event) {
  call.Notify(kNotifyStream, event, call[2]);
  call.database().Changed(call.KeyAt(2));
}

void CmdXGroupCreate(Call& call) {
  GroupOptions options;
  if (!ReadOptions(call, true, options)) return;
  Stream* stream = FindStream(call, options.make_stream);
  if (call.replied_error()) return;
  StreamId id;
  if (call[4] == "$") {
    if (stream != nullptr) id = stream->last_id();
  } else if (!ReadStreamId(call, 4, id)) {
    return;
  }
  if (stream == nullptr) stream = &InsertStream(call.database(), call.KeyAt(2));
  if (stream->AddGroup(call[3], id, options.entries_read) == nullptr) {
    call.Error("BUSYGROUP Consumer Group name already exists");
    return;
  }
  call.reply.Ok();
  Changed(call, "xgroup-create");
}

void CmdXGroupSetId(Call& call) {
  GroupOptions options;
  if (!ReadOptions(call, false, options)) return;
  Stream* stream = nullptr;
  StreamGroup* group = FindGroup(call, stream);
  if (group == nullptr) return;
  StreamId id = stream->last_id();
  if (call[4] == "-" || call[4] == "+") {
    id = call[4] == "-" ? kStreamIdMin : kStreamIdMax;
  } else if (call[4] != "$" && !ReadStreamId(call, 4, id)) {
    return;
  }
  group->last_delivered = id;
  group->entries_read = options.entries_read;
  call.reply.Ok();
  Changed(call, "xgroup-setid");
}

void CmdXGroupDestroy(Call& call) {
  Stream* stream = FindStream(call, false);
  if (stream == nullptr) return;
  const bool removed = stream->RemoveGroup(call[3]);
  call.reply.Integer(removed ? 1 : 0);
  if (removed) Changed(call, "xgroup-destroy");
}

void CmdXGroupCreateConsumer(Call& call) {
  Stream* stream = nullptr;
  StreamGroup* group = FindGroup(call, stream);
  if (group == nullptr) return;
  const bool is_new = group->FindConsumer(call[4]) == nullptr;
  if (is_new) {
    group->AddConsumer(call[4], call.now_ms());
    Changed(call, "xgroup-createconsumer");
  }
  call.reply.Integer(is_new ? 1 : 0);
}

void CmdXGroupDelConsumer(Call& call) {
  Stream* stream = nullptr;
  StreamGroup* group = FindGroup(call, stream);
  if (group == nullptr) return;
  StreamConsumer* consumer = group->FindConsumer(call[4]);
  size_t pending = 0;
  if (consumer != nullptr) {
    pending = group->RemoveConsumer(*consumer);
    Changed(call, "xgroup-delconsumer");
  }
  call.reply.Integer(static_cast<int64_t>(pending));
}

constexpr KeySpec kInsertKey[] = {{.flags = kKeyReadWrite | kKeyInsert, .begin = 2}};
constexpr KeySpec kUpdateKey[] = {{.flags = kKeyReadWrite | kKeyUpdate, .begin = 2}};
constexpr KeySpec kDeleteKey[] = {{.flags = kKeyReadWrite | kKeyDelete, .begin = 2}};

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "create", .handler = CmdXGroupCreate, .arity = -5, .flags = kWrite | kDenyOom,
     .categories = kAclStream, .keys = kInsertKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Make a consumer group.",
     .syntax = "key group <id | $> [MKSTREAM] [ENTRIESREAD entries-read]"},
    {.name = "createconsumer", .handler = CmdXGroupCreateConsumer, .arity = 5,
     .flags = kWrite | kDenyOom, .categories = kAclStream, .keys = kInsertKey, .since = "6.2.0",
     .group = CommandGroup::kStream, .summary = "Make a consumer of a group.",
     .syntax = "key group consumer"},
    {.name = "delconsumer", .handler = CmdXGroupDelConsumer, .arity = 5, .flags = kWrite,
     .categories = kAclStream, .keys = kDeleteKey, .since = "5.0.0",
     .group = CommandGroup::kStream,
     .summary = "Remove a consumer of a group, and what is pending for it.",
     .syntax = "key group consumer"},
    {.name = "destroy", .handler = CmdXGroupDestroy, .arity = 4, .flags = kWrite,
     .categories = kAclStream, .keys = kDeleteKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Remove a consumer group.", .syntax = "key group"},
    HelpRow("5.0.0", CommandGroup::kStream, kAclStream),
    {.name = "setid", .handler = CmdXGroupSetId, .arity = -5, .flags = kWrite,
     .categories = kAclStream, .keys = kUpdateKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Set the id behind which a group reads on.",
     .syntax = "key group <id | $> [ENTRIESREAD entries-read]"},
};

constexpr CommandRow kRows[] = {
    {.name = "xgroup", .arity = -2, .since = "5.0.0", .group = CommandGroup::kStream,
     .summary = "Makes, changes and removes consumer groups.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamGroupCommands() { return kRows; }

}  // namespace kvasir
