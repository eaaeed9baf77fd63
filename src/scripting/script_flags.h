// The first line of a script or library, "#!lua name=… flags=…", and what the flags allow.
// THREAD: any.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "src/base/result.h"

namespace kvasir {

enum ScriptFlag : uint32_t {
  kScriptNoWrites = 1U << 0,
  kScriptAllowOom = 1U << 1,
  kScriptAllowStale = 1U << 2,
  kScriptNoCluster = 1U << 3,
  kScriptAllowCrossSlotKeys = 1U << 4,
  kScriptCompatible = 1U << 5,  // a script of EVAL without such a line: every command decides
};

struct ScriptFlagName {
  uint32_t flag;
  std::string_view name;
};
inline constexpr std::array<ScriptFlagName, 5> kScriptFlagNames = {{
    {kScriptNoWrites, "no-writes"},
    {kScriptAllowOom, "allow-oom"},
    {kScriptAllowStale, "allow-stale"},
    {kScriptNoCluster, "no-cluster"},
    {kScriptAllowCrossSlotKeys, "allow-cross-slot-keys"},
}};

// 0 for a name that is none.
uint32_t FindScriptFlag(std::string_view name);

// A script of EVAL: its flags, and the code behind its first line, whose end stays so that line
// numbers are right. An error's detail is the reply's text without its code.
struct ScriptHeader {
  uint32_t flags = kScriptCompatible;
  std::string_view code;
};
Result<ScriptHeader> ReadScriptHeader(std::string_view body);

// A library of functions.
struct LibraryHeader {
  std::string name;
  std::string engine;
  std::string_view code;
};
Result<LibraryHeader> ReadLibraryHeader(std::string_view source);

// Whether libraries and functions may be called so.
bool IsFunctionName(std::string_view name);

}  // namespace kvasir
