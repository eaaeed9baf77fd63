// The words with which commands say when a key expires: EX, PX, EXAT, PXAT and KEEPTTL or PERSIST.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "src/engine/argument_reader.h"
#include "src/store/string_type.h"

namespace kvasir {

// A time given in seconds or milliseconds, from now or since 1970.
struct ExpiryUnit {
  bool seconds = false;
  bool relative = false;
};

// The deadline in Unix milliseconds; nothing when it does not fit in 64 bits.
std::optional<int64_t> ToDeadline(int64_t value, ExpiryUnit unit, int64_t now_ms);

// An option as it was given. Its value is looked at when all options are known to be well-formed,
// as Redis does: a syntax error comes before a wrong number.
struct DeadlineOption {
  std::string_view value;
  ExpiryUnit unit;
};

// Reads one of EX, PX, EXAT or PXAT with its value if one comes next. True when it did; errors are
// latched in `read`.
bool TakeDeadline(ArgumentReader& read, std::optional<DeadlineOption>& option);

// Turns the option, if there is one, into a deadline. False, and an error reply, when its value is
// not a positive number or too large.
bool ResolveDeadline(Call& call, const std::optional<DeadlineOption>& option,
                     std::optional<int64_t>& deadline_ms);

// The deadline of SETEX and its like: one value in a fixed unit. Latches an error when it is not
// positive or too large.
int64_t NextDeadline(ArgumentReader& read, Call& call, ExpiryUnit unit);

// Whether a deadline that a command sets has passed already, so that the key goes instead. Never
// during replay: there a deadline is data, and the log itself says what was removed (D8).
bool IsOver(Call& call, int64_t deadline_ms);

}  // namespace kvasir
