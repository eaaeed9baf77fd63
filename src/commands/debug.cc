// DEBUG: what test suites and people who look for faults ask for. Gated by enable-debug-command.
#include <fmt/format.h>

#include <string>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/commands/debug_handlers.h"
#include "src/commands/families.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void DebugHelp(Call& call);

// Knobs of other servers' insides, which have no counterpart here: test suites turn them, and
// nothing that a client can see depends on them.
void AcceptSwitch(Call& call) { call.reply.Ok(); }

// The value is checked, since suites do; it has no effect: long elements are held alone anyway.
void AcceptPackedThreshold(Call& call) {
  constexpr uint64_t kMax = uint64_t{4} << 30;
  const std::optional<uint64_t> bytes = ParseMemorySize(call[2]);
  if (!bytes || *bytes > kMax) {
    call.Error("ERR argument must be a memory value bigger than 1 and smaller than 4gb");
  } else {
    call.reply.Ok();
  }
}

struct Word {
  std::string_view name;
  Handler handler;
  size_t size_min;  // of the whole request
  size_t size_max;
  std::string_view usage;
  std::string_view summary;
};

constexpr size_t kAny = SIZE_MAX;

// clang-format off
constexpr Word kWords[] = {
    {"CHANGE-REPL-ID", DebugChangeReplicationId, 2, 2, "",
     "Give the dataset's history another name."},
    {"CLIENT-ENFORCE-REPLY-LIST", AcceptSwitch, 3, 3, "<0|1>", "Accepted without effect."},
    {"DICT-RESIZING", AcceptSwitch, 3, 3, "<0|1>", "Accepted without effect."},
    {"DIGEST", DebugDigest, 2, 2, "", "Return a fingerprint of the whole dataset."},
    {"DIGEST-VALUE", DebugDigestValue, 2, kAny, "<key> [<key> ...]",
     "Return a fingerprint of each value."},
    {"ERROR", DebugError, 3, 3, "<string>", "Reply with the string as an error."},
    {"HTSTATS", DebugHashTableStats, 3, 4, "<dbid>", "Describe the table of a database."},
    {"HTSTATS-KEY", DebugHashTableStatsOfKey, 3, 4, "<key>", "Describe the table of a value."},
    {"LISTPACK", DebugListpack, 3, 3, "<key>", "Describe a packed value."},
    {"LOADAOF", DebugLoadLog, 2, 2, "", "Finish the log, forget all keys and load it again."},
    {"LOG", DebugLog, 3, 3, "<message>", "Write the message to the server's log."},
    {"OBJECT", DebugObject, 3, 4, "<key>", "Tell how a value is held."},
    {"PAUSE-CRON", AcceptSwitch, 3, 3, "<0|1>", "Accepted without effect."},
    {"POPULATE", DebugPopulate, 3, 5, "<count> [<prefix>] [<size>]",
     "Make count string keys <prefix>:<number>, with values of that size."},
    {"PROTOCOL", DebugProtocol, 3, 3, "<type>", "Reply with a value of that type."},
    {"QUICKLIST", DebugQuicklist, 3, 4, "<key> [<0|1>]", "Describe the nodes of a list."},
    {"QUICKLIST-PACKED-THRESHOLD", AcceptPackedThreshold, 3, 3, "<size>",
     "Accepted without effect."},
    {"RELOAD", DebugReload, 2, kAny, "[NOSAVE] [NOFLUSH] [MERGE]",
     "Save all keys, forget them and load them again; with NOSAVE, load what is on the disk."},
    {"REPLYBUFFER", AcceptSwitch, 4, 4, "<PEAK-RESET-TIME|RESIZING> <value>",
     "Accepted without effect."},
    {"SDSLEN", DebugSdsLength, 3, 3, "<key>", "Tell how long key and string are."},
    {"SET-ACTIVE-EXPIRE", DebugSetActiveExpire, 3, 3, "<0|1>",
     "Turn off or on that keys expire without being asked for."},
    {"SET-DISABLE-DENY-SCRIPTS", DebugLetScriptsCallAnything, 3, 3, "<0|1>",
     "Let scripts call commands that are not for scripts."},
    {"SET-SKIP-CHECKSUM-VALIDATION", AcceptSwitch, 3, 3, "<0|1>", "Accepted without effect."},
    {"SLEEP", DebugSleep, 3, 3, "<seconds>", "Let everything stand still for so long."},
    {"STRINGMATCH-LEN", DebugStringMatch, 4, 4, "<length> <pattern>",
     "Match a pattern against that many letters a."},
    {"STRINGMATCH-TEST", DebugStringMatchTest, 2, 2, "",
     "Match random patterns against random strings."},
    {"STRUCTSIZE", DebugStructSize, 2, 2, "", "Tell the sizes of what keys are made of."},
    {"HELP", DebugHelp, 2, 2, "", "Print this help."},
};
// clang-format on

void DebugHelp(Call& call) {
  call.reply.Array(1 + 2 * std::size(kWords));
  call.reply.Status("DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
  for (const Word& word : kWords) {
    std::string line(word.name);
    if (!word.usage.empty()) line.append(" ").append(word.usage);
    call.reply.Status(line);
    call.reply.Status("    " + std::string(word.summary));
  }
}

void CmdDebug(Call& call) {
  for (const Word& word : kWords) {
    if (!EqualsIgnoreCase(word.name, call[1])) continue;
    if (call.size() < word.size_min || call.size() > word.size_max) break;
    word.handler(call);
    return;
  }
  call.Error(
      fmt::format("ERR unknown subcommand or wrong number of arguments for '{}'. Try DEBUG HELP.",
                  call[1].substr(0, 128)));
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "debug", .handler = CmdDebug, .arity = -2,
     .flags = kAdmin | kNoScript | kLoading | kStale | kNeedsDebugEnabled, .since = "1.0.0",
     .group = CommandGroup::kServer, .summary = "Helps to test and to look for faults."},
};
// clang-format on

}  // namespace

std::span<const CommandRow> DebugCommands() { return kRows; }

}  // namespace kvasir
