#include "src/engine/config_access.h"

#include <algorithm>

#include "src/base/glob.h"
#include "src/base/text.h"
#include "src/engine/directive.h"

namespace kvasir {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

bool HasWildcard(std::string_view pattern) {
  return pattern.find_first_of("*?[") != std::string_view::npos;
}

void AddMatches(const Settings& settings, std::string_view pattern,
                std::vector<ConfigPair>& found) {
  const auto add = [&](const Directive& directive, std::string_view name) {
    if (name.empty() || !GlobMatch(pattern, name, true)) return;
    const bool known = std::any_of(found.begin(), found.end(), [&](const ConfigPair& pair) {
      return EqualsIgnoreCase(pair.name, name);
    });
    if (known) return;
    const std::string_view shown = HasWildcard(pattern) ? name : pattern;
    found.push_back({std::string(shown), FormatDirective(directive, settings)});
  };
  for (const Directive& directive : AllDirectives()) {
    if (directive.Has(kLines)) continue;
    add(directive, directive.name);
    add(directive, directive.alias);
  }
}

// What forbids to set pairs[index], told without its value.
Result<void> CheckName(std::span<const Pair> pairs, size_t index, bool allow_protected) {
  const std::string_view name = pairs[index].first;
  const Directive* directive = FindDirective(name);
  if (directive == nullptr || directive->Has(kLines)) {
    return Fail(Errc::kNotFound, "Unknown option or number of arguments for CONFIG SET - '" +
                                     std::string(name) + "'");
  }
  const auto refuse = [&](std::string_view reason) {
    return Fail(Errc::kInvalidArgument, ConfigSetFailure(name, reason));
  };
  if (directive->Has(kImmutable)) return refuse("can't set immutable config");
  if (directive->Has(kProtected) && !allow_protected) return refuse("can't set protected config");
  const auto before = pairs.first(index);
  const bool duplicate = std::any_of(before.begin(), before.end(), [&](const Pair& pair) {
    return EqualsIgnoreCase(pair.first, name);
  });
  if (duplicate) return refuse("duplicate parameter");
  return {};
}

Result<void> SetPair(const Pair& pair, Settings& settings) {
  const Directive& directive = *FindDirective(pair.first);
  Result<void> done;
  if (directive.Has(kAccumulate)) done = ApplyDirective(directive, {}, settings);
  if (done) {
    done = ApplyDirective(directive, SplitDirectiveValue(directive, pair.second), settings);
  }
  if (done) return done;
  return Fail(done.error().code(), ConfigSetFailure(pair.first, done.error().detail()));
}

}  // namespace

std::vector<ConfigPair> ConfigGet(const Settings& settings,
                                  std::span<const std::string_view> patterns) {
  std::vector<ConfigPair> found;
  for (const std::string_view pattern : patterns) AddMatches(settings, pattern, found);
  return found;
}

Result<ConfigChange> ConfigSet(const Settings& current, std::span<const Pair> pairs,
                               bool allow_protected) {
  // All names before any value, as Redis does: a wrong name wins over a wrong value before it.
  for (size_t i = 0; i < pairs.size(); ++i) {
    const Result<void> allowed = CheckName(pairs, i, allow_protected);
    if (!allowed) return tl::unexpected(allowed.error());
  }
  ConfigChange change{current, {}};
  for (const Pair& pair : pairs) {
    const Result<void> done = SetPair(pair, change.settings);
    if (!done) return tl::unexpected(done.error());
  }
  for (const Pair& pair : pairs) {
    const Directive& directive = *FindDirective(pair.first);
    const bool listed = std::find(change.changed.begin(), change.changed.end(), directive.name) !=
                        change.changed.end();
    if (!listed &&
        FormatDirective(directive, current) != FormatDirective(directive, change.settings)) {
      change.changed.push_back(directive.name);
    }
  }
  return change;
}

std::string ConfigSetFailure(std::string_view name, std::string_view reason) {
  return "CONFIG SET failed (possibly related to argument '" + std::string(name) + "') - " +
         std::string(reason);
}

}  // namespace kvasir
