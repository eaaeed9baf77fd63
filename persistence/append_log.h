// The append-only log as the loop sees it: records go in, sequence numbers come out, a writer and a
// syncer thread carry them to the disk. Keeps D1, D2, D3, D5 and D6; the files are those of
// persistence/FORMAT.md.
//
// A record is one command, or one group (MULTI ... EXEC). The server's use of it:
//   start    Replay (persistence/replay.h), then Start with what it returned; or, without a log
//            at start and `appendonly yes` later, Begin and then BeginRewrite.
//   command  accepts_writes() before it runs, Append after it changed something; the connection's
//            output is marked with the returned number.
//   tick     Commit at its end; output marked with a number <= acknowledged() leaves.
//   wake-up  the progress callback wakes the loop, which looks at acknowledged() again.
//   heal     NeedsRewrite(): BeginRewrite or SwitchTo (D6), again after a while when it fails.
//   stop     Close.
//
// THREAD: loop, except where said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/base_writer.h"
#include "persistence/file_system.h"
#include "persistence/log_encoder.h"
#include "persistence/log_paths.h"
#include "persistence/log_status.h"
#include "persistence/manifest.h"
#include "src/base/result.h"

namespace kvasir {

class LogRewrite;
class LogWorker;
struct LogContinuation;  // persistence/replay.h

struct LogOptions {
  LogPaths paths;
  SyncPolicy policy = SyncPolicy::kEverySecond;
  uint64_t sync_interval_ms = 1000;  // of kEverySecond
  uint64_t retry_ms_min = 100;       // after a failed write: doubled from here
  uint64_t retry_ms_max = 1000;      // up to here
  bool timestamps = false;           // aof-timestamp-enabled
  uint64_t keep_history = 0;         // aof-keep-history: so many replaced bases are kept
};

class AppendLog {
 public:
  // LIFETIME: `files` outlives the log. Nothing is opened yet.
  AppendLog(FileSystem& files, LogOptions options);
  ~AppendLog();  // Close
  AppendLog(const AppendLog&) = delete;
  AppendLog& operator=(const AppendLog&) = delete;

  // Called on a worker thread (or the loop, within SwitchTo and Close) after written(), durable()
  // or the health changed, and only while the log is open. It must not call the log; uv_async_send
  // is what it is for. REQUIRES: !is_open().
  void set_progress_callback(std::function<void()> callback);

  // Goes on where the replay ended: in the last increment, or in a new one when that file is not
  // ours or was cut. A default LogContinuation begins a new log; kExists when there is one on disk.
  // What was replayed is synced first, so that it counts as durable (D1).
  // REQUIRES: !is_open().
  Result<void> Start(const LogContinuation& from);
  bool is_open() const { return worker_ != nullptr; }

  // Switches the log on while the keyspace holds something that it does not: records go to a file
  // that counts only together with the base of the next rewrite, or SwitchTo. Until then a start
  // finds what it would have found before (D5), and Close removes the file. Never waits for the
  // disk. REQUIRES: !is_open().
  Result<void> Begin();
  // False between Begin and the end of that rewrite.
  bool counts() const { return counts_; }

  // Takes one record for `database`; returns its sequence number. Never waits for the disk.
  // `shared` lists arguments whose bytes are held by reference instead of copied: worth it from
  // kLogShareMin on. Its blocks must not be written to any more.
  // REQUIRES: is_open(); at least one argument.
  uint64_t Append(int database, std::span<const std::string_view> arguments,
                  std::span<const SharedArgument> shared = {});

  // D3: the records appended between the two become one record, which comes back whole or not at
  // all. Nothing is logged when there are none, and nothing around a single one. EndGroup returns
  // appended(). No nesting, and no Commit in between.
  void BeginGroup();
  uint64_t EndGroup();
  bool in_group() const { return in_group_; }

  // Hands what was appended to the writer, waking it when it sleeps. Call at the end of each tick.
  void Commit();

  // Sequence numbers of the last record appended, handed to the kernel (D2), and on the disk (D1).
  uint64_t appended() const { return appended_; }
  uint64_t written() const;
  uint64_t durable() const;
  // Up to where effects may be shown to clients: durable() under kAlways, else written().
  uint64_t acknowledged() const;
  // Bytes appended and not yet written: for back-pressure on writers.
  uint64_t pending_bytes() const;
  // The memory that what is pending, and what was written just now, takes.
  uint64_t held_bytes() const;

