#include "src/base/memory.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "src/base/mutex.h"

#ifdef KVASIR_JEMALLOC
#include <jemalloc/jemalloc.h>
#else
#include <malloc.h>
#endif

namespace kvasir {

uint64_t ResidentMemory() {
  FILE* file = fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  unsigned long long total = 0;
  unsigned long long resident = 0;
  const int fields = fscanf(file, "%llu %llu", &total, &resident);
  fclose(file);
  return fields == 2 ? resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

#ifdef KVASIR_JEMALLOC
// jemalloc reads this when the process starts. Huge pages save a fifth of a lookup's cost at a
// million keys (fewer page walks), and nothing here forks, so they never have to be copied; pages
// that were freed go back to the system on jemalloc's own thread and not on the loop. Nearly all
// allocations are the loop's, so that a second arena would only hold memory.
extern "C" {
const char* malloc_conf = "thp:always,background_thread:true,narenas:1";
}

namespace {

// jemalloc keeps two counters per thread and tells where they live, which is in the thread's own
// memory: nobody may look at them while it ends. The loop, the log's workers, the reclaimer and the
// snapshots' writers are all the threads there are; a few spare places serve tests.
struct ThreadCounters {
  const uint64_t* allocated = nullptr;
  const uint64_t* deallocated = nullptr;

  int64_t Bytes() const { return static_cast<int64_t>(*allocated - *deallocated); }
};
constexpr size_t kThreadsMax = 64;
Mutex g_threads_mutex;
std::array<ThreadCounters, kThreadsMax> g_threads KVASIR_GUARDED_BY(g_threads_mutex);
size_t g_thread_count KVASIR_GUARDED_BY(g_threads_mutex) = 0;  // places in use, and gaps

// What threads that have ended left behind, so that their allocations keep counting.
int64_t g_ended_threads_bytes KVASIR_GUARDED_BY(g_threads_mutex) = 0;

struct ThreadRegistration {
  explicit ThreadRegistration(size_t place) : index(place) {}
  ~ThreadRegistration() {
    MutexLock lock(g_threads_mutex);
    g_ended_threads_bytes += g_threads[index].Bytes();
    g_threads[index] = {};
  }
  size_t index;
};

uint64_t* CounterAddress(const char* name) {
  uint64_t* address = nullptr;
  size_t size = sizeof address;
  return mallctl(name, &address, &size, nullptr, 0) == 0 ? address : nullptr;
}

uint64_t ReadStatistic(const char* name) {
  size_t value = 0;
  size_t size = sizeof value;
  return mallctl(name, &value, &size, nullptr, 0) == 0 ? value : 0;
}

}  // namespace

void TrackThreadMemory() {
  thread_local bool tracked = false;
  if (tracked) return;
  tracked = true;
  const uint64_t* allocated = CounterAddress("thread.allocatedp");
  const uint64_t* deallocated = CounterAddress("thread.deallocatedp");
  if (allocated == nullptr || deallocated == nullptr) return;
  MutexLock lock(g_threads_mutex);
  size_t place = 0;
  while (place < kThreadsMax && g_threads[place].allocated != nullptr) ++place;
  if (place == kThreadsMax) return;
  g_threads[place] = {allocated, deallocated};
  g_thread_count = std::max(g_thread_count, place + 1);
  thread_local const ThreadRegistration registration(place);
}

uint64_t UsedMemory() {
  MutexLock lock(g_threads_mutex);
  int64_t total = g_ended_threads_bytes;
  for (size_t i = 0; i < g_thread_count; ++i) {
    if (g_threads[i].allocated != nullptr) total += g_threads[i].Bytes();
  }
  return total > 0 ? static_cast<uint64_t>(total) : 0;
}

AllocatorStats ReadAllocatorStats() {
  uint64_t epoch = 1;
  size_t size = sizeof epoch;
  mallctl("epoch", &epoch, &size, &epoch, size);
  return {ReadStatistic("stats.allocated"), ReadStatistic("stats.active"),
          ReadStatistic("stats.resident")};
}

void PurgeMemory() {
  std::array<char, 32> name;
  snprintf(name.data(), name.size(), "arena.%u.purge", static_cast<unsigned>(MALLCTL_ARENAS_ALL));
  mallctl(name.data(), nullptr, nullptr, nullptr, 0);
}

std::string AllocatorName() {
  const char* version = nullptr;
  size_t size = sizeof version;
  if (mallctl("version", &version, &size, nullptr, 0) != 0) return "jemalloc";
  const std::string text(version);
  return "jemalloc-" + text.substr(0, text.find('-'));
}

std::string AllocatorReport() {
  std::string report;
  malloc_stats_print(
      [](void* out, const char* text) { static_cast<std::string*>(out)->append(text); }, &report,
      nullptr);
  return report;
}

#else

#ifdef KVASIR_SANITIZER
// Sanitizers bring an allocator of their own, which tells nothing to mallinfo2
// (sanitizer/allocator_interface.h, which not every compiler installs).
extern "C" size_t __sanitizer_get_current_allocated_bytes();  // NOLINT
#endif

void TrackThreadMemory() {}

uint64_t UsedMemory() {
#ifdef KVASIR_SANITIZER
  return __sanitizer_get_current_allocated_bytes();
#else
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
}

AllocatorStats ReadAllocatorStats() { return {UsedMemory(), UsedMemory(), ResidentMemory()}; }
void PurgeMemory() { malloc_trim(0); }
std::string AllocatorName() { return "libc"; }
std::string AllocatorReport() { return "Stats not supported for the current allocator"; }

#endif

}  // namespace kvasir
