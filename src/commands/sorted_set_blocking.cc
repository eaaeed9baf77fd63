// BZPOPMIN, BZPOPMAX and BZMPOP: taking members off sorted sets, and waiting where there are none.
#include "src/commands/families.h"
#include "src/commands/sorted_set_pop.h"

namespace kvasir {
namespace {

// Replies null, now or when the time is up.
void Wait(Call& call, std::span<const std::string_view> keys, int64_t deadline_ms) {
  if (!call.MayBlock()) {
    call.reply.NullArray();
    return;
  }
  call.BlockOnKeys(keys, ValueType::kSortedSet, deadline_ms,
                   [](ReplyWriter& reply) { reply.NullArray(); });
}

void PopOne(Call& call, SortedSetEnd end) {
  const std::span<const std::string_view> keys = call.arguments().subspan(1, call.size() - 2);
  ArgumentReader read(call, call.size() - 1);
  const int64_t deadline_ms = read.NextBlockingDeadline();
  if (!read.Finish()) return;
  bool failed = false;
  const std::optional<FoundSortedSet> found = FindFirstSortedSet(call, keys, failed);
  if (found) {
    PopWithKey(call, *found, end);
  } else if (!failed) {
    Wait(call, keys, deadline_ms);
  }
}

void CmdBZPopMin(Call& call) { PopOne(call, SortedSetEnd::kLowest); }
void CmdBZPopMax(Call& call) { PopOne(call, SortedSetEnd::kHighest); }

void CmdBZMPop(Call& call) {
  // As in Redis, a wrong timeout is the last thing that is complained about.
  ArgumentReader read(call, 2);
  const MultiPopRequest request = ReadMultiPop(call, read);
  if (!read.Finish()) return;
  ArgumentReader read_timeout(call, 1);
  const int64_t deadline_ms = read_timeout.NextBlockingDeadline();
  if (read_timeout.failed()) {
    read_timeout.Finish();
    return;
  }
  bool failed = false;
  const std::optional<FoundSortedSet> found = FindFirstSortedSet(call, request.keys, failed);
  if (found) {
    PopMembers(call, *found, request);
  } else if (!failed) {
    Wait(call, request.keys, deadline_ms);
  }
}

constexpr KeySpec kPopKeysBeforeLast[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyDelete, .last = -2}};
constexpr KeySpec kPopCountedKeys[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyDelete, .begin = 2, .find = KeySpec::Find::kCount}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "bzpopmin", .handler = CmdBZPopMin, .arity = -3,
     .flags = kWrite | kFast | kBlocking | kNoScript, .categories = kAclSortedSet,
     .keys = kPopKeysBeforeLast, .since = "5.0.0", .group = CommandGroup::kSortedSet,
     .summary = "Removes and returns the member with the lowest score of the first sorted set "
                "that has any, waiting for one if need be.",
     .syntax = "key [key ...] timeout"},
    {.name = "bzpopmax", .handler = CmdBZPopMax, .arity = -3,
     .flags = kWrite | kFast | kBlocking | kNoScript, .categories = kAclSortedSet,
     .keys = kPopKeysBeforeLast, .since = "5.0.0", .group = CommandGroup::kSortedSet,
     .summary = "Removes and returns the member with the highest score of the first sorted set "
                "that has any, waiting for one if need be.",
     .syntax = "key [key ...] timeout"},
    {.name = "bzmpop", .handler = CmdBZMPop, .arity = -5,
     .flags = kWrite | kBlocking | kMovableKeys, .categories = kAclSortedSet,
     .keys = kPopCountedKeys, .since = "7.0.0", .group = CommandGroup::kSortedSet,
     .summary = "Removes and returns members of the first sorted set that has any, waiting for "
                "one if need be.",
     .syntax = "timeout numkeys key [key ...] <MIN | MAX> [COUNT count]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortedSetBlockingCommands() { return kRows; }

}  // namespace kvasir
