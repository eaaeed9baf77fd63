// Strict conversions between numbers and text, as RESP and Redis's commands need them: the whole
// text must be the number, without spaces, plus signs or leading zeros.
// THREAD: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kvasir {

// The longest text FormatInt64 makes: "-9223372036854775808".
inline constexpr size_t kInt64TextMax = 20;

// The number that `text` is the canonical form of; nothing for "", "-0", "007", "+1", " 1".
std::optional<int64_t> ParseInt64(std::string_view text);

// Like ParseInt64, for 0 to 2^64-1.
std::optional<uint64_t> ParseUint64(std::string_view text);

// Writes the decimal form to `out`, which has room for kInt64TextMax bytes; returns its length.
size_t FormatInt64(int64_t value, char* out);

// A finite or infinite number ("inf", "-infinity" in any case); nothing for "", NaN, spaces or
// trailing bytes. Hexadecimal floats are taken, as Redis does.
std::optional<double> ParseDouble(std::string_view text);
std::optional<long double> ParseLongDouble(std::string_view text);

// The shortest text that reads back as the same double; "inf", "-inf", "nan".
std::string FormatDouble(double value);

// Fixed notation with up to 17 decimals, trailing zeros removed: what INCRBYFLOAT stores.
std::string FormatLongDouble(long double value);

// A size in bytes as redis.conf writes it: digits and an optional unit b, k, kb, m, mb, g, gb in
// any case (k = 1000, kb = 1024). Nothing when it is malformed or passes 2^64-1.
std::optional<uint64_t> ParseMemorySize(std::string_view text);

}  // namespace kvasir
