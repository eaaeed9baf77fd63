// Looking a key up that has to hold a certain type.
// THREAD: loop.
#pragma once

#include "src/engine/call.h"

namespace kvasir {

// The entry under a key, for reading; nullptr when absent. With another type there, replies
// WRONGTYPE and sets `failed`.
Entry* ReadTyped(Call& call, const Key& key, ValueType type, bool& failed);
// The place of the entry, for writing; empty when absent.
Database::Position LocateTyped(Call& call, const Key& key, ValueType type, bool& failed);

}  // namespace kvasir
