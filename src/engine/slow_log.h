// The last commands that took longer than slowlog-log-slower-than.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/engine/call_reasons.h"

namespace kvasir {

class SlowLog {
 public:
  struct Record {
    uint64_t id = 0;
    int64_t unix_time_s = 0;
    uint64_t duration_us = 0;
    std::vector<std::string> arguments;  // shortened: 32 at most, 128 bytes each
    std::string client_address;
    std::string client_name;
    CallReasons reasons;
  };

  // Arguments beyond the limits are replaced by a note of how much was left out. Returns the
  // entry's number.
  uint64_t Add(int64_t unix_time_s, uint64_t duration_us,
               std::span<const std::string_view> arguments, std::string client_address,
               std::string client_name, const CallReasons& reasons = {});
  // What was unknown of an entry's reasons when it was added. Nothing happens when it is gone.
  void SetFsync(uint64_t id, uint64_t us);
  void set_max(size_t records);
  void Clear() { records_.clear(); }

  // Newest first.
  const std::deque<Record>& records() const { return records_; }

 private:
  std::deque<Record> records_;
  size_t max_ = 128;
  uint64_t next_id_ = 0;
};

}  // namespace kvasir
