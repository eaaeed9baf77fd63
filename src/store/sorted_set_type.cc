// Reading sorted sets.
#include "src/store/sorted_set_type.h"

#include "src/store/packed.h"
#include "src/store/score.h"
#include "src/store/sorted_set_full.h"
#include "src/store/sorted_set_packed.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

bool IsPacked(const Entry& entry) { return entry.encoding() == Encoding::kPacked; }
const SortedSetFull& FullOf(const Entry& entry) { return FullForm<SortedSetFull>(entry); }

// How many members are in front of the point where `before(score, member)` turns false; `member()`
// is the text.
template <typename Before>
size_t CountBefore(const Entry& entry, Before before) {
  if (IsPacked(entry)) return CountPackedBefore(*PackedView(entry), before);
  return FullOf(entry).tree().CountBefore([&](double score, const SortedSetNode& node) {
    return before(score, [&] { return node.key(); });
  });
}

RankRange Between(size_t first, size_t behind) {
  return {first, behind > first ? behind - first : 0};
}

// Whether a text is in front of the first one that the low (behind the last that the high) bound
// lets in.
bool IsBelow(std::string_view text, const MemberBound& low) {
  if (low.kind != MemberBound::Kind::kText) return low.kind == MemberBound::Kind::kAboveAll;
  return low.without ? text <= low.text : text < low.text;
}
bool IsAbove(std::string_view text, const MemberBound& high) {
  if (high.kind != MemberBound::Kind::kText) return high.kind == MemberBound::Kind::kBelowAll;
  return high.without ? text >= high.text : text > high.text;
}

ScoredMember ReadAt(const char* at, ElementText& scratch) {
  const PackedMember member = ReadPackedMember(at);
  return {member.member.Text(scratch), member.score};
}

}  // namespace

size_t SortedSetLength(const Entry& entry) {
  return IsPacked(entry) ? PackedView(entry)->count() / 2 : FullOf(entry).Length();
}

std::optional<double> SortedSetScore(const Entry& entry, std::string_view member) {
  if (IsPacked(entry)) {
    const char* at = FindPackedMember(*PackedView(entry), member);
    if (at == nullptr) return std::nullopt;
    return PackedScoreAt(at);
  }
  const SortedSetNode* node = FullOf(entry).Find(member, HashBytes(member));
  if (node == nullptr) return std::nullopt;
  return node->score();
}

std::optional<size_t> SortedSetRank(const Entry& entry, std::string_view member) {
  const std::optional<double> score = SortedSetScore(entry, member);
  if (!score) return std::nullopt;
  return CountBefore(entry, [&](double other, const auto& text) {
    return other != *score ? other < *score : text() < member;
  });
}

RankRange SortedSetRanks(const Entry& entry, const ScoreRange& range) {
  const size_t first = CountBefore(entry, [&](double score, const auto&) {
    return range.without_low ? score <= range.low : score < range.low;
  });
  const size_t behind = CountBefore(entry, [&](double score, const auto&) {
    return range.without_high ? score < range.high : score <= range.high;
  });
  return Between(first, behind);
}

RankRange SortedSetRanks(const Entry& entry, const MemberRange& range) {
  const size_t first =
      CountBefore(entry, [&](double, const auto& text) { return IsBelow(text(), range.low); });
  const size_t behind =
      CountBefore(entry, [&](double, const auto& text) { return !IsAbove(text(), range.high); });
  return Between(first, behind);
}

SortedSetCursor::SortedSetCursor(const Entry& entry, size_t rank, Direction direction)
    : direction_(direction) {
  if (!IsPacked(entry)) {
    place_ = FullOf(entry).tree().At(rank);
    return;
  }
  const PackedView packed(entry);
  if (rank >= packed->count() / 2) return;
  if (direction == Direction::kUp) {
    at_ = packed->At(rank * 2);
    end_ = packed->end();
    return;
  }
  lower_ones_.reserve(rank);
  at_ = packed->begin();
  while (lower_ones_.size() < rank) {
    lower_ones_.push_back(at_);
    at_ = SkipElement(SkipElement(at_));
  }
}

bool SortedSetCursor::Next(ScoredMember& out) {
  if (place_) {
    out = {place_.node().key(), place_.score()};
    if (direction_ == Direction::kUp) {
      place_.Next();
    } else {
      place_.Previous();
    }
    return true;
  }
  if (at_ == end_ || at_ == nullptr) return false;
  const char* at = at_;
  const PackedMember member = ReadPackedMember(at);
  out = {member.member.Text(scratch_), member.score};
  if (direction_ == Direction::kUp) {
    at_ = at;
  } else if (lower_ones_.empty()) {
    at_ = nullptr;
  } else {
    at_ = lower_ones_.back();
    lower_ones_.pop_back();
  }
  return true;
}

SortedSetSampler::SortedSetSampler(const Entry& entry) : entry_(entry) {
  if (!IsPacked(entry)) return;
  const PackedView packed(entry);
  positions_.reserve(packed->count() / 2);
  for (const char* at = packed->begin(); at != packed->end();) {
    positions_.push_back(at);
    at = SkipElement(SkipElement(at));
  }
}

ScoredMember SortedSetSampler::At(size_t rank) {
  if (IsPacked(entry_)) return ReadAt(positions_[rank], scratch_);
  const SortedSetTree::Place place = FullOf(entry_).tree().At(rank);
  return {place.node().key(), place.score()};
}

uint64_t ScanSortedSet(const Entry& entry, uint64_t cursor, ScannedMemberVisitor visit) {
  ScoreText scratch;
  if (IsPacked(entry)) {
    SortedSetCursor members(entry, 0);
    for (ScoredMember member; members.Next(member);) {
      visit(member.member, FormatPackedScore(member.score, scratch));
    }
    return 0;
  }
  return FullOf(entry).members().Scan(cursor, [&](const SortedSetNode* node) {
    visit(node->key(), FormatScore(node->score(), scratch));
  });
}

}  // namespace kvasir
