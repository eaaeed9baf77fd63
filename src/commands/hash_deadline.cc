#include "src/commands/hash_deadline.h"

#include <string>

#include "src/base/number.h"
#include "src/commands/notify.h"

namespace kvasir {
namespace {

// Redis keeps the deadlines of fields in 46 bits.
constexpr int64_t kDeadlineMax = ((int64_t{1} << 48) - 2) >> 2;

}  // namespace

std::optional<int64_t> ReadFieldDeadline(Call& call, std::string_view text, ExpiryUnit unit) {
  const std::optional<int64_t> value = ParseInt64(text);
  if (!value) {
    call.Error(errors::kNotInteger);
    return std::nullopt;
  }
  if (*value < 0) {
    call.Error("ERR invalid expire time, must be >= 0");
    return std::nullopt;
  }
  const std::optional<int64_t> deadline_ms = ToDeadline(*value, unit, call.now_ms());
  if (deadline_ms && *deadline_ms <= kDeadlineMax) return deadline_ms;
  call.Error(errors::InvalidExpireTime(call.command().full_name));
  return std::nullopt;
}

bool FieldDeadlines::Set(std::string_view name, int64_t deadline_ms) {
  if (IsOver(call_, deadline_ms)) {
    Remove(name);
    return false;
  }
  SetHashFieldDeadline(call_.database(), key_, position_, name, deadline_ms);
  deadline_ms_ = deadline_ms;
  set_.push_back(name);
  return true;
}

void FieldDeadlines::Clear(std::string_view name) {
  SetHashFieldDeadline(call_.database(), key_, position_, name, kNoFieldDeadline);
  cleared_.push_back(name);
}

void FieldDeadlines::Remove(std::string_view name) {
  RemoveHashFields(call_.database(), key_, position_, {&name, 1});
  removed_.push_back(name);
}

void FieldDeadlines::Log() {
  LogFieldDeadline(call_, key_, deadline_ms_, set_);
  LogFieldsRemoved(call_, key_, removed_);
  if (!removed_.empty()) {
    NotifyTaken(call_, kNotifyHash, "hdel", key_);
  } else if (!set_.empty()) {
    call_.Notify(kNotifyHash, "hexpire", key_.bytes);
  }
  if (cleared_.empty()) return;
  call_.Notify(kNotifyHash, "hpersist", key_.bytes);
  call_.LogInstead(
      FieldEffect("HPERSIST", key_.bytes, {"FIELDS", std::to_string(cleared_.size())}, cleared_));
}

void ChangeFields(
    Call& call, const Key& key, Database::Position position, FieldNames names,
    FunctionRef<void(FieldDeadlines&, std::string_view, const std::optional<HashField>&)> visit) {
  FieldDeadlines fields(call, key, ExpireHashFields(call.database(), key, position, names));
  call.reply.Array(names.size());
  for (const std::string_view name : names) {
    ElementText scratch;
    visit(fields, name, fields.Find(name, scratch));
  }
  fields.Log();
}

}  // namespace kvasir
