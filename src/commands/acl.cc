// ACL: users and what they may do.
#include "src/commands/acl_handlers.h"
#include "src/commands/families.h"
#include "src/commands/help.h"

namespace kvasir {
namespace {

constexpr uint32_t kOpen = kNoScript | kLoading | kStale;
constexpr uint32_t kClosed = kOpen | kAdmin;
constexpr auto kGroup = CommandGroup::kServer;

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "cat", .handler = CmdAclCat, .arity = -2, .flags = kOpen, .since = "6.0.0",
     .group = kGroup, .summary = "Lists the categories of commands, or the commands of one.",
     .syntax = "[category]"},
    {.name = "deluser", .handler = CmdAclDelUser, .arity = -3, .flags = kClosed, .since = "6.0.0",
     .group = kGroup, .summary = "Removes users and closes their connections.",
     .syntax = "username [username ...]"},
    {.name = "dryrun", .handler = CmdAclDryRun, .arity = -4, .flags = kClosed, .since = "7.0.0",
     .group = kGroup, .summary = "Tells whether a user may run a command, without running it.",
     .syntax = "username command [arg [arg ...]]"},
    {.name = "genpass", .handler = CmdAclGenPass, .arity = -2, .flags = kOpen, .since = "6.0.0",
     .group = kGroup, .summary = "Makes up a password of 256 or so many bits.",
     .syntax = "[bits]"},
    {.name = "getuser", .handler = CmdAclGetUser, .arity = 3, .flags = kClosed, .since = "6.0.0",
     .group = kGroup, .summary = "Shows the rules of a user.", .syntax = "username"},
    {.name = "list", .handler = CmdAclList, .arity = 2, .flags = kClosed, .since = "6.0.0",
     .group = kGroup, .summary = "Shows all users as lines of an ACL file."},
    {.name = "load", .handler = CmdAclLoad, .arity = 2, .flags = kClosed, .since = "6.0.0",
     .group = kGroup, .summary = "Replaces all users by those of the ACL file."},
    {.name = "log", .handler = CmdAclLog, .arity = -2, .flags = kClosed, .since = "6.0.0",
     .group = kGroup, .summary = "Lists what was refused last; RESET forgets it.",
     .syntax = "[count | RESET]"},
    {.name = "save", .handler = CmdAclSave, .arity = 2, .flags = kClosed, .since = "6.0.0",
     .group = kGroup, .summary = "Writes all users into the ACL file."},
    {.name = "setuser", .handler = CmdAclSetUser, .arity = -3, .flags = kClosed, .since = "6.0.0",
     .group = kGroup, .summary = "Makes a user or changes his rules.",
     .syntax = "username [rule [rule ...]]"},
    {.name = "users", .handler = CmdAclUsers, .arity = 2, .flags = kClosed, .since = "6.0.0",
     .group = kGroup, .summary = "Lists the names of all users."},
    {.name = "whoami", .handler = CmdAclWhoAmI, .arity = 2, .flags = kOpen, .since = "6.0.0",
     .group = kGroup, .summary = "Tells which user the connection is."},
    HelpRow("6.0.0", kGroup, 0),
};

constexpr CommandRow kRows[] = {
    {.name = "acl", .arity = -2, .since = "6.0.0", .group = kGroup,
     .summary = "Says who may do what.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> AclCommands() { return kRows; }

}  // namespace kvasir
