#include "src/engine/config_load.h"

#include <climits>
#include <cstdlib>

#include "src/engine/config_reader.h"

namespace kvasir {
namespace {

const std::string kCommandLine = "command line";

bool IsOption(const std::string& argument) {
  return argument.size() > 2 && argument.starts_with("--");
}

// "--port" gives one word; "--port 7000" in one argument gives two.
Result<std::vector<std::string>> OptionWords(const std::string& argument) {
  if (argument.find(' ') == std::string::npos) {
    return std::vector<std::string>{argument.substr(2)};
  }
  return SplitConfigLine(argument.substr(2));
}

Result<void> ReadOptions(std::span<const std::string> arguments, ConfigReader& reader) {
  while (!arguments.empty()) {
    if (!IsOption(arguments[0])) {
      return Fail(Errc::kInvalidArgument,
                  kCommandLine + ": '" + arguments[0] + "': a directive begins with --");
    }
    Result<std::vector<std::string>> words = OptionWords(arguments[0]);
    if (!words || words->empty()) {
      return Fail(Errc::kInvalidArgument, kCommandLine + ": '" + arguments[0] + "': bad quotes");
    }
    size_t used = 1;
    while (used < arguments.size() && !IsOption(arguments[used])) {
      words->push_back(arguments[used++]);
    }
    const Result<void> done = reader.ReadWords(*words, kCommandLine);
    if (!done) return done;
    arguments = arguments.subspan(used);
  }
  return {};
}

std::string AbsolutePath(const std::string& path) {
  char resolved[PATH_MAX];
  return realpath(path.c_str(), resolved) == nullptr ? path : resolved;
}

}  // namespace

Result<LoadedConfig> LoadConfig(std::span<const std::string> arguments) {
  ConfigReader reader;
  if (!arguments.empty() && !IsOption(arguments[0])) {
    const std::string& path = arguments[0];
    const Result<void> done = reader.ReadFile(path);
    if (!done) return tl::unexpected(done.error());
    if (path != "-") reader.loaded().file = AbsolutePath(path);
    arguments = arguments.subspan(1);
  }
  const Result<void> done = ReadOptions(arguments, reader);
  if (!done) return tl::unexpected(done.error());
  return std::move(reader.loaded());
}

Result<LoadedConfig> ParseConfig(std::string_view text, std::string_view origin) {
  ConfigReader reader;
  const Result<void> done = reader.ReadText(text, origin);
  if (!done) return tl::unexpected(done.error());
  return std::move(reader.loaded());
}

}  // namespace kvasir
