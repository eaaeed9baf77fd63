// Hashes: fields as numbers. A field keeps its deadline.
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "src/base/number.h"
#include "src/commands/families.h"
#include "src/commands/hash_lookup.h"
#include "src/engine/argument_reader.h"

namespace kvasir {
namespace {

void StoreNumber(Call& call, const Key& key, Database::Position position, std::string_view text) {
  const std::array<std::string_view, 2> pair = {call[2], text};
  SetHashFields(call.database(), key, position, pair, kKeepFieldDeadline);
}

void CmdHIncrBy(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const std::string_view name = read.Next();
  const int64_t increment = read.NextInteger();
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateHash(call, key, {&name, 1}, 1, failed);
  if (failed) return;
  ElementText scratch;
  const auto field = FindField(call, position ? position.node() : nullptr, name, scratch);
  const std::optional<int64_t> value = field ? ParseInt64(field->value) : 0;
  if (!value) {
    call.Error("ERR hash value is not an integer");
    return;
  }
  int64_t sum = 0;
  if (__builtin_add_overflow(*value, increment, &sum)) {
    call.Error(errors::kOverflow);
    return;
  }
  ElementText text;
  StoreNumber(call, key, position, {text.data(), FormatInt64(sum, text.data())});
  call.Notify(kNotifyHash, "hincrby", key.bytes);
  call.reply.Integer(sum);
}

void CmdHIncrByFloat(Call& call) {
  const std::optional<long double> increment = ParseLongDouble(call[3]);
  if (!increment) {
    call.Error(errors::kNotFloat);
    return;
  }
  if (!std::isfinite(*increment)) {
    call.Error("ERR value is NaN or Infinity");
    return;
  }
  bool failed = false;
  const Key key = call.KeyAt(1);
  const std::string_view name = call[2];
  const Database::Position position = LocateHash(call, key, {&name, 1}, 1, failed);
  if (failed) return;
  ElementText scratch;
  const auto field = FindField(call, position ? position.node() : nullptr, name, scratch);
  const std::optional<long double> value = field ? ParseLongDouble(field->value) : 0;
  if (!value) {
    call.Error("ERR hash value is not a float");
    return;
  }
  const long double sum = *value + *increment;
  if (!std::isfinite(sum)) {
    call.Error("ERR increment would produce NaN or Infinity");
    return;
  }
  const std::string text = FormatLongDouble(sum);
  StoreNumber(call, key, position, text);
  call.Notify(kNotifyHash, "hincrbyfloat", key.bytes);
  call.reply.Bulk(text);
  // The sum itself: another machine's long double may round otherwise.
  const std::array<std::string_view, 2> pair = {name, text};
  LogFieldsSet(call, key, pair);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "hincrby", .handler = CmdHIncrBy, .arity = 4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kAclHash, .keys = kReadUpdateFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kHash,
     .summary = "Adds an integer to the one that a field of a hash holds.",
     .syntax = "key field increment"},
    {.name = "hincrbyfloat", .handler = CmdHIncrByFloat, .arity = 4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kAclHash, .keys = kReadUpdateFirstKey, .element_at = 2,
     .since = "2.6.0", .group = CommandGroup::kHash,
     .summary = "Adds a decimal number to the one that a field of a hash holds.",
     .syntax = "key field increment"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> HashCounterCommands() { return kRows; }

}  // namespace kvasir
