// CLIENT: connections seen and steered.
#include "src/commands/client_handlers.h"
#include "src/commands/families.h"
#include "src/commands/help.h"

namespace kvasir {
namespace {

constexpr uint32_t kOwn = kNoScript | kLoading | kStale;
constexpr uint32_t kOthers = kOwn | kAdmin;

#define KVASIR_CLIENT_FILTERS                                                                   \
  "[ID client-id [client-id ...]] [TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [USER username] " \
  "[ADDR ip:port] [LADDR ip:port] [SKIPME <YES | NO>] [MAXAGE maxage] [IDLE idle] "             \
  "[NAME name] [FLAGS flags] [LIB-NAME lib-name] [LIB-VER lib-ver] [DB db] [CAPA capa] "        \
  "[IP ip] [NOT-ID client-id [client-id ...]] "                                                 \
  "[NOT-TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [NOT-USER username] [NOT-ADDR ip:port] "     \
  "[NOT-LADDR ip:port] [NOT-NAME name] [NOT-FLAGS flags] [NOT-LIB-NAME lib-name] "              \
  "[NOT-LIB-VER lib-ver] [NOT-DB db] [NOT-CAPA capa] [NOT-IP ip]"

constexpr std::string_view kFilterSyntax = KVASIR_CLIENT_FILTERS;
constexpr std::string_view kKillSyntax = "<ip:port | <" KVASIR_CLIENT_FILTERS ">>";

#undef KVASIR_CLIENT_FILTERS

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "caching", .handler = CmdClientCaching, .arity = 3, .flags = kOwn,
     .categories = kAclConnection, .since = "6.0.0", .group = CommandGroup::kConnection,
     .summary = "Says whether the keys of the next command are tracked.", .syntax = "<YES | NO>"},
    {.name = "capa", .handler = CmdClientCapa, .arity = -3, .flags = kOwn,
     .categories = kAclConnection, .since = "8.0.0", .group = CommandGroup::kConnection,
     .summary = "Tells what the client is able to do.", .syntax = "capability [capability ...]"},
    {.name = "getname", .handler = CmdClientGetName, .arity = 2, .flags = kOwn,
     .categories = kAclConnection, .since = "2.6.9", .group = CommandGroup::kConnection,
     .summary = "Returns the name of the connection."},
    {.name = "getredir", .handler = CmdClientGetRedir, .arity = 2, .flags = kOwn,
     .categories = kAclConnection, .since = "6.0.0", .group = CommandGroup::kConnection,
     .summary = "Returns the client that invalidations are sent to, or -1."},
    {.name = "id", .handler = CmdClientId, .arity = 2, .flags = kOwn,
     .categories = kAclConnection, .since = "5.0.0", .group = CommandGroup::kConnection,
     .summary = "Returns the number of the connection, which is never given twice."},
    {.name = "info", .handler = CmdClientInfo, .arity = 2, .flags = kOwn,
     .categories = kAclConnection, .since = "6.2.0", .group = CommandGroup::kConnection,
     .summary = "Describes the connection, as CLIENT LIST does."},
    {.name = "kill", .handler = CmdClientKill, .arity = -3, .flags = kOthers,
     .categories = kAclConnection, .since = "2.4.0", .group = CommandGroup::kConnection,
     .summary = "Closes connections: the one of an address, or all that meet every filter.",
     .syntax = kKillSyntax},
    {.name = "list", .handler = CmdClientList, .arity = -2, .flags = kOthers,
     .categories = kAclConnection, .since = "2.4.0", .group = CommandGroup::kConnection,
     .summary = "Describes the connections that meet every filter.", .syntax = kFilterSyntax},
    {.name = "no-evict", .handler = CmdClientNoEvict, .arity = 3, .flags = kOthers,
     .categories = kAclConnection, .since = "7.0.0", .group = CommandGroup::kConnection,
     .summary = "Keeps the connection from being closed to save memory.", .syntax = "<ON | OFF>"},
    {.name = "no-touch", .handler = CmdClientNoTouch, .arity = 3, .flags = kOwn,
     .categories = kAclConnection, .since = "7.2.0", .group = CommandGroup::kConnection,
     .summary = "Lets the connection read keys without making them look used.",
     .syntax = "<ON | OFF>"},
    {.name = "pause", .handler = CmdClientPause, .arity = -3, .flags = kOthers,
     .categories = kAclConnection, .since = "3.0.0", .group = CommandGroup::kConnection,
     .summary = "Lets all clients, or those that write, wait for some milliseconds.",
     .syntax = "timeout [WRITE | ALL]"},
    {.name = "reply", .handler = CmdClientReply, .arity = 3, .flags = kOwn,
     .categories = kAclConnection, .since = "3.2.0", .group = CommandGroup::kConnection,
     .summary = "Turns replies on or off, or leaves the next one out.",
     .syntax = "<ON | OFF | SKIP>"},
    {.name = "setinfo", .handler = CmdClientSetInfo, .arity = 4, .flags = kOwn,
     .categories = kAclConnection, .since = "7.2.0", .group = CommandGroup::kConnection,
     .summary = "Tells the name and version of the client's library.",
     .syntax = "<LIB-NAME libname | LIB-VER libver>"},
    {.name = "setname", .handler = CmdClientSetName, .arity = 3, .flags = kOwn,
     .categories = kAclConnection, .since = "2.6.9", .group = CommandGroup::kConnection,
     .summary = "Gives the connection a name.", .syntax = "connection-name"},
    {.name = "tracking", .handler = CmdClientTracking, .arity = -3, .flags = kOwn,
     .categories = kAclConnection, .since = "6.0.0", .group = CommandGroup::kConnection,
     .summary = "Lets the connection hear when keys change that its client has cached.",
     .syntax = "<ON | OFF> [REDIRECT client-id] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] "
               "[OPTOUT] [NOLOOP]"},
    {.name = "trackinginfo", .handler = CmdClientTrackingInfo, .arity = 2, .flags = kOwn,
     .categories = kAclConnection, .since = "6.2.0", .group = CommandGroup::kConnection,
     .summary = "Tells how the connection's keys are tracked."},
    {.name = "unblock", .handler = CmdClientUnblock, .arity = -3, .flags = kOthers,
     .categories = kAclConnection, .since = "5.0.0", .group = CommandGroup::kConnection,
     .summary = "Ends the waiting of a blocked client, as by its timeout or with an error.",
     .syntax = "client-id [TIMEOUT | ERROR]"},
    {.name = "unpause", .handler = CmdClientUnpause, .arity = 2, .flags = kOthers,
     .categories = kAclConnection, .since = "6.2.0", .group = CommandGroup::kConnection,
     .summary = "Lets paused clients go on."},
    HelpRow("5.0.0", CommandGroup::kConnection, kAclConnection),
};

constexpr CommandRow kRows[] = {
    {.name = "client", .arity = -2, .since = "2.4.0", .group = CommandGroup::kConnection,
     .summary = "Sees and steers connections.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ClientCommands() { return kRows; }

}  // namespace kvasir
