#include "src/engine/config_reader.h"

#include <glob.h>

#include <algorithm>

#include "protocol/request_parser.h"
#include "src/base/text.h"
#include "src/engine/read_file.h"

namespace kvasir {
namespace {

constexpr int kIncludeDepthMax = 16;

tl::unexpected<Error> BadLine(const std::string& place, std::string_view line,
                              std::string_view reason) {
  return Fail(Errc::kInvalidArgument,
              place + ": '" + std::string(line) + "': " + std::string(reason));
}

// The line again, without the values of a directive that is nobody's business.
std::string ShowWords(std::span<const std::string> words) {
  const Directive* directive = FindDirective(words[0]);
  std::string shown = words[0];
  if (directive != nullptr && directive->Has(kSensitive)) return shown + " (value not shown)";
  for (const std::string& word : words.subspan(1)) {
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
      return c > ' ' && c < 127 && c != '"' && c != '\'';
    });
    shown += ' ' + (plain ? word : QuoteBytes(word));
  }
  return shown;
}

Result<std::string> ReadConfigFile(const std::string& path) {
  Result<std::string> text = ReadFile(path, kConfigBytesMax);
  if (text) return text;
  const Error& error = text.error();
  if (error.code() == Errc::kTooLarge) {
    return Fail(error.code(), "config file '" + path + "' is larger than 16 MB");
  }
  return Fail(error.code(), "can't open config file '" + path + "': " + error.detail());
}

// The files that a pattern names, sorted; a path without wildcards names itself, there or not.
std::vector<std::string> ExpandPath(const std::string& pattern) {
  if (pattern.find_first_of("*?[") == std::string::npos) return {pattern};
  glob_t found = {};
  std::vector<std::string> paths;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return paths;
}

}  // namespace

Result<std::vector<std::string>> SplitConfigLine(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t start = line.find_first_not_of(kSpace);
  std::vector<std::string> words;
  if (start == std::string_view::npos || line[start] == '#') return words;
  if (!SplitQuoted(line, words)) {
    return Fail(Errc::kInvalidArgument, "Unbalanced quotes in configuration line");
  }
  return words;
}

Result<void> ConfigReader::ReadFile(const std::string& path) {
  Result<std::string> text = ReadConfigFile(path);
  if (!text) return tl::unexpected(text.error());
  return ReadText(*text, path == "-" ? "standard input" : path);
}

Result<void> ConfigReader::ReadText(std::string_view text, std::string_view origin) {
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const std::string place = std::string(origin) + ":" + std::to_string(number);
    const Result<std::vector<std::string>> words = SplitConfigLine(line);
    // Quotes that do not match may hide where a password begins, so the line is not shown.
    if (!words) return Fail(words.error().code(), place + ": " + words.error().detail());
    if (words->empty()) continue;
    const Result<void> done = ReadWords(*words, place);
    if (!done) return done;
  }
  return {};
}

Result<void> ConfigReader::ReadWords(std::span<const std::string> words, const std::string& place) {
  if (EqualsIgnoreCase(words[0], "include")) return Include(words, place);
  const Directive* directive = FindDirective(words[0]);
  if (directive == nullptr) {
    if (!IsUnsupportedDirective(words[0])) {
      return BadLine(place, ShowWords(words), "Bad directive or wrong number of arguments");
    }
    loaded_.warnings.push_back(place + ": '" + words[0] + "' is not supported and ignored");
    return {};
  }
  const bool first =
      std::find(accumulated_.begin(), accumulated_.end(), directive) == accumulated_.end();
  if (directive->Has(kAccumulate) && first) {
    accumulated_.push_back(directive);
    const Result<void> cleared = ApplyDirective(*directive, {}, loaded_.settings);
    if (!cleared) return cleared;
  }
  const Result<void> done = ApplyDirective(*directive, words.subspan(1), loaded_.settings);
  return done ? done : BadLine(place, ShowWords(words), done.error().detail());
}

Result<void> ConfigReader::Include(std::span<const std::string> words, const std::string& place) {
  if (words.size() != 2) {
    return BadLine(place, ShowWords(words), "Bad directive or wrong number of arguments");
  }
  if (include_depth_ == kIncludeDepthMax) {
    return BadLine(place, ShowWords(words), "includes are nested too deeply");
  }
  ++include_depth_;
  for (const std::string& path : ExpandPath(words[1])) {
    const Result<void> done = ReadFile(path);
    if (!done && done.error().code() == Errc::kIo) {
      return BadLine(place, ShowWords(words), done.error().detail());
    }
    if (!done) return done;
  }
  --include_depth_;
  return {};
}

}  // namespace kvasir
