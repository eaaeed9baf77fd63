#include "src/base/clock.h"

#include <ctime>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace kvasir {
namespace {

int64_t ReadClockNs(clockid_t id) {
  timespec now;
  clock_gettime(id, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

#if defined(__x86_64__)
bool HasInvariantTimeStamp() {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if (!__get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx)) return false;
  return (edx & (1U << 8)) != 0;
}

// How many nanoseconds a tick lasts, as a 32.32 fixed-point number; 0 without a usable counter.
uint64_t MeasureTickScale() {
  if (!HasInvariantTimeStamp()) return 0;
  constexpr int64_t kWindowNs = 2'000'000;
  const int64_t start_ns = ReadClockNs(CLOCK_MONOTONIC);
  const uint64_t start_ticks = __rdtsc();
  int64_t now_ns = start_ns;
  while (now_ns - start_ns < kWindowNs) now_ns = ReadClockNs(CLOCK_MONOTONIC);
  const uint64_t ticks = __rdtsc() - start_ticks;
  return ticks == 0 ? 0 : (static_cast<uint64_t>(now_ns - start_ns) << 32) / ticks;
}

const uint64_t kTickScale = MeasureTickScale();
#endif

}  // namespace

int64_t UnixTimeUs() { return ReadClockNs(CLOCK_REALTIME) / 1000; }
int64_t UnixTimeMs() { return ReadClockNs(CLOCK_REALTIME) / 1'000'000; }
uint64_t MonotonicNs() { return static_cast<uint64_t>(ReadClockNs(CLOCK_MONOTONIC)); }

uint64_t CycleTicks() {
#if defined(__x86_64__)
  if (kTickScale != 0) return __rdtsc();
#endif
  return MonotonicNs();
}

__extension__ using Wide = unsigned __int128;

uint64_t TicksToNs(uint64_t ticks) {
#if defined(__x86_64__)
  if (kTickScale != 0) {
    return static_cast<uint64_t>((static_cast<Wide>(ticks) * kTickScale) >> 32);
  }
#endif
  return ticks;
}

}  // namespace kvasir
