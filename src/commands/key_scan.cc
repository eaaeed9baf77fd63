// The keyspace as a whole: listing, scanning and sampling it.
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "src/base/glob.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/scan_arguments.h"
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

bool Matches(const ScanOptions& options, const Entry& entry) {
  if (options.type && !EqualsIgnoreCase(*options.type, TypeName(entry.type()))) return false;
  return options.Matches(entry.key());
}

bool IsTypeName(std::string_view name) {
  constexpr ValueType kTypes[] = {ValueType::kString,    ValueType::kList, ValueType::kSet,
                                  ValueType::kSortedSet, ValueType::kHash, ValueType::kStream};
  return std::any_of(std::begin(kTypes), std::end(kTypes),
                     [&](ValueType type) { return EqualsIgnoreCase(name, TypeName(type)); });
}

void CmdScan(Call& call) {
  const std::optional<uint64_t> start = ReadScanCursor(call, 1);
  ScanOptions options;
  if (!start || !ReadScanOptions(call, 2, kScanType, options)) return;
  if (options.type && !IsTypeName(*options.type)) {
    call.Error("ERR unknown type name '" + std::string(*options.type) + "'");
    return;
  }
  Database& database = call.database();
  std::vector<std::string_view> keys;
  std::vector<std::string> expired;
  const uint64_t next = WalkScan(*start, options, [&](uint64_t cursor, int64_t& entries) {
    return database.table().Scan(cursor, [&](const Entry* entry) {
      ++entries;
      if (!Matches(options, *entry)) return;
      if (database.IsExpired(*entry)) {
        expired.emplace_back(entry->key());
      } else {
        keys.push_back(entry->key());
      }
    });
  });
  // Looking them up removes them.
  for (const std::string& key : expired) database.Locate(Key::Of(key));
  call.reply.Array(2);
  call.reply.Bulk(std::to_string(next));
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
