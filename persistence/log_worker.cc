#include "persistence/log_worker.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "src/base/clock.h"
#include "src/base/memory.h"

namespace kvasir {
namespace {

// So much goes into one write call at most: written() moves in steps of it while a long queue is
// worked off.
constexpr uint64_t kWriteBytesMax = 8 * 1024 * 1024;
constexpr size_t kWriteBatchesMax = 256;
constexpr size_t kUsedBatchesMax = 64;
constexpr uint64_t kNsPerMs = 1'000'000;

uint64_t MsUntil(uint64_t at_ns) {
  const uint64_t now = MonotonicNs();
  return at_ns <= now ? 0 : (at_ns - now + kNsPerMs - 1) / kNsPerMs;
}

size_t CountForOneWrite(std::span<const LogBatch> batches) {
  size_t count = 1;
  uint64_t bytes = batches[0].bytes;
  while (count < std::min(batches.size(), kWriteBatchesMax)) {
    bytes += batches[count].bytes;
    if (bytes > kWriteBytesMax) break;
    ++count;
  }
  return count;
}

}  // namespace

LogWorker::LogWorker(std::unique_ptr<LogFile> file, uint64_t sequence, const Options& options,
                     std::function<void()> progress)
    : options_(options),
      progress_(std::move(progress)),
      written_(sequence),
      durable_(sequence),
      file_(std::move(file)),
      policy_(options.policy),
      next_sync_ns_(MonotonicNs() + options.sync_interval_ms * kNsPerMs) {
  writer_ = std::thread([this] { RunWriter(); });
  syncer_ = std::thread([this] { RunSyncer(); });
}

LogWorker::~LogWorker() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
  }
  work_.NotifyAll();
  sync_time_.NotifyAll();
  writer_.join();
  syncer_.join();
}

void LogWorker::Submit(LogBatch batch, std::vector<LogBatch>& recycled) {
  queued_bytes_.fetch_add(batch.bytes, std::memory_order_relaxed);
  batch.held_bytes = batch.MemoryBytes();
  held_bytes_.fetch_add(batch.held_bytes, std::memory_order_relaxed);
  bool wake = false;
  {
    MutexLock lock(mutex_);
    std::vector<LogBatch>& queue = rotation_ ? after_rotation_ : queue_;
    if (!queue.empty() && queue.back().Absorb(batch)) {
      recycled.push_back(std::move(batch));
    } else {
      queue.push_back(std::move(batch));
    }
    std::move(used_.begin(), used_.end(), std::back_inserter(recycled));
    used_.clear();
    wake = writer_waits_ && QueuedRecords() >= wake_records_;
  }
  if (wake) work_.NotifyAll();
  for (const LogBatch& back : recycled) {
    held_bytes_.fetch_sub(back.held_bytes, std::memory_order_relaxed);
  }
}

void LogWorker::RunWriter() {
  TrackThreadMemory();
  std::vector<LogBatch> taken;
  while (true) {
    const Work work = WaitForWork(taken);
    if (work == Work::kStop) return;
    if (work == Work::kSync) {
      (void)SyncFile();
    } else if (work == Work::kRotate) {
      RunRotation();
    } else {
      FinishWrite(taken, WriteTaken(taken));
    }
  }
}

void LogWorker::RunSyncer() {
  TrackThreadMemory();
  while (WaitForSyncTime()) (void)SyncFile();
}

bool LogWorker::MayWork() const {
  const LogFault fault = fault_.load(std::memory_order_relaxed);
  return !paused_ && (fault == LogFault::kNone || fault == LogFault::kWrite);
}

bool LogWorker::WantsSync() const { return !syncing_ && durable() < written(); }

// D2: what is written is acknowledged, so while a sync hangs no more is written than belongs to the
// last second. FinishSync wakes the writer.
bool LogWorker::SyncIsLate() const {
  return policy_ == SyncPolicy::kEverySecond && syncing_ &&
         MonotonicNs() - sync_started_ns_ >= options_.sync_interval_ms * kNsPerMs;
}

