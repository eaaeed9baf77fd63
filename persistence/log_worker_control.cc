// The loop's side of the worker: policy, status, and what happens while the threads are paused.
#include <iterator>
#include <utility>

#include "persistence/log_worker.h"
#include "src/base/clock.h"

namespace kvasir {

void LogWorker::set_policy(SyncPolicy policy) {
  {
    MutexLock lock(mutex_);
    policy_ = policy;
  }
  work_.NotifyAll();
}

void LogWorker::Rotate(OpenNext open) {
  {
    MutexLock lock(mutex_);
    rotation_ = std::move(open);
  }
  work_.NotifyAll();
}

bool LogWorker::CancelRotation() {
  MutexLock lock(mutex_);
  if (rotating_) return false;
  rotation_ = nullptr;
  std::move(after_rotation_.begin(), after_rotation_.end(), std::back_inserter(queue_));
  after_rotation_.clear();
  return true;
}

void LogWorker::Pause() {
  MutexLock lock(mutex_);
  paused_ = true;
  while (writing_ || syncing_) stopped_.Wait(mutex_);
}

void LogWorker::Resume() {
  {
    MutexLock lock(mutex_);
    paused_ = false;
  }
  work_.NotifyAll();
}

Result<void> LogWorker::Drain() {
  std::vector<LogBatch> taken;
  {
    MutexLock lock(mutex_);
    if (health_.fault == LogFault::kSync || health_.fault == LogFault::kSwitch) {
      return Fail(Errc::kIo, health_.error);
    }
    taken.swap(queue_);
    writing_ = true;
  }
  Result<void> written = WriteTaken(taken);
  FinishWrite(taken, written);
  if (!written) return written;
  if (durable() == this->written()) return {};
  {
    MutexLock lock(mutex_);
    BeginSync();
  }
  return SyncFile();
}

Result<void> LogWorker::WriteEndMark() {
  Result<void> marked = file_->WriteEndMark(written(), static_cast<uint64_t>(UnixTimeMs()));
  return marked ? file_->Sync() : marked;
}

void LogWorker::Replace(std::unique_ptr<LogFile> file, uint64_t sequence) {
  std::vector<LogBatch> dropped;
  MutexLock lock(mutex_);
  dropped.swap(queue_);
  queue_.swap(after_rotation_);
  rotation_ = nullptr;
  for (const LogBatch& batch : dropped) {
    queued_bytes_.fetch_sub(batch.bytes, std::memory_order_relaxed);
    held_bytes_.fetch_sub(batch.held_bytes, std::memory_order_relaxed);
  }
  file_ = std::move(file);
  retry_at_ns_ = retry_ms_ = 0;
  status_.last_write_ok = status_.last_sync_ok = true;
  SetFault(LogFault::kNone, {});
  written_.store(sequence, std::memory_order_release);
  durable_.store(sequence, std::memory_order_release);
}

void LogWorker::Fault(LogFault fault, const std::string& error) {
  MutexLock lock(mutex_);
  SetFault(fault, error);
}

LogHealth LogWorker::Health() const {
  MutexLock lock(mutex_);
  return health_;
}

void LogWorker::FillStatus(LogStatus& status) const {
  MutexLock lock(mutex_);
  status = status_;
  status.policy = policy_;
  status.health = health_;
  status.written_sequence = written();
  status.durable_sequence = durable();
  status.written_offset = file_->offset();
  status.durable_offset = file_->synced_offset();
  status.pending_bytes = queued_bytes();
  if (syncing_) status.sync_in_progress_us = (MonotonicNs() - sync_started_ns_) / 1000;
}

}  // namespace kvasir
