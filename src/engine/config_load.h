// Settings from redis.conf files and from the command line.
// THREAD: any; reads files.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/engine/settings.h"

namespace kvasir {

struct LoadedConfig {
  Settings settings;
  // The configuration file's absolute path, for CONFIG REWRITE; empty when there was none.
  std::string file;
  // Directives that Redis has and this server does not, one line each with its place.
  std::vector<std::string> warnings;
};

// Settings from the server's arguments (without the program's name), as redis-server takes them: an
// optional file first, "-" for standard input, then `--directive value...`, which overrule the
// file. Errors are one line: the place, the directive and the reason.
Result<LoadedConfig> LoadConfig(std::span<const std::string> arguments);

// The same for text alone. `origin` names it in messages, before the line's number. `include` is
// followed: paths are relative to the working directory and may have wildcards.
Result<LoadedConfig> ParseConfig(std::string_view text, std::string_view origin);

}  // namespace kvasir
