// Taking members off the ends of sorted sets: what the plain and the blocking commands share.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "src/engine/argument_reader.h"
#include "src/store/sorted_set_type.h"

namespace kvasir {

enum class SortedSetEnd : uint8_t { kLowest, kHighest };

// What ZMPOP and BZMPOP are asked for. LIFETIME: views the arguments.
struct MultiPopRequest {
  std::span<const std::string_view> keys;
  SortedSetEnd end = SortedSetEnd::kLowest;
  size_t count = 1;
};
// Reads "numkeys key [key ...] <MIN | MAX> [COUNT count]"; errors are latched in `read`.
MultiPopRequest ReadMultiPop(Call& call, ArgumentReader& read);

// The first of the keys that holds a sorted set; nothing when all are absent. With another type at
// a key before it, replies WRONGTYPE and sets `failed`. LIFETIME: of the position until a change.
struct FoundSortedSet {
  Key key;
  Database::Position position;
};
std::optional<FoundSortedSet> FindFirstSortedSet(Call& call, std::span<const std::string_view> keys,
                                                 bool& failed);

// Pops what the request asks for from the set that was found, replies and logs: ZMPOP and BZMPOP.
void PopMembers(Call& call, const FoundSortedSet& found, const MultiPopRequest& request);
// Pops one member and replies with key, member and score: BZPOPMIN and BZPOPMAX.
void PopWithKey(Call& call, const FoundSortedSet& found, SortedSetEnd end);

}  // namespace kvasir
