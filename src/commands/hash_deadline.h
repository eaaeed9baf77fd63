// Deadlines of a hash's fields, as commands give them.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "src/base/function_ref.h"
#include "src/commands/expiry_arguments.h"
#include "src/commands/hash_lookup.h"

namespace kvasir {

// The deadline in Unix milliseconds; nothing, and an error reply, when the text is no time that a
// field's deadline can have. One in the past is well.
std::optional<int64_t> ReadFieldDeadline(Call& call, std::string_view text, ExpiryUnit unit);

// Sets deadlines of the fields of one hash, and says at the end what the log gets.
class FieldDeadlines {
 public:
  // LIFETIME: all outlive this. `position` is from ExpireHashFields for all fields concerned.
  FieldDeadlines(Call& call, const Key& key, Database::Position position)
      : call_(call), key_(key), position_(position) {}

  // The field as it is now.
  std::optional<HashField> Find(std::string_view name, ElementText& scratch) const {
    return FindField(call_, position_ ? position_.node() : nullptr, name, scratch);
  }
  // False when the deadline is over: the field is gone. REQUIRES: the field is there.
  bool Set(std::string_view name, int64_t deadline_ms);
  void Clear(std::string_view name);
  void Remove(std::string_view name);

  // REQUIRES: what was set has one deadline.
  void Log();

 private:
  Call& call_;
  const Key& key_;
  Database::Position position_;
  int64_t deadline_ms_ = 0;
  std::vector<std::string_view> set_;
  std::vector<std::string_view> cleared_;
  std::vector<std::string_view> removed_;
};

// Changes fields of the hash at `position`, which is from this call and may be empty: for each name
// `visit` does to it what the command does and replies. The replies make an array; what was done is
// logged.
void ChangeFields(
    Call& call, const Key& key, Database::Position position, FieldNames names,
    FunctionRef<void(FieldDeadlines&, std::string_view, const std::optional<HashField>&)> visit);

}  // namespace kvasir
