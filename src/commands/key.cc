// Keys as such: removing them, asking whether they are there and of what type.
#include "src/commands/families.h"
#include "src/engine/call.h"
#include "src/store/key_operations.h"

namespace kvasir {
namespace {

// DEL and UNLINK are one: the database itself decides what is freed in the background.
void CmdDel(Call& call) {
  Database& database = call.database();
  int64_t removed = 0;
  for (size_t i = 1; i < call.size(); ++i) {
    const Key key = call.KeyAt(i);
    const Database::Position position = database.Locate(key);
    if (!position) continue;
    database.Remove(key, position);
    call.Notify(kNotifyGeneric, "del", key.bytes);
    ++removed;
  }
  call.reply.Integer(removed);
}

void CmdExists(Call& call) {
  int64_t found = 0;
  for (size_t i = 1; i < call.size(); ++i) {
    found += call.database().Inspect(call.KeyAt(i)) != nullptr ? 1 : 0;
  }
  call.reply.Integer(found);
}

void CmdTouch(Call& call) {
  int64_t found = 0;
  for (size_t i = 1; i < call.size(); ++i) {
    found += call.database().Read(call.KeyAt(i)) != nullptr ? 1 : 0;
  }
  call.reply.Integer(found);
}

void CmdType(Call& call) {
  const Entry* entry = call.database().Inspect(call.KeyAt(1));
  call.reply.Status(entry == nullptr ? "none" : TypeName(entry->type()));
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "del", .handler = CmdDel, .arity = -2, .flags = kWrite, .categories = kAclKeyspace,
     .keys = kRemoveAllArguments, .since = "1.0.0", .group = CommandGroup::kGeneric,
     .summary = "Removes keys.", .syntax = "key [key ...]"},
    {.name = "unlink", .handler = CmdDel, .arity = -2, .flags = kWrite | kFast,
     .categories = kAclKeyspace, .keys = kRemoveAllArguments, .since = "4.0.0",
     .group = CommandGroup::kGeneric, .summary = "Removes keys; large values are freed later.",
     .syntax = "key [key ...]"},
    {.name = "exists", .handler = CmdExists, .arity = -2, .flags = kReadOnly | kFast,
     .categories = kAclKeyspace, .keys = kInspectAllArguments, .since = "1.0.0",
     .group = CommandGroup::kGeneric, .summary = "Counts how many of the keys exist.",
     .syntax = "key [key ...]"},
    {.name = "touch", .handler = CmdTouch, .arity = -2, .flags = kReadOnly | kFast,
     .categories = kAclKeyspace, .keys = kInspectAllArguments, .since = "3.2.1",
     .group = CommandGroup::kGeneric,
     .summary = "Marks keys as used just now and counts those that exist.",
     .syntax = "key [key ...]"},
    {.name = "type", .handler = CmdType, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclKeyspace, .keys = kInspectFirstKey, .since = "1.0.0",
     .group = CommandGroup::kGeneric, .summary = "Tells the type of the value under a key.",
     .syntax = "key"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> KeyCommands() { return kRows; }

}  // namespace kvasir
