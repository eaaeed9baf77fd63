#include "src/commands/sorted_set_bounds.h"

#include <cmath>
#include <cstdlib>
#include <string>

namespace kvasir {
namespace {

// Redis reads bounds more kindly than scores: blanks in front, an empty text (0), and numbers too
// large for a double (an infinity) all count.
bool ParseScoreBound(std::string_view text, double& value, bool& without) {
  without = !text.empty() && text[0] == '(';
  const std::string number(without ? text.substr(1) : text);
  char* end = nullptr;
  value = strtod(number.c_str(), &end);
  return *end == '\0' && !std::isnan(value);
}

bool ParseMemberBound(std::string_view text, MemberBound& bound) {
  if (text == "-") {
    bound.kind = MemberBound::Kind::kBelowAll;
  } else if (text == "+") {
    bound.kind = MemberBound::Kind::kAboveAll;
  } else if (!text.empty() && (text[0] == '[' || text[0] == '(')) {
    bound = {MemberBound::Kind::kText, text.substr(1), text[0] == '('};
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::optional<ScoreRange> ParseScoreRange(std::string_view low, std::string_view high) {
  ScoreRange range;
  if (!ParseScoreBound(low, range.low, range.without_low)) return std::nullopt;
  if (!ParseScoreBound(high, range.high, range.without_high)) return std::nullopt;
  return range;
}

std::optional<MemberRange> ParseMemberRange(std::string_view low, std::string_view high) {
  MemberRange range;
  if (!ParseMemberBound(low, range.low) || !ParseMemberBound(high, range.high)) {
    return std::nullopt;
  }
  return range;
}

}  // namespace kvasir
