// Scores of sorted sets as text, in the forms that Redis reads and writes.
// THREAD: any.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace kvasir {

// Room for any score: "-1.7976931348623157e+308" and the digits of a 64-bit integer fit.
using ScoreText = std::array<char, 32>;

// A number or an infinity in any form that strtod takes, without anything around it; nothing for
// NaN and for what a double cannot hold.
std::optional<double> ParseScore(std::string_view text);

// The number with up to 17 significant digits ("0.10000000000000001", "1e+17"), as redis-server 7.0
// replies it; "inf" and "-inf". LIFETIME: of `scratch`. REQUIRES: not NaN.
std::string_view FormatScore(double score, ScoreText& scratch);

// The same, but integral scores are written out: what ZSCAN replies of a packed set.
std::string_view FormatPackedScore(double score, ScoreText& scratch);

// Whether the score is an integer that an int64_t holds exactly, with room to spare.
bool IsIntegralScore(double score);

}  // namespace kvasir
