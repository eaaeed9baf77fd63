// CLUSTER and its like: this server stands alone, and says so as redis-server does with
// cluster-enabled off.
#include "src/commands/families.h"
#include "src/engine/call.h"

namespace kvasir {
namespace {

void CmdNoCluster(Call& call) { call.Error("ERR This instance has cluster support disabled"); }

constexpr uint32_t kAdminFlags = kAdmin | kStale | kNoAsyncLoading;

constexpr CommandRow Row(std::string_view name, int arity, uint32_t flags, std::string_view since,
                         std::string_view summary, std::string_view syntax = {}) {
  return {.name = name,
          .handler = CmdNoCluster,
          .arity = arity,
          .flags = flags,
          .since = since,
          .group = CommandGroup::kCluster,
          .summary = summary,
          .syntax = syntax};
}

// clang-format off
constexpr CommandRow kSubcommands[] = {
    Row("addslots", -3, kAdminFlags, "3.0.0", "Gives slots to this node.", "slot [slot ...]"),
    Row("addslotsrange", -4, kAdminFlags, "7.0.0", "Gives ranges of slots to this node.",
        "start-slot end-slot [start-slot end-slot ...]"),
    Row("bumpepoch", 2, kAdminFlags, "3.0.0", "Moves the configuration epoch on."),
    Row("count-failure-reports", 3, kAdmin | kStale, "3.0.0",
        "Counts who takes a node for failed.", "node-id"),
    Row("countkeysinslot", 3, kStale, "3.0.0", "Counts the keys of a slot.", "slot"),
    Row("delslots", -3, kAdminFlags, "3.0.0", "Takes slots from this node.", "slot [slot ...]"),
    Row("delslotsrange", -4, kAdminFlags, "7.0.0", "Takes ranges of slots from this node.",
        "start-slot end-slot [start-slot end-slot ...]"),
    Row("failover", -2, kAdminFlags, "3.0.0", "Lets a replica take the place of its master.",
        "[FORCE | TAKEOVER]"),
    Row("flushslots", 2, kAdminFlags, "3.0.0", "Takes all slots from this node."),
    Row("forget", 3, kAdminFlags, "3.0.0", "Removes a node from the table of nodes.", "node-id"),
    Row("getkeysinslot", 4, kStale, "3.0.0", "Returns keys of a slot.", "slot count"),
    Row("help", 2, kLoading | kStale, "5.0.0", "Print this help."),
    Row("info", 2, kStale, "3.0.0", "Describes the state of the cluster."),
    Row("keyslot", 3, kStale, "3.0.0", "Returns the slot of a key.", "key"),
    Row("links", 2, kStale, "7.0.0", "Lists the connections to other nodes."),
    Row("meet", -4, kAdminFlags, "3.0.0", "Makes a node known.", "ip port [cluster-bus-port]"),
    Row("myid", 2, kStale, "3.0.0", "Returns the id of this node."),
    Row("myshardid", 2, kStale, "7.2.0", "Returns the id of this node's shard."),
    Row("nodes", 2, kStale, "3.0.0", "Lists the nodes and what they hold."),
    Row("replicas", 3, kAdmin | kStale, "5.0.0", "Lists the replicas of a master.", "node-id"),
    Row("replicate", 3, kAdminFlags, "3.0.0", "Makes this node a replica.", "node-id"),
    Row("reset", -2, kAdmin | kStale | kNoScript, "3.0.0", "Lets this node forget the cluster.",
        "[HARD | SOFT]"),
    Row("saveconfig", 2, kAdminFlags, "3.0.0", "Writes the nodes to their file."),
    Row("set-config-epoch", 3, kAdminFlags, "3.0.0", "Sets the epoch of a new node.",
        "config-epoch"),
    Row("setslot", -4, kAdminFlags, "3.0.0", "Changes who has a slot.",
        "slot <IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE>"),
    Row("shards", 2, kLoading | kStale, "7.0.0", "Lists the slots by shard, with their nodes."),
    Row("slaves", 3, kAdmin | kStale, "3.0.0", "Lists the replicas of a master.", "node-id"),
    Row("slots", 2, kLoading | kStale, "3.0.0", "Lists the slots, with their nodes."),
};

constexpr CommandRow kRows[] = {
    {.name = "cluster", .arity = -2, .since = "3.0.0", .group = CommandGroup::kCluster,
     .summary = "Manages a cluster.", .subcommands = kSubcommands},
    {.name = "asking", .handler = CmdNoCluster, .arity = 1, .flags = kFast,
     .categories = kAclConnection, .since = "3.0.0", .group = CommandGroup::kCluster,
     .summary = "Lets the next request go to a slot that is on its way here."},
    {.name = "readonly", .handler = CmdNoCluster, .arity = 1, .flags = kLoading | kStale | kFast,
     .categories = kAclConnection, .since = "3.0.0", .group = CommandGroup::kCluster,
     .summary = "Lets the connection read from a replica."},
    {.name = "readwrite", .handler = CmdNoCluster, .arity = 1, .flags = kLoading | kStale | kFast,
     .categories = kAclConnection, .since = "3.0.0", .group = CommandGroup::kCluster,
     .summary = "Ends what READONLY began."},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ClusterCommands() { return kRows; }

}  // namespace kvasir
