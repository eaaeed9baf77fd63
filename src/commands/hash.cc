// Hashes: fields one by one and as a whole.
#include <string>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/hash_lookup.h"
#include "src/commands/notify.h"

namespace kvasir {
namespace {

// Stores all pairs behind the key. False, and an error reply, when it cannot; else `added` tells
// how many fields are new.
bool SetPairs(Call& call, size_t& added) {
  if (call.size() % 2 != 0) {
    call.Error(errors::WrongArity(call.command().full_name));
    return false;
  }
  bool failed = false;
  const Key key = call.KeyAt(1);
  const FieldNames pairs = call.arguments().subspan(2);
  const Database::Position position = LocateHash(call, key, pairs, 2, failed);
  if (failed) return false;
  added = SetHashFields(call.database(), key, position, pairs);
  call.Notify(kNotifyHash, "hset", key.bytes);
  return true;
}

void CmdHSet(Call& call) {
  size_t added = 0;
  if (SetPairs(call, added)) call.reply.Integer(static_cast<int64_t>(added));
}

void CmdHMSet(Call& call) {
  size_t added = 0;
  if (SetPairs(call, added)) call.reply.Ok();
}

void CmdHSetNx(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const FieldNames pair = call.arguments().subspan(2);
  const Database::Position position = LocateHash(call, key, pair.first(1), 1, failed);
  if (failed) return;
  ElementText scratch;
  const Entry* entry = position ? position.node() : nullptr;
  const bool is_new = !FindField(call, entry, pair[0], scratch);
  call.reply.Integer(is_new ? 1 : 0);
  if (!is_new) return;
  SetHashFields(call.database(), key, position, pair);
  call.Notify(kNotifyHash, "hset", key.bytes);
}

void CmdHGet(Call& call) {
  bool failed = false;
  const Entry* entry = ReadHash(call, call.KeyAt(1), failed);
  ElementText scratch;
  if (!failed) ReplyFieldValue(call, FindField(call, entry, call[2], scratch));
}

void CmdHMGet(Call& call) {
  bool failed = false;
  const Entry* entry = ReadHash(call, call.KeyAt(1), failed);
  if (failed) return;
  const FieldNames names = call.arguments().subspan(2);
  call.reply.Array(names.size());
  ElementText scratch;
  for (const std::string_view name : names) {
    ReplyFieldValue(call, FindField(call, entry, name, scratch));
  }
}

void CmdHExists(Call& call) {
  bool failed = false;
  const Entry* entry = ReadHash(call, call.KeyAt(1), failed);
  ElementText scratch;
  if (!failed) call.reply.Integer(FindField(call, entry, call[2], scratch) ? 1 : 0);
}

void CmdHStrLen(Call& call) {
  bool failed = false;
  const Entry* entry = ReadHash(call, call.KeyAt(1), failed);
  if (failed) return;
  ElementText scratch;
  const std::optional<HashField> field = FindField(call, entry, call[2], scratch);
  call.reply.Integer(field ? static_cast<int64_t>(field->value.size()) : 0);
}

size_t LengthOf(Call& call, const Entry* entry) {
  return entry == nullptr ? 0 : HashLength(call.keyspace().context(), *entry);
}

void CmdHLen(Call& call) {
  bool failed = false;
  const Entry* entry = ReadHash(call, call.KeyAt(1), failed);
  if (!failed) call.reply.Integer(static_cast<int64_t>(LengthOf(call, entry)));
}

void CmdHDel(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const FieldNames names = call.arguments().subspan(2);
  Database::Position position = LocateHash(call, key, names, 1, failed);
  if (failed) return;
  const size_t removed = RemoveHashFields(call.database(), key, position, names);
  if (removed != 0) NotifyTaken(call, kNotifyHash, "hdel", key);
  call.reply.Integer(static_cast<int64_t>(removed));
}

void ReplyAll(Call& call, bool names, bool values) {
  bool failed = false;
  const Entry* entry = ReadHash(call, call.KeyAt(1), failed);
  if (failed) return;
  const size_t count = LengthOf(call, entry);
  if (names && values) {
    call.reply.Map(count);
  } else {
    call.reply.Array(count);
  }
  if (entry == nullptr) return;
  VisitHashFields(call.keyspace().context(), *entry, [&](const HashField& field) {
    if (names) call.reply.Bulk(field.name);
    if (values) call.reply.Bulk(field.value);
    return true;
  });
}

void CmdHGetAll(Call& call) { ReplyAll(call, true, true); }
void CmdHKeys(Call& call) { ReplyAll(call, true, false); }
void CmdHVals(Call& call) { ReplyAll(call, false, true); }

constexpr KeySpec kRemoveFieldsOfFirstKey[] = {{.flags = kKeyReadWrite | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "hset", .handler = CmdHSet, .arity = -4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kAclHash, .keys = kUpdateFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Sets fields of a hash and counts the new ones.",
     .syntax = "key field value [field value ...]"},
    {.name = "hmset", .handler = CmdHMSet, .arity = -4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kAclHash, .keys = kUpdateFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Sets fields of a hash.",
     .syntax = "key field value [field value ...]"},
    {.name = "hsetnx", .handler = CmdHSetNx, .arity = 4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kAclHash, .keys = kInsertFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Sets a field of a hash unless it is there.",
     .syntax = "key field value"},
    {.name = "hget", .handler = CmdHGet, .arity = 3, .flags = kReadOnly | kFast,
     .categories = kAclHash, .keys = kReadFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Returns the value of a field of a hash.",
     .syntax = "key field"},
    {.name = "hmget", .handler = CmdHMGet, .arity = -3, .flags = kReadOnly | kFast,
     .categories = kAclHash, .keys = kReadFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Returns the values of fields of a hash.",
     .syntax = "key field [field ...]"},
    {.name = "hexists", .handler = CmdHExists, .arity = 3,
     .flags = kReadOnly | kFast,
     .categories = kAclHash, .keys = kInspectFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Tells whether a hash has a field.",
     .syntax = "key field"},
    {.name = "hstrlen", .handler = CmdHStrLen, .arity = 3,
     .flags = kReadOnly | kFast,
     .categories = kAclHash, .keys = kInspectFirstKey, .element_at = 2, .since = "3.2.0",
     .group = CommandGroup::kHash, .summary = "Tells the length of the value of a field.",
     .syntax = "key field"},
    {.name = "hlen", .handler = CmdHLen, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclHash, .keys = kInspectFirstKey, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Counts the fields of a hash.", .syntax = "key"},
    {.name = "hdel", .handler = CmdHDel, .arity = -3, .flags = kWrite | kFast,
     .categories = kAclHash, .keys = kRemoveFieldsOfFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kHash,
     .summary = "Removes fields of a hash and counts those that were there.",
     .syntax = "key field [field ...]"},
    {.name = "hgetall", .handler = CmdHGetAll, .arity = 2, .flags = kReadOnly,
     .categories = kAclHash, .keys = kReadFirstKey, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Returns all fields of a hash with their values.",
     .syntax = "key"},
    {.name = "hkeys", .handler = CmdHKeys, .arity = 2, .flags = kReadOnly,
     .categories = kAclHash, .keys = kReadFirstKey, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Returns the names of all fields of a hash.",
     .syntax = "key"},
    {.name = "hvals", .handler = CmdHVals, .arity = 2, .flags = kReadOnly,
     .categories = kAclHash, .keys = kReadFirstKey, .since = "2.0.0",
     .group = CommandGroup::kHash, .summary = "Returns the values of all fields of a hash.",
     .syntax = "key"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> HashCommands() { return kRows; }

}  // namespace kvasir