  // D6: false while writes are to be refused with MISCONF; a few nanoseconds. Health says why.
  bool accepts_writes() const;
  LogHealth Health() const;
  // True when only SwitchTo makes the log take writes again.
  bool NeedsRewrite() const;
  LogStatus Status() const;

  SyncPolicy policy() const { return options_.policy; }
  void set_policy(SyncPolicy policy);
  // Whether the time is written, once per second at most, before the records that it stands for.
  void set_timestamps(bool on) { options_.timestamps = on; }
  // Holds from the next switch on.
  void set_keep_history(uint64_t generations) { options_.keep_history = generations; }
  // Counts the records of a log that is not open, so that numbers never go back.
  void set_sequence(uint64_t sequence) { appended_ = sequence; }

  // Writes the state to a new base, begins a new increment and switches the manifest to them, in
  // D5's order; opens the log when it was closed. `write_base` feeds the writer with the commands
  // that build the whole state as of now. Blocks the loop until all is durable. Afterwards every
  // record appended before is durable, and a fault is healed.
  // After an error the log goes on as it was, except where Health says kSwitch.
  // REQUIRES: no open group.
  Result<void> SwitchTo(const BaseSource& write_base);

  // --- The same without a pause (D7). The caller takes the state as of now, slice by slice, writes
  // it to the rewrite's base_path() in that format, calls Adopt on any thread, and then EndRewrite.

  // From here on records go to a new increment; a log that failed queues them.
  // REQUIRES: is_open(), no open group, !rewriting().
  std::shared_ptr<LogRewrite> BeginRewrite(BaseFormat format = BaseFormat::kRdb);
  // True from BeginRewrite until the end, also that of one which was given up but is not settled.
  bool rewriting();
  // The rewrite's base counts, or, with an error, has failed to. No other thread may use the
  // rewrite any more.
  void EndRewrite(const Result<void>& adopted);
  // Gives the rewrite up before Adopt was called; because of `error`, or, when that is empty,
  // because somebody wanted it so.
  void AbandonRewrite(const std::string& error);

  // Writes and syncs everything and joins the threads. The error says what could not be saved; the
  // log is closed all the same.
  Result<void> Close();

 private:
  void AppendTimestamp();
  void Submit();
  Result<void> AdoptFiles(const LogContinuation& from);
  Result<std::unique_ptr<LogFile>> OpenIncrement(const LogContinuation& from);
  Result<void> SwitchFilesTo(const BaseSource* write_base);
  void Open(std::unique_ptr<LogFile> increment);
  void KeepNumbers(const Manifest& manifest);
  void NoteSwitch(const Result<void>& switched);
  // Takes over what the rotation of a rewrite that was given up did. REQUIRES: it is over.
  void SettleRewrite();
  void EndFirstRewrite(const LogRewrite& rewrite, const std::string& error);
  // The file of Begin, when what it holds stands elsewhere or is given up.
  void RemoveUnnamed();

  FileSystem& files_;
  LogOptions options_;
  std::function<void()> progress_;
  std::unique_ptr<LogWorker> worker_;
  LogEncoder encoder_;
  std::vector<LogBatch> recycled_;
  Manifest manifest_;
  uint64_t next_base_number_ = 1;  // names are never used twice by one process
  uint64_t next_increment_number_ = 1;
  uint64_t base_bytes_ = 0;
  uint64_t older_bytes_ = 0;  // of the increments before the current one
  uint64_t appended_ = 0;
  bool counts_ = true;
  uint64_t unnamed_ = 0;      // the current increment, while no manifest names it; 0: one does
  int database_ = -1;         // selected by the last record in the current file; -1: none
  uint64_t timestamp_s_ = 0;  // the last time that was written
  bool in_group_ = false;
  uint64_t group_commands_ = 0;
  std::shared_ptr<LogRewrite> rewrite_;
  bool rewrite_abandoned_ = false;
  uint64_t switches_ = 0;
  std::string switch_error_;  // of the last switch; empty when it went well
};

}  // namespace kvasir
