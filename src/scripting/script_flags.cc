#include "src/scripting/script_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "protocol/request_parser.h"
#include "src/base/text.h"

namespace kvasir {
namespace {

constexpr std::string_view kMark = "#!";
constexpr std::string_view kFlags = "flags=";
constexpr std::string_view kName = "name=";

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Result<uint32_t> ReadFlags(std::string_view names) {
  uint32_t flags = 0;
  for (const std::string_view name : Split(names, ',')) {
    const uint32_t flag = FindScriptFlag(name);
    if (flag == 0) {
      return Fail(Errc::kInvalidArgument,
                  fmt::format("Unexpected flag in script shebang: {}", name));
    }
    flags |= flag;
  }
  return flags;
}

}  // namespace

uint32_t FindScriptFlag(std::string_view name) {
  for (const ScriptFlagName& known : kScriptFlagNames) {
    if (known.name == name) return known.flag;
  }
  return 0;
}

Result<ScriptHeader> ReadScriptHeader(std::string_view body) {
  if (!body.starts_with(kMark)) return ScriptHeader{kScriptCompatible, body};
  const size_t end = body.find('\n');
  if (end == std::string_view::npos) return Fail(Errc::kInvalidArgument, "Invalid script shebang");
  const std::vector<std::string_view> parts = Split(body.substr(0, end), ' ');
  if (parts[0] != "#!lua") {
    return Fail(Errc::kInvalidArgument,
                fmt::format("Unexpected engine in script shebang: {}", parts[0]));
  }
  ScriptHeader header{0, body.substr(end)};
  for (size_t i = 1; i < parts.size(); ++i) {
    if (!parts[i].starts_with(kFlags)) {
      return Fail(Errc::kInvalidArgument, fmt::format("Unknown lua shebang option: {}", parts[i]));
    }
    const Result<uint32_t> flags = ReadFlags(parts[i].substr(kFlags.size()));
    if (!flags) return tl::unexpected(flags.error());
    header.flags |= *flags;
  }
  return header;
}

Result<LibraryHeader> ReadLibraryHeader(std::string_view source) {
  if (!source.starts_with(kMark)) {
    return Fail(Errc::kInvalidArgument, "Missing library metadata");
  }
  const size_t end = source.find('\n');
  if (end == std::string_view::npos) {
    return Fail(Errc::kInvalidArgument, "Invalid library metadata");
  }
  std::vector<std::string> parts;
  if (!SplitQuoted(source.substr(0, end), parts) || parts.empty()) {
    return Fail(Errc::kInvalidArgument, "Invalid library metadata");
  }
  LibraryHeader header;
  header.engine = parts[0].substr(kMark.size());
  for (size_t i = 1; i < parts.size(); ++i) {
    if (!ToLower(parts[i]).starts_with(kName)) {
      return Fail(Errc::kInvalidArgument,
                  fmt::format("Invalid metadata value given: {}", parts[i]));
    }
    if (!header.name.empty()) {
      return Fail(Errc::kInvalidArgument,
                  "Invalid metadata value, name argument was given multiple times");
    }
    header.name = parts[i].substr(kName.size());
  }
  if (header.name.empty()) return Fail(Errc::kInvalidArgument, "Library name was not given");
  header.code = source.substr(end);
  return header;
}

bool IsFunctionName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace kvasir
