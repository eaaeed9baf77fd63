// What permissions refused, and failed logins: ACL LOG. Alike events within a minute are one entry.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "src/engine/acl_selector.h"

namespace kvasir {

enum class AclContext : uint8_t { kTopLevel, kTransaction, kScript };

class AclLog {
 public:
  struct Event {
    AclDenial reason = AclDenial::kCommand;
    AclContext context = AclContext::kTopLevel;
    std::string object;  // the command, key or channel
    std::string user;
    std::string client;  // as CLIENT LIST shows it
  };
  struct Record {
    Event event;
    uint64_t count = 1;
    uint64_t id = 0;
    int64_t created_ms = 0;  // Unix time
    int64_t updated_ms = 0;
  };

  void Add(Event event, int64_t now_ms);
  void set_max(size_t records);
  void Clear() { records_.clear(); }

  // The one that was updated last comes first.
  const std::deque<Record>& records() const { return records_; }

 private:
  std::deque<Record> records_;
  size_t max_ = 128;
  uint64_t next_id_ = 0;
};

}  // namespace kvasir
