// Loads the log's directory: base and increments in the manifest's order, as far as they are
// intact. Keeps D4: a torn tail is cut and kept aside, damage anywhere else refuses with the file,
// the offset and what to run, and touches nothing.
// THREAD: one; the sink is called on the caller's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "persistence/file_system.h"
#include "persistence/log_paths.h"
#include "persistence/manifest.h"
#include "protocol/request_parser.h"
#include "src/base/result.h"
#include "src/store/keyspace.h"

namespace kvasir {

// What the log tells of the records that follow, between two calls of ReplaySink::Apply.
struct RecordMark {
  uint64_t unix_ms = 0;              // they were written at this time, or from then on
  std::optional<uint64_t> sequence;  // of the last record before them; nothing in a base
};

// Takes what the log holds.
class ReplaySink {
 public:
  virtual ~ReplaySink() = default;

  // Runs the requests in order. Usually up to 64 of them; MULTI ... EXEC always comes whole, in one
  // batch or, from a verified log batch, over several that follow each other. The commands are
  // those logged, SELECT, MULTI and EXEC included; the sink begins in database 0. An error stops
  // the start. LIFETIME: `batch` and its views hold only during the call.
  virtual Result<void> Apply(RequestBatch& batch) = 0;

  // Where the keys of an RDB base go; nullptr when they are only to be checked.
  virtual Keyspace* keyspace() = 0;

  // Called before the first file and about every MiB, with bytes of all files together.
  virtual void Progress(uint64_t bytes_done, uint64_t bytes_total) = 0;

  // Called before each batch of ours, and where another server wrote the time.
  virtual void Mark(const RecordMark& mark) { (void)mark; }
};

// How far to read: up to the last record that lies within both. A batch of ours has one time, a
// plain file that of its `#TS` lines, in seconds. Groups stay whole.
struct ReplayLimit {
  uint64_t sequence = UINT64_MAX;
  uint64_t unix_ms = UINT64_MAX;
};

struct ReplayOptions {
  bool load_truncated = true;  // aof-load-truncated: false refuses torn tails as well
  bool read_only = false;      // a torn tail is passed over, and stays where it is
  ReplayLimit limit = {};
};

// Where the log goes on after the replay: for AppendLog::Start.
struct LogContinuation {
  Manifest manifest;             // empty when there is no log yet
  uint64_t sequence = 0;         // of the last record
  bool append_to_last = false;   // the last increment is ours and whole; else begin a new one
  uint64_t file_id = 0;          // of the last increment, for append_to_last
  uint64_t last_file_bytes = 0;  // its size
  uint64_t base_bytes = 0;
  uint64_t total_bytes = 0;  // base and increments
};

struct TornTail {
  std::string file;     // name of the file that was cut; empty when none was
  uint64_t offset = 0;  // where it was cut
  uint64_t bytes = 0;   // how much was cut
  std::string reason;   // what was wrong at the offset
  std::string kept_as;  // name of the file in the same directory that holds the cut bytes without
                        // the zeros at their end; empty when there were only zeros
};

struct ReplayStats {
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t commands = 0;       // requests given to the sink
  uint64_t unix_ms = 0;        // of the last record that tells one
  bool limit_reached = false;  // the rest was not looked at
  TornTail torn;
  bool upgraded = false;  // a single-file log was moved into the directory
  LogContinuation continuation;
};

// Errors, with the file and the offset in the detail: kCorrupt (damage, or a torn tail where that
// is refused), kUnsupported (an RDB base that holds what we cannot), kNotFound (a file that the
// manifest names; a base that is newer than the limit), kIo, and what the sink returned, with the
// place before its text.
Result<ReplayStats> Replay(FileSystem& files, const LogPaths& paths, const ReplayOptions& options,
                           ReplaySink& sink);

// The same for a manifest that need not be the one on disk.
Result<ReplayStats> ReplayManifest(FileSystem& files, const LogPaths& paths, Manifest manifest,
                                   const ReplayOptions& options, ReplaySink& sink);

}  // namespace kvasir
