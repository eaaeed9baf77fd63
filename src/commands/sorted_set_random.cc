// ZRANDMEMBER.
#include <algorithm>
#include <unordered_set>
#include <vector>

#include "src/base/random.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/sorted_set_reply.h"
#include "src/engine/argument_reader.h"

namespace kvasir {
namespace {

constexpr std::string_view kCountOutOfRange =
    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";

// With repetitions a reply can be of any length, whatever the set has. Redis would fill the memory
// of the machine with one.
constexpr int64_t kRepeatedMax = int64_t{1} << 26;

// `count` different numbers below `bound`, in ascending order: R. Floyd's way (J. Bentley, "A
// sample of brilliance", 1987), which takes no more steps than numbers.
std::vector<size_t> DistinctBelow(size_t bound, size_t count) {
  std::unordered_set<size_t> chosen;
  chosen.reserve(count);
  for (size_t last = bound - count; last < bound; ++last) {
    if (!chosen.insert(RandomBelow(last + 1)).second) chosen.insert(last);
  }
  std::vector<size_t> sorted(chosen.begin(), chosen.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

void ReplyDistinct(Call& call, const Entry& entry, size_t count, bool with_scores) {
  const size_t length = SortedSetLength(entry);
  if (count >= length) {
    ReplyMembers(call, entry, {0, length}, SortedSetCursor::Direction::kUp, with_scores);
    return;
  }
  SortedSetSampler sampler(entry);
  ReplyMemberCount(call, count, with_scores);
  for (const size_t rank : DistinctBelow(length, count)) {
    ReplyMember(call, sampler.At(rank), with_scores);
  }
}

void ReplyRepeated(Call& call, const Entry& entry, size_t count, bool with_scores) {
  const size_t length = SortedSetLength(entry);
  SortedSetSampler sampler(entry);
  ReplyMemberCount(call, count, with_scores);
  for (size_t i = 0; i < count; ++i) {
    ReplyMember(call, sampler.At(RandomBelow(length)), with_scores);
  }
}

void ReplyOne(Call& call) {
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(1), failed);
  if (failed) return;
  if (entry == nullptr) {
    call.reply.Null();
    return;
  }
  ScoredMember member;
  SortedSetCursor cursor(*entry, RandomBelow(SortedSetLength(*entry)));
  cursor.Next(member);
  call.reply.Bulk(member.member);
}

void CmdZRandMember(Call& call) {
  if (call.size() == 2) {
    ReplyOne(call);
    return;
  }
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t count = read.NextInteger();
  if (count == INT64_MIN) read.Fail(kCountOutOfRange);
  const bool with_scores = read.TakeWord("WITHSCORES");
  if (!read.AtEnd()) read.Fail(errors::kSyntax);
  if (with_scores && (count < -INT64_MAX / 2 || count > INT64_MAX / 2)) {
    read.Fail(errors::kOutOfRange);
  }
  if (count < -kRepeatedMax) read.Fail(errors::kOutOfRange);
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, key, failed);
  if (failed) return;
  if (entry == nullptr || count == 0) {
    call.reply.Array(0);
  } else if (count > 0) {
    ReplyDistinct(call, *entry, static_cast<size_t>(count), with_scores);
  } else {
    ReplyRepeated(call, *entry, static_cast<size_t>(-count), with_scores);
  }
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "zrandmember", .handler = CmdZRandMember, .arity = -2, .flags = kReadOnly,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "6.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns members of a sorted set chosen at random.",
     .syntax = "key [count [WITHSCORES]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortedSetRandomCommands() { return kRows; }

}  // namespace kvasir
