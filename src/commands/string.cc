// Strings: reading and writing whole values, and parts of them.
#include <string>

#include "src/commands/expiry_arguments.h"
#include "src/commands/families.h"
#include "src/commands/string_reply.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

void CmdGet(Call& call) {
  bool failed = false;
  const Entry* entry = ReadString(call, call.KeyAt(1), failed);
  if (!failed) ReplyString(call, entry);
}

void CmdGetDel(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Entry* entry = ReadString(call, key, failed);
  if (failed) return;
  ReplyString(call, entry);
  if (entry == nullptr) return;
  call.database().Remove(key, call.database().Locate(key));
  call.LogInstead({"DEL", key.bytes});
  call.Notify(kNotifyGeneric, "del", key.bytes);
}

void ChangeDeadline(Call& call, const Key& key, std::optional<int64_t> deadline_ms, bool persist) {
  Database::Position position = call.database().Locate(key);
  if (deadline_ms && IsOver(call, *deadline_ms)) {
    call.database().Remove(key, position);
    call.LogInstead({"DEL", key.bytes});
    call.Notify(kNotifyGeneric, "del", key.bytes);
  } else if (deadline_ms) {
    call.database().SetDeadline(key, position, *deadline_ms);
    call.LogInstead({"PEXPIREAT", key.bytes, std::to_string(*deadline_ms)});
    call.Notify(kNotifyGeneric, "expire", key.bytes);
  } else if (persist && call.database().ClearDeadline(key, position)) {
    call.LogInstead({"PERSIST", key.bytes});
    call.Notify(kNotifyGeneric, "persist", key.bytes);
  }
}

void CmdGetEx(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  std::optional<DeadlineOption> deadline;
  bool persist = false;
  while (!read.AtEnd()) {
    if (TakeDeadline(read, deadline)) continue;
    if (!read.TakeWord("PERSIST")) read.Fail(errors::kSyntax);
    persist = true;
  }
  if (persist && deadline) read.Fail(errors::kSyntax);
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadString(call, key, failed);
  if (failed) return;
  // An absent key is answered before anybody looks at the time.
  std::optional<int64_t> deadline_ms;
  if (entry != nullptr && !ResolveDeadline(call, deadline, deadline_ms)) return;
  ReplyString(call, entry);
  if (entry != nullptr) ChangeDeadline(call, key, deadline_ms, persist);
}

void CmdGetSet(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Entry* entry = ReadString(call, key, failed);
  if (failed) return;
  ReplyString(call, entry);
  SetString(call.database(), key, call.database().Locate(key), call[2], ExpiryChange::Clear(),
            call.Block(2));
  call.LogInstead({"SET", key.bytes, call[2]});
  call.Notify(kNotifyString, "set", key.bytes);
}

void CmdSetNx(Call& call) {
  const Key key = call.KeyAt(1);
  if (call.database().Locate(key)) {
    call.reply.Integer(0);
    return;
  }
  SetString(call.database(), key, {}, call[2], ExpiryChange::Clear(), call.Block(2));
  call.Notify(kNotifyString, "set", key.bytes);
  call.reply.Integer(1);
}

void SetWithTimeToLive(Call& call, ExpiryUnit unit) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t deadline_ms = NextDeadline(read, call, unit);
  const std::string_view value = read.Next();
  if (!read.Finish()) return;
  const ExpiryChange expiry = ExpiryChange::At(deadline_ms);
  SetString(call.database(), key, call.database().Locate(key), value, expiry, call.Block(3));
  call.reply.Ok();
  call.LogInstead(SetEffect(key.bytes, value, expiry));
  call.Notify(kNotifyString, "set", key.bytes);
  call.Notify(kNotifyGeneric, "expire", key.bytes);
}

void CmdSetEx(Call& call) { SetWithTimeToLive(call, {.seconds = true, .relative = true}); }
void CmdPSetEx(Call& call) { SetWithTimeToLive(call, {.seconds = false, .relative = true}); }

