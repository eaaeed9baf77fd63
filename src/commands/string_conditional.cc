// Strings: writes and removals that depend on what is there.
#include <climits>
#include <optional>
#include <string>

#include "src/commands/compare_condition.h"
#include "src/commands/expiry_arguments.h"
#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/commands/string_reply.h"
#include "src/engine/argument_reader.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

struct MSetExOptions {
  bool if_absent = false;
  bool if_present = false;
  bool keep_ttl = false;
  std::optional<DeadlineOption> deadline;
  std::optional<int64_t> deadline_ms;

  ExpiryChange expiry() const {
    if (deadline_ms) return ExpiryChange::At(*deadline_ms);
    return keep_ttl ? ExpiryChange::Keep() : ExpiryChange::Clear();
  }
};

void ReadMSetExOptions(ArgumentReader& read, MSetExOptions& options) {
  while (!read.AtEnd()) {
    if (TakeDeadline(read, options.deadline)) continue;
    if (read.TakeWord("NX")) {
      options.if_absent = true;
    } else if (read.TakeWord("XX")) {
      options.if_present = true;
    } else if (read.TakeWord("KEEPTTL")) {
      options.keep_ttl = true;
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  const bool clash = (options.if_absent && options.if_present) ||
                     (options.keep_ttl && options.deadline.has_value());
  if (clash) read.Fail(errors::kSyntax);
}

// Logged as the writes it comes down to, in words that redis-server 7 knows.
void StorePair(Call& call, const Key& key, size_t value_index, ExpiryChange expiry) {
  Database& database = call.database();
  const Database::Position position = database.Locate(key);
  if (expiry.kind != ExpiryChange::Kind::kSet || !IsOver(call, expiry.deadline_ms)) {
    SetString(database, key, position, call[value_index], expiry, call.Block(value_index));
    call.LogInstead(SetEffect(key.bytes, call[value_index], expiry));
    NotifySet(call, key, expiry.kind == ExpiryChange::Kind::kSet);
  } else if (position) {
    database.Remove(key, position);
    call.LogInstead({"DEL", key.bytes});
    call.Notify(kNotifyGeneric, "del", key.bytes);
  }
}

void CmdMSetEx(Call& call) {
  ArgumentReader read(call, 1);
  const auto pairs =
      static_cast<size_t>(read.NextIntegerIn(1, INT_MAX, "ERR invalid numkeys value"));
  if (!read.failed() && read.left() / 2 < pairs) read.Fail("ERR wrong number of key-value pairs");
  const size_t first = read.position();
  const size_t end = first + 2 * pairs;
  for (size_t i = first; i < end && !read.failed(); ++i) read.Next();
  MSetExOptions options;
  ReadMSetExOptions(read, options);
  if (!read.Finish()) return;
  if (!ResolveDeadline(call, options.deadline, options.deadline_ms)) return;
  for (size_t i = first; i < end && (options.if_absent || options.if_present); i += 2) {
    const bool exists = static_cast<bool>(call.database().Locate(call.KeyAt(i)));
    if (exists == options.if_present) continue;
    call.reply.Integer(0);
    return;
  }
  for (size_t i = first; i < end; i += 2) {
    StorePair(call, call.KeyAt(i), i + 1, options.expiry());
  }
  call.reply.Integer(1);
}

// Removes the key at `position` if `condition` holds and replies with the number of keys removed.
void RemoveIf(Call& call, const Key& key, Database::Position position,
              const CompareCondition& condition) {
  const bool removes = position && ConditionHolds(condition, position.node());
  call.reply.Integer(removes ? 1 : 0);
  if (!removes) return;
  call.database().Remove(key, position);
  call.LogInstead({"DEL", key.bytes});
  call.Notify(kNotifyGeneric, "del", key.bytes);
}

void CmdDelEx(Call& call) {
  if (call.size() != 2 && call.size() != 4) {
    call.Error(errors::WrongArity(call.command().full_name));
    return;
  }
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  std::optional<CompareCondition> condition;
  if (!read.AtEnd() && !TakeCompareCondition(read, condition)) {
    read.Fail("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
  }
  if (!read.Finish()) return;
  const Database::Position position = call.database().Locate(key);
  if (!condition) {
    call.reply.Integer(position ? 1 : 0);
    if (!position) return;
    call.database().Remove(key, position);
    call.LogInstead({"DEL", key.bytes});
    call.Notify(kNotifyGeneric, "del", key.bytes);
  } else if (position && position.node()->type() != ValueType::kString) {
    call.Error("ERR Key should be of string type if conditions are specified");
  } else {
    RemoveIf(call, key, position, *condition);
  }
}

void CmdDelIfEq(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateString(call, key, failed);
  if (!failed) RemoveIf(call, key, position, {.operand = call[2]});
}

void CmdDigest(Call& call) {
  bool failed = false;
  const Entry* entry = ReadString(call, call.KeyAt(1), failed);
  if (failed) return;
  if (entry == nullptr) {
    call.reply.Null();
    return;
  }
  IntegerText scratch;
  call.reply.Bulk(StringDigest(StringBytes(*entry, scratch)));
}

constexpr KeySpec kCountedPairKeys[] = {{.flags = kKeyOverwrite | kKeyUpdate,
                                         .find = KeySpec::Find::kCount,
                                         .step = 2,
                                         .count_at = 0,
                                         .first_at = 1}};
constexpr KeySpec kRemoveComparedFirstKey[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyDelete | kKeyVariable}};
constexpr KeySpec kReadRemoveFirstKey[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "msetex", .handler = CmdMSetEx, .arity = -4,
     .flags = kWrite | kDenyOom | kMovableKeys, .categories = kAclString,
     .keys = kCountedPairKeys, .since = "8.4.0", .group = CommandGroup::kString,
     .summary = "Stores several strings with one deadline, all or none of them.",
     .syntax = "numkeys key value [key value ...] [NX | XX] [EX seconds | PX milliseconds | "
               "EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]"},
    {.name = "delex", .handler = CmdDelEx, .arity = -2, .flags = kWrite | kFast,
     .categories = kAclString, .keys = kRemoveComparedFirstKey, .since = "8.4.0",
     .group = CommandGroup::kString,
     .summary = "Removes a key if its string compares as asked with a value or a digest.",
     .syntax = "key [IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest | "
               "IFDNE ifdne-digest]"},
    {.name = "delifeq", .handler = CmdDelIfEq, .arity = 3, .flags = kWrite | kFast,
     .categories = kAclString, .keys = kReadRemoveFirstKey, .since = "9.0.0",
     .group = CommandGroup::kString, .summary = "Removes a key if it holds exactly this string.",
     .syntax = "key value"},
    {.name = "digest", .handler = CmdDigest, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclString, .keys = kReadFirstKey, .since = "8.4.0",
     .group = CommandGroup::kString, .summary = "Tells the digest of a string, its XXH3 sum.",
     .syntax = "key"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StringConditionalCommands() { return kRows; }

}  // namespace kvasir
