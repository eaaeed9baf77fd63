// What SORT does: the elements of a list, set or sorted set in an order of their own, of numbers
// or texts, or of values found under keys made from them; and what GET puts in their place.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/store/database.h"

namespace kvasir {

struct SortRequest {
  // In a pattern the first '*' stands for the element; "->field" behind it names a field of a hash.
  // A `by` pattern without one asks for no order at all.
  std::optional<std::string_view> by;
  std::vector<std::string_view> get;  // "#" is the element itself
  int64_t offset = 0;
  int64_t count = -1;  // negative: all
  bool descending = false;
  bool alphabetic = false;  // compare texts, byte by byte, not numbers
  bool stores = false;      // the result must be the same each time: even a set's has an order
};

// What one element has become for one GET (or, without any, itself); nothing where a pattern led to
// no value.
using SortedElements = std::vector<std::optional<std::string>>;

// `entry` may be nullptr: an absent key sorts as nothing. kNotFloat when an element, or what `by`
// leads to, had to be a number and is none.
// REQUIRES: the entry, if any, is a list, a set or a sorted set. Reading keys may remove those past
// their deadline, but not `entry`.
Result<SortedElements> SortElements(Database& database, const Entry* entry,
                                    const SortRequest& request);

}  // namespace kvasir
