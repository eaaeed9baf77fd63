// What the engine tells the log, and what replies wait for because of it (D1, D2, D3).
#include <algorithm>
#include <array>
#include <vector>

#include "src/engine/engine.h"

namespace kvasir {
namespace {

// An argument that came in a block of its own is logged by reference.
uint64_t AppendCall(CommandLog& log, Call& call, std::vector<std::string_view>& scratch) {
  const int database = call.session().database;
  const std::span<const std::string_view> arguments = call.LoggedArguments(scratch);
  for (size_t i = 1; i < call.size(); ++i) {
    const SharedBytes* block = call.Block(i);
    if (block != nullptr && *block) {
      return log.AppendShared(database, arguments, i, *block);
    }
  }
  return log.Append(database, arguments);
}

}  // namespace

void Engine::BeginGroup() {
  if (++group_depth_ == 1 && log_ != nullptr) log_->BeginGroup();
}

void Engine::EndGroup() {
  if (--group_depth_ == 0 && log_ != nullptr) log_->EndGroup();
}

uint64_t Engine::AppendEffects(const std::vector<LogEffect>& effects) {
  uint64_t sequence = 0;
  const bool grouped = effects.size() > 1;
  if (grouped) BeginGroup();
  std::vector<std::string_view> arguments;
  for (const LogEffect& effect : effects) {
    arguments.assign(effect.arguments.begin(), effect.arguments.end());
    sequence = log_->Append(effect.database, arguments);
  }
  if (grouped) EndGroup();
  return sequence;
}

void Engine::LogChanges(Call& call, Command& command) {
  if (call.logs_nothing()) return;
  Session& session = call.session();
  // What EXEC or a script ran has been logged command by command, inside its group.
  if (command.Has(kRunsQueue) || command.Has(kRunsScript)) return;
  const uint64_t sequence = call.effects().empty() ? AppendCall(*log_, call, logged_arguments_)
                                                   : AppendEffects(call.effects());
  session.last_write = sequence;
  session.depends_on = sequence;
  if (log_->RepliesWaitForSync()) MarkPending(command, call.arguments(), sequence);
}

void Engine::MarkPending(const Command& command, std::span<const std::string_view> arguments,
                         uint64_t sequence) {
  key_positions_.clear();
  if (command.row->keys.empty() || !FindKeys(command, arguments, key_positions_)) {
    pending_.AddAll(sequence);
    return;
  }
  for (const KeyPosition& key : key_positions_) {
    pending_.Add(HashBytes(arguments[key.index]), sequence);
  }
}

void Engine::NoteDependencies(Call& call, const Command& command) {
  pending_.Release(log_->durable());
  if (pending_.empty()) return;
  Session& session = call.session();
  if (command.Has(kReadsAllKeys)) {
    DependOnAllWrites(session);
    return;
  }
  key_positions_.clear();
  FindKeys(command, call.arguments(), key_positions_);
  for (const KeyPosition& key : key_positions_) {
    session.depends_on = std::max(session.depends_on, pending_.Find(HashBytes(call[key.index])));
  }
}

void Engine::HoldEarlierWrites() {
  if (log_ != nullptr) pending_.AddAll(log_->appended());
}

void Engine::DependOnAllWrites(Session& session) {
  session.depends_on = std::max(session.depends_on, pending_.FindAny());
}

// Nobody's command removed this key, so the log has to say it (D8).
void Engine::OnRemoved(int database, const Key& key, RemovalReason reason) {
  const bool expired = reason == RemovalReason::kExpired;
  const uint32_t kind = expired ? kNotifyExpired : kNotifyEvicted;
  if ((wanted_events() & kind) != 0) [[unlikely]]
    PublishEvent(database, kind, expired ? "expired" : "evicted", key.bytes);
  if (log_ == nullptr) return;
  const std::array<std::string_view, 2> arguments = {"DEL", key.bytes};
  const uint64_t sequence = log_->Append(database, arguments);
  // An expired key stays absent whether this record survives or not; an evicted one would be back.
  if (!expired && log_->RepliesWaitForSync()) {
    pending_.Add(key.hash, sequence);
  }
}

// Only hashes have elements with deadlines of their own.
void Engine::OnElementsExpired(int database, const Key& key, const std::vector<std::string>& names,
                               bool all_gone) {
  const uint32_t wanted = wanted_events();
  if ((wanted & kNotifyHash) != 0) PublishEvent(database, kNotifyHash, "hexpired", key.bytes);
  if (all_gone && (wanted & kNotifyGeneric) != 0) {
    PublishEvent(database, kNotifyGeneric, "del", key.bytes);
  }
  if (log_ == nullptr) return;
  std::vector<std::string_view> arguments = {"HDEL", key.bytes};
  arguments.insert(arguments.end(), names.begin(), names.end());
  log_->Append(database, arguments);
}

}  // namespace kvasir
