// Reads configuration line by line into settings: the state between the lines of one start.
// THREAD: any; an object belongs to one thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/engine/config_load.h"
#include "src/engine/directive.h"

namespace kvasir {

// The words of a line; none for an empty line or a comment. An error when its quotes do not match.
Result<std::vector<std::string>> SplitConfigLine(std::string_view line);

class ConfigReader {
 public:
  // A file, or standard input for "-", of at most kConfigBytesMax.
  Result<void> ReadFile(const std::string& path);
  Result<void> ReadText(std::string_view text, std::string_view origin);
  // A directive's name and its values. `place` begins the message of an error or warning.
  Result<void> ReadWords(std::span<const std::string> words, const std::string& place);

  LoadedConfig& loaded() { return loaded_; }

 private:
  Result<void> Include(std::span<const std::string> words, const std::string& place);

  LoadedConfig loaded_;
  // The kAccumulate directives that were seen: the first line of one replaces its default.
  std::vector<const Directive*> accumulated_;
  int include_depth_ = 0;
};

// Far beyond any real configuration, and a bound when somebody includes a device.
inline constexpr size_t kConfigBytesMax = 16 * 1024 * 1024;

}  // namespace kvasir
