// Saves and log rewrites that run while clients are served (D7): one at a time, taken in slices by
// the loop and written by a thread.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "persistence/append_log.h"
#include "persistence/file_system.h"
#include "persistence/snapshot.h"
#include "src/base/result.h"
#include "src/engine/settings.h"
#include "src/store/keyspace.h"
#include "src/store/reclaimer.h"

namespace kvasir {

class BackgroundSaves {
 public:
  enum class Kind : uint8_t { kNone, kRewrite, kSave, kDump };

  // How the last job of a kind went.
  struct Record {
    bool ok = true;
    int64_t seconds = -1;  // how long it took; -1: there was none
    uint64_t count = 0;    // of those that succeeded
  };
  struct Progress {
    int64_t running_ms = 0;
    uint64_t keys_total = 0;
    uint64_t keys_taken = 0;
    int64_t left_ms = -1;  // -1: too early to tell
  };

  // `progress` is called on other threads when Poll has something to do. LIFETIME: all outlive
  // this.
  BackgroundSaves(Keyspace& keyspace, Reclaimer& reclaimer, FileSystem& files,
                  std::function<void()> progress);
  ~BackgroundSaves();

  Kind running() const { return kind_; }

  // The state as of now becomes the log's new base, as RDB or, with aof-use-rdb-preamble no, as
  // commands. REQUIRES: running() is kNone, log.is_open() and not log.rewriting().
  void BeginRewrite(AppendLog& log, const Settings& settings);
  // The state as of now becomes dbfilename. REQUIRES: running() is kNone.
  void BeginSave(const Settings& settings);

  // The state as of now becomes a file for clients. REQUIRES: running() is kNone.
  void BeginDump(const Settings& settings);
  // Once Poll has returned kDump: the file's path, or why there is none. The caller removes it.
  Result<std::string> TakeDump() { return dump_; }

  // The same as a save at once: blocks until it is durable, as SAVE does by its meaning; all
  // clients wait, and what became due meanwhile (deadlines, timeouts) is served behind it.
  // REQUIRES: running() is not kSave.
  Result<void> SaveNow(const Settings& settings);
  // What the keyspace holds was loaded, not changed.
  void NoteLoaded() { saved_changes_ = keyspace_.context().changes; }

  // True while Step has something to do.
  bool wants_step() const;
  // Hands over some of the keyspace for `budget_us`.
  void Step(uint64_t budget_us);
  // Looks at what the threads have done. Returns the kind of a job that ended just now.
  Kind Poll();
  // Gives up what is running. No failure: the records stay as they are.
  void Stop(const std::string& reason);
  // True when what is running still holds what was flushed since it began.
  bool outdated() const { return snapshot_ != nullptr && !concluding_ && snapshot_->outdated(); }

  // REQUIRES: kRewrite or kSave.
  const Record& last(Kind kind) const { return kind == Kind::kSave ? save_ : rewrite_; }
  // Changes of the keyspace up to the last good save, and when that was taken (Unix time).
  uint64_t saved_changes() const { return saved_changes_; }
  int64_t saved_ms() const { return saved_ms_; }
  // REQUIRES: running() is not kNone.
  Progress progress() const;

 private:
  void NoteSlice(uint64_t took_us, uint64_t cpu_us);
  void NoteSaved(uint64_t changes, int64_t taken_ms);
  void Begin(Kind kind, Snapshot::Options options, const Settings& settings, uint64_t sequence);
  std::optional<std::string> Failure();
  std::function<Result<void>()> Conclusion(uint64_t bytes);
  void Note(Kind kind, const Result<void>& result, uint64_t keys);
  void End(const Result<void>& result);
  void Clear();

  Keyspace& keyspace_;
  Reclaimer& reclaimer_;
  FileSystem& files_;
  std::function<void()> progress_;

  Kind kind_ = Kind::kNone;
  std::unique_ptr<Snapshot> snapshot_;
  bool concluding_ = false;
  int64_t began_ms_ = 0;
  uint64_t began_us_ = 0;
  uint64_t began_changes_ = 0;
  AppendLog* log_ = nullptr;            // of a rewrite
  std::shared_ptr<LogRewrite> target_;  // of a rewrite
  // The longest of the job's slices: by the clock, and on the CPU, which others may have had.
  uint64_t slice_us_max_ = 0;
  uint64_t slice_cpu_us_max_ = 0;
  uint64_t saves_begun_ = 0;
  std::string save_path_;  // of a save
  Result<std::string> dump_;
  Record dumps_;
  Record rewrite_;
  Record save_;
  uint64_t saved_changes_ = 0;
  int64_t saved_ms_;
};

}  // namespace kvasir
