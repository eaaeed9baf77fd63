// Sets: intersection, union and difference of several.
#include "src/store/set_operations.h"

#include <climits>
#include <span>

#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/commands/typed_lookup.h"
#include "src/engine/argument_reader.h"
#include "src/store/set_type.h"

namespace kvasir {
namespace {

enum class Operation : uint8_t { kIntersection, kUnion, kDifference };

// The sets of arguments `first` to `end` - 1. False, and an error reply, when one is none.
bool ReadOperands(Call& call, size_t first, size_t end, SetOperands& operands) {
  bool failed = false;
  for (size_t i = first; i < end && !failed; ++i) {
    operands.push_back(ReadTyped(call, call.KeyAt(i), ValueType::kSet, failed));
  }
  return !failed;
}

void Operate(Call& call, Operation operation, const SetOperands& operands, SetVisitor visit) {
  switch (operation) {
    case Operation::kIntersection:
      IntersectSets(operands, visit);
      break;
    case Operation::kUnion:
      UniteSets(call.database(), operands, visit);
      break;
    case Operation::kDifference:
      SubtractSets(call.database(), operands, visit);
      break;
  }
}

void ReplyWith(Call& call, Operation operation) {
  SetOperands operands;
  if (!ReadOperands(call, 1, call.size(), operands)) return;
  OutputBuffer members;
  ReplyWriter writer(members, call.session().resp_version);
  size_t count = 0;
  Operate(call, operation, operands, [&](std::string_view member) {
    writer.Bulk(member);
    ++count;
    return true;
  });
  call.reply.Set(count);
  call.reply.out().AppendBuffer(std::move(members));
}

void Store(Call& call, Operation operation) {
  SetOperands operands;
  if (!ReadOperands(call, 2, call.size(), operands)) return;
  Database& database = call.database();
  const Key target = call.KeyAt(1);
  Entry* result = nullptr;
  Operate(call, operation, operands, [&](std::string_view member) {
    if (result == nullptr) result = NewSetEntry(database, target, member, 1);
    AddSetMember(*result, member, database.context().limits);
    return true;
  });
  const bool existed = database.Peek(target) != nullptr;
  const size_t stored = StoreSet(database, target, result);
  NotifyStored(call, kNotifySet, call.command().row->name, target, stored != 0, existed);
  call.reply.Integer(static_cast<int64_t>(stored));
}

void Count(Call& call, Operation operation) {
  ArgumentReader read(call, 1);
  const auto keys =
      static_cast<size_t>(read.NextIntegerIn(1, INT64_MAX, "ERR numkeys should be greater than 0"));
  if (!read.failed() && keys > read.left()) {
    read.Fail("ERR Number of keys can't be greater than number of args");
  }
  const size_t first = read.position();
  for (size_t i = 0; i < keys && !read.failed(); ++i) read.Next();
  int64_t limit = 0;
  while (!read.AtEnd()) {
    if (read.TakeOption("LIMIT", 1)) {
      limit = read.NextIntegerIn(0, INT64_MAX, "ERR LIMIT can't be negative");
    } else if (operation != Operation::kUnion || !read.TakeWord("APPROX")) {
      // An exact count is an approximation, too.
      read.Fail(errors::kSyntax);
    }
  }
  if (!read.Finish()) return;
  SetOperands operands;
  if (!ReadOperands(call, first, first + keys, operands)) return;
  int64_t count = 0;
  Operate(call, operation, operands, [&](std::string_view) { return ++count != limit; });
  call.reply.Integer(count);
}

void CmdSInter(Call& call) { ReplyWith(call, Operation::kIntersection); }
void CmdSInterStore(Call& call) { Store(call, Operation::kIntersection); }
void CmdSInterCard(Call& call) { Count(call, Operation::kIntersection); }
void CmdSUnion(Call& call) { ReplyWith(call, Operation::kUnion); }
void CmdSUnionStore(Call& call) { Store(call, Operation::kUnion); }
void CmdSUnionCard(Call& call) { Count(call, Operation::kUnion); }
void CmdSDiff(Call& call) { ReplyWith(call, Operation::kDifference); }
void CmdSDiffStore(Call& call) { Store(call, Operation::kDifference); }
void CmdSDiffCard(Call& call) { Count(call, Operation::kDifference); }

constexpr KeySpec kStoreKeys[] = {{.flags = kKeyOverwrite | kKeyUpdate},
                                  {.flags = kKeyReadOnly | kKeyAccess, .begin = 2, .last = -1}};
// Redis says of SINTERSTORE alone that it also reads its target.
constexpr KeySpec kInterStoreKeys[] = {
    {.flags = kKeyReadWrite | kKeyUpdate},
    {.flags = kKeyReadOnly | kKeyAccess, .begin = 2, .last = -1}};
constexpr KeySpec kCountedKeys[] = {
    {.flags = kKeyReadOnly | kKeyAccess, .find = KeySpec::Find::kCount}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "sinter", .handler = CmdSInter, .arity = -2, .flags = kReadOnly,
     .categories = kAclSet, .keys = kReadAllArguments, .since = "1.0.0",
     .group = CommandGroup::kSet, .summary = "Returns the members that all sets have.",
     .syntax = "key [key ...]"},
    {.name = "sinterstore", .handler = CmdSInterStore, .arity = -3, .flags = kWrite | kDenyOom,
     .categories = kAclSet, .keys = kInterStoreKeys, .since = "1.0.0", .group = CommandGroup::kSet,
     .summary = "Stores the members that all sets have.",
     .syntax = "destination key [key ...]"},
    {.name = "sintercard", .handler = CmdSInterCard, .arity = -3,
     .flags = kReadOnly | kMovableKeys, .categories = kAclSet, .keys = kCountedKeys,
     .since = "7.0.0", .group = CommandGroup::kSet,
     .summary = "Counts the members that all sets have.",
     .syntax = "numkeys key [key ...] [LIMIT limit]"},
    {.name = "sunion", .handler = CmdSUnion, .arity = -2, .flags = kReadOnly,
     .categories = kAclSet, .keys = kReadAllArguments, .since = "1.0.0",
     .group = CommandGroup::kSet, .summary = "Returns the members that any of the sets has.",
     .syntax = "key [key ...]"},
    {.name = "sunionstore", .handler = CmdSUnionStore, .arity = -3, .flags = kWrite | kDenyOom,
     .categories = kAclSet, .keys = kStoreKeys, .since = "1.0.0", .group = CommandGroup::kSet,
     .summary = "Stores the members that any of the sets has.",
     .syntax = "destination key [key ...]"},
    {.name = "sunioncard", .handler = CmdSUnionCard, .arity = -3,
     .flags = kReadOnly | kMovableKeys, .categories = kAclSet, .keys = kCountedKeys,
     .since = "8.10.0", .group = CommandGroup::kSet,
     .summary = "Counts the members that any of the sets has.",
     .syntax = "numkeys key [key ...] [APPROX] [LIMIT limit]"},
    {.name = "sdiff", .handler = CmdSDiff, .arity = -2, .flags = kReadOnly,
     .categories = kAclSet, .keys = kReadAllArguments, .since = "1.0.0",
     .group = CommandGroup::kSet,
     .summary = "Returns the members of the first set that no other has.",
     .syntax = "key [key ...]"},
    {.name = "sdiffstore", .handler = CmdSDiffStore, .arity = -3, .flags = kWrite | kDenyOom,
     .categories = kAclSet, .keys = kStoreKeys, .since = "1.0.0", .group = CommandGroup::kSet,
     .summary = "Stores the members of the first set that no other has.",
     .syntax = "destination key [key ...]"},
    {.name = "sdiffcard", .handler = CmdSDiffCard, .arity = -3,
     .flags = kReadOnly | kMovableKeys, .categories = kAclSet, .keys = kCountedKeys,
     .since = "8.10.0", .group = CommandGroup::kSet,
     .summary = "Counts the members of the first set that no other has.",
     .syntax = "numkeys key [key ...] [LIMIT limit]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SetOperationCommands() { return kRows; }

}  // namespace kvasir
