// When keys expire: setting, clearing and asking for deadlines.
#include <algorithm>
#include <optional>
#include <string>

#include "src/base/text.h"
#include "src/commands/expiry_arguments.h"
#include "src/commands/families.h"
#include "src/engine/argument_reader.h"
#include "src/store/database.h"

namespace kvasir {
namespace {

struct ExpireConditions {
  bool if_absent = false;
  bool if_present = false;
  bool if_later = false;
  bool if_sooner = false;
};

void ReadConditions(ArgumentReader& read, ExpireConditions& conditions) {
  while (!read.AtEnd()) {
    if (read.TakeWord("NX")) {
      conditions.if_absent = true;
    } else if (read.TakeWord("XX")) {
      conditions.if_present = true;
    } else if (read.TakeWord("GT")) {
      conditions.if_later = true;
    } else if (read.TakeWord("LT")) {
      conditions.if_sooner = true;
    } else {
      // As C sees it: a zero byte ends the option's name.
      const std::string_view option = read.Peek();
      read.Fail("ERR Unsupported option " + std::string(option.substr(0, option.find('\0'))));
    }
  }
  if (conditions.if_absent &&
      (conditions.if_present || conditions.if_later || conditions.if_sooner)) {
    read.Fail("ERR NX and XX, GT or LT options at the same time are not compatible");
  }
  if (conditions.if_later && conditions.if_sooner) {
    read.Fail("ERR GT and LT options at the same time are not compatible");
  }
}

// A key without a deadline counts as one that lives for ever.
bool MayExpire(const ExpireConditions& conditions, std::optional<int64_t> current_ms,
               int64_t deadline_ms) {
  if (conditions.if_absent && current_ms) return false;
  if (conditions.if_present && !current_ms) return false;
  if (conditions.if_later && (!current_ms || deadline_ms <= *current_ms)) return false;
  return !(conditions.if_sooner && current_ms && deadline_ms >= *current_ms);
}

void Expire(Call& call, ExpiryUnit unit) {
  ExpireConditions conditions;
  ArgumentReader options(call, 3);
  ReadConditions(options, conditions);
  if (!options.Finish()) return;
  const std::optional<int64_t> value = ParseInt64(call[2]);
  if (!value) {
    call.Error(errors::kNotInteger);
    return;
  }
  const std::optional<int64_t> deadline_ms = ToDeadline(*value, unit, call.now_ms());
  if (!deadline_ms) {
    call.Error(errors::InvalidExpireTime(call.command().full_name));
    return;
  }
  Database& database = call.database();
  const Key key = call.KeyAt(1);
  Database::Position position = database.Locate(key);
  if (!position || !MayExpire(conditions, database.DeadlineMs(*position.node()), *deadline_ms)) {
    call.reply.Integer(0);
    return;
  }
  call.reply.Integer(1);
  if (IsOver(call, *deadline_ms)) {
    database.Remove(key, position);
    call.LogInstead({"DEL", key.bytes});
    call.Notify(kNotifyGeneric, "del", key.bytes);
  } else {
    database.SetDeadline(key, position, *deadline_ms);
    call.LogInstead({"PEXPIREAT", key.bytes, std::to_string(*deadline_ms)});
    call.Notify(kNotifyGeneric, "expire", key.bytes);
  }
}

void CmdExpire(Call& call) { Expire(call, {.seconds = true, .relative = true}); }
void CmdPExpire(Call& call) { Expire(call, {.seconds = false, .relative = true}); }
void CmdExpireAt(Call& call) { Expire(call, {.seconds = true, .relative = false}); }
void CmdPExpireAt(Call& call) { Expire(call, {.seconds = false, .relative = false}); }

void CmdPersist(Call& call) {
  const Key key = call.KeyAt(1);
  Database::Position position = call.database().Locate(key);
  const bool cleared = position && call.database().ClearDeadline(key, position);
  call.reply.Integer(cleared ? 1 : 0);
  if (cleared) call.Notify(kNotifyGeneric, "persist", key.bytes);
}

// -2 for an absent key, -1 for one without a deadline.
void ReplyDeadline(Call& call, ExpiryUnit unit) {
  const Entry* entry = call.database().Inspect(call.KeyAt(1));
  if (entry == nullptr || !entry->has_expiry()) {
    call.reply.Integer(entry == nullptr ? -2 : -1);
    return;
  }
  const int64_t deadline_ms = entry->expiry()->deadline_ms;
  const int64_t ms =
      unit.relative ? std::max<int64_t>(0, deadline_ms - call.now_ms()) : deadline_ms;
  // Divided before it is rounded: the deadline may be the largest number there is.
  call.reply.Integer(unit.seconds ? ms / 1000 + (ms % 1000 >= 500 ? 1 : 0) : ms);
}

void CmdTtl(Call& call) { ReplyDeadline(call, {.seconds = true, .relative = true}); }
void CmdPTtl(Call& call) { ReplyDeadline(call, {.seconds = false, .relative = true}); }
void CmdExpireTime(Call& call) { ReplyDeadline(call, {.seconds = true, .relative = false}); }
void CmdPExpireTime(Call& call) { ReplyDeadline(call, {.seconds = false, .relative = false}); }

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "expire", .handler = CmdExpire, .arity = -3, .flags = kWrite | kFast,
     .categories = kAclKeyspace, .keys = kUpdateFirstKey, .since = "1.0.0",
     .group = CommandGroup::kGeneric, .summary = "Lets a key expire after some seconds.",
     .syntax = "key seconds [NX | XX | GT | LT]"},
    {.name = "pexpire", .handler = CmdPExpire, .arity = -3, .flags = kWrite | kFast,
     .categories = kAclKeyspace, .keys = kUpdateFirstKey, .since = "2.6.0",
     .group = CommandGroup::kGeneric, .summary = "Lets a key expire after some milliseconds.",
     .syntax = "key milliseconds [NX | XX | GT | LT]"},
    {.name = "expireat", .handler = CmdExpireAt, .arity = -3, .flags = kWrite | kFast,
     .categories = kAclKeyspace, .keys = kUpdateFirstKey, .since = "1.2.0",
     .group = CommandGroup::kGeneric,
     .summary = "Lets a key expire at a Unix time given in seconds.",
     .syntax = "key unix-time-seconds [NX | XX | GT | LT]"},
    {.name = "pexpireat", .handler = CmdPExpireAt, .arity = -3, .flags = kWrite | kFast,
     .categories = kAclKeyspace, .keys = kUpdateFirstKey, .since = "2.6.0",
     .group = CommandGroup::kGeneric,
     .summary = "Lets a key expire at a Unix time given in milliseconds.",
     .syntax = "key unix-time-milliseconds [NX | XX | GT | LT]"},
    {.name = "persist", .handler = CmdPersist, .arity = 2, .flags = kWrite | kFast,
     .categories = kAclKeyspace, .keys = kUpdateFirstKey, .since = "2.2.0",
     .group = CommandGroup::kGeneric, .summary = "Takes a key's deadline away.",
     .syntax = "key"},
    {.name = "ttl", .handler = CmdTtl, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclKeyspace, .keys = kReadFirstKey, .since = "1.0.0",
     .group = CommandGroup::kGeneric, .summary = "Tells how many seconds a key has left.",
     .syntax = "key"},
    {.name = "pttl", .handler = CmdPTtl, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclKeyspace, .keys = kReadFirstKey, .since = "2.6.0",
     .group = CommandGroup::kGeneric, .summary = "Tells how many milliseconds a key has left.",
     .syntax = "key"},
    {.name = "expiretime", .handler = CmdExpireTime, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclKeyspace, .keys = kReadFirstKey, .since = "7.0.0",
     .group = CommandGroup::kGeneric,
     .summary = "Tells the Unix time in seconds at which a key expires.", .syntax = "key"},
    {.name = "pexpiretime", .handler = CmdPExpireTime, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclKeyspace, .keys = kReadFirstKey, .since = "7.0.0",
     .group = CommandGroup::kGeneric,
     .summary = "Tells the Unix time in milliseconds at which a key expires.", .syntax = "key"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> KeyExpiryCommands() { return kRows; }

}  // namespace kvasir
