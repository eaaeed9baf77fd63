// The ends of ranges as clients write them: "5", "(5", "-inf" for scores; "[a", "(a", "-", "+" for
// members.
// THREAD: any.
#pragma once

#include <optional>
#include <string_view>

#include "src/store/sorted_set_type.h"

namespace kvasir {

inline constexpr std::string_view kBadScoreRange = "ERR min or max is not a float";
inline constexpr std::string_view kBadMemberRange = "ERR min or max not valid string range item";

// Nothing when one of the ends is malformed. LIFETIME: a range of members views the texts.
std::optional<ScoreRange> ParseScoreRange(std::string_view low, std::string_view high);
std::optional<MemberRange> ParseMemberRange(std::string_view low, std::string_view high);

}  // namespace kvasir
