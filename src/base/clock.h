// The time. Commands never read these directly: the engine reads them once per tick and passes
// them down, so that a tick sees one instant and tests can set it.
// THREAD: any.
#pragma once

#include <cstdint>

namespace kvasir {

// Milliseconds and microseconds since 1970-01-01 UTC; may jump when the administrator sets it.
int64_t UnixTimeMs();
int64_t UnixTimeUs();

// Nanoseconds and microseconds of a clock that never jumps.
uint64_t MonotonicNs();
inline uint64_t MonotonicUs() { return MonotonicNs() / 1000; }

// A counter for timing single commands: the processor's time stamp where it is invariant, else the
// monotonic clock. Costs a few nanoseconds. TicksToNs scales a difference of two readings.
uint64_t CycleTicks();
uint64_t TicksToNs(uint64_t ticks);

}  // namespace kvasir
