#include "src/commands/typed_lookup.h"

namespace kvasir {

Entry* ReadTyped(Call& call, const Key& key, ValueType type, bool& failed) {
  Entry* entry = call.database().Read(key);
  failed = entry != nullptr && entry->type() != type;
  if (!failed) return entry;
  call.Error(errors::kWrongType);
  return nullptr;
}

Database::Position LocateTyped(Call& call, const Key& key, ValueType type, bool& failed) {
  const Database::Position position = call.database().Locate(key);
  failed = position && position.node()->type() != type;
  if (!failed) return position;
  call.Error(errors::kWrongType);
  return {};
}

}  // namespace kvasir
