#include "src/base/glob.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>

namespace kvasir {
namespace {

uint8_t Fold(char c, bool ignore_case) {
  const auto byte = static_cast<uint8_t>(c);
  return ignore_case ? static_cast<uint8_t>(tolower(byte)) : byte;
}

// Reads the class that begins after '[' at `*position`, moves past its ']' and tells whether `c`
// is in it. A class that never closes ends with the pattern.
bool MatchClass(std::string_view pattern, size_t* position, char c, bool ignore_case) {
  size_t i = *position;
  const bool negated = i < pattern.size() && pattern[i] == '^';
  if (negated) ++i;
  const uint8_t byte = Fold(c, ignore_case);
  bool found = false;
  while (i < pattern.size() && pattern[i] != ']') {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      found |= Fold(pattern[i + 1], ignore_case) == byte;
      i += 2;
    } else if (i + 2 < pattern.size() && pattern[i + 1] == '-') {
      // By value: the form with two arguments would return references to what Fold returned.
      const auto [low, high] =
          std::minmax({Fold(pattern[i], ignore_case), Fold(pattern[i + 2], ignore_case)});
      found |= byte >= low && byte <= high;
      i += 3;
    } else {
      found |= Fold(pattern[i], ignore_case) == byte;
      ++i;
    }
  }
  *position = std::min(i + 1, pattern.size());
  return found != negated;
}

// Matches one pattern element at `*p` against `c`; moves `*p` past it on success.
bool MatchOne(std::string_view pattern, size_t* p, char c, bool ignore_case) {
  size_t next = *p;
  bool matched = false;
  if (pattern[next] == '?') {
    ++next;
    matched = true;
  } else if (pattern[next] == '[') {
    ++next;
    matched = MatchClass(pattern, &next, c, ignore_case);
  } else {
    if (pattern[next] == '\\' && next + 1 < pattern.size()) ++next;
    matched = Fold(pattern[next], ignore_case) == Fold(c, ignore_case);
    ++next;
  }
  if (matched) *p = next;
  return matched;
}

}  // namespace

bool GlobMatch(std::string_view pattern, std::string_view text, bool ignore_case) {
  // Only the last star needs to be retried: an earlier one can always take fewer bytes.
  size_t p = 0;
  size_t t = 0;
  size_t star_p = std::string_view::npos;
  size_t star_t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star_p = ++p;
      star_t = t;
    } else if (p < pattern.size() && MatchOne(pattern, &p, text[t], ignore_case)) {
      ++t;
    } else if (star_p != std::string_view::npos) {
      p = star_p;
      t = ++star_t;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace kvasir
