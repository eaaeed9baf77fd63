// Sending keys to another server (MIGRATE): what is sent, and what came of it.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace kvasir {

struct MigrationOrder {
  std::string host;
  std::string port;
  int64_t timeout_ms = 0;  // without any progress
  std::string requests;    // as they go over the wire
  size_t replies = 0;      // so many lines come back
};

struct MigrationOutcome {
  enum class Fault : uint8_t { kNone, kConnecting, kWriting, kReading };

  Fault fault = Fault::kNone;
  std::vector<std::string> replies;  // those that came, "+OK" or "-ERR ..."
};

using MigrationDone = std::function<void(const MigrationOutcome&)>;

}  // namespace kvasir
