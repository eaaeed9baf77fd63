// The keyspace as a whole: listing, scanning and sampling it.
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "src/base/glob.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/engine/argument_reader.h"
#include "src/store/key_operations.h"

namespace kvasir {
namespace {

void ReplyKeys(Call& call, const std::vector<std::string_view>& keys) {
  call.reply.Array(keys.size());
  for (const std::string_view key : keys) call.reply.Bulk(key);
}

void CmdKeys(Call& call) {
  const Database& database = call.database();
  const std::string_view pattern = call[1];
  std::vector<std::string_view> keys;
  database.table().ForEach([&](const Entry* entry) {
    if (database.IsExpired(*entry)) return;
    if (pattern == "*" || GlobMatch(pattern, entry->key())) keys.push_back(entry->key());
  });
  ReplyKeys(call, keys);
}

struct ScanFilter {
  std::optional<std::string_view> pattern;
  std::optional<std::string_view> type;
  int64_t count = 10;

  bool Matches(const Entry& entry) const {
    if (type && !EqualsIgnoreCase(*type, TypeName(entry.type()))) return false;
    return !pattern || *pattern == "*" || GlobMatch(*pattern, entry.key());
  }
};

std::optional<uint64_t> ParseCursor(std::string_view text) {
  if (text.empty()) return 0;  // as Redis reads it
  uint64_t cursor = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, cursor);
  if (error != std::errc() || stop != end) return std::nullopt;
  return cursor;
}

void ReadFilter(ArgumentReader& read, ScanFilter& filter) {
  while (!read.AtEnd()) {
    if (read.TakeOption("MATCH", 1)) {
      filter.pattern = read.Next();
    } else if (read.TakeOption("COUNT", 1)) {
      filter.count = read.NextInteger();
      if (filter.count < 1) read.Fail(errors::kSyntax);
    } else if (read.TakeOption("TYPE", 1)) {
      filter.type = read.Next();
    } else {
      read.Fail(errors::kSyntax);
    }
  }
}

constexpr int64_t kBucketsPerCount = 10;

void CmdScan(Call& call) {
  const std::optional<uint64_t> start = ParseCursor(call[1]);
  if (!start) {
    call.Error("ERR invalid cursor");
    return;
  }
  ArgumentReader read(call, 2);
  ScanFilter filter;
  ReadFilter(read, filter);
  if (!read.Finish()) return;
  const Database& database = call.database();
  std::vector<std::string_view> keys;
  uint64_t cursor = *start;
  int64_t entries = 0;
  int64_t buckets = 0;
  // Emptied tables must not make one call long, so there is a bound on buckets, too.
  do {
    ++buckets;
    cursor = database.table().Scan(cursor, [&](const Entry* entry) {
      ++entries;
      if (!database.IsExpired(*entry) && filter.Matches(*entry)) keys.push_back(entry->key());
    });
  } while (cursor != 0 && entries < filter.count && buckets / kBucketsPerCount < filter.count);
  call.reply.Array(2);
  call.reply.Bulk(std::to_string(cursor));
  ReplyKeys(call, keys);
}

void CmdRandomKey(Call& call) {
  const Entry* entry = call.database().RandomEntry();
  if (entry == nullptr) {
    call.reply.Null();
  } else {
    call.reply.Bulk(entry->key());
  }
}

void CmdDbSize(Call& call) { call.reply.Integer(static_cast<int64_t>(call.database().size())); }

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "keys", .handler = CmdKeys, .arity = 2, .flags = kReadOnly | kReadsAllKeys,
     .categories = kAclKeyspace | kAclDangerous, .since = "1.0.0",
     .group = CommandGroup::kGeneric, .summary = "Lists all keys that match a pattern.",
     .syntax = "pattern"},
    {.name = "scan", .handler = CmdScan, .arity = -2, .flags = kReadOnly | kReadsAllKeys,
     .categories = kAclKeyspace, .since = "2.8.0", .group = CommandGroup::kGeneric,
     .summary = "Lists the keys a few at a time.",
     .syntax = "cursor [MATCH pattern] [COUNT count] [TYPE type]"},
    {.name = "randomkey", .handler = CmdRandomKey, .arity = 1, .flags = kReadOnly | kReadsAllKeys,
     .categories = kAclKeyspace, .since = "1.0.0", .group = CommandGroup::kGeneric,
     .summary = "Returns a key chosen at random."},
    {.name = "dbsize", .handler = CmdDbSize, .arity = 1,
     .flags = kReadOnly | kFast | kReadsAllKeys, .categories = kAclKeyspace, .since = "1.0.0",
     .group = CommandGroup::kServer, .summary = "Counts the keys of the database."},
};
// clang-format on

}  // namespace

std::span<const CommandRow> KeyScanCommands() { return kRows; }

}  // namespace kvasir
