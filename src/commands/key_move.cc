// Moving and copying values between keys and databases.

#include "src/commands/database_index.h"
#include "src/commands/families.h"
#include "src/engine/argument_reader.h"
#include "src/store/key_operations.h"

namespace kvasir {
namespace {

enum class Renamed : uint8_t { kDone, kNoSource, kTargetExists };

// With `if_absent`, a key that is there is not overwritten, not even by itself.
Renamed Rename(Call& call, bool if_absent) {
  Database& database = call.database();
  const Key source = call.KeyAt(1);
  const Key target = call.KeyAt(2);
  if (!database.Locate(source)) return Renamed::kNoSource;
  if (if_absent && database.Locate(target)) return Renamed::kTargetExists;
  if (source.bytes == target.bytes) return Renamed::kDone;
  const bool replaces = database.Peek(target) != nullptr;
  RenameKey(database, source, target);
  // As for Redis, what is replaced by another key's value is removed and comes anew.
  if (replaces) call.Notify(kNotifyNewKey, "new", target.bytes);
  call.Notify(kNotifyGeneric, "rename_from", source.bytes);
  call.Notify(kNotifyGeneric, "rename_to", target.bytes);
  return Renamed::kDone;
}

void CmdRename(Call& call) {
  if (Rename(call, false) == Renamed::kNoSource) {
    call.Error(errors::kNoSuchKey);
  } else {
    call.reply.Ok();
  }
}

void CmdRenameNx(Call& call) {
  const Renamed renamed = Rename(call, true);
  if (renamed == Renamed::kNoSource) {
    call.Error(errors::kNoSuchKey);
  } else {
    call.reply.Integer(renamed == Renamed::kDone ? 1 : 0);
  }
}

void CmdMove(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int target = NextDatabaseIndex(read, call);
  if (!read.failed() && target == call.session().database) read.Fail(errors::kSameObject);
  if (!read.Finish()) return;
  Database& from = call.database();
  Database& to = call.keyspace().database(target);
  const bool moves = from.Locate(key) && !to.Locate(key);
  if (moves) MoveKey(from, to, key);
  call.reply.Integer(moves ? 1 : 0);
  if (!moves) return;
  call.Notify(kNotifyGeneric, "move_from", key.bytes);
  call.NotifyIn(target, kNotifyGeneric, "move_to", key.bytes);
}

void CmdCopy(Call& call) {
  ArgumentReader read(call, 1);
  const Key source = read.NextKey();
  const Key target = read.NextKey();
  int target_database = call.session().database;
  bool replace = false;
  while (!read.AtEnd()) {
    if (read.TakeWord("REPLACE")) {
      replace = true;
    } else if (read.TakeOption("DB", 1)) {
      target_database = NextDatabaseIndex(read, call);
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  if (target_database == call.session().database && source.bytes == target.bytes) {
    read.Fail(errors::kSameObject);
  }
  if (!read.Finish()) return;
  Database& to = call.keyspace().database(target_database);
  const Entry* entry = call.database().Read(source);
  const bool exists = entry != nullptr && to.Locate(target);
  const bool copies = entry != nullptr && (!exists || replace);
  if (copies) CopyEntry(*entry, to, target);
  if (copies && exists) call.NotifyIn(target_database, kNotifyNewKey, "new", target.bytes);
  call.reply.Integer(copies ? 1 : 0);
  if (copies) call.NotifyIn(target_database, kNotifyGeneric, "copy_to", target.bytes);
}

constexpr KeySpec kRenameKeys[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete},
                                   {.flags = kKeyOverwrite | kKeyUpdate, .begin = 2}};
constexpr KeySpec kRenameNxKeys[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete},
                                     {.flags = kKeyOverwrite | kKeyInsert, .begin = 2}};
constexpr KeySpec kCopyKeys[] = {{.flags = kKeyReadOnly | kKeyAccess},
                                 {.flags = kKeyOverwrite | kKeyUpdate, .begin = 2}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "rename", .handler = CmdRename, .arity = 3, .flags = kWrite,
     .categories = kAclKeyspace, .keys = kRenameKeys, .since = "1.0.0",
     .group = CommandGroup::kGeneric, .summary = "Gives a value another key, whatever was there.",
     .syntax = "key newkey"},
    {.name = "renamenx", .handler = CmdRenameNx, .arity = 3, .flags = kWrite | kFast,
     .categories = kAclKeyspace, .keys = kRenameNxKeys, .since = "1.0.0",
     .group = CommandGroup::kGeneric, .summary = "Gives a value another key unless that exists.",
     .syntax = "key newkey"},
    {.name = "copy", .handler = CmdCopy, .arity = -3, .flags = kWrite | kDenyOom,
     .categories = kAclKeyspace, .keys = kCopyKeys, .since = "6.2.0",
     .group = CommandGroup::kGeneric, .summary = "Copies a value to another key.",
     .syntax = "source destination [DB destination-db] [REPLACE]"},
    {.name = "move", .handler = CmdMove, .arity = 3, .flags = kWrite | kFast,
     .categories = kAclKeyspace, .keys = kReadUpdateFirstKey, .since = "1.0.0",
     .group = CommandGroup::kGeneric, .summary = "Moves a key to another database.",
     .syntax = "key db"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> KeyMoveCommands() { return kRows; }

}  // namespace kvasir
