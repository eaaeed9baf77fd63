// Sorted sets in RDB.
#include <cmath>
#include <limits>

#include "persistence/rdb_blobs.h"
#include "persistence/rdb_value_reader.h"
#include "src/store/score.h"
#include "src/store/sorted_set_filler.h"

namespace kvasir {

bool RdbValueReader::ReadSortedSet(RdbType type, Database& database, const Key& key) {
  SortedSetFiller filler(database);
  const bool elements = type == RdbType::kSortedSet || type == RdbType::kSortedSetText;
  const bool read =
      elements ? ReadSortedSetElements(type, filler) : ReadSortedSetBlob(type, filler);
  if (!read || filler.size() == 0) return read;
  entry_.reset(filler.Build(key));
  return entry_ != nullptr || input_.Fail("a sorted set has a member twice");
}

bool RdbValueReader::ReadScore(RdbType type, double& score) {
  if (type == RdbType::kSortedSet) return input_.Number(score);
  uint8_t size = 0;
  std::string_view text;
  if (!input_.Byte(size)) return false;
  switch (size) {
    case kRdbScoreNotANumber:
      score = std::numeric_limits<double>::quiet_NaN();
      return true;
    case kRdbScoreInfinity:
      score = std::numeric_limits<double>::infinity();
      return true;
    case kRdbScoreMinusInfinity:
      score = -std::numeric_limits<double>::infinity();
      return true;
    default:
      break;
  }
  if (!input_.Raw(size, text)) return false;
  const std::optional<double> parsed = ParseScore(text);
  if (!parsed) return input_.Fail("a score that is no number");
  score = *parsed;
  return true;
}

bool RdbValueReader::ReadSortedSetElements(RdbType type, SortedSetFiller& filler) {
  // The member must stay where it is while the score is read.
  constexpr uint64_t kScoreBytesMax = 256;
  uint64_t count = 0;
  if (!input_.Count(2, count)) return false;
  for (; count > 0; --count) {
    ScoredMember member;
    if (!input_.Text(member.member, kScoreBytesMax)) return false;
    if (!ReadScore(type, member.score)) return false;
    if (std::isnan(member.score)) return input_.Fail("a score that is no number");
    filler.Add(member);
  }
  return true;
}

bool RdbValueReader::ReadSortedSetBlob(RdbType type, SortedSetFiller& filler) {
  std::string_view blob;
  if (!input_.Text(blob)) return false;
  ElementText member_text;
  std::string_view member;
  bool at_score = false;
  const auto add = [&](const PackedElement& element) {
    if (!at_score) {
      member = element.Text(member_text);
    } else {
      ElementText score_text;
      const std::optional<double> score = ParseScore(element.Text(score_text));
      if (!score) return input_.Fail("a score that is no number");
      filler.Add({member, *score});
    }
    at_score = !at_score;
    return true;
  };
  const bool listpack = type == RdbType::kSortedSetListpack;
  const bool whole = listpack ? VisitListpack(blob, add) : VisitZiplist(blob, add);
  if (whole && !at_score) return true;
  return Broken(listpack ? "a listpack" : "a ziplist");
}

}  // namespace kvasir
