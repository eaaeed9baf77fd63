// Reads one file of the log, ours (with a header line and annotated batches) or Redis's (plain),
// and says where it stops making sense. What that means for the start is judged in torn_tail.h.
// THREAD: one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "persistence/file_window.h"
#include "persistence/log_format.h"
#include "persistence/record_reader.h"
#include "src/base/result.h"
#include "src/store/keyspace.h"

namespace kvasir {

// Where a file stops making sense. Everything before it was given to the sink.
struct LogDamage {
  uint64_t offset = 0;
  std::string reason;
  bool short_record = false;  // of a plain file: the last record is only cut short
};

struct LogFileEnd {
  bool ours = false;            // has our header line
  bool plain_records = false;   // holds records without annotation: another server wrote them
  LogHeader header;             // when ours
  uint64_t batches = 0;         // of ours, end marks included
  uint64_t sequence = 0;        // of the last record
  bool tells_sequence = false;  // the file itself says so: what follows must go on there
  uint64_t offset = 0;          // the end of what was read
  bool end_mark = false;        // the last thing read was the mark of a clean end
  bool limit_reached = false;   // the rest lies behind the limit
  std::optional<LogDamage> damage;
};

class LogReader {
 public:
  struct Source {
    FileWindow& window;
    std::string place;  // the file's path, for errors
    bool base = false;
    uint64_t sequence = 0;  // of the last record of the file before
    // The sequence that our header must name; nothing when the file before does not tell.
    std::optional<uint64_t> expected_sequence;
    ReplayLimit limit = {};
  };

  // `keyspace` takes what an RDB base holds; null to check it only. `progress` hears the offset now
  // and then. LIFETIME: all outlive the reader.
  LogReader(RecordReader& records, Keyspace* keyspace,
            const std::function<void(uint64_t)>& progress)
      : records_(records), keyspace_(keyspace), progress_(progress) {}

  // An error is nothing that a cut could mend: it stops the start.
  Result<LogFileEnd> Read(const Source& source);

 private:
  Result<LogFileEnd> ReadBatches(const Source& source, const LogHeader& header, uint64_t offset);
  // Reads the batch at end.offset; false at the end of the batches, with end.damage if there is
  // any.
  Result<bool> ReadBatch(const Source& source, LogFileEnd& end);
  // False when not all of it lies within the limit.
  Result<bool> ApplyBatch(const Source& source, std::string_view payload, const LogAnnotation& line,
                          LogFileEnd& end);
  Result<bool> ReadRest(const Source& source, LogFileEnd& end);
  // The plain rest of a file, from end.offset on.
  Result<void> ReadPlain(const Source& source, RecordReader& records, LogFileEnd& end);
  Result<bool> IsPlainTail(const Source& source, uint64_t offset);
  // The RDB at the front of a base.
  Result<void> ReadRdb(const Source& source, LogFileEnd& end);

  RecordReader& records_;
  Keyspace* keyspace_;
  const std::function<void(uint64_t)>& progress_;
};

}  // namespace kvasir
