// Ranges of sorted sets: ZRANGE and its older relatives.
#include "src/commands/families.h"
#include "src/commands/sorted_set_range_request.h"
#include "src/commands/sorted_set_reply.h"

namespace kvasir {
namespace {

void ReplyRange(Call& call, const RangeForm& form) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const RangeRequest request = ReadRangeRequest(read, form);
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, key, failed);
  if (failed) return;
  if (entry == nullptr) {
    call.reply.Array(0);
    return;
  }
  ReplyMembers(call, *entry, request.Resolve(*entry), request.direction(), request.with_scores);
}

void CmdZRange(Call& call) { ReplyRange(call, {}); }
void CmdZRevRange(Call& call) { ReplyRange(call, {.kind = RangeKind::kRank, .reverse = true}); }
void CmdZRangeByScore(Call& call) {
  ReplyRange(call, {.kind = RangeKind::kScore, .reverse = false});
}
void CmdZRevRangeByScore(Call& call) {
  ReplyRange(call, {.kind = RangeKind::kScore, .reverse = true});
}
void CmdZRangeByLex(Call& call) {
  ReplyRange(call, {.kind = RangeKind::kMember, .reverse = false});
}
void CmdZRevRangeByLex(Call& call) {
  ReplyRange(call, {.kind = RangeKind::kMember, .reverse = true});
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "zrange", .handler = CmdZRange, .arity = -4, .flags = kReadOnly,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "1.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns the members in a range of ranks, of scores or of texts.",
     .syntax = "key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]"},
    {.name = "zrevrange", .handler = CmdZRevRange, .arity = -4, .flags = kReadOnly,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "1.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns the members in a range of ranks, highest score first.",
     .syntax = "key start stop [WITHSCORES]"},
    {.name = "zrangebyscore", .handler = CmdZRangeByScore, .arity = -4, .flags = kReadOnly,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "1.0.5",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns the members whose scores lie in a range.",
     .syntax = "key min max [WITHSCORES] [LIMIT offset count]"},
    {.name = "zrevrangebyscore", .handler = CmdZRevRangeByScore, .arity = -4, .flags = kReadOnly,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "2.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns the members whose scores lie in a range, highest score first.",
     .syntax = "key max min [WITHSCORES] [LIMIT offset count]"},
    {.name = "zrangebylex", .handler = CmdZRangeByLex, .arity = -4, .flags = kReadOnly,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "2.8.9",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns the members in a range of texts, all having one score.",
     .syntax = "key min max [LIMIT offset count]"},
    {.name = "zrevrangebylex", .handler = CmdZRevRangeByLex, .arity = -4, .flags = kReadOnly,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "2.8.9",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns the members in a range of texts, last one first.",
     .syntax = "key max min [LIMIT offset count]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortedSetRangeCommands() { return kRows; }

}  // namespace kvasir
