// Saves and rewrites in the background: when they begin, and what follows from their end.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

#include "src/server/server.h"

namespace kvasir {
namespace {

using Kind = BackgroundSaves::Kind;

// How long after a failure the server tries again by itself.
constexpr int64_t kRetrySaveMs = 5000;
constexpr int64_t kRetryRewriteMs = 60'000;
constexpr int64_t kRetryHealMs = 1000;
constexpr int64_t kRetryFirstBaseMs = 5000;

std::string_view StatusWord(bool ok) { return ok ? "ok" : "err"; }

}  // namespace

BackgroundStart Server::RewriteLog(bool now) {
  if (append_log_ == nullptr) return BackgroundStart::kLogOff;
  if (saves_.running() == Kind::kRewrite) return BackgroundStart::kAlreadyRunning;
  if (now && BeginRewrite(engine_.settings())) return BackgroundStart::kStarted;
  rewrite_scheduled_ = true;
  return BackgroundStart::kScheduled;
}

BackgroundStart Server::SaveInBackground(bool now, bool schedule) {
  if (saves_.running() == Kind::kSave) return BackgroundStart::kAlreadyRunning;
  if (now && saves_.running() == Kind::kNone) {
    save_scheduled_ = false;
    saves_.BeginSave(engine_.settings());
    return BackgroundStart::kStarted;
  }
  if (!schedule) return BackgroundStart::kOtherRunning;
  save_scheduled_ = true;
  return BackgroundStart::kScheduled;
}

Result<void> Server::Save() {
  if (saves_.running() == Kind::kSave) return Fail(Errc::kExists);
  Result<void> saved = saves_.SaveNow(engine_.settings());
  if (saved) engine_.ArmGates(kGateSave, false);
  return saved;
}

BackgroundCancel Server::CancelSave() {
  if (saves_.running() == Kind::kSave) {
    saves_.Stop("cancelled");
    return BackgroundCancel::kStopped;
  }
  if (!save_scheduled_) return BackgroundCancel::kNothing;
  save_scheduled_ = false;
  return BackgroundCancel::kUnscheduled;
}

// False when something is in the way.
bool Server::BeginRewrite(const Settings& settings) {
  if (saves_.running() != Kind::kNone || append_log_->rewriting()) return false;
  rewrite_scheduled_ = false;
  saves_.BeginRewrite(*append_log_, settings);
  return true;
}

void Server::ServeSaves() {
  // Half of what DESIGN grants a slice.
  constexpr uint64_t kBudgetUs = 500;
  if (saves_.wants_step()) saves_.Step(kBudgetUs);
}

void Server::PollSaves() {
  if (stopping_) return;
  if (saves_.outdated()) {
    // Its memory should be free soon, and what is left is quickly written.
    if (saves_.running() == Kind::kSave) save_scheduled_ = true;
    if (saves_.running() == Kind::kRewrite) rewrite_scheduled_ = true;
    saves_.Stop("the dataset was flushed; it begins anew");
    return;
  }
  if (saves_.running() == Kind::kDump && !dumps_.awaited()) saves_.Stop("nobody waits for it");
  const Kind ended = saves_.Poll();
  if (ended == Kind::kNone) return;
  EnsureTick();
  if (ended == Kind::kDump) return FinishDump();
  const int64_t now_ms = keyspace_.context().now_ms;
  if (ended == Kind::kSave) {
    engine_.ArmGates(kGateSave, !saves_.last(ended).ok);
    next_save_ms_ = saves_.last(ended).ok ? 0 : now_ms + kRetrySaveMs;
    return;
  }
  if (append_log_ == nullptr) return;
  const int64_t retry_ms = append_log_->counts() ? kRetryRewriteMs : kRetryFirstBaseMs;
  next_rewrite_ms_ = saves_.last(ended).ok ? 0 : now_ms + retry_ms;
  rewrite_base_bytes_ = append_log_->Status().current_bytes;
}

bool Server::RewriteIsDue() const {
  if (append_log_ == nullptr) return false;
  if (rewrite_scheduled_) return true;
  if (keyspace_.context().now_ms < next_rewrite_ms_ || append_log_->NeedsRewrite()) return false;
  if (!append_log_->counts()) return true;
  const Settings& settings = engine_.settings();
  if (settings.auto_aof_rewrite_percentage == 0) return false;
  const uint64_t bytes = append_log_->Status().current_bytes;
  if (bytes <= settings.auto_aof_rewrite_min_bytes) return false;
  const uint64_t base = std::max<uint64_t>(rewrite_base_bytes_, 1);
  const double growth = 100.0 * static_cast<double>(bytes) / static_cast<double>(base) - 100.0;
  return growth >= static_cast<double>(settings.auto_aof_rewrite_percentage);
}

bool Server::SaveIsDue() const {
  if (save_scheduled_) return true;
  const int64_t now_ms = keyspace_.context().now_ms;
  if (now_ms < next_save_ms_) return false;
  const uint64_t changes = keyspace_.context().changes - saves_.saved_changes();
  const std::vector<SavePoint>& points = engine_.settings().save;
  return std::any_of(points.begin(), points.end(), [&](const SavePoint& point) {
    return changes >= static_cast<uint64_t>(point.changes) &&
           now_ms - saves_.saved_ms() > point.seconds * 1000;
  });
}

// A dump that was given up, for whatever reason, is begun anew.
void Server::BeginDueSaves() {
  if (saves_.running() != Kind::kDump) dumps_.GivenUp();
  if (loading_.active || stopping_ || saves_.running() != Kind::kNone) return;
  if (RewriteIsDue() && BeginRewrite(engine_.settings())) return;
  if (SaveIsDue()) {
    save_scheduled_ = false;
    saves_.BeginSave(engine_.settings());
    return;
  }
  BeginDump();
}

// D6: after a failed fsync only new files with the full state can be trusted.
void Server::HealLog() {
  if (append_log_ == nullptr || !append_log_->NeedsRewrite()) return;
  const int64_t now_ms = keyspace_.context().now_ms;
  if (now_ms < next_heal_ms_) return;
  const bool in_the_way = saves_.running() == Kind::kSave || saves_.running() == Kind::kDump;
  if (in_the_way) saves_.Stop("the log needs new files");
  if (!BeginRewrite(engine_.settings())) return;
  spdlog::warn("The log failed ({}); writing all keys to new files", append_log_->Health().error);
  next_heal_ms_ = now_ms + kRetryHealMs;
}

void Server::AppendSavesInfo(std::string& out) {
  const auto line = [&out](std::string_view name, const auto& value) {
    fmt::format_to(std::back_inserter(out), "{}:{}\r\n", name, value);
  };
  const Kind kind = saves_.running();
  const bool saving = kind == Kind::kSave || kind == Kind::kDump;
  const bool rewriting = kind == Kind::kRewrite;
  const BackgroundSaves::Progress now =
      kind == Kind::kNone ? BackgroundSaves::Progress() : saves_.progress();
  const double share = now.keys_total == 0 ? 0
                                           : 100.0 * static_cast<double>(now.keys_taken) /
                                                 static_cast<double>(now.keys_total);
  // Nothing is copied on write here: what a change adds to a snapshot goes to its file.
  line("current_cow_peak", 0);
  line("current_cow_size", 0);
  line("current_cow_size_age", 0);
  line("current_fork_perc", fmt::format("{:.2f}", share));
  line("current_save_keys_processed", now.keys_taken);
  line("current_save_keys_total", now.keys_total);
  line("current_save_left_ms", kind == Kind::kNone ? -1 : now.left_ms);
  const BackgroundSaves::Record& save = saves_.last(Kind::kSave);
  line("rdb_changes_since_last_save", keyspace_.context().changes - saves_.saved_changes());
  line("rdb_bgsave_in_progress", saving ? 1 : 0);
  line("rdb_last_save_time", saves_.saved_ms() / 1000);
  line("rdb_last_bgsave_status", StatusWord(save.ok));
  line("rdb_last_bgsave_time_sec", save.seconds);
  line("rdb_current_bgsave_time_sec", saving ? now.running_ms / 1000 : -1);
  line("rdb_saves", save.count);
  line("rdb_last_cow_size", 0);
  line("rdb_last_load_keys_expired", snapshot_keys_expired_);
  line("rdb_last_load_keys_loaded", snapshot_keys_loaded_);
  const BackgroundSaves::Record& rewrite = saves_.last(Kind::kRewrite);
  line("aof_rewrite_in_progress", rewriting ? 1 : 0);
  line("aof_rewrite_scheduled", rewrite_scheduled_ ? 1 : 0);
  line("aof_last_rewrite_time_sec", rewrite.seconds);
  line("aof_current_rewrite_time_sec", rewriting ? now.running_ms / 1000 : -1);
  line("aof_rewrites", rewrite.count);
}

}  // namespace kvasir
