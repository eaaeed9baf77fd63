// A sorted set as the log gets it where the command that made it cannot be logged.
// THREAD: loop.
#pragma once

#include <string_view>

#include "src/engine/call.h"
#include "src/store/sorted_set_builder.h"

namespace kvasir {

// Logs, in place of the command, that the members take the place of whatever is under the key.
// REQUIRES: the builder is sorted and not stored yet.
void LogSortedSet(Call& call, std::string_view destination, const SortedSetBuilder& members);

}  // namespace kvasir
