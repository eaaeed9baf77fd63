// How long tables have been growing in steps that can be seen: a new segment, the first segment
// copied to a larger one. The step that moves one bucket's nodes takes less than a microsecond and
// is not measured.
// THREAD: any; each thread has a count of its own.
#pragma once

#include <cstdint>

#include "src/base/clock.h"

namespace kvasir {

// Cycle ticks, growing.
inline thread_local uint64_t growth_ticks = 0;

// Adds its own lifetime.
class GrowthTimer {
 public:
  GrowthTimer() : started_(CycleTicks()) {}
  ~GrowthTimer() { growth_ticks += CycleTicks() - started_; }
  GrowthTimer(const GrowthTimer&) = delete;
  GrowthTimer& operator=(const GrowthTimer&) = delete;

 private:
  uint64_t started_;
};

}  // namespace kvasir
