#include "src/store/score.h"

#include <charconv>
#include <cmath>

#include "src/base/number.h"

namespace kvasir {
namespace {

// From here on 17 significant digits call for an exponent.
constexpr double kExponentFrom = 1e17;
// Half of the range of int64_t, beyond which Redis takes no score for an integer.
constexpr double kIntegralMax = 4611686018427387904.0;

std::string_view FormatIntegral(double score, ScoreText& scratch) {
  return {scratch.data(), FormatInt64(static_cast<int64_t>(score), scratch.data())};
}

}  // namespace

std::optional<double> ParseScore(std::string_view text) {
  // The usual case, without strtod and its copy.
  if (const std::optional<int64_t> integer = ParseInt64(text)) {
    return static_cast<double>(*integer);
  }
  return ParseDouble(text);
}

bool IsIntegralScore(double score) {
  return std::fabs(score) <= kIntegralMax && score == std::trunc(score);
}

std::string_view FormatScore(double score, ScoreText& scratch) {
  if (std::isinf(score)) return score > 0 ? "inf" : "-inf";
  const bool plain_zero = score != 0 || !std::signbit(score);
  if (std::fabs(score) < kExponentFrom && score == std::trunc(score) && plain_zero) {
    return FormatIntegral(score, scratch);
  }
  char* const begin = scratch.data();
  const auto [end, error] =
      std::to_chars(begin, begin + scratch.size(), score, std::chars_format::general, 17);
  return {begin, static_cast<size_t>(end - begin)};
}

std::string_view FormatPackedScore(double score, ScoreText& scratch) {
  return IsIntegralScore(score) ? FormatIntegral(score, scratch) : FormatScore(score, scratch);
}

}  // namespace kvasir
