// Removing ranges of sorted sets, and storing them under another key.
#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/commands/sorted_set_range_request.h"
#include "src/commands/sorted_set_reply.h"
#include "src/store/sorted_set_builder.h"

namespace kvasir {
namespace {

void RemoveRange(Call& call, RangeKind kind) {
  ArgumentReader read(call, 4);
  RangeRequest request;
  request.kind = kind;
  ReadRangeEnds(read, call[2], call[3], request);
  if (!read.Finish()) return;
  const Key key = call.KeyAt(1);
  bool failed = false;
  const Database::Position position = LocateSortedSet(call, key, failed);
  if (failed) return;
  RankRange ranks;
  if (position) {
    ranks = request.Resolve(*position.node());
    SortedSetRemove(call.database(), key, position, ranks);
  }
  if (ranks.count != 0) NotifyTaken(call, kNotifySortedSet, call.command().row->name, key);
  call.reply.Integer(static_cast<int64_t>(ranks.count));
}

void CmdZRemRangeByRank(Call& call) { RemoveRange(call, RangeKind::kRank); }
void CmdZRemRangeByScore(Call& call) { RemoveRange(call, RangeKind::kScore); }
void CmdZRemRangeByLex(Call& call) { RemoveRange(call, RangeKind::kMember); }

void StoreAndNotify(Call& call, const Key& destination, SortedSetBuilder& result) {
  const bool existed = call.database().Peek(destination) != nullptr;
  const bool stored = result.size() != 0;
  result.Store(call.database(), destination);
  NotifyStored(call, kNotifySortedSet, call.command().row->name, destination, stored, existed);
}

void CmdZRangeStore(Call& call) {
  ArgumentReader read(call, 1);
  const Key destination = read.NextKey();
  const Key source = read.NextKey();
  const RangeRequest request = ReadRangeRequest(read, {.stores = true});
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, source, failed);
  if (failed) return;
  SortedSetBuilder builder;
  if (entry != nullptr) {
    const RankRange ranks = request.Resolve(*entry);
    SortedSetCursor cursor(*entry, ranks.first);
    ScoredMember member;
    for (size_t i = 0; i < ranks.count && cursor.Next(member); ++i) builder.Add(member);
  }
  builder.Sort();
  call.reply.Integer(static_cast<int64_t>(builder.size()));
  StoreAndNotify(call, destination, builder);
}

constexpr KeySpec kDeleteFromFirstKey[] = {{.flags = kKeyReadWrite | kKeyDelete}};
constexpr KeySpec kStoreKeys[] = {{.flags = kKeyOverwrite | kKeyUpdate},
                                  {.flags = kKeyReadOnly | kKeyAccess, .begin = 2}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "zremrangebyrank", .handler = CmdZRemRangeByRank, .arity = 4, .flags = kWrite,
     .categories = kAclSortedSet, .keys = kDeleteFromFirstKey, .since = "2.0.0",
     .group = CommandGroup::kSortedSet, .summary = "Removes the members in a range of ranks.",
     .syntax = "key start stop"},
    {.name = "zremrangebyscore", .handler = CmdZRemRangeByScore, .arity = 4, .flags = kWrite,
     .categories = kAclSortedSet, .keys = kDeleteFromFirstKey, .since = "1.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Removes the members whose scores lie in a range.", .syntax = "key min max"},
    {.name = "zremrangebylex", .handler = CmdZRemRangeByLex, .arity = 4, .flags = kWrite,
     .categories = kAclSortedSet, .keys = kDeleteFromFirstKey, .since = "2.8.9",
     .group = CommandGroup::kSortedSet,
     .summary = "Removes the members in a range of texts, all having one score.",
     .syntax = "key min max"},
    {.name = "zrangestore", .handler = CmdZRangeStore, .arity = -5, .flags = kWrite | kDenyOom,
     .categories = kAclSortedSet, .keys = kStoreKeys, .since = "6.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Stores the members in a range of a sorted set under another key.",
     .syntax = "dst src min max [BYSCORE | BYLEX] [REV] [LIMIT offset count]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortedSetRemoveRangeCommands() { return kRows; }

}  // namespace kvasir