uint64_t LogWorker::QueuedRecords() const {
  return queue_.empty() ? 0 : queue_.back().last_sequence - written();
}

uint64_t LogWorker::GroupWaitNs() const {
  if (policy_ != SyncPolicy::kAlways || rotation_) return 0;
  return group_.WaitNs(QueuedRecords(), MonotonicNs());
}

LogWorker::Work LogWorker::WaitForWork(std::vector<LogBatch>& taken) {
  MutexLock lock(mutex_);
  while (!stop_) {
    if (MayWork()) {
      // What is written is synced before more is taken: that is what others wait for (D1).
      if (policy_ == SyncPolicy::kAlways && WantsSync()) {
        BeginSync();
        return Work::kSync;
      }
      if (!queue_.empty() && MonotonicNs() >= retry_at_ns_ && !SyncIsLate() && GroupWaitNs() == 0) {
        taken.swap(queue_);
        writing_ = true;
        return Work::kWrite;
      }
      if (rotation_ && queue_.empty() && !syncing_) {
        // D5: the old file is synced before the new one is begun.
        if (WantsSync()) {
          BeginSync();
          return Work::kSync;
        }
        writing_ = rotating_ = true;
        return Work::kRotate;
      }
    }
    SleepUntilWork();
  }
  return Work::kStop;
}

void LogWorker::SleepUntilWork() {
  writer_waits_ = true;
  const uint64_t group_ns = GroupWaitNs();
  if (MayWork() && group_ns > 0) {
    wake_records_ = group_.wanted();
    work_.WaitForNs(mutex_, group_ns);
    wake_records_ = 0;
  } else if (MayWork() && !queue_.empty() && !SyncIsLate()) {
    work_.WaitForNs(mutex_, (MsUntil(retry_at_ns_) + 1) * kNsPerMs);
  } else {
    work_.Wait(mutex_);
  }
  writer_waits_ = false;
}

bool LogWorker::WaitForSyncTime() {
  MutexLock lock(mutex_);
  while (!stop_) {
    const uint64_t now = MonotonicNs();
    if (now >= next_sync_ns_) {
      next_sync_ns_ = now + options_.sync_interval_ms * kNsPerMs;
      if (MayWork() && policy_ == SyncPolicy::kEverySecond && WantsSync()) {
        BeginSync();
        return true;
      }
    }
    sync_time_.WaitForNs(mutex_, std::max<uint64_t>(MsUntil(next_sync_ns_), 1) * kNsPerMs);
  }
  return false;
}

// Everything was written and synced, so nobody else touches the file.
void LogWorker::RunRotation() {
  OpenNext open;
  {
    MutexLock lock(mutex_);
    open = rotation_;
  }
  NextFile next = open(file_->offset());
  {
    MutexLock lock(mutex_);
    writing_ = rotating_ = false;
    rotation_ = nullptr;
    queue_.swap(after_rotation_);
    if (next.file != nullptr) file_ = std::move(next.file);
    if (!next.fault.empty()) SetFault(LogFault::kSwitch, next.fault);
  }
  // Whoever hears of it may begin the next rotation.
  if (next.settled) next.settled();
  stopped_.NotifyAll();
  if (progress_) progress_();
}

void LogWorker::BeginSync() {
  syncing_ = true;
  sync_started_ns_ = MonotonicNs();
  sync_sequence_ = written();
}

Result<void> LogWorker::WriteTaken(std::vector<LogBatch>& taken) {
  std::span<const LogBatch> left = taken;
  while (!left.empty()) {
    const std::span<const LogBatch> part = left.first(CountForOneWrite(left));
    Result<void> written = file_->Write(part, static_cast<uint64_t>(UnixTimeMs()));
    if (!written) {
      taken.erase(taken.begin(), taken.end() - static_cast<ptrdiff_t>(left.size()));
      return written;
    }
    left = left.subspan(part.size());
    if (PublishWritten(part) && progress_) progress_();
  }
  return {};
}

