// Fast random numbers for sampling; not for secrets. xoshiro256** of D. Blackman and S. Vigna
// (https://prng.di.unimi.it), seeded from the system once per thread.
// THREAD: any; each thread has its own state.
#pragma once

#include <cstdint>

namespace kvasir {

uint64_t RandomBits();

// A number from 0 to `bound` - 1. REQUIRES: bound > 0.
inline uint64_t RandomBelow(uint64_t bound) { return RandomBits() % bound; }

}  // namespace kvasir
