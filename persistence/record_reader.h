// Bytes of a log to requests for the sink, record by record. A MULTI ... EXEC group is one record:
// nothing of it reaches the sink before its EXEC was seen (D3).
// THREAD: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "persistence/replay.h"
#include "protocol/request_parser.h"
#include "src/base/result.h"

namespace kvasir {

class RecordReader {
 public:
  enum class Stop : uint8_t {
    kEnd,       // all bytes were read
    kNeedMore,  // the last record is not complete
    kBad,       // not a log: see stopped_at and reason. What was read last is not applied
    kLimit,     // the next record lies behind the bounds
  };
  struct Bounds {
    uint64_t records = UINT64_MAX;  // as many are read
    uint64_t unix_ms = UINT64_MAX;  // and none behind a #TS line of a later time
  };
  struct Outcome {
    Stop stop = Stop::kEnd;
    size_t consumed = 0;    // bytes of whole records, given to the sink
    size_t stopped_at = 0;  // where the command begins that is incomplete or bad
    std::string reason;
    uint64_t records = 0;
  };

  // LIFETIME: `sink` outlives the reader; null to read without applying.
  explicit RecordReader(ReplaySink* sink) : sink_(sink) {}

  // Reads as much as is complete. `place` names the bytes' origin, `offset` their place in it, for
  // the sink's errors, which are returned.
  Result<Outcome> Read(std::string_view bytes, std::string_view place, uint64_t offset,
                       const Bounds& bounds);

  // Tells the sink. REQUIRES: everything read was given to it.
  void Mark(const RecordMark& mark);

  uint64_t commands() const { return commands_; }
  uint64_t unix_ms() const { return unix_ms_; }  // of the last mark

 private:
  struct Scan;
  Result<void> Flush(Scan& scan);
  // One step at scan.at; false when the scan is over.
  Result<bool> Step(Scan& scan);
  Result<bool> StepLine(Scan& scan);
  Result<bool> StepTimestamp(Scan& scan, std::string_view line);
  bool CountRecord(Scan& scan, std::span<const std::string_view> arguments);

  ReplaySink* sink_;
  RequestParser parser_;
  RequestBatch batch_;
  uint64_t commands_ = 0;
  uint64_t unix_ms_ = 0;
};

}  // namespace kvasir
