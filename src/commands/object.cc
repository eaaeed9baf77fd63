// OBJECT: how values are held.
#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/engine/call.h"
#include "src/store/key_operations.h"

namespace kvasir {
namespace {

// The entry of argument 2; without one replies null.
const Entry* Find(Call& call) {
  const Key key = call.KeyAt(2);
  if (call.database().Peek(key) != nullptr) return call.database().Inspect(key);
  // A miss, but, as for Redis, none that subscribers of events are told of.
  ++call.keyspace().context().stats.misses;
  call.reply.Null();
  return nullptr;
}

void CmdObjectEncoding(Call& call) {
  const Entry* entry = Find(call);
  if (entry != nullptr) call.reply.Bulk(EncodingName(*entry));
}

// Values are never shared between keys as far as a client can tell.
void CmdObjectRefCount(Call& call) {
  if (Find(call) != nullptr) call.reply.Integer(1);
}

void CmdObjectIdleTime(Call& call) {
  const Entry* entry = Find(call);
  if (entry == nullptr) return;
  const AccessClock& access = call.keyspace().context().access;
  if (access.lfu()) {
    call.Error(
        "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when "
        "switching between policies at runtime LRU and LFU data will take some time to adjust.");
    return;
  }
  call.reply.Integer(access.IdleSeconds(entry->access()));
}

void CmdObjectFreq(Call& call) {
  const Entry* entry = Find(call);
  if (entry == nullptr) return;
  const AccessClock& access = call.keyspace().context().access;
  if (!access.lfu()) {
    call.Error(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note "
        "that when switching between policies at runtime LRU and LFU data will take some time to "
        "adjust.");
    return;
  }
  call.reply.Integer(access.Frequency(entry->access()));
}

constexpr KeySpec kInspectSecondArgument[] = {{.flags = kKeyReadOnly, .begin = 2}};

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "encoding", .handler = CmdObjectEncoding, .arity = 3, .flags = kReadOnly,
     .categories = kAclKeyspace, .keys = kInspectSecondArgument, .since = "2.2.3",
     .group = CommandGroup::kGeneric, .summary = "Tell in which form the value of a key is held.",
     .syntax = "key"},
    {.name = "freq", .handler = CmdObjectFreq, .arity = 3, .flags = kReadOnly,
     .categories = kAclKeyspace, .keys = kInspectSecondArgument, .since = "4.0.0",
     .group = CommandGroup::kGeneric,
     .summary = "Tell how often a key is used, as a logarithmic counter from 0 to 255.",
     .syntax = "key"},
    {.name = "idletime", .handler = CmdObjectIdleTime, .arity = 3, .flags = kReadOnly,
     .categories = kAclKeyspace, .keys = kInspectSecondArgument, .since = "2.2.3",
     .group = CommandGroup::kGeneric,
     .summary = "Tell how many seconds ago a key was used last.", .syntax = "key"},
    {.name = "refcount", .handler = CmdObjectRefCount, .arity = 3, .flags = kReadOnly,
     .categories = kAclKeyspace, .keys = kInspectSecondArgument, .since = "2.2.3",
     .group = CommandGroup::kGeneric, .summary = "Tell how many references a value has.",
     .syntax = "key"},
    HelpRow("6.2.0", CommandGroup::kGeneric, kAclKeyspace),
};

constexpr CommandRow kRows[] = {
    {.name = "object", .arity = -2, .since = "2.2.3", .group = CommandGroup::kGeneric,
     .summary = "Tells how the value of a key is held.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ObjectCommands() { return kRows; }

}  // namespace kvasir
