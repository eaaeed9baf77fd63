// A rewrite of the log while it goes on (D7): from the moment the state was taken, records go to a
// new increment behind the old files; once the state stands in a base, the manifest drops what came
// before that increment. Every point between is a directory that loads (D5).
// A log that failed (D6) writes nothing meanwhile: its increment is begun with the base.
// THREAD: loop, except where said.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "persistence/file_system.h"
#include "persistence/log_paths.h"
#include "persistence/log_switch.h"
#include "persistence/log_worker.h"
#include "persistence/manifest.h"
#include "src/base/result.h"

namespace kvasir {

class LogRewrite {
 public:
  struct Plan {
    Manifest old;
    uint64_t base_number = 0;
    uint64_t increment_number = 0;
    uint64_t sequence = 0;      // of the last record whose effect the base contains
    bool heals = false;         // the log takes no records before the new files count
    uint64_t keep_history = 0;  // of replaced bases
    // The log's increment, when no manifest names it: the log was switched on, and begins with this
    // rewrite's base (AppendLog::Begin). 0 otherwise.
    uint64_t unnamed = 0;
    BaseFormat format = BaseFormat::kRdb;
  };
  // LIFETIME: `files` outlives the rewrite.
  LogRewrite(FileSystem& files, LogPaths paths, Plan plan);

  // Where the base is to be written.
  const std::string& base_path() const { return base_path_; }
  uint64_t sequence() const { return plan_.sequence; }
  bool heals() const { return plan_.heals; }

  // Begins the increment and names it in the manifest. `old_bytes` is the size of the file that it
  // follows. THREAD: the log's writer, once.
  LogWorker::NextFile OpenIncrement(uint64_t old_bytes);

  enum class Rotation : uint8_t { kPending, kDone, kFailed };
  // THREAD: any, for both.
  // Size of the increment that the rotation has closed.
  uint64_t rotated_bytes() const { return rotated_bytes_.load(std::memory_order_relaxed); }
  Rotation rotation() const { return rotation_.load(std::memory_order_acquire); }

  // Makes the base count and removes, or keeps, the files that it replaces. THREAD: any.
  // REQUIRES: it is complete and synced; rotation() is kDone, or heals().
  Result<void> Adopt(uint64_t base_bytes);

  // --- Once no other thread uses the rewrite.

  // The one that stands, or may stand, on the disk.
  const Manifest& manifest() const { return manifest_; }
  // Why the rotation failed.
  const std::string& error() const { return error_; }
  uint64_t base_bytes() const { return base_bytes_; }
  // Of the increment that goes with the base.
  uint64_t increment_number() const { return plan_.increment_number; }
  // True when, after a failure of Adopt, a manifest on the disk may or may not name the new files.
  bool uncertain() const { return uncertain_; }
  // With heals(), the increment to go on in.
  std::unique_ptr<LogFile> TakeIncrement() { return std::move(increment_); }

 private:
  LogWorker::NextFile OpenUnnamed();

  FileSystem& files_;
  const LogPaths paths_;
  const Plan plan_;
  const std::string base_path_;
  Manifest manifest_;
  std::string error_;
  bool uncertain_ = false;
  uint64_t base_bytes_ = 0;
  std::unique_ptr<LogFile> increment_;
  std::atomic<uint64_t> rotated_bytes_{0};
  std::atomic<Rotation> rotation_{Rotation::kPending};
};

}  // namespace kvasir
