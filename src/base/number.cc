#include "src/base/number.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace kvasir {
namespace {

constexpr size_t kFloatTextMax = 5 * 1024;

bool HasLeadingZero(std::string_view digits) { return digits.size() > 1 && digits[0] == '0'; }

template <typename T>
std::optional<T> ParseInteger(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const bool negative = text[0] == '-';
  const std::string_view digits = negative ? text.substr(1) : text;
  if (HasLeadingZero(digits) || (negative && digits == "0")) return std::nullopt;
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

template <typename T, typename Convert>
std::optional<T> ParseFloat(std::string_view text, Convert convert) {
  if (text.empty() || text.size() >= kFloatTextMax || isspace(static_cast<uint8_t>(text[0]))) {
    return std::nullopt;
  }
  const std::string copy(text);
  char* end = nullptr;
  errno = 0;
  const T value = convert(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size() || std::isnan(value)) return std::nullopt;
  const bool overflow = errno == ERANGE && (std::isinf(value) || value == 0);
  if (overflow) return std::nullopt;
  return value;
}

// A plain decimal number, as scores mostly are: a quarter of what strtod takes. Nothing for any
// other text; so few digits neither overflow nor vanish.
std::optional<double> ParseShortDecimal(std::string_view text) {
  constexpr size_t kBytesMax = 24;
  const size_t first = !text.empty() && text[0] == '-' ? 1 : 0;
  if (text.size() <= first || text.size() > kBytesMax ||
      isdigit(static_cast<uint8_t>(text[first])) == 0) {
    return std::nullopt;
  }
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<int64_t> ParseInt64(std::string_view text) {
  if (text.size() > kInt64TextMax) return std::nullopt;
  return ParseInteger<int64_t>(text);
}

std::optional<uint64_t> ParseUint64(std::string_view text) {
  if (text.size() > kInt64TextMax || (!text.empty() && text[0] == '-')) return std::nullopt;
  return ParseInteger<uint64_t>(text);
}

size_t FormatInt64(int64_t value, char* out) {
  if (value >= 0 && value < 10) {
    *out = static_cast<char>('0' + value);
    return 1;
  }
  return static_cast<size_t>(std::to_chars(out, out + kInt64TextMax, value).ptr - out);
}

std::optional<double> ParseDouble(std::string_view text) {
  if (const std::optional<double> value = ParseShortDecimal(text)) return value;
  return ParseFloat<double>(text, [](const char* s, char** end) { return strtod(s, end); });
}

std::optional<long double> ParseLongDouble(std::string_view text) {
  return ParseFloat<long double>(text, [](const char* s, char** end) { return strtold(s, end); });
}

std::string FormatDouble(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  // Whole numbers are written without an exponent as long as a double holds them exactly.
  if (value == std::trunc(value) && std::fabs(value) < 1e17) {
    if (value == 0) return std::signbit(value) ? "-0" : "0";
    std::array<char, kInt64TextMax> digits;
    return {digits.data(), FormatInt64(static_cast<int64_t>(value), digits.data())};
  }
  std::array<char, 64> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

std::string FormatLongDouble(long double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, kFloatTextMax> buffer;
  const int length = snprintf(buffer.data(), buffer.size(), "%.17Lf", value);
  std::string text(buffer.data(), static_cast<size_t>(length));
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::optional<uint64_t> ParseMemorySize(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && isdigit(static_cast<uint8_t>(text[digits]))) ++digits;
  std::string unit(text.substr(digits));
  for (char& c : unit) c = static_cast<char>(tolower(static_cast<uint8_t>(c)));
  struct Unit {
    std::string_view name;
    uint64_t factor;
  };
  constexpr std::array<Unit, 8> kUnits = {{{"", 1},
                                           {"b", 1},
                                           {"k", 1000},
                                           {"kb", 1024},
                                           {"m", 1000 * 1000},
                                           {"mb", 1024 * 1024},
                                           {"g", 1000ULL * 1000 * 1000},
                                           {"gb", 1024ULL * 1024 * 1024}}};
  for (const Unit& candidate : kUnits) {
    if (unit != candidate.name) continue;
    uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (digits == 0 || error != std::errc() || stop != text.data() + digits) return std::nullopt;
    if (value > UINT64_MAX / candidate.factor) return std::nullopt;
    return value * candidate.factor;
  }
  return std::nullopt;
}

}  // namespace kvasir
