// What is asked about replicas and modules of a server that has neither: the answers of a
// redis-server without them, and an error where that would begin to have one.
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/help.h"

namespace kvasir {
namespace {

constexpr std::string_view kNoReplication = "ERR this server has no replication";

void CmdReplicaOf(Call& call) {
  if (EqualsIgnoreCase(call[1], "no") && EqualsIgnoreCase(call[2], "one")) {
    call.reply.Ok();
  } else {
    call.Error(kNoReplication);
  }
}

void CmdFailover(Call& call) {
  const bool abort = call.size() == 2 && EqualsIgnoreCase(call[1], "abort");
  call.Error(abort ? "ERR No failover in progress." : "ERR FAILOVER requires connected replicas.");
}

void CmdModuleList(Call& call) { call.reply.Array(0); }

void CmdModuleLoad(Call& call) {
  call.Error("ERR Error loading the extension. Please check the server logs.");
}

void CmdModuleUnload(Call& call) {
  call.Error("ERR Error unloading module: no such module with that name");
}

constexpr uint32_t kRoleFlags = kAdmin | kNoScript | kStale | kNoAsyncLoading;
constexpr uint32_t kModuleFlags = kAdmin | kNoScript | kNoAsyncLoading;

// clang-format off
constexpr CommandRow kModuleSubcommands[] = {
    {.name = "list", .handler = CmdModuleList, .arity = 2, .flags = kAdmin | kNoScript,
     .since = "4.0.0", .group = CommandGroup::kServer, .summary = "Lists the modules."},
    {.name = "load", .handler = CmdModuleLoad, .arity = -3, .flags = kModuleFlags,
     .since = "4.0.0", .group = CommandGroup::kServer, .summary = "Loads a module.",
     .syntax = "path [arg [arg ...]]"},
    {.name = "loadex", .handler = CmdModuleLoad, .arity = -3, .flags = kModuleFlags,
     .since = "7.0.0", .group = CommandGroup::kServer,
     .summary = "Loads a module with directives of its own.",
     .syntax = "path [CONFIG name value [CONFIG name value ...]] [ARGS args [args ...]]"},
    {.name = "unload", .handler = CmdModuleUnload, .arity = 3, .flags = kModuleFlags,
     .since = "4.0.0", .group = CommandGroup::kServer, .summary = "Unloads a module.",
     .syntax = "name"},
    HelpRow("5.0.0", CommandGroup::kServer, 0),
};

constexpr CommandRow kRows[] = {
    {.name = "replicaof", .handler = CmdReplicaOf, .arity = 3, .flags = kRoleFlags,
     .since = "5.0.0", .group = CommandGroup::kServer,
     .summary = "Makes the server a replica, or ends that it is one.",
     .syntax = "<host port | NO ONE>"},
    {.name = "slaveof", .handler = CmdReplicaOf, .arity = 3, .flags = kRoleFlags,
     .since = "1.0.0", .group = CommandGroup::kServer,
     .summary = "Makes the server a replica, or ends that it is one.",
     .syntax = "<host port | NO ONE>"},
    {.name = "failover", .handler = CmdFailover, .arity = -1, .flags = kAdmin | kNoScript | kStale,
     .since = "6.2.0", .group = CommandGroup::kServer,
     .summary = "Lets a replica take the server's place.",
     .syntax = "[TO host port [FORCE]] [ABORT] [TIMEOUT milliseconds]"},
    {.name = "module", .arity = -2, .since = "4.0.0", .group = CommandGroup::kServer,
     .summary = "Manages modules.", .subcommands = kModuleSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ReplicationCommands() { return kRows; }

}  // namespace kvasir
