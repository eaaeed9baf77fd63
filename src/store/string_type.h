// Strings: bytes, integers and blocks behind one face. The functions here know no wire; callers
// have looked the key up and handle absent keys.
// THREAD: loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "src/base/number.h"
#include "src/base/result.h"
#include "src/base/shared_bytes.h"
#include "src/store/database.h"

namespace kvasir {

// Room for the text of a string that is held as an integer.
using IntegerText = std::array<char, kInt64TextMax>;

// The bytes of a string. LIFETIME: of `entry` until it changes, or of `scratch`.
// REQUIRES: entry.type() == ValueType::kString.
std::string_view StringBytes(const Entry& entry, IntegerText& scratch);
size_t StringLength(const Entry& entry);
// The block that holds the string, shared; empty when the entry holds it otherwise.
SharedBytes StringBlock(const Entry& entry);
// "int", "embstr" or "raw".
std::string_view StringEncodingName(const Entry& entry);

// What a write does with the key's deadline.
struct ExpiryChange {
  enum class Kind : uint8_t { kClear, kKeep, kSet };
  Kind kind = Kind::kClear;
  int64_t deadline_ms = 0;

  static ExpiryChange Clear() { return {}; }
  static ExpiryChange Keep() { return {Kind::kKeep, 0}; }
  static ExpiryChange At(int64_t deadline_ms) { return {Kind::kSet, deadline_ms}; }
};

// Stores `value` under `key`, whatever was there (a position from Locate, empty when absent).
// `block`, when not nullptr, holds the same bytes in a block of their own that may be kept.
void SetString(Database& database, const Key& key, Database::Position position,
               std::string_view value, ExpiryChange expiry = {},
               const SharedBytes* block = nullptr);

// The same, but the bytes stay bytes: "raw", even where they are short or look like a number. An
// own block with enough room is written over.
void SetRawString(Database& database, const Key& key, Database::Position position,
                  std::string_view value, ExpiryChange expiry, const SharedBytes* block = nullptr);

// An entry that is in no database: `parts` says all but form and value. Ownership goes to the
// caller.
Entry* NewStringEntry(Entry::Parts parts, std::string_view value);
Entry* NewStringEntry(Entry::Parts parts, int64_t value);
// REQUIRES: the block is not empty.
Entry* NewStringEntry(const Entry::Parts& parts, SharedBytes block);

// The following change a string in place or create it, keep its deadline, and return its new
// length. `position` is empty for an absent key, else names a string.
size_t AppendString(Database& database, const Key& key, Database::Position position,
                    std::string_view suffix);
// Overwrites from `offset`, filling a gap with zero bytes. REQUIRES: `bytes` is not empty.
size_t SetStringRange(Database& database, const Key& key, Database::Position position,
                      size_t offset, std::string_view bytes);

// The integer that the string holds; kNotInteger when it is none.
Result<int64_t> StringInteger(const Entry& entry);
// The decimal number that it holds; nothing when it is none.
std::optional<long double> StringFloat(const Entry& entry);
// Stores the integer, keeping the deadline; in place where the entry holds an integer.
void SetStringInteger(Database& database, const Key& key, Database::Position position,
                      int64_t value, ExpiryChange expiry = ExpiryChange::Keep());

// The substring from `start` to `end`, both inclusive, negative ones counted from the end.
std::string_view StringRange(std::string_view bytes, int64_t start, int64_t end);

// Bytes allocated for the value beyond its entry.
size_t StringMemoryBytes(const Entry& entry);

}  // namespace kvasir
