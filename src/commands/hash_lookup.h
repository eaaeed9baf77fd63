// Looking hashes and their fields up, as the hash families share it.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/commands/typed_lookup.h"
#include "src/engine/argument_reader.h"
#include "src/engine/call.h"
#include "src/store/hash_type.h"

namespace kvasir {

using FieldNames = std::span<const std::string_view>;

// The hash under a key, for reading; nullptr when absent. With another type there, replies
// WRONGTYPE and sets `failed`.
inline Entry* ReadHash(Call& call, const Key& key, bool& failed) {
  return ReadTyped(call, key, ValueType::kHash, failed);
}
// The place of the hash, for changing every `step`th of `names`; empty when absent. What is past
// its deadline is gone then.
Database::Position LocateHash(Call& call, const Key& key, FieldNames names, size_t step,
                              bool& failed);
// The field of a hash that may be absent.
std::optional<HashField> FindField(Call& call, const Entry* entry, std::string_view name,
                                   ElementText& scratch);

// Replies with a field's value, or with null.
void ReplyFieldValue(Call& call, const std::optional<HashField>& field);

inline constexpr std::string_view kFieldCountNotPositive =
    "ERR Number of fields must be a positive integer";
// What "FIELDS numfields field ..." at the end of the arguments says, read from argument `at` on:
// empty, and an error reply, when it is malformed. `count_error` is about numfields.
FieldNames ReadFieldNames(Call& call, size_t at,
                          std::string_view count_error = kFieldCountNotPositive);

// "HDEL key field ...", "HPEXPIREAT key ms FIELDS n field ..." and the like.
// `words` stand between key and fields, and then the number of fields where one is needed.
std::vector<std::string> FieldEffect(std::string_view command, std::string_view key,
                                     std::vector<std::string> words,
                                     const std::vector<std::string_view>& names);
void LogFieldsRemoved(Call& call, const Key& key, const std::vector<std::string_view>& names);
void LogFieldDeadline(Call& call, const Key& key, int64_t deadline_ms,
                      const std::vector<std::string_view>& names);
// What the names and values in turn have become, deadlines included, in words that redis-server 7
// knows as far as there are none.
void LogFieldsSet(Call& call, const Key& key, FieldNames names_and_values);

}  // namespace kvasir
