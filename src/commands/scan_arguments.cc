#include "src/commands/scan_arguments.h"

#include <charconv>

#include "src/base/glob.h"

namespace kvasir {
namespace {

// As Redis reads it, with C's strtoul: nothing is 0, and a sign is fine.
std::optional<uint64_t> ParseCursor(std::string_view text) {
  if (text.empty()) return 0;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  uint64_t cursor = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, cursor);
  if (error != std::errc() || stop != end) return std::nullopt;
  return negative ? -cursor : cursor;
}

}  // namespace

bool ScanOptions::Matches(std::string_view name) const {
  return !pattern || *pattern == "*" || GlobMatch(*pattern, name);
}

std::optional<uint64_t> ReadScanCursor(Call& call, size_t index) {
  const std::optional<uint64_t> cursor = ParseCursor(call[index]);
  if (!cursor) call.Error("ERR invalid cursor");
  return cursor;
}

bool ReadScanOptions(Call& call, size_t first, ScanExtra extra, ScanOptions& options) {
  ArgumentReader read(call, first);
  while (!read.AtEnd()) {
    if (read.TakeOption("MATCH", 1)) {
      options.pattern = read.Next();
    } else if (read.TakeOption("COUNT", 1)) {
      options.count = read.NextInteger();
      if (options.count < 1) read.Fail(errors::kSyntax);
    } else if (extra == kScanType && read.TakeOption("TYPE", 1)) {
      options.type = read.Next();
    } else if (extra == kScanNoValues && read.TakeWord("NOVALUES")) {
      options.without_values = true;
    } else if (extra == kScanNoScores && read.TakeWord("NOSCORES")) {
      options.without_values = true;
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  return read.Finish();
}

uint64_t WalkScan(uint64_t cursor, const ScanOptions& options,
                  FunctionRef<uint64_t(uint64_t, int64_t&)> step) {
  // Emptied tables must not make one call long, so there is a bound on steps, too.
  constexpr int64_t kStepsPerCount = 10;
  int64_t elements = 0;
  int64_t steps = 0;
  do {
    ++steps;
    cursor = step(cursor, elements);
  } while (cursor != 0 && elements < options.count && steps / kStepsPerCount < options.count);
  return cursor;
}

}  // namespace kvasir