void CmdMGet(Call& call) {
  call.reply.Array(call.size() - 1);
  for (size_t i = 1; i < call.size(); ++i) {
    const Entry* entry = call.database().Read(call.KeyAt(i));
    const bool is_string = entry != nullptr && entry->type() == ValueType::kString;
    ReplyString(call, is_string ? entry : nullptr);
  }
}

void SetPairs(Call& call, size_t first) {
  for (size_t i = first; i + 1 < call.size(); i += 2) {
    const Key key = call.KeyAt(i);
    SetString(call.database(), key, call.database().Locate(key), call[i + 1], ExpiryChange::Clear(),
              call.Block(i + 1));
    call.Notify(kNotifyString, "set", key.bytes);
  }
}

void CmdMSet(Call& call) {
  if (call.size() % 2 == 0) {
    call.Error(errors::WrongArity(call.command().full_name));
    return;
  }
  SetPairs(call, 1);
  call.reply.Ok();
}

void CmdMSetNx(Call& call) {
  if (call.size() % 2 == 0) {
    call.Error(errors::WrongArity(call.command().full_name));
    return;
  }
  for (size_t i = 1; i < call.size(); i += 2) {
    if (!call.database().Locate(call.KeyAt(i))) continue;
    call.reply.Integer(0);
    return;
  }
  SetPairs(call, 1);
  call.reply.Integer(1);
}

void CmdAppend(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateString(call, key, failed);
  if (failed) return;
  const size_t length = position ? StringLength(*position.node()) : 0;
  if (!CheckStringSize(call, length + call[2].size())) return;
  call.reply.Integer(static_cast<int64_t>(AppendString(call.database(), key, position, call[2])));
  call.Notify(kNotifyString, "append", key.bytes);
}

void CmdStrLen(Call& call) {
  bool failed = false;
  const Entry* entry = ReadString(call, call.KeyAt(1), failed);
  if (failed) return;
  call.reply.Integer(entry == nullptr ? 0 : static_cast<int64_t>(StringLength(*entry)));
}

void CmdGetRange(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t start = read.NextInteger();
  const int64_t end = read.NextInteger();
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadString(call, key, failed);
  if (failed) return;
  IntegerText scratch;
  const std::string_view bytes =
      entry == nullptr ? std::string_view() : StringBytes(*entry, scratch);
  call.reply.Bulk(StringRange(bytes, start, end));
}

void CmdSetRange(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t offset = read.NextInteger();
  const std::string_view bytes = read.Next();
  if (!read.failed() && offset < 0) read.Fail("ERR offset is out of range");
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateString(call, key, failed);
  if (failed) return;
  if (bytes.empty()) {
    call.reply.Integer(position ? static_cast<int64_t>(StringLength(*position.node())) : 0);
    return;
  }
  const auto start = static_cast<uint64_t>(offset);
  if (!CheckStringSize(call, start + bytes.size())) return;
  call.reply.Integer(
      static_cast<int64_t>(SetStringRange(call.database(), key, position, start, bytes)));
  call.Notify(kNotifyString, "setrange", key.bytes);
}

constexpr KeySpec kPairKeys[] = {{.flags = kKeyOverwrite | kKeyUpdate, .last = -1, .step = 2}};
constexpr KeySpec kInsertPairKeys[] = {
    {.flags = kKeyOverwrite | kKeyInsert, .last = -1, .step = 2}};
