// Strings as numbers: INCR and its relatives.
#include <cmath>
#include <optional>
#include <string>

#include "src/commands/families.h"
#include "src/commands/string_reply.h"
#include "src/engine/argument_reader.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

constexpr std::string_view kNotFinite = "ERR increment would produce NaN or Infinity";

void AddInteger(Call& call, const Key& key, int64_t increment) {
  bool failed = false;
  const Database::Position position = LocateString(call, key, failed);
  if (failed) return;
  int64_t value = 0;
  if (position) {
    const Result<int64_t> current = StringInteger(*position.node());
    if (!current) {
      call.Error(current.error());
      return;
    }
    value = *current;
  }
  if (__builtin_add_overflow(value, increment, &value)) {
    call.Error(errors::kOverflow);
    return;
  }
  SetStringInteger(call.database(), key, position, value);
  call.Notify(kNotifyString, "incrby", key.bytes);
  call.reply.Integer(value);
}

void CmdIncr(Call& call) { AddInteger(call, call.KeyAt(1), 1); }
void CmdDecr(Call& call) { AddInteger(call, call.KeyAt(1), -1); }

void CmdIncrBy(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t increment = read.NextInteger();
  if (read.Finish()) AddInteger(call, key, increment);
}

void CmdDecrBy(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t decrement = read.NextInteger();
  if (!read.failed() && decrement == INT64_MIN) read.Fail("ERR decrement would overflow");
  if (read.Finish()) AddInteger(call, key, -decrement);
}

void CmdIncrByFloat(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateString(call, key, failed);
  if (failed) return;
  const std::optional<long double> value = position ? StringFloat(*position.node()) : 0;
  const std::optional<long double> increment = ParseLongDouble(call[2]);
  if (!value || !increment) {
    call.Error(errors::kNotFloat);
    return;
  }
  const long double sum = *value + *increment;
  if (!std::isfinite(sum)) {
    call.Error(kNotFinite);
    return;
  }
  const std::string text = FormatLongDouble(sum);
  SetString(call.database(), key, position, text, ExpiryChange::Keep());
  call.Notify(kNotifyString, "incrbyfloat", key.bytes);
  call.reply.Bulk(text);
  // The sum itself: another machine's long double may round otherwise.
  call.LogInstead(SetEffect(key.bytes, text, ExpiryChange::Keep()));
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "incr", .handler = CmdIncr, .arity = 2, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclString, .keys = kReadUpdateFirstKey, .since = "1.0.0",
     .group = CommandGroup::kString, .summary = "Adds one to the integer that a string holds.",
     .syntax = "key"},
    {.name = "decr", .handler = CmdDecr, .arity = 2, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclString, .keys = kReadUpdateFirstKey, .since = "1.0.0",
     .group = CommandGroup::kString,
     .summary = "Takes one from the integer that a string holds.", .syntax = "key"},
    {.name = "incrby", .handler = CmdIncrBy, .arity = 3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclString, .keys = kReadUpdateFirstKey, .since = "1.0.0",
     .group = CommandGroup::kString,
     .summary = "Adds an integer to the one that a string holds.", .syntax = "key increment"},
    {.name = "decrby", .handler = CmdDecrBy, .arity = 3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclString, .keys = kReadUpdateFirstKey, .since = "1.0.0",
     .group = CommandGroup::kString,
     .summary = "Takes an integer from the one that a string holds.", .syntax = "key decrement"},
    {.name = "incrbyfloat", .handler = CmdIncrByFloat, .arity = 3,
     .flags = kWrite | kDenyOom | kFast, .categories = kAclString, .keys = kReadUpdateFirstKey,
     .since = "2.6.0", .group = CommandGroup::kString,
     .summary = "Adds a decimal number to the one that a string holds.",
     .syntax = "key increment"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StringCounterCommands() { return kRows; }

}  // namespace kvasir
