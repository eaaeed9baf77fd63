// Where the memory went: the figures behind INFO memory and MEMORY STATS.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/base/memory.h"
#include "src/engine/engine.h"

namespace kvasir {

struct MemoryReport {
  // The tables of one database, beside the entries in them.
  struct Tables {
    int database = 0;
    uint64_t main_bytes = 0;
    uint64_t expiry_bytes = 0;
  };

  uint64_t used = 0;
  uint64_t peak = 0;
  uint64_t startup = 0;
  uint64_t resident = 0;
  uint64_t clients = 0;
  uint64_t log_buffer = 0;
  uint64_t uncounted = 0;  // by maxmemory
  uint64_t keys = 0;
  AllocatorStats allocator;
  std::vector<Tables> tables;

  // All that is not keys and values.
  uint64_t Overhead() const;
  uint64_t Dataset() const { return used > Overhead() ? used - Overhead() : 0; }
  // What was used since the start, for percentages.
  uint64_t Net() const { return used > startup ? used - startup : 0; }
  double DatasetPercent() const;
  double PeakPercent() const;
};

MemoryReport ReportMemory(Engine& engine);

// numerator / denominator; 0 for 0 / 0.
double Ratio(uint64_t numerator, uint64_t denominator);

}  // namespace kvasir
