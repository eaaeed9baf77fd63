// What happens when: the end of a tick, the timers, the ten times a second.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "src/base/clock.h"
#include "src/base/memory.h"
#include "src/server/server.h"

namespace kvasir {

void Server::EnsureTick() {
  if (tick_open_) return;
  tick_open_ = true;
  engine_.BeginTick(UnixTimeMs());
}

// Everything that this tick's requests left to do: one batch to the log, one write per connection
// whose dependency is met.
void Server::EndTick() {
  if (stopping_) return;
  // The loop comes here before and behind its wait for events; mostly only one of them had any.
  if (!tick_open_ && dirty_.empty() && pushed_.empty() && resumed_.empty()) return;
  constexpr int kRoundsMax = 4;
  for (int round = 0; round < kRoundsMax; ++round) {
    for (const uint64_t id : std::exchange(resumed_, {})) {
      EnsureTick();
      Session* session = engine_.clients().Find(id);
      if (session != nullptr) static_cast<Connection*>(session)->ContinueInput();
    }
    engine_.FinishTick();
    // D3: what a script has written so far goes nowhere before its end.
    const bool log_open = append_log_ != nullptr && append_log_->is_open();
    if (log_open && !engine_.busy()) append_log_->Commit();
    CollectPushed();
    FlushDirty();
    if (resumed_.empty()) break;
  }
  const bool hurry = !resumed_.empty() || !continued_.empty() || expiry_left_ ||
                     engine_.eviction_pending() || saves_.wants_step() || engine_.busy();
  if (hurry && uv_is_active(reinterpret_cast<uv_handle_t*>(&hurry_)) == 0) {
    uv_idle_start(&hurry_, [](uv_idle_t* h) {
      auto* self = static_cast<Server*>(h->data);
      self->EnsureTick();
      for (const uint64_t id : std::exchange(self->continued_, {})) self->resumed_.push_back(id);
      if (self->engine_.busy()) {
        self->engine_.ContinueLongCall();
        return;
      }
      self->ServeDeadlines();
      self->ServeEviction();
      self->ServeSaves();
    });
  } else if (!hurry) {
    uv_idle_stop(&hurry_);
  }
  ArmDeadlineTimer();
  if (tick_open_) engine_.EndTick();
  tick_open_ = false;
}

// Writing to a subscriber costs far more than adding a message to what waits for him. While a
// client whose pipeline was cut by its turn goes on publishing, its subscribers therefore wait, but
// no longer than it will take to write to them all.
void Server::CollectPushed() {
  if (pushed_.empty()) return;
  constexpr uint64_t kWriteNs = 4000;
  const uint64_t waited_ns = TicksToNs(CycleTicks() - pushed_since_ticks_);
  if (!continued_.empty() && waited_ns < pushed_.size() * kWriteNs) return;
  for (Connection* connection : pushed_) {
    if (connection == nullptr) continue;
    connection->in_pushed_list = false;
    MarkDirty(*connection);
  }
  pushed_.clear();
}

void Server::FlushDirty() {
  if (dirty_.empty()) return;
  const CommandLog* log = engine_.log();
  const uint64_t releasable = log == nullptr ? UINT64_MAX : log->releasable();
  const int64_t now_ms = keyspace_.context().now_ms;
  // By index: closing a connection may touch the list.
  for (size_t i = 0; i < dirty_.size(); ++i) {
    Connection* connection = dirty_[i];
    if (connection == nullptr) continue;
    connection->in_dirty_list = false;
    connection->Flush(releasable);
    if (connection->subscriber != nullptr) CheckSubscriber(*connection, now_ms);
    if (connection->waits_for_log() && !connection->closing() && !connection->in_log_list) {
      connection->in_log_list = true;
      log_waiters_.push_back(connection);
    }
  }
  dirty_.clear();
}

void Server::FlushLogWaiters() {
  if (stopping_) return;
  EnsureTick();
  for (Connection* connection : std::exchange(log_waiters_, {})) {
    connection->in_log_list = false;
    MarkDirty(*connection);
  }
}

// One timer serves every deadline: keys, blocked clients, CLIENT PAUSE.
void Server::ArmDeadlineTimer() {
  int64_t due_ms = INT64_MAX;
  const auto consider = [&](std::optional<int64_t> at) {
    if (at) due_ms = std::min(due_ms, *at);
  };
  if (!expiry_left_) consider(keyspace_.NextExpiryWakeMs());
  if (engine_.blocked().size() > 0) consider(engine_.blocked().NextDeadlineMs());
  if (engine_.pause_until_ms() != 0) consider(engine_.pause_until_ms());
  if (due_ms == armed_deadline_ms_) return;
  armed_deadline_ms_ = due_ms;
  if (due_ms == INT64_MAX) {
    uv_timer_stop(&deadline_timer_);
    return;
  }
  // A wake-up a millisecond late finds all of its tick due.
  const int64_t wait_ms = std::max<int64_t>(0, due_ms - UnixTimeMs()) + 1;
  uv_update_time(&loop_);
  uv_timer_start(
      &deadline_timer_,
      [](uv_timer_t* h) {
        auto* self = static_cast<Server*>(h->data);
        self->armed_deadline_ms_ = 0;
        self->EnsureTick();
        self->ServeDeadlines();
      },
      static_cast<uint64_t>(wait_ms), 0);
}

void Server::ServeDeadlines() {
  if (engine_.busy()) return;
  // Half of the loop time that DESIGN grants a burst.
  constexpr uint64_t kBudgetUs = 500;
  const uint64_t started_us = MonotonicUs();
  expiry_left_ = keyspace_.RemoveExpired(kBudgetUs);
  const uint64_t took_us = MonotonicUs() - started_us;
  engine_.loop_meter().AddExpiry(took_us);
  engine_.latency().Record("expire-cycle", keyspace_.context().now_ms / 1000, took_us / 1000,
                           {.expiry_us = took_us});
}

void Server::ServeEviction() {
  constexpr uint64_t kBudgetUs = 500;
  if (engine_.eviction_pending()) engine_.MakeRoom(kBudgetUs);
}

void Server::RunCron() {
  EnsureTick();
  const uint64_t began_us = MonotonicUs();
  LoopMeter& meter = engine_.loop_meter();
  engine_.statistics().SampleRates(began_us / 1000);
  meter.SampleRates(began_us / 1000);
  const uint64_t due_us = last_cron_us_ + kCronMs * 1000;
  if (last_cron_us_ != 0) meter.AddLateness(began_us - std::min(began_us, due_us));
  last_cron_us_ = began_us;
  RunCronJobs();
  meter.AddCron(MonotonicUs() - began_us);
}

void Server::RunCronJobs() {
  const int64_t now_ms = keyspace_.context().now_ms;
  // Deadlines are times of day, and the timer counts otherwise: a clock that was set, or a machine
  // that slept, must not make it late.
  armed_deadline_ms_ = 0;
  engine_.statistics().peak_memory = std::max(engine_.statistics().peak_memory, UsedMemory());
  CheckClients(now_ms);
  // No snapshot begins with half of what a script does.
  if (engine_.busy()) return;
  PollSaves();
  HealLog();
  BeginDueSaves();
}

void Server::CheckClients(int64_t now_ms) {
  const int64_t timeout_ms = engine_.settings().timeout_seconds * 1000;
  const OutputBufferLimit& limit =
      engine_.settings().client_output_buffer_limit[ClientClass::kNormal];
  for (const uint64_t id : std::exchange(soft_limited_, {})) {
    Session* session = engine_.clients().Find(id);
    if (session != nullptr) CheckSubscriber(static_cast<Connection&>(*session), now_ms);
  }
  // As it mostly is; thousands of clients are not looked at for nothing.
  const bool unlimited = limit.hard_bytes == 0 && limit.soft_bytes == 0;
  const bool any_pushed_to = engine_.has_monitors() || engine_.tracking().active();
  if (timeout_ms == 0 && unlimited && !any_pushed_to) return;
  std::vector<Connection*> idle;
  for (const auto& [id, session] : engine_.clients().sessions()) {
    auto* connection = static_cast<Connection*>(session);
    const bool waits = session->blocked_now() || session->is_monitor || session->subscriber ||
                       connection->awaits_dump;
    const bool timed_out =
        timeout_ms > 0 && !waits && now_ms - session->last_request_ms > timeout_ms;
    if (timed_out || !CheckOutputLimit(*connection, now_ms)) idle.push_back(connection);
  }
  for (Connection* connection : idle) connection->Close();
}

// Subscribers are looked at whenever they got something, and those over the soft limit until they
// are below it.
void Server::CheckSubscriber(Connection& connection, int64_t now_ms) {
  if (connection.closing()) return;
  if (!CheckOutputLimit(connection, now_ms)) {
    connection.Close();
  } else if (connection.soft_limit_since_ms != 0) {
    soft_limited_.insert(connection.id);
  }
}

// False when client-output-buffer-limit says that the client has to go.
bool Server::CheckOutputLimit(Connection& connection, int64_t now_ms) {
  const bool subscribed = connection.subscriber != nullptr;
  const OutputBufferLimit& limit =
      engine_.settings()
          .client_output_buffer_limit[subscribed ? ClientClass::kPubsub : ClientClass::kNormal];
  const size_t waiting = connection.output_bytes_waiting();
  const bool over_soft = limit.soft_bytes != 0 && waiting > limit.soft_bytes;
  if (!over_soft) connection.soft_limit_since_ms = 0;
  if (over_soft && connection.soft_limit_since_ms == 0) connection.soft_limit_since_ms = now_ms;
  const bool soft =
      over_soft && now_ms - connection.soft_limit_since_ms > limit.soft_seconds * 1000;
  const bool hard = limit.hard_bytes != 0 && waiting > limit.hard_bytes;
  // A monitor that does not keep up cannot be slowed down, nor a client that is told what to
  // forget: it would hold everything in memory.
  const bool pushed_to = connection.is_monitor || connection.tracking != nullptr;
  const bool runaway = pushed_to && waiting > 4 * output_pause_bytes_;
  if (!soft && !hard && !runaway) return true;
  ++engine_.statistics().output_buffer_limit_disconnections;
  spdlog::warn("Client {} closed: {} bytes of replies wait", connection.id, waiting);
  return false;
}

}  // namespace kvasir
