// SET with all its conditions.
#include <optional>
#include <string>

#include "src/base/text.h"
#include "src/commands/compare_condition.h"
#include "src/commands/expiry_arguments.h"
#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/commands/string_reply.h"
#include "src/engine/argument_reader.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

struct SetOptions {
  bool if_absent = false;
  bool if_present = false;
  bool get = false;
  bool keep_ttl = false;
  std::optional<DeadlineOption> deadline;
  std::optional<int64_t> deadline_ms;
  std::optional<CompareCondition> condition;

  ExpiryChange expiry() const {
    if (deadline_ms) return ExpiryChange::At(*deadline_ms);
    return keep_ttl ? ExpiryChange::Keep() : ExpiryChange::Clear();
  }
  bool conditional() const { return if_absent || if_present || condition.has_value(); }
};

void ReadSetOptions(ArgumentReader& read, SetOptions& options) {
  while (!read.AtEnd()) {
    if (TakeDeadline(read, options.deadline)) continue;
    if (TakeCompareCondition(read, options.condition)) continue;
    if (read.TakeWord("NX")) {
      options.if_absent = true;
    } else if (read.TakeWord("XX")) {
      options.if_present = true;
    } else if (read.TakeWord("GET")) {
      options.get = true;
    } else if (read.TakeWord("KEEPTTL")) {
      options.keep_ttl = true;
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  const int conditions =
      int{options.if_absent} + int{options.if_present} + int{options.condition.has_value()};
  if (conditions > 1 || (options.keep_ttl && options.deadline)) read.Fail(errors::kSyntax);
}

bool MaySet(const SetOptions& options, const Entry* entry) {
  if (options.if_absent) return entry == nullptr;
  if (options.if_present) return entry != nullptr;
  return !options.condition || ConditionHolds(*options.condition, entry);
}

void SetWithOptions(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const std::string_view value = read.Next();
  SetOptions options;
  ReadSetOptions(read, options);
  if (!read.Finish()) return;
  if (!ResolveDeadline(call, options.deadline, options.deadline_ms)) return;

  Database& database = call.database();
  const Entry* entry = nullptr;
  if (options.get || options.condition) {
    bool failed = false;
    entry = options.get ? ReadString(call, key, failed) : nullptr;
    if (failed) return;
  }
  const Database::Position position = database.Locate(key);
  if (position) entry = position.node();
  if (options.condition && entry != nullptr && entry->type() != ValueType::kString) {
    call.Error(errors::kWrongType);
    return;
  }
  const bool sets = MaySet(options, entry);
  if (options.get) {
    ReplyString(call, entry);
  } else if (sets) {
    call.reply.Ok();
  } else {
    call.reply.Null();
  }
  if (!sets) return;
  const ExpiryChange expiry = options.expiry();
  if (options.deadline_ms && IsOver(call, *options.deadline_ms)) {
    // Already over: what is left is the removal of what was there.
    if (position) {
      database.Remove(key, position);
      call.LogInstead({"DEL", key.bytes});
    }
    NotifySet(call, key, true);
    call.Notify(kNotifyExpired, "expired", key.bytes);
    return;
  }
  SetString(database, key, position, value, expiry, call.Block(2));
  NotifySet(call, key, options.deadline_ms.has_value());
  if (options.conditional() || options.get || options.deadline_ms) {
    call.LogInstead(SetEffect(key.bytes, value, expiry));
  }
}

void CmdSet(Call& call) {
  if (call.size() > 3) {
    SetWithOptions(call);
    return;
  }
  const Key key = call.KeyAt(1);
  SetString(call.database(), key, call.database().Locate(key), call[2], ExpiryChange::Clear(),
            call.Block(2));
  call.Notify(kNotifyString, "set", key.bytes);
  call.reply.Ok();
}

constexpr KeySpec kSetKeys[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyUpdate | kKeyVariable}};

// Without GET nothing of the old value is told.
uint16_t SetKeyFlags(std::span<const std::string_view> arguments) {
  for (size_t i = 3; i < arguments.size(); ++i) {
    if (EqualsIgnoreCase(arguments[i], "GET")) return kSetKeys[0].flags & ~kKeyVariable;
  }
  return kKeyOverwrite | kKeyUpdate;
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "set", .handler = CmdSet, .arity = -3, .flags = kWrite | kDenyOom,
     .categories = kAclString, .keys = kSetKeys, .key_flags = SetKeyFlags, .since = "1.0.0",
     .group = CommandGroup::kString, .summary = "Stores a string, whatever the key held before.",
     .syntax = "key value [NX | XX | IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest | "
               "IFDNE ifdne-digest] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | "
               "PXAT unix-time-milliseconds | KEEPTTL]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StringSetCommands() { return kRows; }

}  // namespace kvasir
