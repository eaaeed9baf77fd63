// kvasir-check-aof without its process: what the command line asks for, and the exit code.
// THREAD: one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "persistence/file_system.h"

namespace kvasir {

// For scripts; --help tells of them.
inline constexpr int kExitIntact = 0;
inline constexpr int kExitTornTail = 1;
inline constexpr int kExitDamaged = 2;
inline constexpr int kExitFailed = 3;  // wrong usage, a file that cannot be read or written

struct CheckRequest {
  std::string path;
  bool fix = false;                     // cut a torn tail
  bool cut_damage = false;              // and cut at damage of the last file
  bool dump = false;                    // print the records
  std::optional<uint64_t> truncate_ms;  // cut what was written later than this
};

// Where the text goes: records to `out`, the report to `report`.
struct CheckOutput {
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> report;
};

// Does it; returns the exit code. After a repair that is the state it left.
int RunCheck(FileSystem& files, const CheckRequest& request, const CheckOutput& output);

}  // namespace kvasir
