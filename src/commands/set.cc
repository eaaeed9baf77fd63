// Sets: members one by one and as a whole.
#include <string>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/commands/scan_arguments.h"
#include "src/commands/typed_lookup.h"
#include "src/store/set_type.h"

namespace kvasir {
namespace {

void CmdSAdd(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateTyped(call, key, ValueType::kSet, failed);
  if (failed) return;
  const size_t added = AddSetMembers(call.database(), key, position, call.arguments().subspan(2));
  if (added != 0) call.Notify(kNotifySet, "sadd", key.bytes);
  call.reply.Integer(static_cast<int64_t>(added));
}

void CmdSRem(Call& call) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateTyped(call, key, ValueType::kSet, failed);
  if (failed) return;
  const size_t removed =
      RemoveSetMembers(call.database(), key, position, call.arguments().subspan(2));
  if (removed != 0) NotifyTaken(call, kNotifySet, "srem", key);
  call.reply.Integer(static_cast<int64_t>(removed));
}

void CmdSIsMember(Call& call) {
  bool failed = false;
  const Entry* entry = ReadTyped(call, call.KeyAt(1), ValueType::kSet, failed);
  if (failed) return;
  call.reply.Integer(entry != nullptr && SetContains(*entry, call[2]) ? 1 : 0);
}

void CmdSMIsMember(Call& call) {
  bool failed = false;
  const Entry* entry = ReadTyped(call, call.KeyAt(1), ValueType::kSet, failed);
  if (failed) return;
  const auto members = call.arguments().subspan(2);
  call.reply.Array(members.size());
  for (const std::string_view member : members) {
    call.reply.Integer(entry != nullptr && SetContains(*entry, member) ? 1 : 0);
  }
}

void CmdSCard(Call& call) {
  bool failed = false;
  const Entry* entry = ReadTyped(call, call.KeyAt(1), ValueType::kSet, failed);
  if (failed) return;
  call.reply.Integer(entry == nullptr ? 0 : static_cast<int64_t>(SetLength(*entry)));
}

void CmdSMembers(Call& call) {
  bool failed = false;
  const Entry* entry = ReadTyped(call, call.KeyAt(1), ValueType::kSet, failed);
  if (failed) return;
  call.reply.Set(entry == nullptr ? 0 : SetLength(*entry));
  if (entry == nullptr) return;
  ForEachSetMember(*entry, [&](std::string_view member) { call.reply.Bulk(member); });
}

void CmdSMove(Call& call) {
  bool failed = false;
  Database& database = call.database();
  const Key source = call.KeyAt(1);
  const Key target = call.KeyAt(2);
  const std::string_view member = call[3];
  if (!database.Locate(source)) {
    call.reply.Integer(0);
    return;
  }
  // Looking the target up may remove it when it is over, so the source's place is taken after it.
  LocateTyped(call, target, ValueType::kSet, failed);
  if (failed) return;
  const Database::Position from = LocateTyped(call, source, ValueType::kSet, failed);
  if (failed) return;
  if (source.bytes == target.bytes) {
    call.reply.Integer(SetContains(*from.node(), member) ? 1 : 0);
    return;
  }
  const size_t removed = RemoveSetMembers(database, source, from, {&member, 1});
  call.reply.Integer(static_cast<int64_t>(removed));
  if (removed == 0) return;
  NotifyTaken(call, kNotifySet, "srem", source);
  const size_t added = AddSetMembers(database, target, database.Locate(target), {&member, 1});
  if (added != 0) call.Notify(kNotifySet, "sadd", target.bytes);
}

void CmdSScan(Call& call) {
  bool failed = false;
  const std::optional<uint64_t> start = ReadScanCursor(call, 2);
  if (!start) return;
  const Entry* entry = ReadTyped(call, call.KeyAt(1), ValueType::kSet, failed);
  if (failed) return;
  ScanOptions options;
  if (entry != nullptr && !ReadScanOptions(call, 3, kScanPlain, options)) return;
  OutputBuffer members;
  ReplyWriter writer(members, call.session().resp_version);
  size_t count = 0;
  uint64_t next = 0;
  if (entry != nullptr) {
    next = WalkScan(*start, options, [&](uint64_t cursor, int64_t& seen) {
      return ScanSet(*entry, cursor, [&](std::string_view member) {
        ++seen;
        if (!options.Matches(member)) return;
        writer.Bulk(member);
        ++count;
      });
    });
  }
  call.reply.Array(2);
  call.reply.Bulk(std::to_string(next));
  call.reply.Array(count);
  call.reply.out().AppendBuffer(std::move(members));
}

constexpr KeySpec kRemoveMembersOfFirstKey[] = {{.flags = kKeyReadWrite | kKeyDelete}};
constexpr KeySpec kMoveKeys[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete},
                                 {.flags = kKeyReadWrite | kKeyInsert, .begin = 2}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "sadd", .handler = CmdSAdd, .arity = -3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kAclSet, .keys = kInsertFirstKey, .element_at = 2, .since = "1.0.0",
     .group = CommandGroup::kSet, .summary = "Adds members to a set and counts the new ones.",
     .syntax = "key member [member ...]"},
    {.name = "srem", .handler = CmdSRem, .arity = -3, .flags = kWrite | kFast,
     .categories = kAclSet, .keys = kRemoveMembersOfFirstKey, .element_at = 2, .since = "1.0.0",
     .group = CommandGroup::kSet,
     .summary = "Removes members from a set and counts those that were there.",
     .syntax = "key member [member ...]"},
    {.name = "sismember", .handler = CmdSIsMember, .arity = 3,
     .flags = kReadOnly | kFast,
     .categories = kAclSet, .keys = kInspectFirstKey, .element_at = 2, .since = "1.0.0",
     .group = CommandGroup::kSet, .summary = "Tells whether a set has a member.",
     .syntax = "key member"},
    {.name = "smismember", .handler = CmdSMIsMember, .arity = -3,
     .flags = kReadOnly | kFast,
     .categories = kAclSet, .keys = kReadFirstKey, .element_at = 2, .since = "6.2.0",
     .group = CommandGroup::kSet, .summary = "Tells of each member whether a set has it.",
     .syntax = "key member [member ...]"},
    {.name = "scard", .handler = CmdSCard, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclSet, .keys = kInspectFirstKey, .since = "1.0.0",
     .group = CommandGroup::kSet, .summary = "Counts the members of a set.", .syntax = "key"},
    {.name = "smembers", .handler = CmdSMembers, .arity = 2, .flags = kReadOnly,
     .categories = kAclSet, .keys = kReadFirstKey, .since = "1.0.0",
     .group = CommandGroup::kSet, .summary = "Returns all members of a set.", .syntax = "key"},
    {.name = "smove", .handler = CmdSMove, .arity = 4, .flags = kWrite | kFast,
     .categories = kAclSet, .keys = kMoveKeys, .since = "1.0.0", .group = CommandGroup::kSet,
     .summary = "Takes a member out of one set and adds it to another.",
     .syntax = "source destination member"},
    {.name = "sscan", .handler = CmdSScan, .arity = -3, .flags = kReadOnly,
     .categories = kAclSet, .keys = kReadFirstKey, .since = "2.8.0",
     .group = CommandGroup::kSet, .summary = "Lists the members of a set a few at a time.",
     .syntax = "key cursor [MATCH pattern] [COUNT count]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SetCommands() { return kRows; }

}  // namespace kvasir
