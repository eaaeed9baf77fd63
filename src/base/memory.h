// What the allocator says: the figures behind used_memory, maxmemory and MEMORY STATS.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

namespace kvasir {

// Bytes that this process has allocated and not freed, over all threads that called
// TrackThreadMemory. A few loads: cheap enough to ask before each write.
// THREAD: any.
uint64_t UsedMemory();

// What an allocation of this many bytes takes: the allocator's size class (jemalloc: steps of 16
// bytes up to 128, then four per doubling). Whatever stays within a class can stay in place.
constexpr size_t AllocationSize(size_t bytes) {
  if (bytes <= 8) return 8;
  if (bytes <= 128) return (bytes + 15) & ~size_t{15};
  const size_t step = std::bit_floor(bytes - 1) / 4;
  return (bytes + step - 1) & ~(step - 1);
}

// Makes UsedMemory count what the calling thread allocates and frees from now on. Each thread of
// the server that touches values calls it once, first thing.
void TrackThreadMemory();

struct AllocatorStats {
  uint64_t allocated = 0;  // bytes asked for, rounded up to size classes
  uint64_t active = 0;     // bytes of pages with at least one allocation
  uint64_t resident = 0;   // bytes the allocator holds in physical memory
};
// The allocator's own statistics; refreshed at each call, so not for hot paths. THREAD: any.
AllocatorStats ReadAllocatorStats();

// The process's resident set in bytes; 0 when the system does not tell. THREAD: any.
uint64_t ResidentMemory();

// Gives unused pages back to the system now. THREAD: any.
void PurgeMemory();

// "jemalloc-5.3.0" or "libc". The report is the allocator's own, for MEMORY MALLOC-STATS.
std::string AllocatorName();
std::string AllocatorReport();

}  // namespace kvasir
