// Where the time of one request went, for whoever looks for the reason that it was slow (SLOWLOG
// GET ... REASONS, LATENCY HISTORY ... REASONS).
// THREAD: any; a plain value.
#pragma once

#include <cstdint>
#include <optional>

namespace kvasir {

// Microseconds. No two of them count the same time.
struct CallReasons {
  // From the moment at which the loop turned to the request, or to those that were ready together
  // with it, to its execution: the time of other requests, without the work counted below.
  uint64_t queue_us = 0;
  // The command itself, its record for the log included.
  uint64_t execution_us = 0;
  // What the loop did for others' sake in that turn, and directly before it while the request may
  // have waited in its socket: keys past their deadline, eviction.
  uint64_t expiry_us = 0;
  uint64_t eviction_us = 0;
  // What the command spent on room for tables that grew.
  uint64_t growth_us = 0;
  // From the command's end until the log let its reply leave: under `appendfsync always` the fsync,
  // else the write (D1, D2). Unknown as long as the reply waits.
  std::optional<uint64_t> fsync_us = 0;
};

}  // namespace kvasir
