// BZPOPMIN, BZPOPMAX and BZMPOP: taking members off sorted sets, and waiting where there are none.
#include "src/commands/families.h"
#include "src/commands/sorted_set_pop.h"

namespace kvasir {
namespace {

void PopOne(Call& call, SortedSetEnd end) {
  const std::optional<int64_t> deadline_ms = ReadBlockingDeadline(call, call.size() - 1);
  if (!deadline_ms) return;
  const std::span<const std::string_view> keys = call.arguments().subspan(1, call.size() - 2);
  bool failed = false;
  const std::optional<FoundKey> found = FindFirstSortedSet(call, keys, failed);
  if (found) {
    PopWithKey(call, *found, end);
  } else if (!failed) {
    WaitOrReplyNull(call, keys, ValueType::kSortedSet, *deadline_ms);
  }
}

void CmdBZPopMin(Call& call) { PopOne(call, SortedSetEnd::kLowest); }
void CmdBZPopMax(Call& call) { PopOne(call, SortedSetEnd::kHighest); }

// The timeout comes first and is looked at last.
void CmdBZMPop(Call& call) {
  ArgumentReader read(call, 2);
  const PopRequest request = ReadMultiPop(call, read);
  if (!read.Finish()) return;
  const std::optional<int64_t> deadline_ms = ReadBlockingDeadline(call, 1);
  if (!deadline_ms) return;
  bool failed = false;
  const std::optional<FoundKey> found = FindFirstSortedSet(call, request.keys, failed);
  if (found) {
    PopMembers(call, *found, request);
  } else if (!failed) {
    WaitOrReplyNull(call, request.keys, ValueType::kSortedSet, *deadline_ms);
  }
}

constexpr KeySpec kPopKeysBeforeLast[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyDelete, .last = -2}};
constexpr KeySpec kPopCountedKeys[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyDelete, .begin = 2, .find = KeySpec::Find::kCount}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "bzpopmin", .handler = CmdBZPopMin, .arity = -3,
     .flags = kWrite | kFast | kBlocking, .categories = kAclSortedSet,
     .keys = kPopKeysBeforeLast, .since = "5.0.0", .group = CommandGroup::kSortedSet,
     .summary = "Removes and returns the member with the lowest score of the first sorted set "
                "that has any, waiting for one if need be.",
     .syntax = "key [key ...] timeout"},
    {.name = "bzpopmax", .handler = CmdBZPopMax, .arity = -3,
     .flags = kWrite | kFast | kBlocking, .categories = kAclSortedSet,
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
