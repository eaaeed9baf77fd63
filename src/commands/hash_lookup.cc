#include "src/commands/hash_lookup.h"

#include <climits>
#include <map>

#include "src/base/number.h"
#include "src/base/text.h"

namespace kvasir {

Database::Position LocateHash(Call& call, const Key& key, FieldNames names, size_t step,
                              bool& failed) {
  const Database::Position position = LocateTyped(call, key, ValueType::kHash, failed);
  if (!position) return position;
  return ExpireHashFields(call.database(), key, position, names, step);
}

std::optional<HashField> FindField(Call& call, const Entry* entry, std::string_view name,
                                   ElementText& scratch) {
  if (entry == nullptr) return std::nullopt;
  return FindHashField(call.keyspace().context(), *entry, name, scratch);
}

void ReplyFieldValue(Call& call, const std::optional<HashField>& field) {
  if (field) {
    call.reply.Bulk(field->value);
  } else {
    call.reply.Null();
  }
}

FieldNames ReadFieldNames(Call& call, size_t at, std::string_view count_error) {
  if (at + 2 >= call.size() || !EqualsIgnoreCase(call[at], "FIELDS")) {
    call.Error("ERR Mandatory argument FIELDS is missing or not at the right position");
    return {};
  }
  const std::optional<int64_t> count = ParseInt64(call[at + 1]);
  if (!count || *count < 1) {
    call.Error(count_error);
    return {};
  }
  const FieldNames names = call.arguments().subspan(at + 2);
  if (names.size() == static_cast<size_t>(*count)) return names;
  call.Error("ERR The `numfields` parameter must match the number of arguments");
  return {};
}

std::vector<std::string> FieldEffect(std::string_view command, std::string_view key,
                                     std::vector<std::string> words,
                                     const std::vector<std::string_view>& names) {
  std::vector<std::string> effect = {std::string(command), std::string(key)};
  effect.insert(effect.end(), words.begin(), words.end());
  effect.insert(effect.end(), names.begin(), names.end());
  return effect;
}

void LogFieldsRemoved(Call& call, const Key& key, const std::vector<std::string_view>& names) {
  if (!names.empty()) call.LogInstead(FieldEffect("HDEL", key.bytes, {}, names));
}

void LogFieldDeadline(Call& call, const Key& key, int64_t deadline_ms,
                      const std::vector<std::string_view>& names) {
  if (names.empty()) return;
  call.LogInstead(FieldEffect("HPEXPIREAT", key.bytes,
                              {std::to_string(deadline_ms), "FIELDS", std::to_string(names.size())},
                              names));
}

void LogFieldsSet(Call& call, const Key& key, FieldNames names_and_values) {
  call.LogInstead(
      FieldEffect("HSET", key.bytes, {}, {names_and_values.begin(), names_and_values.end()}));
  const Entry* entry = call.database().Peek(key);
  std::map<int64_t, std::vector<std::string_view>> deadlines;
  ElementText scratch;
  for (size_t i = 0; i < names_and_values.size(); i += 2) {
    const std::string_view name = names_and_values[i];
    const std::optional<HashField> field = FindField(call, entry, name, scratch);
    if (field && field->has_deadline()) deadlines[field->deadline_ms].push_back(name);
  }
  for (const auto& [deadline_ms, names] : deadlines) {
    LogFieldDeadline(call, key, deadline_ms, names);
  }
}

}  // namespace kvasir