// True when the loop should hear of it now: under `always` the sync is what it waits for.
bool LogWorker::PublishWritten(std::span<const LogBatch> batches) {
  uint64_t bytes = 0;
  for (const LogBatch& batch : batches) bytes += batch.bytes;
  queued_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  MutexLock lock(mutex_);
  const bool healed = fault_.load(std::memory_order_relaxed) == LogFault::kWrite;
  // D6: no progress is reported past a failed sync.
  if (!MayWork() && !paused_) return false;
  if (healed) SetFault(LogFault::kNone, {});
  status_.last_write_ok = true;
  retry_at_ns_ = retry_ms_ = 0;
  written_.store(batches.back().last_sequence, std::memory_order_release);
  return healed || policy_ != SyncPolicy::kAlways;
}

void LogWorker::FinishWrite(std::vector<LogBatch>& taken, const Result<void>& result) {
  for (LogBatch& batch : taken) {
    if (result) batch.shared.clear();
  }
  uint64_t freed_bytes = 0;
  {
    MutexLock lock(mutex_);
    writing_ = false;
    if (result) {
      const size_t room = kUsedBatchesMax - std::min(kUsedBatchesMax, used_.size());
      const auto end = taken.begin() + static_cast<ptrdiff_t>(std::min(room, taken.size()));
      for (auto batch = end; batch != taken.end(); ++batch) freed_bytes += batch->held_bytes;
      std::move(taken.begin(), end, std::back_inserter(used_));
    } else {
      // The failed batches go first again: order is what makes the log a prefix (D3).
      std::move(queue_.begin(), queue_.end(), std::back_inserter(taken));
      queue_.swap(taken);
      status_.last_write_ok = false;
      status_.last_write_error = result.error().detail();
      ++status_.write_retries;
      retry_ms_ = std::clamp(retry_ms_ * 2, options_.retry_ms_min, options_.retry_ms_max);
      retry_at_ns_ = MonotonicNs() + retry_ms_ * kNsPerMs;
      if (fault_.load(std::memory_order_relaxed) == LogFault::kNone) {
        SetFault(LogFault::kWrite, result.error().detail());
      }
    }
  }
  taken.clear();
  held_bytes_.fetch_sub(freed_bytes, std::memory_order_relaxed);
  stopped_.NotifyAll();
  if (!result && progress_) progress_();
}

Result<void> LogWorker::SyncFile() {
  const uint64_t started_ns = MonotonicNs();
  Result<void> result = file_->Sync();
  FinishSync(started_ns, result);
  if (progress_) progress_();
  return result;
}

void LogWorker::FinishSync(uint64_t started_ns, const Result<void>& result) {
  const uint64_t now_ns = MonotonicNs();
  const uint64_t took_us = (now_ns - started_ns) / 1000;
  {
    MutexLock lock(mutex_);
    syncing_ = false;
    status_.sync_times.Add(took_us);
    if (options_.sync_interval_ms > 0) {
      status_.delayed_syncs += took_us / 1000 / options_.sync_interval_ms;
    }
    status_.last_sync_ok = result.has_value();
    if (result) {
      group_.Synced(sync_sequence_ - std::min(durable(), sync_sequence_), QueuedRecords(),
                    now_ns - started_ns, now_ns);
      durable_.store(std::max(durable(), sync_sequence_), std::memory_order_release);
    } else {
      status_.last_sync_error = result.error().detail();
      SetFault(LogFault::kSync, result.error().detail());
    }
  }
  work_.NotifyAll();
  stopped_.NotifyAll();
}

void LogWorker::SetFault(LogFault fault, const std::string& error) {
  health_ = {fault, error, fault == LogFault::kNone ? 0 : UnixTimeMs()};
  fault_.store(fault, std::memory_order_release);
}

}  // namespace kvasir
