// Union, intersection and difference of sorted sets and sets.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "src/store/scored_input.h"
#include "src/store/sorted_set_builder.h"

namespace kvasir {

// How the scores of a member in several inputs become one. kCount adds up the weights alone.
enum class Aggregate : uint8_t { kSum, kMin, kMax, kCount };

struct WeightedInput {
  ScoredInput members;
  double weight = 1;
};

// These fill `builder`, which was empty, and sort it. The inputs are taken from the smallest to
// the largest, as Redis does, so that sums are rounded alike; they are reordered for that.
void CombineUnion(std::span<WeightedInput> inputs, Aggregate aggregate, SortedSetBuilder& builder);
void CombineIntersection(std::span<WeightedInput> inputs, Aggregate aggregate,
                         SortedSetBuilder& builder);
// The members of the first input that no other has, with their scores.
void CombineDifference(std::span<const WeightedInput> inputs, SortedSetBuilder& builder);

// How many members all inputs have; counting stops at `limit` (0: no limit).
size_t CountIntersection(std::span<WeightedInput> inputs, size_t limit);

}  // namespace kvasir
