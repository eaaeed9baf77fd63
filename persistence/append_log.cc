#include "persistence/append_log.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "persistence/log_rewrite.h"
#include "persistence/log_worker.h"
#include "src/base/clock.h"

namespace kvasir {

AppendLog::AppendLog(FileSystem& files, LogOptions options)
    : files_(files), options_(std::move(options)) {}

AppendLog::~AppendLog() { (void)Close(); }

void AppendLog::set_progress_callback(std::function<void()> callback) {
  assert(!is_open());
  progress_ = std::move(callback);
}

uint64_t AppendLog::Append(int database, std::span<const std::string_view> arguments,
                           std::span<const SharedArgument> shared) {
  assert(is_open() && !arguments.empty());
  if (options_.timestamps && group_commands_ == 0) AppendTimestamp();
  if (database != database_) {
    encoder_.AppendSelect(database);
    database_ = database;
  }
  if (in_group_) {
    if (group_commands_++ == 0) {
      encoder_.BeginGroup();
      ++appended_;
    }
    encoder_.Append(arguments, shared);
    return appended_;
  }
  encoder_.Append(arguments, shared);
  encoder_.AddRecord(++appended_);
  if (encoder_.bytes() >= kLogBatchBytes) Commit();
  return appended_;
}

// Redis's tools cut a log before such a line. It begins a batch, so that what they leave are whole
// batches.
void AppendLog::AppendTimestamp() {
  const uint64_t now_s = static_cast<uint64_t>(UnixTimeMs()) / 1000;
  const bool new_file = database_ == -1;
  if (now_s <= timestamp_s_ && !new_file) return;
  timestamp_s_ = now_s;
  Submit();
  encoder_.AppendTimestamp(now_s);
}

void AppendLog::BeginGroup() {
  assert(!in_group_);
  in_group_ = true;
  group_commands_ = 0;
}

uint64_t AppendLog::EndGroup() {
  assert(in_group_);
  in_group_ = false;
  if (group_commands_ == 0) return appended_;
  encoder_.EndGroup(std::exchange(group_commands_, 0) == 1);
  encoder_.AddRecord(appended_);
  if (encoder_.bytes() >= kLogBatchBytes) Commit();
  return appended_;
}

void AppendLog::Commit() {
  assert(!in_group_);
  Submit();
}

void AppendLog::Submit() {
  if (encoder_.empty()) return;
  worker_->Submit(encoder_.Take(), recycled_);
  for (LogBatch& batch : recycled_) encoder_.Recycle(std::move(batch));
  recycled_.clear();
}

uint64_t AppendLog::written() const { return is_open() ? worker_->written() : appended_; }
uint64_t AppendLog::durable() const { return is_open() ? worker_->durable() : appended_; }
uint64_t AppendLog::acknowledged() const {
  return options_.policy == SyncPolicy::kAlways ? durable() : written();
}

uint64_t AppendLog::pending_bytes() const {
  return is_open() ? worker_->queued_bytes() + encoder_.bytes() : 0;
}

uint64_t AppendLog::held_bytes() const {
  return is_open() ? worker_->held_bytes() + encoder_.bytes() : 0;
}

bool AppendLog::accepts_writes() const { return !is_open() || worker_->fault() == LogFault::kNone; }

LogHealth AppendLog::Health() const { return is_open() ? worker_->Health() : LogHealth(); }

bool AppendLog::NeedsRewrite() const {
  if (!is_open()) return false;
  const LogFault fault = worker_->fault();
  return fault == LogFault::kSync || fault == LogFault::kSwitch;
}

LogStatus AppendLog::Status() const {
  LogStatus status;
  if (is_open()) worker_->FillStatus(status);
  status.open = is_open();
  status.policy = options_.policy;
  status.appended_sequence = appended_;
  if (!is_open()) status.written_sequence = status.durable_sequence = appended_;
  status.pending_bytes = pending_bytes();
  status.last_switch_ok = switch_error_.empty();
  status.last_switch_error = switch_error_;
  status.switches = switches_;
  status.base_bytes = base_bytes_;
  status.current_bytes = base_bytes_ + older_bytes_ + status.written_offset;
  if (rewrite_ != nullptr) status.current_bytes += rewrite_->rotated_bytes();
  return status;
}

void AppendLog::set_policy(SyncPolicy policy) {
  options_.policy = policy;
  if (is_open()) worker_->set_policy(policy);
}

Result<void> AppendLog::Close() {
  if (!is_open()) return {};
  Commit();
  worker_->Pause();
  if (rewrite_ != nullptr) SettleRewrite();
  Result<void> closed = worker_->Drain();
  if (closed) closed = worker_->WriteEndMark();
  older_bytes_ += Status().written_offset;
  worker_.reset();
  RemoveUnnamed();
  return closed;
}

}  // namespace kvasir
