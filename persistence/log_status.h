// What INFO, WAITAOF and the MISCONF gate want to know about the log.
// THREAD: any (values).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace kvasir {

enum class SyncPolicy : uint8_t { kAlways, kEverySecond, kNo };  // appendfsync

// D6: what keeps the log from taking writes.
enum class LogFault : uint8_t {
  kNone,
  kWrite,   // a write failed; it is tried again by itself
  kSync,    // an fsync failed: only AppendLog::SwitchTo heals
  kSwitch,  // the manifest's replacement failed half-way: only another SwitchTo heals
};

struct LogHealth {
  LogFault fault = LogFault::kNone;
  std::string error;          // what the system said, with the file's name
  int64_t since_unix_ms = 0;  // when it began; 0 without a fault
};

// Durations by powers of two: bucket i counts those below 2^i microseconds (and not below half).
class DurationHistogram {
 public:
  static constexpr size_t kBuckets = 40;

  void Add(uint64_t us);
  uint64_t count() const { return count_; }
  uint64_t max_us() const { return max_us_; }
  uint64_t total_us() const { return total_us_; }
  // An upper bound of the given percentile (0 to 100), at most twice the real one; 0 when empty.
  uint64_t PercentileUs(double percentile) const;

 private:
  std::array<uint64_t, kBuckets> buckets_{};
  uint64_t count_ = 0;
  uint64_t total_us_ = 0;
  uint64_t max_us_ = 0;
};

struct LogStatus {
  bool open = false;
  SyncPolicy policy = SyncPolicy::kEverySecond;
  uint64_t appended_sequence = 0;
  uint64_t written_sequence = 0;
  uint64_t durable_sequence = 0;
  uint64_t written_offset = 0;  // in the current increment file
  uint64_t durable_offset = 0;
  uint64_t pending_bytes = 0;  // encoded and not yet written

  LogHealth health;
  bool last_write_ok = true;
  std::string last_write_error;  // of the last failed write, also when it was healed since
  bool last_sync_ok = true;
  std::string last_sync_error;
  bool last_switch_ok = true;  // aof_last_bgrewrite_status
  std::string last_switch_error;

  uint64_t write_retries = 0;
  uint64_t sync_in_progress_us = 0;  // how long the running fsync takes already; 0 when none runs
  uint64_t delayed_syncs = 0;        // seconds that passed without their fsync (aof_delayed_fsync)
  DurationHistogram sync_times;
  uint64_t switches = 0;

  uint64_t base_bytes = 0;     // aof_base_size
  uint64_t current_bytes = 0;  // aof_current_size: base and increments
};

}  // namespace kvasir
