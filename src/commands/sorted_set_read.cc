// Asking sorted sets for sizes, scores and ranks.
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/sorted_set_bounds.h"
#include "src/commands/sorted_set_reply.h"

namespace kvasir {
namespace {

void ReplyCount(Call& call, size_t count) { call.reply.Integer(static_cast<int64_t>(count)); }

void CmdZCard(Call& call) {
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(1), failed);
  if (!failed) ReplyCount(call, entry == nullptr ? 0 : SortedSetLength(*entry));
}

template <typename Range>
void CountRange(Call& call, const std::optional<Range>& range, std::string_view malformed) {
  if (!range) {
    call.Error(malformed);
    return;
  }
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(1), failed);
  if (!failed) ReplyCount(call, entry == nullptr ? 0 : SortedSetRanks(*entry, *range).count);
}

void CmdZCount(Call& call) { CountRange(call, ParseScoreRange(call[2], call[3]), kBadScoreRange); }

void CmdZLexCount(Call& call) {
  CountRange(call, ParseMemberRange(call[2], call[3]), kBadMemberRange);
}

void ReplyScoreOf(Call& call, const Entry* entry, std::string_view member) {
  const std::optional<double> score =
      entry == nullptr ? std::nullopt : SortedSetScore(*entry, member);
  if (score) {
    ReplyScore(call, *score);
  } else {
    call.reply.Null();
  }
}

void CmdZScore(Call& call) {
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(1), failed);
  if (!failed) ReplyScoreOf(call, entry, call[2]);
}

void CmdZMScore(Call& call) {
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(1), failed);
  if (failed) return;
  call.reply.Array(call.size() - 2);
  for (const std::string_view member : call.arguments().subspan(2)) {
    ReplyScoreOf(call, entry, member);
  }
}

void ReplyRank(Call& call, bool from_highest) {
  if (call.size() > 4) {
    call.Error(errors::WrongArity(call.command().row->name));
    return;
  }
  const bool with_score = call.size() == 4;
  if (with_score && !EqualsIgnoreCase(call[3], "WITHSCORE")) {
    call.Error(errors::kSyntax);
    return;
  }
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(1), failed);
  if (failed) return;
  const std::optional<size_t> rank =
      entry == nullptr ? std::nullopt : SortedSetRank(*entry, call[2]);
  if (!rank) {
    with_score ? call.reply.NullArray() : call.reply.Null();
    return;
  }
  if (with_score) call.reply.Array(2);
  ReplyCount(call, from_highest ? SortedSetLength(*entry) - 1 - *rank : *rank);
  if (with_score) ReplyScoreOf(call, entry, call[2]);
}

void CmdZRank(Call& call) { ReplyRank(call, false); }
void CmdZRevRank(Call& call) { ReplyRank(call, true); }

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "zcard", .handler = CmdZCard, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclSortedSet, .keys = kInspectFirstKey, .since = "1.2.0",
     .group = CommandGroup::kSortedSet, .summary = "Counts the members of a sorted set.",
     .syntax = "key"},
    {.name = "zcount", .handler = CmdZCount, .arity = 4, .flags = kReadOnly | kFast,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "2.0.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Counts the members whose scores lie in a range.", .syntax = "key min max"},
    {.name = "zlexcount", .handler = CmdZLexCount, .arity = 4, .flags = kReadOnly | kFast,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "2.8.9",
     .group = CommandGroup::kSortedSet,
     .summary = "Counts the members that lie in a range of texts.", .syntax = "key min max"},
    {.name = "zscore", .handler = CmdZScore, .arity = 3, .flags = kReadOnly | kFast,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .element_at = 2, .since = "1.2.0",
     .group = CommandGroup::kSortedSet, .summary = "Returns the score of a member.",
     .syntax = "key member"},
    {.name = "zmscore", .handler = CmdZMScore, .arity = -3,
     .flags = kReadOnly | kFast,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .element_at = 2, .since = "6.2.0",
     .group = CommandGroup::kSortedSet, .summary = "Returns the scores of several members.",
     .syntax = "key member [member ...]"},
    {.name = "zrank", .handler = CmdZRank, .arity = -3, .flags = kReadOnly | kFast,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Tells how many members have a lower place than this one.",
     .syntax = "key member [WITHSCORE]"},
    {.name = "zrevrank", .handler = CmdZRevRank, .arity = -3,
     .flags = kReadOnly | kFast,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .element_at = 2, .since = "2.0.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Tells how many members have a higher place than this one.",
     .syntax = "key member [WITHSCORE]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortedSetReadCommands() { return kRows; }

}  // namespace kvasir
