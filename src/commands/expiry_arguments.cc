#include "src/commands/expiry_arguments.h"

#include <array>

namespace kvasir {

std::optional<int64_t> ToDeadline(int64_t value, ExpiryUnit unit, int64_t now_ms) {
  int64_t deadline_ms = value;
  if (unit.seconds && __builtin_mul_overflow(value, 1000, &deadline_ms)) return std::nullopt;
  if (unit.relative && __builtin_add_overflow(deadline_ms, now_ms, &deadline_ms)) {
    return std::nullopt;
  }
  return deadline_ms;
}

int64_t NextDeadline(ArgumentReader& read, Call& call, ExpiryUnit unit) {
  const int64_t value = read.NextInteger();
  if (read.failed()) return 0;
  const std::optional<int64_t> deadline_ms = ToDeadline(value, unit, call.now_ms());
  if (value <= 0 || !deadline_ms) {
    read.Fail(errors::InvalidExpireTime(call.command().full_name));
    return 0;
  }
  return *deadline_ms;
}

bool TakeDeadline(ArgumentReader& read, Call& call, std::optional<int64_t>& deadline_ms) {
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
    if (deadline_ms) read.Fail(errors::kSyntax);
    deadline_ms = NextDeadline(read, call, candidate.unit);
    return true;
  }
  return false;
}

bool IsOver(Call& call, int64_t deadline_ms) {
  return call.keyspace().context().expiry_enabled && deadline_ms <= call.now_ms();
}

}  // namespace kvasir
