// How many elements a HyperLogLog has seen, by Otmar Ertl's estimator: "New cardinality estimation
// algorithms for HyperLogLog sketches", arXiv:1702.01284, section 4, which Redis uses.
// THREAD: any.
#pragma once

#include <array>
#include <cstdint>

#include "src/store/hll_format.h"

namespace kvasir::hll {

// How many registers have each value.
using Histogram = std::array<uint32_t, kRegisterMax + 1>;

// REQUIRES: the counts add up to kRegisters.
uint64_t EstimateCardinality(const Histogram& histogram);

}  // namespace kvasir::hll
