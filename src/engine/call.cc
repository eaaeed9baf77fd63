#include "src/engine/call.h"

#include <utility>

#include "src/engine/engine.h"

namespace kvasir {

Keyspace& Call::keyspace() { return engine_.keyspace(); }
Database& Call::database() { return engine_.keyspace().database(session_.database); }
int64_t Call::now_ms() { return engine_.keyspace().context().now_ms; }

void Call::Error(std::string_view text) {
  replied_error_ = true;
  engine_.CountError(text);
  reply.Error(text);
}

void Call::NotifyIn(int database, uint32_t kind, std::string_view event, std::string_view key) {
  if ((engine_.wanted_events() & kind) == 0) [[likely]]
    return;
  engine_.PublishEvent(database, kind, event, key);
}

bool Call::MayReadAllKeys() const {
  const bool restricted = (session_.armed_gates & kGateAcl) != 0;
  return !restricted || session_.user->MayReadAllKeys(command_, arguments_);
}

bool Call::MayBlock() const {
  return !session_.in_transaction() && !session_.is_replay && !session_.is_script;
}

void Call::BlockOnKeys(std::span<const std::string_view> keys, ValueType type, int64_t deadline_ms,
                       std::function<void(ReplyWriter&)> on_timeout) {
  BlockOnKeys(keys,
              {.type = type, .deadline_ms = deadline_ms, .on_timeout = std::move(on_timeout)});
}

void Call::BlockOnKeys(std::span<const std::string_view> keys, KeyWait wait) {
  blocked_ = true;
  engine_.BlockOnKeys(*this, command_, keys, std::move(wait));
}

std::vector<std::string_view> Call::ShownArguments() const {
  std::vector<std::string_view> shown(arguments_.begin(), arguments_.end());
  if (redacted_ == 0) return shown;
  for (size_t i = 0; i < shown.size(); ++i) {
    const size_t bit = i < kRedactedMax ? i : kRedactedMax;
    if ((redacted_ >> bit & 1) != 0) shown[i] = "(redacted)";
  }
  return shown;
}

void Call::LogInstead(std::initializer_list<std::string_view> arguments) {
  LogInstead(std::vector<std::string>(arguments.begin(), arguments.end()));
}

void Call::LogInstead(std::vector<std::string> arguments) {
  LogInsteadIn(session_.database, std::move(arguments));
}

void Call::LogInsteadIn(int database, std::vector<std::string> arguments) {
  effects_.push_back({database, std::move(arguments)});
}

}  // namespace kvasir
