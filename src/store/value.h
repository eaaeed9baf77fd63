// What an entry's pointer leads to: a block of bytes, a packed or a full collection. The one place
// that knows all forms a value can have; what a type does with its forms is in the type's header.
// THREAD: loop, except DestroyPointedTo: any one thread, once the entry left the keyspace.
#pragma once

#include <cstddef>
#include <string_view>

#include "src/store/collection.h"
#include "src/store/database.h"
#include "src/store/entry.h"

namespace kvasir {

// REQUIRES for all of these: entry.encoding() >= Encoding::kBlock.
void* ClonePointedTo(const Entry& entry);
void DestroyPointedTo(Entry& entry);
// About how many separate frees DestroyPointedTo takes.
size_t FreeEffort(const Entry& entry);

// Redis's name of a collection's form, and the bytes allocated for it beyond its entry; large ones
// are estimated from `samples` elements (0: all are counted).
// REQUIRES: entry.type() != ValueType::kString.
std::string_view CollectionEncodingName(const Entry& entry);
size_t CollectionMemoryBytes(const Entry& entry, size_t samples);

// An entry with an empty packed collection: for a key that is about to get its first element.
Entry* NewPackedEntry(Database& database, const Key& key, ValueType type);

// The full form of an entry's value, as the type `Full` that it is known to have.
// REQUIRES: entry.encoding() == Encoding::kObject.
template <typename Full>
Full& FullForm(Entry& entry) {
  return *static_cast<Full*>(static_cast<Collection*>(entry.pointer()));
}
template <typename Full>
const Full& FullForm(const Entry& entry) {
  return *static_cast<const Full*>(static_cast<const Collection*>(entry.pointer()));
}
// The full form of an entry's value, whatever its type; nullptr when there is no entry, or its
// value has another form.
inline const Collection* FindFullForm(const Entry* entry) {
  if (entry == nullptr || entry->encoding() != Encoding::kObject) return nullptr;
  return &FullForm<Collection>(*entry);
}
// Puts a full form in the place of whatever form the value has; frees that. Takes ownership.
void SetFullForm(Entry& entry, std::unique_ptr<Collection> full);

}  // namespace kvasir
