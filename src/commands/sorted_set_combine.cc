// Union, intersection and difference: ZUNION, ZINTER, ZDIFF and their relatives.
#include <string>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/commands/sorted_set_log.h"
#include "src/commands/sorted_set_reply.h"
#include "src/engine/argument_reader.h"
#include "src/store/score.h"
#include "src/store/scored_combination.h"

namespace kvasir {
namespace {

enum class Operation : uint8_t { kUnion, kIntersection, kDifference, kCount };

struct CombineRequest {
  std::vector<WeightedInput> inputs;
  Aggregate aggregate = Aggregate::kSum;
  bool with_scores = false;
  size_t limit = 0;
};

// The inputs are looked up before the options are read: a wrong type comes before a wrong option.
void ReadInputs(Call& call, ArgumentReader& read, CombineRequest& request) {
  const int64_t count = read.NextInteger();
  if (count < 1) {
    const std::string name(call.command().row->name);
    read.Fail("ERR at least 1 input key is needed for '" + name + "' command");
  } else if (static_cast<uint64_t>(count) > read.left()) {
    read.Fail(errors::kSyntax);
  }
  if (read.failed()) return;
  request.inputs.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    const Entry* entry = call.database().Read(read.NextKey());
    if (entry != nullptr && !ScoredInput::Accepts(entry->type())) {
      read.Fail(errors::kWrongType);
      return;
    }
    request.inputs.push_back({.members = ScoredInput(entry)});
  }
}

void ReadWeights(ArgumentReader& read, CombineRequest& request) {
  for (WeightedInput& input : request.inputs) {
    const std::optional<double> weight = ParseScore(read.Next());
    if (!weight) read.Fail("ERR weight value is not a float");
    input.weight = weight.value_or(1);
  }
}

void ReadAggregate(ArgumentReader& read, CombineRequest& request) {
  if (read.TakeWord("SUM")) {
    request.aggregate = Aggregate::kSum;
  } else if (read.TakeWord("MIN")) {
    request.aggregate = Aggregate::kMin;
  } else if (read.TakeWord("MAX")) {
    request.aggregate = Aggregate::kMax;
  } else if (read.TakeWord("COUNT")) {
    request.aggregate = Aggregate::kCount;
  } else {
    read.Fail(errors::kSyntax);
  }
}

void ReadOptions(ArgumentReader& read, Operation operation, bool stores, CombineRequest& request) {
  const bool has_scores = operation == Operation::kUnion || operation == Operation::kIntersection;
  const bool replies = !stores && operation != Operation::kCount;
  while (!read.AtEnd()) {
    if (has_scores && read.TakeOption("WEIGHTS", request.inputs.size())) {
      ReadWeights(read, request);
    } else if (has_scores && read.TakeOption("AGGREGATE", 1)) {
      ReadAggregate(read, request);
    } else if (replies && read.TakeWord("WITHSCORES")) {
      request.with_scores = true;
    } else if (operation == Operation::kCount && read.TakeOption("LIMIT", 1)) {
      request.limit =
          static_cast<size_t>(read.NextIntegerIn(0, INT64_MAX, "ERR LIMIT can't be negative"));
    } else {
      read.Fail(errors::kSyntax);
    }
  }
}

void Combine(Operation operation, CombineRequest& request, SortedSetBuilder& builder) {
  if (operation == Operation::kUnion) {
    CombineUnion(request.inputs, request.aggregate, builder);
  } else if (operation == Operation::kIntersection) {
    CombineIntersection(request.inputs, request.aggregate, builder);
  } else {
    CombineDifference(request.inputs, builder);
  }
}

void ReplyCombined(Call& call, Operation operation) {
  ArgumentReader read(call, 1);
  CombineRequest request;
  ReadInputs(call, read, request);
  ReadOptions(read, operation, false, request);
  if (!read.Finish()) return;
  SortedSetBuilder builder;
  Combine(operation, request, builder);
  ReplyMemberCount(call, builder.size(), request.with_scores);
  for (size_t i = 0; i < builder.size(); ++i) ReplyMember(call, builder[i], request.with_scores);
}

void StoreCombined(Call& call, Operation operation) {
  ArgumentReader read(call, 1);
  const Key destination = read.NextKey();
  CombineRequest request;
  ReadInputs(call, read, request);
  ReadOptions(read, operation, true, request);
  if (!read.Finish()) return;
  SortedSetBuilder builder;
  Combine(operation, request, builder);
  // redis-server 7 does not know AGGREGATE COUNT, so the log gets its outcome.
  if (request.aggregate == Aggregate::kCount) LogSortedSet(call, destination.bytes, builder);
  call.reply.Integer(static_cast<int64_t>(builder.size()));
  const bool existed = call.database().Peek(destination) != nullptr;
  const bool stored = builder.size() != 0;
  builder.Store(call.database(), destination);
  NotifyStored(call, kNotifySortedSet, call.command().row->name, destination, stored, existed);
}

void CmdZUnion(Call& call) { ReplyCombined(call, Operation::kUnion); }
void CmdZInter(Call& call) { ReplyCombined(call, Operation::kIntersection); }
void CmdZDiff(Call& call) { ReplyCombined(call, Operation::kDifference); }
void CmdZUnionStore(Call& call) { StoreCombined(call, Operation::kUnion); }
void CmdZInterStore(Call& call) { StoreCombined(call, Operation::kIntersection); }
void CmdZDiffStore(Call& call) { StoreCombined(call, Operation::kDifference); }

void CmdZInterCard(Call& call) {
  ArgumentReader read(call, 1);
  CombineRequest request;
  ReadInputs(call, read, request);
  ReadOptions(read, Operation::kCount, false, request);
  if (!read.Finish()) return;
  call.reply.Integer(static_cast<int64_t>(CountIntersection(request.inputs, request.limit)));
}

constexpr KeySpec kReadCountedKeys[] = {
    {.flags = kKeyReadOnly | kKeyAccess, .find = KeySpec::Find::kCount}};
constexpr KeySpec kStoreCountedKeys[] = {
    {.flags = kKeyOverwrite | kKeyUpdate},
    {.flags = kKeyReadOnly | kKeyAccess, .begin = 2, .find = KeySpec::Find::kCount}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "zunion", .handler = CmdZUnion, .arity = -3, .flags = kReadOnly | kMovableKeys,
     .categories = kAclSortedSet, .keys = kReadCountedKeys, .since = "6.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns what is in any of several sorted sets, with combined scores.",
     .syntax = "numkeys key [key ...] [WEIGHTS weight [weight ...]] "
               "[AGGREGATE <SUM | MIN | MAX | COUNT>] [WITHSCORES]"},
    {.name = "zinter", .handler = CmdZInter, .arity = -3, .flags = kReadOnly | kMovableKeys,
     .categories = kAclSortedSet, .keys = kReadCountedKeys, .since = "6.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns what is in all of several sorted sets, with combined scores.",
     .syntax = "numkeys key [key ...] [WEIGHTS weight [weight ...]] "
               "[AGGREGATE <SUM | MIN | MAX | COUNT>] [WITHSCORES]"},
    {.name = "zdiff", .handler = CmdZDiff, .arity = -3, .flags = kReadOnly | kMovableKeys,
     .categories = kAclSortedSet, .keys = kReadCountedKeys, .since = "6.2.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Returns what is in the first of several sorted sets and in no other.",
     .syntax = "numkeys key [key ...] [WITHSCORES]"},
    {.name = "zunionstore", .handler = CmdZUnionStore, .arity = -4,
     .flags = kWrite | kDenyOom | kMovableKeys, .categories = kAclSortedSet,
     .keys = kStoreCountedKeys, .since = "2.0.0", .group = CommandGroup::kSortedSet,
     .summary = "Stores what is in any of several sorted sets, with combined scores.",
     .syntax = "destination numkeys key [key ...] [WEIGHTS weight [weight ...]] "
               "[AGGREGATE <SUM | MIN | MAX | COUNT>]"},
    {.name = "zinterstore", .handler = CmdZInterStore, .arity = -4,
     .flags = kWrite | kDenyOom | kMovableKeys, .categories = kAclSortedSet,
     .keys = kStoreCountedKeys, .since = "2.0.0", .group = CommandGroup::kSortedSet,
     .summary = "Stores what is in all of several sorted sets, with combined scores.",
     .syntax = "destination numkeys key [key ...] [WEIGHTS weight [weight ...]] "
               "[AGGREGATE <SUM | MIN | MAX | COUNT>]"},
    {.name = "zdiffstore", .handler = CmdZDiffStore, .arity = -4,
     .flags = kWrite | kDenyOom | kMovableKeys, .categories = kAclSortedSet,
     .keys = kStoreCountedKeys, .since = "6.2.0", .group = CommandGroup::kSortedSet,
     .summary = "Stores what is in the first of several sorted sets and in no other.",
     .syntax = "destination numkeys key [key ...]"},
    {.name = "zintercard", .handler = CmdZInterCard, .arity = -3,
     .flags = kReadOnly | kMovableKeys, .categories = kAclSortedSet, .keys = kReadCountedKeys,
     .since = "7.0.0", .group = CommandGroup::kSortedSet,
     .summary = "Counts what is in all of several sorted sets.",
     .syntax = "numkeys key [key ...] [LIMIT limit]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortedSetCombineCommands() { return kRows; }

}  // namespace kvasir
