// Brings the members of a large sorted set into their order, by score and then by member, without
// waiting for memory at each comparison.
// THREAD: any.
#pragma once

#include <span>

#include "src/store/sorted_set_node.h"

namespace kvasir {

// REQUIRES: the scores are the nodes', and none is NaN.
void SortByScore(std::span<ScoredNode> nodes);

}  // namespace kvasir
