// The threads behind the log: a writer that takes everything that queued up meanwhile and writes it
// (group commit), and a syncer that runs `everysec`'s fdatasync beside it. This is the one
// structure that crosses threads: the loop submits, the workers publish.
//
// D1: durable() moves only after a successful sync. D2: written() after the write returned. D6: a
// failed write is tried again, a failed sync stops all progress until Replace.
// THREAD: loop, except where said.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "persistence/group_commit.h"
#include "persistence/log_batch.h"
#include "persistence/log_file.h"
#include "persistence/log_status.h"
#include "src/base/mutex.h"
#include "src/base/result.h"

namespace kvasir {

class LogWorker {
 public:
  struct Options {
    SyncPolicy policy = SyncPolicy::kEverySecond;
    uint64_t sync_interval_ms = 1000;
    uint64_t retry_ms_min = 100;
    uint64_t retry_ms_max = 1000;
  };

  // Starts both threads on a file whose content up to record `sequence` is durable. `progress` is
  // called on the worker threads, and from Drain, without a lock.
  LogWorker(std::unique_ptr<LogFile> file, uint64_t sequence, const Options& options,
            std::function<void()> progress);
  ~LogWorker();  // joins; what was not written is lost
  LogWorker(const LogWorker&) = delete;
  LogWorker& operator=(const LogWorker&) = delete;

  // Queues the batch and wakes the writer when it sleeps. Batches to reuse are added to `recycled`.
  void Submit(LogBatch batch, std::vector<LogBatch>& recycled);

  // THREAD: any, for these.
  uint64_t written() const { return written_.load(std::memory_order_acquire); }
  uint64_t durable() const { return durable_.load(std::memory_order_acquire); }
  uint64_t queued_bytes() const { return queued_bytes_.load(std::memory_order_relaxed); }
  // The memory of batches that were submitted and neither given back nor freed: it lags behind
  // queued_bytes(), since what is written is given back with the next Submit.
  uint64_t held_bytes() const { return held_bytes_.load(std::memory_order_relaxed); }
  LogFault fault() const { return fault_.load(std::memory_order_acquire); }
  LogHealth Health() const;
  // Overwrites all of `status`; what only the loop knows keeps its default.
  void FillStatus(LogStatus& status) const;

  void set_policy(SyncPolicy policy);

  // What was submitted so far goes to the current file, and what is submitted from now on to the
  // file that `open` returns. It gets the current file's size and is called on the writer's thread,
  // once all before is written and synced, and may take its time: reads go on, writes wait. Without
  // a file the log goes on in the current one, or, with a fault, stops until Replace. REQUIRES: no
  // rotation is pending.
  struct NextFile {
    std::unique_ptr<LogFile> file;
    std::string fault;
    std::function<void()> settled;  // called once the log goes on there, or does not
  };
  using OpenNext = std::function<NextFile(uint64_t old_bytes)>;
  void Rotate(OpenNext open);
  // Forgets a rotation whose turn has not come. False when it is under way.
  bool CancelRotation();

  // Between Pause and Resume the threads touch nothing, and the caller may Drain and Replace.
  void Pause();
  void Resume();
  // Writes all that is queued, once, without retry, and syncs it. REQUIRES: paused.
  Result<void> Drain();
  // After Drain: marks the file as ended cleanly. REQUIRES: paused.
  Result<void> WriteEndMark();
  // Goes on in a new file: everything up to `sequence` is durable by other means. What is queued is
  // dropped, or, when a rotation is pending, what was submitted before it. A fault is healed.
  // REQUIRES: paused.
  void Replace(std::unique_ptr<LogFile> file, uint64_t sequence);
  // Stops all progress until Replace: the manifest's state is unknown (D5). REQUIRES: paused.
  void Fault(LogFault fault, const std::string& error);

 private:
  enum class Work : uint8_t { kWrite, kSync, kRotate, kStop };

  void RunWriter();
  void RunSyncer();
  Work WaitForWork(std::vector<LogBatch>& taken);
  void SleepUntilWork() KVASIR_REQUIRES(mutex_);
  bool WaitForSyncTime();
  bool MayWork() const KVASIR_REQUIRES(mutex_);
  bool WantsSync() const KVASIR_REQUIRES(mutex_);
  bool SyncIsLate() const KVASIR_REQUIRES(mutex_);
  uint64_t QueuedRecords() const KVASIR_REQUIRES(mutex_);
  uint64_t GroupWaitNs() const KVASIR_REQUIRES(mutex_);
  void BeginSync() KVASIR_REQUIRES(mutex_);

  void RunRotation();
  Result<void> WriteTaken(std::vector<LogBatch>& taken);
  bool PublishWritten(std::span<const LogBatch> batches);
  void FinishWrite(std::vector<LogBatch>& taken, const Result<void>& result);
  Result<void> SyncFile();
  void FinishSync(uint64_t started_ns, const Result<void>& result);
  void SetFault(LogFault fault, const std::string& error) KVASIR_REQUIRES(mutex_);

  const Options options_;
  const std::function<void()> progress_;

  std::atomic<uint64_t> written_;
  std::atomic<uint64_t> durable_;
  std::atomic<uint64_t> queued_bytes_{0};
  std::atomic<uint64_t> held_bytes_{0};
  std::atomic<LogFault> fault_{LogFault::kNone};

  mutable Mutex mutex_;
  Condition work_;       // for the writer
  Condition sync_time_;  // for the syncer
  Condition stopped_;    // for Pause: a thread ended what it was doing
  std::vector<LogBatch> queue_ KVASIR_GUARDED_BY(mutex_);
  OpenNext rotation_ KVASIR_GUARDED_BY(mutex_);  // pending; empty: none
  bool rotating_ KVASIR_GUARDED_BY(mutex_) = false;
  std::vector<LogBatch> after_rotation_ KVASIR_GUARDED_BY(mutex_);  // what belongs behind it
  std::vector<LogBatch> used_ KVASIR_GUARDED_BY(mutex_);
  // Replaced only while paused, so that a thread may use it without the lock while it is busy.
  std::unique_ptr<LogFile> file_;
  SyncPolicy policy_ KVASIR_GUARDED_BY(mutex_);
  bool stop_ KVASIR_GUARDED_BY(mutex_) = false;
  bool paused_ KVASIR_GUARDED_BY(mutex_) = false;
  bool writing_ KVASIR_GUARDED_BY(mutex_) = false;
  bool syncing_ KVASIR_GUARDED_BY(mutex_) = false;
  bool writer_waits_ KVASIR_GUARDED_BY(mutex_) = false;
  uint64_t wake_records_ KVASIR_GUARDED_BY(mutex_) = 0;  // fewer that are queued let it sleep on
  GroupCommit group_ KVASIR_GUARDED_BY(mutex_);
  uint64_t sync_started_ns_ KVASIR_GUARDED_BY(mutex_) = 0;
  uint64_t sync_sequence_ KVASIR_GUARDED_BY(mutex_) = 0;  // what the running sync will make durable
  uint64_t next_sync_ns_ KVASIR_GUARDED_BY(mutex_) = 0;
  uint64_t retry_at_ns_ KVASIR_GUARDED_BY(mutex_) = 0;
  uint64_t retry_ms_ KVASIR_GUARDED_BY(mutex_) = 0;
  LogHealth health_ KVASIR_GUARDED_BY(mutex_);
  LogStatus status_ KVASIR_GUARDED_BY(mutex_);

  std::thread writer_;
  std::thread syncer_;
};

}  // namespace kvasir
