// CONFIG: the settings, seen, changed and written back.
#include <utility>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/engine/config_access.h"
#include "src/engine/directive.h"
#include "src/engine/engine.h"
#include "src/store/reclaimer.h"

namespace kvasir {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

bool MayChangeProtected(Call& call) {
  const AccessLevel level = call.engine().settings().enable_protected_configs;
  if (level == AccessLevel::kLocal) return call.session().Facts().is_local;
  return level == AccessLevel::kYes;
}

void CmdConfigGet(Call& call) {
  const std::vector<ConfigPair> found =
      ConfigGet(call.engine().settings(), call.arguments().subspan(2));
  call.reply.Map(found.size());
  for (const ConfigPair& pair : found) {
    call.reply.Bulk(pair.name);
    call.reply.Bulk(pair.value);
  }
}

void CmdConfigSet(Call& call) {
  if (call.size() % 2 != 0) {
    call.Error(errors::kSyntax);
    return;
  }
  std::vector<Pair> pairs;
  for (size_t i = 2; i < call.size(); i += 2) {
    pairs.emplace_back(call[i], call[i + 1]);
    const Directive* directive = FindDirective(call[i]);
    if (directive != nullptr && directive->Has(kSensitive)) call.Redact(i + 1);
  }
  Engine& engine = call.engine();
  Result<ConfigChange> change = ConfigSet(engine.settings(), pairs, MayChangeProtected(call));
  if (!change) {
    call.Error("ERR " + change.error().detail());
    return;
  }
  Result<void> applied = engine.host().ApplySettings(change->settings, change->changed);
  if (!applied) {
    const std::string_view name = change->changed.empty() ? call[2] : change->changed.front();
    call.Error("ERR " + ConfigSetFailure(name, applied.error().detail()));
    return;
  }
  engine.set_settings(std::move(change->settings));
  call.reply.Ok();
}

void CmdConfigRewrite(Call& call) {
  const Result<void> written = call.engine().host().RewriteConfigFile();
  if (written) {
    call.reply.Ok();
  } else if (written.error().code() == Errc::kNotFound) {
    call.Error("ERR " + written.error().detail());
  } else {
    call.Error("ERR Rewriting config file: " + written.error().detail());
  }
}

void CmdConfigResetStat(Call& call) {
  Engine& engine = call.engine();
  engine.commands().ResetStats();
  engine.statistics().Reset();
  engine.loop_meter().ResetTotals();
  KeyspaceContext& context = engine.keyspace().context();
  context.stats = KeyspaceStats();
  context.expiry_lag_ms.Clear();
  context.element_expiry_lag_ms.Clear();
  if (context.reclaimer != nullptr) context.reclaimer->ResetStats();
  call.reply.Ok();
}

constexpr uint32_t kFlags = kAdmin | kNoScript | kLoading | kStale;

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "get", .handler = CmdConfigGet, .arity = -3, .flags = kFlags, .since = "2.0.0",
     .group = CommandGroup::kServer, .summary = "Returns the directives that match the patterns.",
     .syntax = "parameter [parameter ...]"},
    {.name = "resetstat", .handler = CmdConfigResetStat, .arity = 2, .flags = kFlags,
     .since = "2.0.0", .group = CommandGroup::kServer,
     .summary = "Sets what INFO counts back to zero."},
    {.name = "rewrite", .handler = CmdConfigRewrite, .arity = 2, .flags = kFlags,
     .since = "2.8.0", .group = CommandGroup::kServer,
     .summary = "Writes the settings in force to the configuration file."},
    {.name = "set", .handler = CmdConfigSet, .arity = -4, .flags = kFlags, .since = "2.0.0",
     .group = CommandGroup::kServer, .summary = "Changes directives, all of them or none.",
     .syntax = "parameter value [parameter value ...]"},
    HelpRow("5.0.0", CommandGroup::kServer, 0),
};

constexpr CommandRow kRows[] = {
    {.name = "config", .arity = -2, .since = "2.0.0", .group = CommandGroup::kServer,
     .summary = "Sees and changes the configuration.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ConfigCommands() { return kRows; }

}  // namespace kvasir
