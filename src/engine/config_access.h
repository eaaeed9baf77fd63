// CONFIG GET and CONFIG SET without the wire.
// THREAD: any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/result.h"
#include "src/engine/settings.h"

namespace kvasir {

struct ConfigPair {
  std::string name;
  std::string value;
  bool operator==(const ConfigPair&) const = default;
};

// The directives that at least one of the patterns matches, in any case, each once. An alias counts
// as a directive of its own. A pattern without wildcards gives the name as it was asked for.
std::vector<ConfigPair> ConfigGet(const Settings& settings,
                                  std::span<const std::string_view> patterns);

struct ConfigChange {
  Settings settings;
  // The directives whose value is another one now, by their main name, in the order in which they
  // were set. LIFETIME: the names live as long as the program.
  std::vector<std::string_view> changed;
};

// The settings after all of the pairs, or, when one of them cannot be, an error and no change. Its
// detail is the whole message that CONFIG SET answers, without the "ERR ".
// Pure: the caller applies the change (sockets, files, limits), and may still refuse it.
// `allow_protected` tells whether enable-protected-configs lets this client set kProtected ones.
Result<ConfigChange> ConfigSet(const Settings& current,
                               std::span<const std::pair<std::string_view, std::string_view>> pairs,
                               bool allow_protected);

// The message for a pair that could not be set or, by the caller, not be applied.
std::string ConfigSetFailure(std::string_view name, std::string_view reason);

}  // namespace kvasir
