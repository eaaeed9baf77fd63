// Sets: members chosen at random.
#include <algorithm>
#include <string>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/commands/typed_lookup.h"
#include "src/engine/argument_reader.h"
#include "src/store/set_type.h"

namespace kvasir {
namespace {

// What was popped as the log gets it. A group of commands is replayed as a whole, so one command
// need not hold all members.
void LogRemoval(Call& call, std::string_view key, const std::vector<std::string>& members) {
  constexpr size_t kMembersPerCommand = 1024;
  for (size_t i = 0; i < members.size(); i += kMembersPerCommand) {
    const size_t end = std::min(members.size(), i + kMembersPerCommand);
    std::vector<std::string> effect = {"SREM", std::string(key)};
    effect.insert(effect.end(), members.begin() + static_cast<ptrdiff_t>(i),
                  members.begin() + static_cast<ptrdiff_t>(end));
    call.LogInstead(std::move(effect));
  }
}

void PopOne(Call& call, const Key& key, Database::Position position) {
  PopSetMembers(call.database(), key, position, 1, [&](std::string_view member) {
    call.reply.Bulk(member);
    call.LogInstead({"SREM", key.bytes, member});
  });
  NotifyTaken(call, kNotifySet, "spop", key);
}

void PopMany(Call& call, const Key& key, Database::Position position, size_t count) {
  const size_t length = SetLength(*position.node());
  const bool takes_all = count >= length;
  call.reply.Set(std::min(count, length));
  std::vector<std::string> popped;
  PopSetMembers(call.database(), key, position, count, [&](std::string_view member) {
    call.reply.Bulk(member);
    if (!takes_all) popped.emplace_back(member);
  });
  NotifyTaken(call, kNotifySet, "spop", key);
  if (takes_all) {
    call.LogInstead({"DEL", key.bytes});
  } else {
    LogRemoval(call, key.bytes, popped);
  }
}

void CmdSPop(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const bool counts = !read.AtEnd();
  if (read.left() > 1) read.Fail(errors::kSyntax);
  int64_t count = 1;
  if (counts) {
    count = read.NextIntegerIn(0, INT64_MAX, "ERR value is out of range, must be positive");
  }
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateTyped(call, key, ValueType::kSet, failed);
  if (failed) return;
  if (!counts && position) {
    PopOne(call, key, position);
  } else if (!counts) {
    call.reply.Null();
  } else if (count == 0 || !position) {
    call.reply.Set(0);
  } else {
    PopMany(call, key, position, static_cast<size_t>(count));
  }
}

// Redis tries to allocate whatever reply is asked for; here one command may not ask for more.
constexpr int64_t kRepeatedMax = int64_t{1} << 24;

void ReplySample(Call& call, const Entry& entry, int64_t count) {
  const auto bulk = [&](std::string_view member) { call.reply.Bulk(member); };
  if (count < 0) {
    call.reply.Array(static_cast<size_t>(-count));
    SampleSetRepeatedly(entry, static_cast<size_t>(-count), bulk);
    return;
  }
  const size_t different = std::min(static_cast<size_t>(count), SetLength(entry));
  call.reply.Array(different);
  SampleSet(entry, different, bulk);
}

void CmdSRandMember(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const bool counts = !read.AtEnd();
  if (read.left() > 1) read.Fail(errors::kSyntax);
  int64_t count = 1;
  if (counts) {
    count = read.NextInteger();
    if (count == INT64_MIN) {
      read.Fail(
          "ERR value is out of range, value must between -9223372036854775807 and "
          "9223372036854775807");
    }
    if (count < -kRepeatedMax) read.Fail(errors::kOutOfRange);
  }
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadTyped(call, key, ValueType::kSet, failed);
  if (failed) return;
  if (counts && (entry == nullptr || count == 0)) {
    call.reply.Array(0);
  } else if (counts) {
    ReplySample(call, *entry, count);
  } else if (entry == nullptr) {
    call.reply.Null();
  } else {
    SampleSetRepeatedly(*entry, 1, [&](std::string_view member) { call.reply.Bulk(member); });
  }
}

constexpr KeySpec kPopFirstKey[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "spop", .handler = CmdSPop, .arity = -2, .flags = kWrite | kFast,
     .categories = kAclSet, .keys = kPopFirstKey, .since = "1.0.0", .group = CommandGroup::kSet,
     .summary = "Removes members of a set chosen at random and returns them.",
     .syntax = "key [count]"},
    {.name = "srandmember", .handler = CmdSRandMember, .arity = -2, .flags = kReadOnly,
     .categories = kAclSet, .keys = kReadFirstKey, .since = "1.0.0",
     .group = CommandGroup::kSet, .summary = "Returns members of a set chosen at random.",
     .syntax = "key [count]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SetRandomCommands() { return kRows; }

}  // namespace kvasir
