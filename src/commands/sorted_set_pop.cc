#include "src/commands/sorted_set_pop.h"

#include <algorithm>
#include <string>

#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/commands/sorted_set_reply.h"

namespace kvasir {
namespace {

// The up to `count` members at one end, and the direction away from it.
RankRange RanksAtEnd(const Entry& entry, SortedSetEnd end, size_t count) {
  const size_t length = SortedSetLength(entry);
  count = std::min(count, length);
  return {end == SortedSetEnd::kLowest ? 0 : length - count, count};
}

SortedSetCursor::Direction DirectionFrom(SortedSetEnd end) {
  return end == SortedSetEnd::kLowest ? SortedSetCursor::Direction::kUp
                                      : SortedSetCursor::Direction::kDown;
}

void NotifyPopped(Call& call, const Key& key, SortedSetEnd end) {
  NotifyTaken(call, kNotifySortedSet, end == SortedSetEnd::kLowest ? "zpopmin" : "zpopmax", key);
}

void LogPop(Call& call, std::string_view key, SortedSetEnd end, size_t count) {
  const std::string_view name = end == SortedSetEnd::kLowest ? "ZPOPMIN" : "ZPOPMAX";
  call.LogInstead({name, key, std::to_string(count)});
}

}  // namespace

PopRequest ReadMultiPop(Call& call, ArgumentReader& read) {
  return ReadPopRequest(call, read, "MIN", "MAX");
}

std::optional<FoundKey> FindFirstSortedSet(Call& call, std::span<const std::string_view> keys,
                                           bool& failed) {
  return FindFirst(call, keys, ValueType::kSortedSet, failed);
}

void PopMembers(Call& call, const FoundKey& found, const PopRequest& request) {
  const SortedSetEnd end = request.from_back ? SortedSetEnd::kHighest : SortedSetEnd::kLowest;
  const Entry& entry = *found.position.node();
  const RankRange ranks = RanksAtEnd(entry, end, request.count);
  call.reply.Array(2);
  call.reply.Bulk(found.key.bytes);
  // Pairs in RESP2, too.
  call.reply.Array(ranks.count);
  const bool up = !request.from_back;
  SortedSetCursor cursor(entry, up ? ranks.first : ranks.first + ranks.count - 1,
                         DirectionFrom(end));
  ScoredMember member;
  for (size_t i = 0; i < ranks.count && cursor.Next(member); ++i) {
    call.reply.Array(2);
    call.reply.Bulk(member.member);
    ReplyScore(call, member.score);
  }
  SortedSetRemove(call.database(), found.key, found.position, ranks);
  LogPop(call, found.key.bytes, end, ranks.count);
  NotifyPopped(call, found.key, end);
}

void PopWithKey(Call& call, const FoundKey& found, SortedSetEnd end) {
  const Entry& entry = *found.position.node();
  const RankRange ranks = RanksAtEnd(entry, end, 1);
  ScoredMember member;
  SortedSetCursor cursor(entry, ranks.first);
  cursor.Next(member);
  call.reply.Array(3);
  call.reply.Bulk(found.key.bytes);
  call.reply.Bulk(member.member);
  ReplyScore(call, member.score);
  SortedSetRemove(call.database(), found.key, found.position, ranks);
  LogPop(call, found.key.bytes, end, 1);
  NotifyPopped(call, found.key, end);
}

namespace {

void Pop(Call& call, SortedSetEnd end) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const bool counted = call.size() == 3;
  if (call.size() > 3) read.Fail(errors::kSyntax);
  const int64_t count =
      counted ? read.NextIntegerIn(0, INT64_MAX, "ERR value is out of range, must be positive") : 1;
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateSortedSet(call, key, failed);
  if (failed) return;
  if (!position || count == 0) {
    call.reply.Array(0);
    return;
  }
  const Entry& entry = *position.node();
  const RankRange ranks = RanksAtEnd(entry, end, static_cast<size_t>(count));
  if (counted) {
    ReplyMembers(call, entry, ranks, DirectionFrom(end), true);
  } else {
    // A single member is no list of pairs, not even in RESP3.
    ScoredMember member;
    SortedSetCursor cursor(entry, ranks.first);
    cursor.Next(member);
    call.reply.Array(2);
    call.reply.Bulk(member.member);
    ReplyScore(call, member.score);
  }
  SortedSetRemove(call.database(), key, position, ranks);
  NotifyPopped(call, key, end);
}

void CmdZPopMin(Call& call) { Pop(call, SortedSetEnd::kLowest); }
void CmdZPopMax(Call& call) { Pop(call, SortedSetEnd::kHighest); }

void CmdZMPop(Call& call) {
  ArgumentReader read(call, 1);
  const PopRequest request = ReadMultiPop(call, read);
  if (!read.Finish()) return;
  bool failed = false;
  const std::optional<FoundKey> found = FindFirstSortedSet(call, request.keys, failed);
  if (found) {
    PopMembers(call, *found, request);
  } else if (!failed) {
    call.reply.NullArray();
  }
}

constexpr KeySpec kPopFirstKey[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete}};
constexpr KeySpec kPopCountedKeys[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyDelete, .find = KeySpec::Find::kCount}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "zpopmin", .handler = CmdZPopMin, .arity = -2, .flags = kWrite | kFast,
     .categories = kAclSortedSet, .keys = kPopFirstKey, .since = "5.0.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Removes and returns the members with the lowest scores.",
     .syntax = "key [count]"},
    {.name = "zpopmax", .handler = CmdZPopMax, .arity = -2, .flags = kWrite | kFast,
     .categories = kAclSortedSet, .keys = kPopFirstKey, .since = "5.0.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Removes and returns the members with the highest scores.",
     .syntax = "key [count]"},
    {.name = "zmpop", .handler = CmdZMPop, .arity = -4, .flags = kWrite | kMovableKeys,
     .categories = kAclSortedSet, .keys = kPopCountedKeys, .since = "7.0.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Removes and returns members of the first sorted set that has any.",
     .syntax = "numkeys key [key ...] <MIN | MAX> [COUNT count]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortedSetPopCommands() { return kRows; }

}  // namespace kvasir
