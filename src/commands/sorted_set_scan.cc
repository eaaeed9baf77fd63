// ZSCAN.
#include <string>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/scan_arguments.h"
#include "src/commands/sorted_set_reply.h"

namespace kvasir {
namespace {

void CmdZScan(Call& call) {
  const std::optional<uint64_t> start = ReadScanCursor(call, 2);
  if (!start) return;
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(1), failed);
  if (failed) return;
  if (entry == nullptr) {
    call.reply.Array(2);
    call.reply.Bulk("0");
    call.reply.Array(0);
    return;
  }
  ScanOptions options;
  if (!ReadScanOptions(call, 3, kScanNoScores, options)) return;
  std::vector<std::string> texts;
  const uint64_t cursor = WalkScan(*start, options, [&](uint64_t at, int64_t& seen) {
    return ScanSortedSet(*entry, at, [&](std::string_view member, std::string_view score) {
      ++seen;
      if (!options.Matches(member)) return;
      texts.emplace_back(member);
      if (!options.without_values) texts.emplace_back(score);
    });
  });
  call.reply.Array(2);
  call.reply.Bulk(std::to_string(cursor));
  call.reply.Array(texts.size());
  for (const std::string& text : texts) call.reply.Bulk(text);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "zscan", .handler = CmdZScan, .arity = -3, .flags = kReadOnly,
     .categories = kAclSortedSet, .keys = kReadFirstKey, .since = "2.8.0",
     .group = CommandGroup::kSortedSet,
     .summary = "Lists the members of a sorted set a few at a time.",
     .syntax = "key cursor [MATCH pattern] [COUNT count] [NOSCORES]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortedSetScanCommands() { return kRows; }

}  // namespace kvasir
