// What several families tell subscribers of keyspace events in the same way.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <string_view>

#include "src/engine/call.h"

namespace kvasir {

// Something was taken out of the value under `key`: tells of it, and of the key's end when that was
// the last of it.
void NotifyTaken(Call& call, uint32_t kind, std::string_view event, const Key& key);

// A command stored its result under `key`: tells of it by `event` of it, or, of an empty result, of
// the end of what was there before, if anything was.
void NotifyStored(Call& call, uint32_t kind, std::string_view event, const Key& key, bool stored,
                  bool existed);

// A string was set, with or without a deadline.
void NotifySet(Call& call, const Key& key, bool with_deadline);

}  // namespace kvasir
