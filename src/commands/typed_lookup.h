// Looking a key up that has to hold a certain type. Inline: nearly every command begins with one of
// these.
// THREAD: loop.
#pragma once

#include "src/engine/call.h"

namespace kvasir {

// The entry under a key, for reading; nullptr when absent. With another type there, replies
// WRONGTYPE and sets `failed`.
inline Entry* ReadTyped(Call& call, const Key& key, ValueType type, bool& failed) {
  Entry* entry = call.database().Read(key);
  failed = entry != nullptr && entry->type() != type;
  if (!failed) [[likely]]
    return entry;
  call.Error(errors::kWrongType);
  return nullptr;
}

// The place of the entry, for writing; empty when absent.
inline Database::Position LocateTyped(Call& call, const Key& key, ValueType type, bool& failed) {
  const Database::Position position = call.database().Locate(key);
  failed = position && position.node()->type() != type;
  if (!failed) [[likely]]
    return position;
  call.Error(errors::kWrongType);
  return {};
}

}  // namespace kvasir
