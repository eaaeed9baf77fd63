// INCREX: a bounded increment that also decides about the deadline.
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "src/commands/expiry_arguments.h"
#include "src/commands/families.h"
#include "src/commands/string_reply.h"
#include "src/engine/argument_reader.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

// The numbers stay text until it is known whether they are integers.
struct IncrExOptions {
  std::optional<std::string_view> integer;
  std::optional<std::string_view> decimal;
  std::optional<std::string_view> low;
  std::optional<std::string_view> high;
  std::optional<DeadlineOption> deadline;
  std::optional<int64_t> deadline_ms;
  bool saturate = false;
  bool persist = false;
  bool only_without_deadline = false;
};

bool TakeText(ArgumentReader& read, std::string_view word, std::optional<std::string_view>& text) {
  if (!read.TakeOption(word, 1)) return false;
  if (text) read.Fail(errors::kSyntax);
  text = read.Next();
  return true;
}

bool TakeFlag(ArgumentReader& read, std::string_view word, bool& flag) {
  if (!read.TakeWord(word)) return false;
  if (flag) read.Fail(errors::kSyntax);
  flag = true;
  return true;
}

void ReadOptions(ArgumentReader& read, IncrExOptions& options) {
  while (!read.AtEnd()) {
    if (TakeText(read, "BYINT", options.integer)) continue;
    if (TakeText(read, "BYFLOAT", options.decimal)) continue;
    if (TakeText(read, "LBOUND", options.low)) continue;
    if (TakeText(read, "UBOUND", options.high)) continue;
    if (TakeFlag(read, "SATURATE", options.saturate)) continue;
    if (TakeFlag(read, "PERSIST", options.persist)) continue;
    if (TakeFlag(read, "ENX", options.only_without_deadline)) continue;
    if (!TakeDeadline(read, options.deadline)) read.Fail(errors::kSyntax);
  }
  const bool clash = (options.integer && options.decimal) ||
                     (options.persist && (options.deadline || options.only_without_deadline));
  if (clash) read.Fail(errors::kSyntax);
  if (options.only_without_deadline && !options.deadline) {
    read.Fail("ERR ENX flag requires an expiration");
  }
}

// What the two kinds of numbers do differently.
struct Integers {
  using Number = int64_t;
  static constexpr std::string_view kEvent = "incrby";
  static constexpr std::string_view kWrongArgument = " is not an integer or out of range";
  static constexpr std::string_view kAppliedTooLarge = "ERR applied increment would overflow";
  static constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
  static constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

  static std::optional<int64_t> Parse(std::string_view text) { return ParseInt64(text); }
  static std::optional<int64_t> Read(Call& call, const Entry& entry) {
    const Result<int64_t> value = StringInteger(entry);
    if (value) return *value;
    call.Error(value.error());
    return std::nullopt;
  }
  // Nothing when the result does not fit.
  static std::optional<int64_t> Add(int64_t a, int64_t b) {
    int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
  }
  static std::optional<int64_t> Subtract(int64_t a, int64_t b) {
    int64_t difference = 0;
    if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
    return difference;
  }
  static std::string Text(int64_t value) { return std::to_string(value); }
  static void Reply(Call& call, int64_t value) { call.reply.Integer(value); }
};

struct Decimals {
  using Number = long double;
  static constexpr std::string_view kEvent = "incrbyfloat";
  static constexpr std::string_view kWrongArgument = " is not a valid float";
  static constexpr std::string_view kAppliedTooLarge = "ERR applied increment would be Infinity";
  static constexpr long double kLowest = std::numeric_limits<long double>::lowest();
  static constexpr long double kHighest = std::numeric_limits<long double>::max();

  static std::optional<long double> Parse(std::string_view text) { return ParseLongDouble(text); }
  static std::optional<long double> Read(Call& call, const Entry& entry) {
    const std::optional<long double> value = StringFloat(entry);
    if (!value) {
      call.Error(errors::kNotFloat);
    } else if (std::isinf(*value)) {
      call.Error("ERR value cannot be Infinity");
      return std::nullopt;
    }
    return value;
  }
  static std::optional<long double> Finite(long double value) {
    if (!std::isfinite(value)) return std::nullopt;
    return value;
  }
  static std::optional<long double> Add(long double a, long double b) { return Finite(a + b); }
  static std::optional<long double> Subtract(long double a, long double b) { return Finite(a - b); }
  static std::string Text(long double value) { return FormatLongDouble(value); }
  static void Reply(Call& call, long double value) {
    if (call.reply.resp3()) {
      call.reply.Double(static_cast<double>(value));
    } else {
      call.reply.Bulk(Text(value));
    }
  }
};

template <typename Kind>
struct Change {
  typename Kind::Number increment = 1;
  typename Kind::Number low = Kind::kLowest;
  typename Kind::Number high = Kind::kHighest;
};

