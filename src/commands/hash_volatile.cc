// Hashes: fields and what becomes of them in one command.
#include <climits>
#include <optional>
#include <string>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/hash_deadline.h"
#include "src/commands/typed_lookup.h"

namespace kvasir {
namespace {

// The unit of a time that the word announces.
std::optional<ExpiryUnit> UnitOf(std::string_view word) {
  if (EqualsIgnoreCase(word, "EX")) return ExpiryUnit{.seconds = true, .relative = true};
  if (EqualsIgnoreCase(word, "PX")) return ExpiryUnit{.seconds = false, .relative = true};
  if (EqualsIgnoreCase(word, "EXAT")) return ExpiryUnit{.seconds = true, .relative = false};
  if (EqualsIgnoreCase(word, "PXAT")) return ExpiryUnit{.seconds = false, .relative = false};
  return std::nullopt;
}

void CmdHGetDel(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateTyped(call, key, ValueType::kHash, failed);
  if (failed) return;
  const FieldNames names = ReadFieldNames(call, 2);
  if (names.empty()) return;
  ChangeFields(call, key, position, names, [&](FieldDeadlines& fields, auto name, auto& field) {
    ReplyFieldValue(call, field);
    if (field) fields.Remove(name);
  });
}

void CmdHGetEx(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateTyped(call, key, ValueType::kHash, failed);
  if (failed) return;
  const std::optional<ExpiryUnit> unit = UnitOf(call[2]);
  const bool persists = EqualsIgnoreCase(call[2], "PERSIST");
  const FieldNames names = ReadFieldNames(call, unit ? 4 : persists ? 3 : 2);
  if (names.empty()) return;
  std::optional<int64_t> deadline_ms;
  if (unit) deadline_ms = ReadFieldDeadline(call, call[3], *unit);
  if (unit && !deadline_ms) return;
  ChangeFields(call, key, position, names, [&](FieldDeadlines& fields, auto name, auto& field) {
    ReplyFieldValue(call, field);
    if (field && deadline_ms) fields.Set(name, *deadline_ms);
    if (field && persists && field->has_deadline()) fields.Clear(name);
  });
}

struct HSetExOptions {
  bool if_absent = false;
  bool if_present = false;
  bool keep_ttl = false;
  std::optional<int64_t> deadline_ms;
  FieldNames pairs;
};

// Reads "numfields field value ..." behind FIELDS, which is argument `at`.
bool ReadPairs(Call& call, size_t at, HSetExOptions& options) {
  const std::optional<int64_t> count =
      at + 3 < call.size() ? ParseInt64(call[at + 1]) : std::optional<int64_t>(1);
  if (!count || *count < 1 || *count > INT_MAX) {
    call.Error("ERR invalid number of fields");
    return false;
  }
  if (at + 2 + 2 * static_cast<size_t>(*count) != call.size()) {
    call.Error(errors::WrongArity(call.command().full_name));
    return false;
  }
  options.pairs = call.arguments().subspan(at + 2);
  return true;
}

// Reads the option at argument `*at`, which is not FIELDS, and moves `*at` to its last argument.
bool ReadOption(Call& call, size_t* at, HSetExOptions& options) {
  const std::string_view word = call[*at];
  const std::optional<ExpiryUnit> unit = UnitOf(word);
  const bool keeps = EqualsIgnoreCase(word, "KEEPTTL");
  const bool if_absent = EqualsIgnoreCase(word, "FNX");
  if (!unit && !keeps && !if_absent && !EqualsIgnoreCase(word, "FXX")) {
    call.Error("ERR unknown argument: " + std::string(word));
    return false;
  }
  if (!unit && !keeps) {
    if (options.if_absent || options.if_present) {
      call.Error("ERR Only one of FXX or FNX arguments can be specified");
      return false;
    }
    (if_absent ? options.if_absent : options.if_present) = true;
    return true;
  }
  if (options.deadline_ms || options.keep_ttl) {
    call.Error("ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");
    return false;
  }
  options.keep_ttl = keeps;
  if (keeps) return true;
  if (++*at >= call.size()) {
    call.Error("ERR missing expire time");
    return false;
  }
  options.deadline_ms = ReadFieldDeadline(call, call[*at], *unit);
  return options.deadline_ms.has_value();
}

bool ReadHSetExOptions(Call& call, HSetExOptions& options) {
  for (size_t at = 2; at < call.size(); ++at) {
    if (EqualsIgnoreCase(call[at], "FIELDS")) return ReadPairs(call, at, options);
    if (!ReadOption(call, &at, options)) return false;
  }
  call.Error("ERR missing FIELDS argument");
  return false;
}

bool MaySet(const FieldDeadlines& fields, const HSetExOptions& options) {
  if (!options.if_absent && !options.if_present) return true;
  ElementText scratch;
  for (size_t i = 0; i < options.pairs.size(); i += 2) {
    if (fields.Find(options.pairs[i], scratch).has_value() == options.if_absent) return false;
  }
  return true;
}

void CmdHSetEx(Call& call) {
  HSetExOptions options;
  if (!ReadHSetExOptions(call, options)) return;
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateHash(call, key, options.pairs, 2, failed);
  if (failed) return;
  FieldDeadlines fields(call, key, position);
  const bool sets = MaySet(fields, options);
  call.reply.Integer(sets ? 1 : 0);
  if (!sets) return;
  if (!options.deadline_ms || !IsOver(call, *options.deadline_ms)) {
    const int64_t otherwise = options.keep_ttl ? kKeepFieldDeadline : kNoFieldDeadline;
    SetHashFields(call.database(), key, position, options.pairs,
                  options.deadline_ms.value_or(otherwise));
    LogFieldsSet(call, key, options.pairs);
    call.Notify(kNotifyHash, "hset", key.bytes);
    if (options.deadline_ms) call.Notify(kNotifyHash, "hexpire", key.bytes);
    return;
  }
  // Already over: what is left is the removal of what was there.
  ElementText scratch;
  for (size_t i = 0; i < options.pairs.size(); i += 2) {
    if (fields.Find(options.pairs[i], scratch)) fields.Remove(options.pairs[i]);
  }
  fields.Log();
}

constexpr KeySpec kReadRemoveFirstKey[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "hgetdel", .handler = CmdHGetDel, .arity = -5, .flags = kWrite | kFast,
     .categories = kAclHash, .keys = kReadRemoveFirstKey, .since = "8.0.0",
     .group = CommandGroup::kHash,
     .summary = "Returns the values of fields of a hash and removes them.",
     .syntax = "key FIELDS numfields field [field ...]"},
    {.name = "hgetex", .handler = CmdHGetEx, .arity = -5, .flags = kWrite | kFast,
     .categories = kAclHash, .keys = kReadUpdateFirstKey, .since = "8.0.0",
     .group = CommandGroup::kHash,
     .summary = "Returns the values of fields of a hash and sets when they expire.",
     .syntax = "key [EX seconds | PX milliseconds | EXAT unix-time-seconds | "
               "PXAT unix-time-milliseconds | PERSIST] FIELDS numfields field [field ...]"},
    {.name = "hsetex", .handler = CmdHSetEx, .arity = -6, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclHash, .keys = kUpdateFirstKey, .since = "8.0.0",
     .group = CommandGroup::kHash,
     .summary = "Sets fields of a hash and when they expire, all or none of them.",
     .syntax = "key [FNX | FXX] [EX seconds | PX milliseconds | EXAT unix-time-seconds | "
               "PXAT unix-time-milliseconds | KEEPTTL] FIELDS numfields field value "
               "[field value ...]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> HashVolatileCommands() { return kRows; }

}  // namespace kvasir
