// What others are told of changes: keyspace events to subscribers, invalidations to trackers.
#include <fmt/format.h>

#include <iterator>

#include "src/engine/engine.h"

namespace kvasir {

void Engine::UpdateWantedEvents() {
  const uint32_t bits = settings_.notify_keyspace_events;
  // Without one of the two there is no channel to publish on.
  wanted_events_ = (bits & (kNotifyKeyspace | kNotifyKeyevent)) == 0 ? 0 : bits;
  keyspace_->context().notify_misses = (wanted_events_ & kNotifyKeyMiss) != 0;
  keyspace_->context().notify_new_keys = (wanted_events_ & kNotifyNewKey) != 0;
}

void Engine::PublishEvent(int database, uint32_t kind, std::string_view event,
                          std::string_view key) {
  // A dataset that is being loaded is nobody's news.
  if ((armed_gates_ & kGateLoading) != 0) return;
  // These tell of no write that a crash could take back.
  const bool at_once = kind == kNotifyExpired || kind == kNotifyKeyMiss;
  const auto publish = [&](std::string_view space, std::string_view name, std::string_view text) {
    fmt::memory_buffer channel;
    fmt::format_to(std::back_inserter(channel), "__{}@{}__:", space, database);
    channel.append(name);
    const std::string_view bytes(channel.data(), channel.size());
    if (at_once) {
      pubsub_.Publish(TopicKind::kChannel, bytes, text);
    } else {
      pubsub_.PublishWrite(bytes, text);
    }
  };
  if ((wanted_events_ & kNotifyKeyspace) != 0) publish("keyspace", key, event);
  if ((wanted_events_ & kNotifyKeyevent) != 0) publish("keyevent", event, key);
}

void Engine::OnMissed(int database, const Key& key) {
  if ((wanted_events() & kNotifyKeyMiss) == 0) return;
  PublishEvent(database, kNotifyKeyMiss, "keymiss", key.bytes);
}

void Engine::OnCreated(int database, const Key& key) {
  if ((wanted_events() & kNotifyNewKey) == 0) return;
  PublishEvent(database, kNotifyNewKey, "new", key.bytes);
}

// What a script reads is read for whoever called it.
void Engine::RememberRead(const Call& call, const Command& command) {
  Session* reader = push_.running();
  if (reader == nullptr || reader->tracking == nullptr) return;
  // A script's keys are those that it really reads, and each of those reads comes here itself.
  if (!command.Has(kReadOnly) || command.Has(kRunsScript)) return;
  tracking_.RememberKeys(*reader, command, call.arguments());
}

void Engine::FinishTick() {
  ServeBlocked();
  if (tracking_.active() || tracking_.key_count() != 0) {
    tracking_.FinishTick(static_cast<size_t>(settings_.tracking_table_max_keys));
  }
  if (!unsynced_calls_.empty()) [[unlikely]] {
    const uint64_t releasable = log_ == nullptr ? UINT64_MAX : log_->releasable();
    unsynced_calls_.Release(releasable, slow_log_, latency_);
  }
  pubsub_.NoteWritten(log_ == nullptr ? 0 : log_->appended());
}

}  // namespace kvasir
