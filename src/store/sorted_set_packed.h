// A sorted set in its packed form: member and score in turn, in the order of (score, member).
// Private to src/store/sorted_set_*.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <string_view>

#include "src/store/packed.h"
#include "src/store/packed_element.h"

namespace kvasir {

struct PackedMember {
  PackedElement member;
  double score = 0;
};

// Reads the member at `at` and moves `at` behind its score.
PackedMember ReadPackedMember(const char*& at);

// The element that holds a score: an integer where it is one.
PackedElement MakeScoreElement(double score);
double ScoreOf(const PackedElement& element);

// Where the member stands, nullptr when it is absent. Its score is read from behind it.
const char* FindPackedMember(const Packed& packed, std::string_view member);
double PackedScoreAt(const char* member_at);

// Puts an absent member where it belongs.
void InsertPackedMember(Packed& packed, std::string_view member, double score);

// How many members are in front of the point where `before(score, member)` turns false; `member` is
// a function that returns the text.
template <typename Before>
size_t CountPackedBefore(const Packed& packed, Before before) {
  size_t rank = 0;
  ElementText scratch;
  for (const char* at = packed.begin(); at != packed.end(); ++rank) {
    const PackedMember member = ReadPackedMember(at);
    if (!before(member.score, [&] { return member.member.Text(scratch); })) break;
  }
  return rank;
}

}  // namespace kvasir
