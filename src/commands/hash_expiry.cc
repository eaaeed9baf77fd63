// Hashes: the deadlines of fields.
#include <string>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/hash_deadline.h"
#include "src/commands/typed_lookup.h"

namespace kvasir {
namespace {

// What the commands reply for a field.
constexpr int64_t kNoSuchField = -2;
constexpr int64_t kNoDeadline = -1;
constexpr int64_t kConditionNotMet = 0;
constexpr int64_t kDone = 1;
constexpr int64_t kDeleted = 2;

enum class Condition : uint8_t { kNone, kIfNone, kIfAny, kIfGreater, kIfLess };

Condition ConditionOf(std::string_view word) {
  if (EqualsIgnoreCase(word, "NX")) return Condition::kIfNone;
  if (EqualsIgnoreCase(word, "XX")) return Condition::kIfAny;
  if (EqualsIgnoreCase(word, "GT")) return Condition::kIfGreater;
  return EqualsIgnoreCase(word, "LT") ? Condition::kIfLess : Condition::kNone;
}

// A field without a deadline counts as one that lives for ever.
bool Holds(Condition condition, const HashField& field, int64_t deadline_ms) {
  switch (condition) {
    case Condition::kIfNone:
      return !field.has_deadline();
    case Condition::kIfAny:
      return field.has_deadline();
    case Condition::kIfGreater:
      return deadline_ms > field.deadline_ms;
    case Condition::kIfLess:
      return deadline_ms < field.deadline_ms;
    default:
      return true;
  }
}

int64_t SetDeadline(FieldDeadlines& deadlines, std::string_view name,
                    const std::optional<HashField>& field, int64_t deadline_ms,
                    Condition condition) {
  if (!field) return kNoSuchField;
  if (!Holds(condition, *field, deadline_ms)) return kConditionNotMet;
  return deadlines.Set(name, deadline_ms) ? kDone : kDeleted;
}

void Expire(Call& call, ExpiryUnit unit) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateTyped(call, key, ValueType::kHash, failed);
  if (failed) return;
  const std::optional<int64_t> deadline_ms = ReadFieldDeadline(call, call[2], unit);
  if (!deadline_ms) return;
  const Condition condition = ConditionOf(call[3]);
  const FieldNames names = ReadFieldNames(call, condition == Condition::kNone ? 3 : 4,
                                          "ERR Parameter `numFields` should be greater than 0");
  if (names.empty()) return;
  ChangeFields(call, key, position, names, [&](FieldDeadlines& fields, auto name, auto& field) {
    call.reply.Integer(SetDeadline(fields, name, field, *deadline_ms, condition));
  });
}

void CmdHExpire(Call& call) { Expire(call, {.seconds = true, .relative = true}); }
void CmdHPExpire(Call& call) { Expire(call, {.seconds = false, .relative = true}); }
void CmdHExpireAt(Call& call) { Expire(call, {.seconds = true, .relative = false}); }
void CmdHPExpireAt(Call& call) { Expire(call, {.seconds = false, .relative = false}); }

void CmdHPersist(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateTyped(call, key, ValueType::kHash, failed);
  if (failed) return;
  const FieldNames names = ReadFieldNames(call, 2);
  if (names.empty()) return;
  ChangeFields(call, key, position, names, [&](FieldDeadlines& fields, auto name, auto& field) {
    const bool clears = field && field->has_deadline();
    if (clears) fields.Clear(name);
    call.reply.Integer(!field ? kNoSuchField : clears ? kDone : kNoDeadline);
  });
}

// Replies with the deadlines, seconds rounded up.
void ReplyDeadlines(Call& call, ExpiryUnit unit) {
  bool failed = false;
  const Entry* entry = ReadHash(call, call.KeyAt(1), failed);
  if (failed) return;
  const FieldNames names = ReadFieldNames(call, 2);
  if (names.empty()) return;
  call.reply.Array(names.size());
  for (const std::string_view name : names) {
    ElementText scratch;
    const std::optional<HashField> field = FindField(call, entry, name, scratch);
    if (!field || !field->has_deadline()) {
      call.reply.Integer(field ? kNoDeadline : kNoSuchField);
      continue;
    }
    const int64_t time_ms = field->deadline_ms - (unit.relative ? call.now_ms() : 0);
    call.reply.Integer(unit.seconds ? (time_ms + 999) / 1000 : time_ms);
  }
}

void CmdHTtl(Call& call) { ReplyDeadlines(call, {.seconds = true, .relative = true}); }
void CmdHPTtl(Call& call) { ReplyDeadlines(call, {.seconds = false, .relative = true}); }
void CmdHExpireTime(Call& call) { ReplyDeadlines(call, {.seconds = true, .relative = false}); }
void CmdHPExpireTime(Call& call) { ReplyDeadlines(call, {.seconds = false, .relative = false}); }

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "hexpire", .handler = CmdHExpire, .arity = -6, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclHash, .keys = kUpdateFirstKey, .since = "7.4.0",
     .group = CommandGroup::kHash,
     .summary = "Sets when fields of a hash expire, in seconds from now.",
     .syntax = "key seconds [NX | XX | GT | LT] FIELDS numfields field [field ...]"},
    {.name = "hpexpire", .handler = CmdHPExpire, .arity = -6, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclHash, .keys = kUpdateFirstKey, .since = "7.4.0",
     .group = CommandGroup::kHash,
     .summary = "Sets when fields of a hash expire, in milliseconds from now.",
     .syntax = "key milliseconds [NX | XX | GT | LT] FIELDS numfields field [field ...]"},
    {.name = "hexpireat", .handler = CmdHExpireAt, .arity = -6,
     .flags = kWrite | kDenyOom | kFast, .categories = kAclHash, .keys = kUpdateFirstKey,
     .since = "7.4.0", .group = CommandGroup::kHash,
     .summary = "Sets when fields of a hash expire, as a Unix time in seconds.",
     .syntax = "key unix-time-seconds [NX | XX | GT | LT] FIELDS numfields field [field ...]"},
    {.name = "hpexpireat", .handler = CmdHPExpireAt, .arity = -6,
     .flags = kWrite | kDenyOom | kFast, .categories = kAclHash, .keys = kUpdateFirstKey,
     .since = "7.4.0", .group = CommandGroup::kHash,
     .summary = "Sets when fields of a hash expire, as a Unix time in milliseconds.",
     .syntax = "key unix-time-milliseconds [NX | XX | GT | LT] FIELDS numfields field "
               "[field ...]"},
    {.name = "hpersist", .handler = CmdHPersist, .arity = -5, .flags = kWrite | kFast,
     .categories = kAclHash, .keys = kUpdateFirstKey, .since = "7.4.0",
     .group = CommandGroup::kHash, .summary = "Makes fields of a hash stay for ever.",
     .syntax = "key FIELDS numfields field [field ...]"},
    {.name = "httl", .handler = CmdHTtl, .arity = -5, .flags = kReadOnly | kFast,
     .categories = kAclHash, .keys = kReadFirstKey, .since = "7.4.0",
     .group = CommandGroup::kHash, .summary = "Tells in how many seconds fields expire.",
     .syntax = "key FIELDS numfields field [field ...]"},
    {.name = "hpttl", .handler = CmdHPTtl, .arity = -5, .flags = kReadOnly | kFast,
     .categories = kAclHash, .keys = kReadFirstKey, .since = "7.4.0",
     .group = CommandGroup::kHash, .summary = "Tells in how many milliseconds fields expire.",
     .syntax = "key FIELDS numfields field [field ...]"},
    {.name = "hexpiretime", .handler = CmdHExpireTime, .arity = -5, .flags = kReadOnly | kFast,
     .categories = kAclHash, .keys = kReadFirstKey, .since = "7.4.0",
     .group = CommandGroup::kHash,
     .summary = "Tells the Unix time in seconds at which fields expire.",
     .syntax = "key FIELDS numfields field [field ...]"},
    {.name = "hpexpiretime", .handler = CmdHPExpireTime, .arity = -5,
     .flags = kReadOnly | kFast, .categories = kAclHash, .keys = kReadFirstKey,
     .since = "7.4.0", .group = CommandGroup::kHash,
     .summary = "Tells the Unix time in milliseconds at which fields expire.",
     .syntax = "key FIELDS numfields field [field ...]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> HashExpiryCommands() { return kRows; }

}  // namespace kvasir