// Reads a number of the options; false, and an error reply, when it is none. `name` is how the
// error calls it.
template <typename Kind>
bool ParseOption(Call& call, std::string_view name, std::optional<std::string_view> text,
                 typename Kind::Number& number) {
  if (!text) return true;
  const auto value = Kind::Parse(*text);
  if (value) {
    number = *value;
    return true;
  }
  call.Error("ERR " + std::string(name) + std::string(Kind::kWrongArgument));
  return false;
}

template <typename Kind>
bool ParseChange(Call& call, const IncrExOptions& options, Change<Kind>& change) {
  const auto& increment = options.decimal ? options.decimal : options.integer;
  if (!ParseOption<Kind>(call, "Increment", increment, change.increment)) return false;
  if (!Kind::Add(change.increment, 0)) {
    call.Error("ERR BYFLOAT increment cannot be Infinity");
    return false;
  }
  if (!ParseOption<Kind>(call, "LBOUND", options.low, change.low)) return false;
  if (!ParseOption<Kind>(call, "UBOUND", options.high, change.high)) return false;
  if (change.low <= change.high) return true;
  call.Error("ERR LBOUND can't be greater than UBOUND");
  return false;
}

// The number that the key is to hold; nothing when it would leave the bounds and may not saturate.
template <typename Kind>
std::optional<typename Kind::Number> ResultOf(const Change<Kind>& change, bool saturate,
                                              typename Kind::Number current) {
  const auto sum = Kind::Add(current, change.increment);
  const bool above = sum ? *sum > change.high : change.increment > 0;
  const bool below = sum ? *sum < change.low : change.increment < 0;
  if (!above && !below) return sum;
  if (!saturate) return std::nullopt;
  return above ? change.high : change.low;
}

ExpiryChange ExpiryOf(const IncrExOptions& options, const Entry* entry) {
  const bool has_deadline = entry != nullptr && entry->has_expiry();
  if (options.persist) return ExpiryChange::Clear();
  if (!options.deadline_ms || (options.only_without_deadline && has_deadline)) {
    return ExpiryChange::Keep();
  }
  return ExpiryChange::At(*options.deadline_ms);
}

void StoreResult(Call& call, const Key& key, Database::Position position, const std::string& text,
                 ExpiryChange expiry, std::string_view event) {
  const bool persists =
      expiry.kind == ExpiryChange::Kind::kClear && position && position.node()->has_expiry();
  if (expiry.kind != ExpiryChange::Kind::kSet || !IsOver(call, expiry.deadline_ms)) {
    SetString(call.database(), key, position, text, expiry);
    call.LogInstead(SetEffect(key.bytes, text, expiry));
    call.Notify(kNotifyString, event, key.bytes);
    if (expiry.kind == ExpiryChange::Kind::kSet) call.Notify(kNotifyGeneric, "expire", key.bytes);
    if (persists) call.Notify(kNotifyGeneric, "persist", key.bytes);
  } else if (position) {
    call.database().Remove(key, position);
    call.LogInstead({"DEL", key.bytes});
    call.Notify(kNotifyGeneric, "del", key.bytes);
  }
}

template <typename Kind>
void Increment(Call& call, const Key& key, const IncrExOptions& options) {
  using Number = typename Kind::Number;
  Change<Kind> change;
  if (!ParseChange<Kind>(call, options, change)) return;
  bool failed = false;
  const Database::Position position = LocateString(call, key, failed);
  if (failed) return;
  const auto current = position ? Kind::Read(call, *position.node()) : std::optional<Number>(0);
  if (!current) return;
  const auto result = ResultOf<Kind>(change, options.saturate, *current);
  const auto applied = result ? Kind::Subtract(*result, *current) : std::optional<Number>(0);
  if (!applied) {
    call.Error(Kind::kAppliedTooLarge);
    return;
  }
  call.reply.Array(2);
  Kind::Reply(call, result.value_or(*current));
  Kind::Reply(call, *applied);
  if (!result) return;
  StoreResult(call, key, position, Kind::Text(*result),
              ExpiryOf(options, position ? position.node() : nullptr), Kind::kEvent);
}

void CmdIncrEx(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  IncrExOptions options;
  ReadOptions(read, options);
  if (!read.Finish()) return;
  if (!ResolveDeadline(call, options.deadline, options.deadline_ms)) return;
  if (options.decimal) {
    Increment<Decimals>(call, key, options);
  } else {
    Increment<Integers>(call, key, options);
  }
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "increx", .handler = CmdIncrEx, .arity = -2, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclString, .keys = kReadUpdateFirstKey, .since = "8.8.0",
     .group = CommandGroup::kString,
     .summary = "Adds to the number that a string holds, within bounds, and changes when it "
                "expires.",
     .syntax = "key [BYFLOAT increment | BYINT increment] [LBOUND lowerbound] [UBOUND upperbound] "
               "[SATURATE] [EX seconds | PX milliseconds | EXAT unix-time-seconds | "
               "PXAT unix-time-milliseconds | PERSIST] [ENX]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StringIncrExCommands() { return kRows; }

}  // namespace kvasir
