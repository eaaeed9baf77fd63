// The thread that writes a snapshot: chunks come from the loop, a synced file is the result,
// and then whatever makes it count.
// THREAD: loop, except where said.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "persistence/file_system.h"
#include "persistence/snapshot_chunk.h"
#include "persistence/snapshot_file.h"
#include "src/base/mutex.h"
#include "src/base/result.h"

namespace kvasir {

class SnapshotWriter {
 public:
  // Called on the writer's thread when something of what the loop can ask for has changed.
  using Progress = std::function<void()>;

  // Creates the file, replacing one of that name. LIFETIME: `files` outlives the writer.
  SnapshotWriter(FileSystem& files, std::string path, const SnapshotFile::Options& options,
                 Progress progress);
  // Gives up what is not complete, and removes its file.
  ~SnapshotWriter();
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  // Hands over the next bytes; `last` ends them.
  void Write(SnapshotChunk chunk, bool last);
  // Bytes handed over and not yet written.
  uint64_t queued_bytes() const { return queued_bytes_.load(std::memory_order_relaxed); }

  // The file's size once it is complete and synced, or why it never will be; nothing before.
  std::optional<Result<uint64_t>> file() const;
  // Runs `conclude` on the thread; the file is its own from now on. REQUIRES: file() is a size.
  void Conclude(std::function<Result<void>()> conclude);
  // What `conclude` returned; nothing before.
  std::optional<Result<void>> concluded() const;
  // The same, as soon as there is something. REQUIRES: Conclude was called.
  Result<void> WaitConcluded();

 private:
  void Run();
  Result<uint64_t> WriteFile();
  // False when the writer is to give up.
  bool TakeChunks(std::vector<SnapshotChunk>& taken, bool& last);

  FileSystem& files_;
  const std::string path_;
  const SnapshotFile::Options options_;
  const Progress progress_;
  std::atomic<uint64_t> queued_bytes_{0};

  mutable Mutex mutex_;
  Condition changed_;
  std::vector<SnapshotChunk> queue_ KVASIR_GUARDED_BY(mutex_);
  bool last_queued_ KVASIR_GUARDED_BY(mutex_) = false;
  bool stop_ KVASIR_GUARDED_BY(mutex_) = false;
  std::optional<Result<uint64_t>> file_ KVASIR_GUARDED_BY(mutex_);
  std::function<Result<void>()> conclude_ KVASIR_GUARDED_BY(mutex_);
  std::optional<Result<void>> concluded_ KVASIR_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace kvasir
