// Lists: one node while small, a row of nodes beyond list-max-listpack-size. The functions here
// know no wire; callers have looked the key up and checked its type. THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "src/store/collection_limits.h"
#include "src/store/database.h"
#include "src/store/packed_element.h"

namespace kvasir {

enum class ListEnd : uint8_t { kHead, kTail };

// Takes elements one by one. LIFETIME of an element: of the call; the list must not change in it.
using ListSink = std::function<void(const PackedElement&)>;

// The longest element that a list can hold.
inline constexpr size_t kListElementMax = UINT32_MAX - 1024;

// --- Reading. REQUIRES: entry.type() == ValueType::kList.

size_t ListLength(const Entry& entry);
// `count` elements from the one at `start` on. REQUIRES: they are there.
void ListRange(const Entry& entry, size_t start, size_t count, const ListSink& sink);

// Which elements that equal a value to find: positive ranks count matches from the head, negative
// ones from the tail, and 1 or -1 is the first.
struct ListSearch {
  int64_t rank = 1;        // the first match that counts; never 0 or INT64_MIN
  size_t count = 1;        // matches that are wanted
  size_t compare_max = 0;  // elements to look at; 0: all
};
// Calls `found` with the index of each match, in the order in which they are met.
void ListFind(const Entry& entry, std::string_view value, const ListSearch& search,
              const std::function<void(size_t)>& found);

// --- Changing. `position` is empty for an absent key (only where that is said), else names a list.
// A list that becomes empty is removed, and then the position is void.

// Adds the elements one by one; returns the new length. The position may be empty: the key is made.
// REQUIRES: none is longer than kListElementMax, and there is one.
size_t ListPush(Database& database, const Key& key, Database::Position position, ListEnd end,
                std::span<const std::string_view> elements);
// Takes elements from an end, the outermost one first. REQUIRES: 0 < count <= length.
void ListPop(Database& database, const Key& key, Database::Position position, ListEnd end,
             size_t count, const ListSink& sink);
// REQUIRES: index < length.
void ListSet(Database& database, const Key& key, Database::Position position, size_t index,
             std::string_view value);
// Puts `value` before or behind the first element that equals `pivot`. False without one.
bool ListInsert(Database& database, const Key& key, Database::Position position, bool before,
                std::string_view pivot, std::string_view value);
// Keeps `count` elements from the one at `start` on. REQUIRES: they are there, or count is 0.
void ListTrim(Database& database, const Key& key, Database::Position position, size_t start,
              size_t count);
// Removes up to `limit` elements that equal `value`, from `end` on; returns how many.
size_t ListRemove(Database& database, const Key& key, Database::Position position, ListEnd end,
                  size_t limit, std::string_view value);

// --- Changing an entry that is in no database.

// Adds an element at the tail. A list must not stay empty. REQUIRES: as of ListPush.
void AppendListElement(Entry& entry, const PackedElement& element, const CollectionLimits& limits);

// --- For value.cc: the small form, which an entry's pointer leads to.

void* CloneSmallList(const Entry& entry);
void DestroySmallList(void* raw);
size_t SmallListMemoryBytes(const Entry& entry);

}  // namespace kvasir
