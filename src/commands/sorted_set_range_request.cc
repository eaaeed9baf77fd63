#include "src/commands/sorted_set_range_request.h"

#include <algorithm>

#include "src/base/number.h"
#include "src/commands/sorted_set_bounds.h"

namespace kvasir {
namespace {

struct RangeOptions {
  std::optional<RangeKind> kind;
  std::optional<bool> reverse;
};

void ReadRangeOptions(ArgumentReader& read, RangeForm form, RangeRequest& request) {
  while (!read.AtEnd()) {
    if (!form.stores && read.TakeWord("WITHSCORES")) {
      request.with_scores = true;
    } else if (read.TakeOption("LIMIT", 2)) {
      request.offset = read.NextInteger();
      request.limit = read.NextInteger();
    } else if (!form.kind && read.TakeWord("BYLEX")) {
      form.kind = RangeKind::kMember;
    } else if (!form.kind && read.TakeWord("BYSCORE")) {
      form.kind = RangeKind::kScore;
    } else if (!form.reverse && read.TakeWord("REV")) {
      form.reverse = true;
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  request.kind = form.kind.value_or(RangeKind::kRank);
  request.reverse = form.reverse.value_or(false);
}

RankRange ResolveRanks(int64_t start, int64_t stop, bool reverse, size_t size) {
  const auto length = static_cast<int64_t>(size);
  if (start < 0) start = std::max<int64_t>(start + length, 0);
  if (stop < 0) stop += length;
  stop = std::min(stop, length - 1);
  if (start > stop) return {};
  const int64_t first = reverse ? length - 1 - stop : start;
  return {static_cast<size_t>(first), static_cast<size_t>(stop - start + 1)};
}

// Leaves out `offset` members and keeps at most `limit`, seen in the direction of the request.
RankRange Limited(RankRange ranks, const RangeRequest& request) {
  if (request.offset < 0 || static_cast<uint64_t>(request.offset) >= ranks.count) return {};
  const auto offset = static_cast<size_t>(request.offset);
  size_t kept = ranks.count - offset;
  if (request.limit >= 0) kept = std::min(kept, static_cast<size_t>(request.limit));
  const size_t behind = ranks.first + ranks.count - offset;
  return {request.reverse ? behind - kept : ranks.first + offset, kept};
}

}  // namespace

RankRange RangeRequest::Resolve(const Entry& entry) const {
  if (kind == RangeKind::kRank) return ResolveRanks(start, stop, reverse, SortedSetLength(entry));
  const RankRange all =
      kind == RangeKind::kScore ? SortedSetRanks(entry, scores) : SortedSetRanks(entry, members);
  return Limited(all, *this);
}

void ReadRangeEnds(ArgumentReader& read, std::string_view low, std::string_view high,
                   RangeRequest& request) {
  if (request.kind == RangeKind::kRank) {
    const std::optional<int64_t> start = ParseInt64(low);
    const std::optional<int64_t> stop = ParseInt64(high);
    if (!start || !stop) read.Fail(errors::kNotInteger);
    request.start = start.value_or(0);
    request.stop = stop.value_or(0);
    return;
  }
  if (request.reverse) std::swap(low, high);
  if (request.kind == RangeKind::kScore) {
    const std::optional<ScoreRange> range = ParseScoreRange(low, high);
    if (!range) read.Fail(kBadScoreRange);
    request.scores = range.value_or(ScoreRange());
  } else {
    const std::optional<MemberRange> range = ParseMemberRange(low, high);
    if (!range) read.Fail(kBadMemberRange);
    request.members = range.value_or(MemberRange());
  }
}

RangeRequest ReadRangeRequest(ArgumentReader& read, const RangeForm& form) {
  RangeRequest request;
  const std::string_view first = read.Next();
  const std::string_view second = read.Next();
  ReadRangeOptions(read, form, request);
  if (request.limit != -1 && request.kind == RangeKind::kRank) {
    read.Fail(
        "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  }
  if (request.with_scores && request.kind == RangeKind::kMember) {
    read.Fail("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  }
  ReadRangeEnds(read, first, second, request);
  return request;
}

}  // namespace kvasir
