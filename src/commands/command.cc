// COMMAND: the commands, told from their rows.
#include <algorithm>
#include <string>
#include <vector>

#include "src/base/glob.h"
#include "src/base/text.h"
#include "src/commands/command_reply.h"
#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/engine/acl_category.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void CmdCommand(Call& call) {
  const auto commands = call.engine().commands().commands();
  call.reply.Array(commands.size());
  for (const auto& command : commands) ReplyCommandInfo(call.reply, *command);
}

void CmdCommandCount(Call& call) {
  call.reply.Integer(static_cast<int64_t>(call.engine().commands().commands().size()));
}

void CmdCommandInfo(Call& call) {
  if (call.size() == 2) {
    CmdCommand(call);
    return;
  }
  call.reply.Array(call.size() - 2);
  for (size_t i = 2; i < call.size(); ++i) {
    const Command* command = call.engine().commands().FindByName(call[i]);
    if (command == nullptr) {
      call.reply.NullArray();
    } else {
      ReplyCommandInfo(call.reply, *command);
    }
  }
}

void CmdCommandDocs(Call& call) {
  const CommandTable& table = call.engine().commands();
  std::vector<const Command*> shown;
  if (call.size() == 2) {
    for (const auto& command : table.commands()) shown.push_back(command.get());
  }
  for (size_t i = 2; i < call.size(); ++i) {
    const Command* command = table.FindByName(call[i]);
    if (command != nullptr) shown.push_back(command);
  }
  call.reply.Map(shown.size());
  for (const Command* command : shown) {
    call.reply.Bulk(command->full_name);
    ReplyCommandDocs(call.reply, *command);
  }
}

// Adds the names that pass, of commands and subcommands.
template <typename Passes>
void ListNames(Call& call, Passes passes) {
  std::vector<std::string_view> names;
  for (const auto& command : call.engine().commands().commands()) {
    if (passes(*command)) names.push_back(command->full_name);
    for (const Command* subcommand : command->subcommands) {
      if (passes(*subcommand)) names.push_back(subcommand->full_name);
    }
  }
  call.reply.Array(names.size());
  for (const std::string_view name : names) call.reply.Bulk(name);
}

void CmdCommandList(Call& call) {
  if (call.size() == 2) {
    ListNames(call, [](const Command&) { return true; });
    return;
  }
  if (call.size() != 5 || !EqualsIgnoreCase(call[2], "FILTERBY")) {
    call.Error(errors::kSyntax);
    return;
  }
  const std::string_view wanted = call[4];
  if (EqualsIgnoreCase(call[3], "MODULE")) {
    call.reply.Array(0);
  } else if (EqualsIgnoreCase(call[3], "ACLCAT")) {
    const uint32_t category = AclCategoryOf(wanted);
    ListNames(call, [&](const Command& command) { return (command.categories & category) != 0; });
  } else if (EqualsIgnoreCase(call[3], "PATTERN")) {
    ListNames(call,
              [&](const Command& command) { return GlobMatch(wanted, command.full_name, true); });
  } else {
    call.Error(errors::kSyntax);
  }
}

bool HasKeys(const CommandRow& row) {
  return std::any_of(row.keys.begin(), row.keys.end(),
                     [](const KeySpec& spec) { return (spec.flags & kKeyNotKey) == 0; });
}

// The keys of the request that stands behind the subcommand; an error reply and false when it is
// none, or has none.
bool FindKeysOfRequest(Call& call, std::vector<KeyPosition>& keys) {
  const auto request = call.arguments().subspan(2);
  const Command* command = call.engine().commands().Find(request);
  const bool container =
      command != nullptr && command->row->handler == nullptr && !command->subcommands.empty();
  if (command == nullptr || container) {
    call.Error("ERR Invalid command specified");
  } else if (!HasKeys(*command->row)) {
    call.Error("ERR The command has no key arguments");
  } else if (!command->ArityMatches(request.size())) {
    call.Error("ERR Invalid number of arguments specified for command");
  } else if (!FindKeys(*command, request, keys)) {
    call.Error("ERR Invalid arguments specified for command");
  } else {
    return true;
  }
  return false;
}

void CmdCommandGetKeys(Call& call) {
  std::vector<KeyPosition> keys;
  if (!FindKeysOfRequest(call, keys)) return;
  call.reply.Array(keys.size());
  for (const KeyPosition& key : keys) call.reply.Bulk(call[key.index + 2]);
}

void CmdCommandGetKeysAndFlags(Call& call) {
  std::vector<KeyPosition> keys;
  if (!FindKeysOfRequest(call, keys)) return;
  call.reply.Array(keys.size());
  for (const KeyPosition& key : keys) {
    call.reply.Array(2);
    call.reply.Bulk(call[key.index + 2]);
    // Redis has functions of its own where a specification alone does not tell.
    ReplyKeyFlags(call.reply, key.flags & ~uint32_t{kKeyIncomplete | kKeyVariable});
  }
}

constexpr uint32_t kFlags = kLoading | kStale;

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "count", .handler = CmdCommandCount, .arity = 2, .flags = kFlags,
     .categories = kAclConnection, .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Counts the commands."},
    {.name = "docs", .handler = CmdCommandDocs, .arity = -2, .flags = kFlags,
     .categories = kAclConnection, .since = "7.0.0", .group = CommandGroup::kServer,
     .summary = "Explains some commands, or all, with their arguments.",
     .syntax = "[command-name [command-name ...]]"},
    {.name = "getkeys", .handler = CmdCommandGetKeys, .arity = -3, .flags = kFlags,
     .categories = kAclConnection, .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Returns the keys of a whole request.", .syntax = "command [arg [arg ...]]"},
    {.name = "getkeysandflags", .handler = CmdCommandGetKeysAndFlags, .arity = -3,
     .flags = kFlags, .categories = kAclConnection, .since = "7.0.0",
     .group = CommandGroup::kServer,
     .summary = "Returns the keys of a whole request, and what happens to them.",
     .syntax = "command [arg [arg ...]]"},
    {.name = "info", .handler = CmdCommandInfo, .arity = -2, .flags = kFlags,
     .categories = kAclConnection, .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Returns what programs need to know of some commands, or of all.",
     .syntax = "[command-name [command-name ...]]"},
    {.name = "list", .handler = CmdCommandList, .arity = -2, .flags = kFlags,
     .categories = kAclConnection, .since = "7.0.0", .group = CommandGroup::kServer,
     .summary = "Returns the names of commands and subcommands.",
     .syntax = "[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]"},
    HelpRow("5.0.0", CommandGroup::kServer, kAclConnection),
};

constexpr CommandRow kRows[] = {
    {.name = "command", .handler = CmdCommand, .arity = -1, .flags = kFlags,
     .categories = kAclConnection, .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Returns what programs need to know of all commands.",
     .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> CommandCommands() { return kRows; }

}  // namespace kvasir