constexpr KeySpec kInsertOverwriteFirstKey[] = {{.flags = kKeyOverwrite | kKeyInsert}};
constexpr KeySpec kAccessOverwriteFirstKey[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyUpdate}};
constexpr KeySpec kTakeFirstKey[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "get", .handler = CmdGet, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclString, .keys = kReadFirstKey, .since = "1.0.0",
     .group = CommandGroup::kString, .summary = "Reads a string.", .syntax = "key"},
    {.name = "getdel", .handler = CmdGetDel, .arity = 2, .flags = kWrite | kFast,
     .categories = kAclString, .keys = kTakeFirstKey, .since = "6.2.0",
     .group = CommandGroup::kString, .summary = "Reads a string and removes its key.",
     .syntax = "key"},
    {.name = "getex", .handler = CmdGetEx, .arity = -2, .flags = kWrite | kFast,
     .categories = kAclString, .keys = kReadUpdateFirstKey, .since = "6.2.0",
     .group = CommandGroup::kString, .summary = "Reads a string and changes when it expires.",
     .syntax = "key [EX seconds | PX milliseconds | EXAT unix-time-seconds | "
               "PXAT unix-time-milliseconds | PERSIST]"},
    {.name = "getset", .handler = CmdGetSet, .arity = 3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclString, .keys = kAccessOverwriteFirstKey, .since = "1.0.0",
     .group = CommandGroup::kString, .summary = "Stores a string and returns the one before.",
     .syntax = "key value"},
    {.name = "setnx", .handler = CmdSetNx, .arity = 3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclString, .keys = kInsertOverwriteFirstKey, .since = "1.0.0",
     .group = CommandGroup::kString, .summary = "Stores a string unless the key exists.",
     .syntax = "key value"},
    {.name = "setex", .handler = CmdSetEx, .arity = 4, .flags = kWrite | kDenyOom,
     .categories = kAclString, .keys = kOverwriteFirstKey, .since = "2.0.0",
     .group = CommandGroup::kString, .summary = "Stores a string that expires after some seconds.",
     .syntax = "key seconds value"},
    {.name = "psetex", .handler = CmdPSetEx, .arity = 4, .flags = kWrite | kDenyOom,
     .categories = kAclString, .keys = kOverwriteFirstKey, .since = "2.6.0",
     .group = CommandGroup::kString,
     .summary = "Stores a string that expires after some milliseconds.",
     .syntax = "key milliseconds value"},
    {.name = "mget", .handler = CmdMGet, .arity = -2, .flags = kReadOnly | kFast,
     .categories = kAclString, .keys = kReadAllArguments, .since = "1.0.0",
     .group = CommandGroup::kString, .summary = "Reads several strings at once.",
     .syntax = "key [key ...]"},
    {.name = "mset", .handler = CmdMSet, .arity = -3, .flags = kWrite | kDenyOom,
     .categories = kAclString, .keys = kPairKeys, .since = "1.0.1",
     .group = CommandGroup::kString, .summary = "Stores several strings at once.",
     .syntax = "key value [key value ...]"},
    {.name = "msetnx", .handler = CmdMSetNx, .arity = -3, .flags = kWrite | kDenyOom,
     .categories = kAclString, .keys = kInsertPairKeys, .since = "1.0.1",
     .group = CommandGroup::kString,
     .summary = "Stores several strings, or none when one of the keys exists.",
     .syntax = "key value [key value ...]"},
    {.name = "append", .handler = CmdAppend, .arity = 3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclString, .keys = kInsertFirstKey, .since = "2.0.0",
     .group = CommandGroup::kString, .summary = "Adds bytes to the end of a string.",
     .syntax = "key value"},
    {.name = "strlen", .handler = CmdStrLen, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclString, .keys = kInspectFirstKey, .since = "2.2.0",
     .group = CommandGroup::kString, .summary = "Tells the length of a string in bytes.",
     .syntax = "key"},
    {.name = "getrange", .handler = CmdGetRange, .arity = 4, .flags = kReadOnly,
     .categories = kAclString, .keys = kReadFirstKey, .since = "2.4.0",
     .group = CommandGroup::kString, .summary = "Reads a part of a string.",
     .syntax = "key start end"},
    {.name = "substr", .handler = CmdGetRange, .arity = 4, .flags = kReadOnly,
     .categories = kAclString, .keys = kReadFirstKey, .since = "1.0.0",
     .group = CommandGroup::kString, .summary = "Reads a part of a string; the old name of GETRANGE.",
     .syntax = "key start end"},
    {.name = "setrange", .handler = CmdSetRange, .arity = 4, .flags = kWrite | kDenyOom,
     .categories = kAclString, .keys = kUpdateFirstKey, .since = "2.2.0",
     .group = CommandGroup::kString,
     .summary = "Overwrites a part of a string, from an offset on.",
     .syntax = "key offset value"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StringCommands() { return kRows; }

}  // namespace kvasir
