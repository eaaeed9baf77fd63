#include "src/commands/expiry_arguments.h"

#include <array>
#include <string>

namespace kvasir {
namespace {

// The deadline of a positive value; otherwise nothing, and `error` is what to reply.
std::optional<int64_t> ParseDeadline(Call& call, std::string_view text, ExpiryUnit unit,
                                     std::string& error) {
  const std::optional<int64_t> value = ParseInt64(text);
  if (!value) {
    error = errors::kNotInteger;
    return std::nullopt;
  }
  const std::optional<int64_t> deadline_ms = ToDeadline(*value, unit, call.now_ms());
  if (*value > 0 && deadline_ms) return deadline_ms;
  error = errors::InvalidExpireTime(call.command().full_name);
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> ToDeadline(int64_t value, ExpiryUnit unit, int64_t now_ms) {
  int64_t deadline_ms = value;
  if (unit.seconds && __builtin_mul_overflow(value, 1000, &deadline_ms)) return std::nullopt;
  if (unit.relative && __builtin_add_overflow(deadline_ms, now_ms, &deadline_ms)) {
    return std::nullopt;
  }
  return deadline_ms;
}

int64_t NextDeadline(ArgumentReader& read, Call& call, ExpiryUnit unit) {
  const std::string_view text = read.Next();
  if (read.failed()) return 0;
  std::string error;
  const std::optional<int64_t> deadline_ms = ParseDeadline(call, text, unit, error);
  if (!deadline_ms) read.Fail(error);
  return deadline_ms.value_or(0);
}

bool TakeDeadline(ArgumentReader& read, std::optional<DeadlineOption>& option) {
  struct Word {
    std::string_view word;
    ExpiryUnit unit;
  };
  constexpr std::array<Word, 4> kWords = {{{"EX", {.seconds = true, .relative = true}},
                                           {"PX", {.seconds = false, .relative = true}},
                                           {"EXAT", {.seconds = true, .relative = false}},
                                           {"PXAT", {.seconds = false, .relative = false}}}};
  for (const Word& candidate : kWords) {
    if (!read.TakeOption(candidate.word, 1)) continue;
    if (option) read.Fail(errors::kSyntax);
    option = {read.Next(), candidate.unit};
    return true;
  }
  return false;
}

bool ResolveDeadline(Call& call, const std::optional<DeadlineOption>& option,
                     std::optional<int64_t>& deadline_ms) {
  if (!option) return true;
  std::string error;
  deadline_ms = ParseDeadline(call, option->value, option->unit, error);
  if (!deadline_ms) call.Error(error);
  return deadline_ms.has_value();
}

bool IsOver(Call& call, int64_t deadline_ms) {
  return call.keyspace().context().expiry_enabled && deadline_ms <= call.now_ms();
}

}  // namespace kvasir
