// Adding members to sorted sets, changing their scores, and removing them by name.
#include <vector>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/commands/sorted_set_reply.h"
#include "src/engine/argument_reader.h"
#include "src/store/score.h"

namespace kvasir {
namespace {

constexpr std::string_view kNotANumber = "ERR resulting score is not a number (NaN)";

struct AddOptions {
  AddConditions conditions;
  bool count_changed = false;
};

void ReadAddOptions(ArgumentReader& read, AddOptions& options) {
  AddConditions& conditions = options.conditions;
  while (!read.AtEnd()) {
    if (read.TakeWord("NX")) {
      conditions.if_absent = true;
    } else if (read.TakeWord("XX")) {
      conditions.if_present = true;
    } else if (read.TakeWord("GT")) {
      conditions.if_greater = true;
    } else if (read.TakeWord("LT")) {
      conditions.if_less = true;
    } else if (read.TakeWord("CH")) {
      options.count_changed = true;
    } else if (read.TakeWord("INCR")) {
      conditions.increment = true;
    } else {
      return;
    }
  }
}

void CheckAddOptions(ArgumentReader& read, const AddConditions& conditions) {
  if (read.left() == 0 || read.left() % 2 != 0) read.Fail(errors::kSyntax);
  if (conditions.if_absent && conditions.if_present) {
    read.Fail("ERR XX and NX options at the same time are not compatible");
  }
  const int exclusive =
      int{conditions.if_absent} + int{conditions.if_greater} + int{conditions.if_less};
  if (exclusive > 1) {
    read.Fail("ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  if (conditions.increment && read.left() > 2) {
    read.Fail("ERR INCR option supports a single increment-element pair");
  }
}

bool IsChange(AddOutcome outcome) {
  return outcome == AddOutcome::kAdded || outcome == AddOutcome::kUpdated;
}

// One score and member, and what it is now: the reply of ZINCRBY and of ZADD's INCR.
void Increment(Call& call, const Key& key, const ScoredMember& added,
               const AddConditions& conditions) {
  bool failed = false;
  const Database::Position position = LocateSortedSet(call, key, failed);
  if (failed) return;
  AddResult result;
  {
    SortedSetAdder adder(call.database(), key, position);
    result = adder.Add(added, conditions);
  }
  if (result.outcome == AddOutcome::kNotANumber) {
    call.Error(kNotANumber);
  } else if (result.outcome == AddOutcome::kRefused) {
    call.reply.Null();
  } else {
    ReplyScore(call, result.score);
  }
  if (IsChange(result.outcome)) call.Notify(kNotifySortedSet, "zincr", key.bytes);
}

// Adds the pairs from argument `first` on. Their scores were read before: nothing can go wrong.
void AddPairs(Call& call, const Key& key, size_t first, const std::vector<double>& scores,
              const AddOptions& options) {
  bool failed = false;
  const Database::Position position = LocateSortedSet(call, key, failed);
  if (failed) return;
  int64_t added = 0;
  int64_t updated = 0;
  {
    SortedSetAdder adder(call.database(), key, position);
    for (size_t i = 0; i < scores.size(); ++i) {
      const ScoredMember pair{call[first + i * 2 + 1], scores[i]};
      const AddOutcome outcome = adder.Add(pair, options.conditions).outcome;
      if (outcome == AddOutcome::kAdded) ++added;
      if (outcome == AddOutcome::kUpdated) ++updated;
    }
  }
  call.reply.Integer(options.count_changed ? added + updated : added);
  if (added + updated != 0) call.Notify(kNotifySortedSet, "zadd", key.bytes);
}

// The plain form, ZADD key score member, without a list of scores on the heap.
void AddOne(Call& call, double score) {
  const Key key = call.KeyAt(1);
  bool failed = false;
  const Database::Position position = LocateSortedSet(call, key, failed);
  if (failed) return;
  AddOutcome outcome = AddOutcome::kRefused;
  {
    SortedSetAdder adder(call.database(), key, position);
    outcome = adder.Add({call[3], score}, {}).outcome;
  }
  call.reply.Integer(outcome == AddOutcome::kAdded ? 1 : 0);
  if (IsChange(outcome)) call.Notify(kNotifySortedSet, "zadd", key.bytes);
}

void CmdZAdd(Call& call) {
  if (call.size() == 4) {
    if (const std::optional<double> score = ParseScore(call[2])) {
      AddOne(call, *score);
      return;
    }
  }
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  AddOptions options;
  ReadAddOptions(read, options);
  CheckAddOptions(read, options.conditions);
  const size_t first = read.position();
  std::vector<double> scores;
  while (!read.AtEnd()) {
    const std::optional<double> score = ParseScore(read.Next());
    if (!score) read.Fail(errors::kNotFloat);
    scores.push_back(score.value_or(0));
    read.Next();
  }
  if (!read.Finish()) return;
  if (options.conditions.increment) {
    Increment(call, key, {call[first + 1], scores[0]}, options.conditions);
  } else {
    AddPairs(call, key, first, scores, options);
  }
}

void CmdZIncrBy(Call& call) {
  const std::optional<double> increment = ParseScore(call[2]);
  if (!increment) {
    call.Error(errors::kNotFloat);
    return;
  }
  Increment(call, call.KeyAt(1), {call[3], *increment}, {.increment = true});
}

void CmdZRem(Call& call) {
  const Key key = call.KeyAt(1);
  bool failed = false;
  const Database::Position position = LocateSortedSet(call, key, failed);
  if (failed) return;
  const size_t removed =
      position ? SortedSetRemove(call.database(), key, position, call.arguments().subspan(2)) : 0;
  if (removed != 0) NotifyTaken(call, kNotifySortedSet, "zrem", key);
  call.reply.Integer(static_cast<int64_t>(removed));
}

constexpr KeySpec kDeleteFromFirstKey[] = {{.flags = kKeyReadWrite | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "zadd", .handler = CmdZAdd, .arity = -4, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclSortedSet, .keys = kUpdateFirstKey, .element_at = 3, .since = "1.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Adds members to a sorted set, or gives those it has a new score.",
     .syntax = "key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]"},
    {.name = "zincrby", .handler = CmdZIncrBy, .arity = 4, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclSortedSet, .keys = kReadUpdateFirstKey, .element_at = 3, .since = "1.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Adds to the score of a member of a sorted set.",
     .syntax = "key increment member"},
    {.name = "zrem", .handler = CmdZRem, .arity = -3, .flags = kWrite | kFast,
     .categories = kAclSortedSet, .keys = kDeleteFromFirstKey, .element_at = 2, .since = "1.2.0",
     .group = CommandGroup::kSortedSet, .summary = "Removes members from a sorted set.",
     .syntax = "key member [member ...]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortedSetWriteCommands() { return kRows; }

}  // namespace kvasir
