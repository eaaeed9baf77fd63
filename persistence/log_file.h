// One file of ours that is being written: its header line, then annotated batches. Knows no
// threads, no retries and no policy; the worker does.
// THREAD: one at a time, except that Sync may run beside Write.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "persistence/file_system.h"
#include "persistence/log_batch.h"
#include "persistence/log_format.h"
#include "src/base/result.h"

namespace kvasir {

class LogFile {
 public:
  // Begins a new file: writes the header line. The caller syncs.
  static Result<std::unique_ptr<LogFile>> Create(std::unique_ptr<AppendFile> file,
                                                 uint64_t sequence);
  // Goes on behind the `size` bytes of a file whose whole content is durable.
  LogFile(std::unique_ptr<AppendFile> file, uint64_t file_id, uint64_t size);

  // Writes the batches, each behind its annotation, in one call to the system. After an error
  // nothing of them counts, and the torn piece they may have left is cut off before anything else
  // is written (D6). `unix_ms` goes into the annotations.
  Result<void> Write(std::span<const LogBatch> batches, uint64_t unix_ms);
  // Writes the mark that says: all before it was on the disk. REQUIRES: everything is synced.
  Result<void> WriteEndMark(uint64_t sequence, uint64_t unix_ms);

  // D1: makes everything durable that was written before the call. After an error the file is
  // poisoned: every later Write and Sync fails (D6).
  Result<void> Sync();

  uint64_t offset() const { return offset_.load(std::memory_order_acquire); }
  uint64_t synced_offset() const { return synced_.load(std::memory_order_acquire); }
  bool poisoned() const { return poisoned_.load(std::memory_order_acquire); }

 private:
  Result<void> CutTornPiece();

  std::unique_ptr<AppendFile> file_;
  uint64_t file_id_;
  std::atomic<uint64_t> offset_;  // the end of the last whole batch
  std::atomic<uint64_t> synced_;
  std::atomic<bool> poisoned_{false};
  bool torn_ = false;  // bytes of a failed write may stand behind offset_
  std::vector<std::array<char, kLogLineBytesMax>> lines_;  // of the running Write
  std::vector<std::string_view> pieces_;
};

// A random number for a new file.
uint64_t NewFileId();

}  // namespace kvasir
