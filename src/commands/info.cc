// INFO: which sections, in which order; what they say stands in info_sections.h, and for what only
// the process knows, in the host.
#include <algorithm>
#include <string>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/info_sections.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

enum class Shown : uint8_t { kDefault, kAll, kNamed };

struct Section {
  std::string_view name;
  std::string_view title;
  void (*append)(Engine&, std::string&);  // nullptr: the host's
  Shown shown = Shown::kDefault;          // from which of the collective names on; kNamed: none
};

constexpr Section kSections[] = {
    {"server", "Server", nullptr},
    {"clients", "Clients", nullptr},
    {"memory", "Memory", AppendMemoryInfo},
    {"persistence", "Persistence", nullptr},
    {"stats", "Stats", AppendStatsInfo},
    {"replication", "Replication", AppendReplicationInfo},
    {"cpu", "CPU", AppendCpuInfo},
    {"modules", "Modules", nullptr},
    {"commandstats", "Commandstats", AppendCommandStatsInfo, Shown::kAll},
    {"errorstats", "Errorstats", AppendErrorStatsInfo},
    {"latencystats", "Latencystats", AppendLatencyStatsInfo, Shown::kAll},
    {"cluster", "Cluster", AppendClusterInfo},
    {"keyspace", "Keyspace", AppendKeyspaceInfo},
    {"debug", "Debug", AppendDebugInfo, Shown::kNamed},
};

bool Asked(std::string_view word, const Section& section) {
  if (EqualsIgnoreCase(word, "default")) return section.shown == Shown::kDefault;
  if (EqualsIgnoreCase(word, "all")) return section.shown <= Shown::kAll;
  if (EqualsIgnoreCase(word, "everything")) return section.shown <= Shown::kAll;
  return EqualsIgnoreCase(word, section.name);
}

void CmdInfo(Call& call) {
  const auto words = call.arguments().subspan(1);
  std::string text;
  for (const Section& section : kSections) {
    const bool asked =
        words.empty() ? Asked("default", section)
                      : std::any_of(words.begin(), words.end(),
                                    [&](std::string_view word) { return Asked(word, section); });
    if (!asked) continue;
    if (!text.empty()) text += "\r\n";
    text.append("# ").append(section.title).append("\r\n");
    if (section.append != nullptr) {
      section.append(call.engine(), text);
    } else {
      call.engine().host().AppendInfo(section.name, text);
    }
  }
  call.reply.Verbatim("txt", text);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "info", .handler = CmdInfo, .arity = -1, .flags = kLoading | kStale,
     .categories = kAclDangerous, .since = "1.0.0", .group = CommandGroup::kServer,
     .summary = "Tells about the server, in lines that tools read.",
     .syntax = "[section [section ...]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> InfoCommands() { return kRows; }

}  // namespace kvasir
