// What commands do with whole keys, whatever type their values have.
// THREAD: loop.
#pragma once

#include <string_view>

#include "src/store/database.h"

namespace kvasir {

// "string", "list", "set", "zset", "hash", "stream": what TYPE replies.
std::string_view TypeName(ValueType type);
// What OBJECT ENCODING replies.
std::string_view EncodingName(const Entry& entry);

// Moves the value at `source`, deadline and all, to the key `target`, whatever that held. The value
// itself is not copied. REQUIRES: `source` is there; the two keys differ.
void RenameKey(Database& database, const Key& source, const Key& target);

// Moves the entry to the same key of another database. REQUIRES: it is here and not there.
void MoveKey(Database& from, Database& to, const Key& key);

// Puts a copy of `entry`, deadline and all, under `target`, whatever that held.
// REQUIRES: `entry` is not the one under `target`.
void CopyEntry(const Entry& entry, Database& to, const Key& target);

}  // namespace kvasir
