#include "src/store/sorted_set_packed.h"

#include "src/store/score.h"

namespace kvasir {

PackedMember ReadPackedMember(const char*& at) {
  const PackedElement member = ReadElement(at);
  return {member, ScoreOf(ReadElement(at))};
}

PackedElement MakeScoreElement(double score) {
  return IsIntegralScore(score) ? MakeElement(static_cast<int64_t>(score)) : MakeElement(score);
}

double ScoreOf(const PackedElement& element) {
  if (element.kind == PackedElement::Kind::kInteger) return static_cast<double>(element.integer);
  return element.real;
}

const char* FindPackedMember(const Packed& packed, std::string_view member) {
  return packed.Find(member, 2);
}

double PackedScoreAt(const char* member_at) {
  const char* at = SkipElement(member_at);
  return ScoreOf(ReadElement(at));
}

void InsertPackedMember(Packed& packed, std::string_view member, double score) {
  ElementText scratch;
  const char* place = packed.begin();
  for (const char* at = place; at != packed.end(); place = at) {
    const PackedMember other = ReadPackedMember(at);
    if (other.score > score) break;
    if (other.score == score && other.member.Text(scratch) > member) break;
  }
  packed.Insert(place, {MakeElement(member), MakeScoreElement(score)});
}

}  // namespace kvasir
