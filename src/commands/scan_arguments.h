// The arguments that SCAN and its relatives have in common, and what their walk is bounded by.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "src/base/function_ref.h"
#include "src/engine/argument_reader.h"

namespace kvasir {

struct ScanOptions {
  std::optional<std::string_view> pattern;
  std::optional<std::string_view> type;
  int64_t count = 10;
  bool without_values = false;

  bool Matches(std::string_view name) const;
};

// Options that only some of the commands have.
enum ScanExtra : uint8_t { kScanPlain = 0, kScanType = 1, kScanNoValues = 2, kScanNoScores = 3 };

// The cursor of argument `index`; nothing, and an error reply, when it is none.
std::optional<uint64_t> ReadScanCursor(Call& call, size_t index);
// Reads all options from argument `first` on. False, and an error reply, when they are wrong.
bool ReadScanOptions(Call& call, size_t first, ScanExtra extra, ScanOptions& options);

// Takes steps until `options.count` elements went by, or many steps found few. `step` gets the
// cursor, adds what it saw to the count and returns the next cursor. Returns the last cursor.
uint64_t WalkScan(uint64_t cursor, const ScanOptions& options,
                  FunctionRef<uint64_t(uint64_t, int64_t&)> step);

}  // namespace kvasir
