// Taking members off the ends of sorted sets: what the plain and the blocking commands share.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "src/commands/pop_request.h"
#include "src/store/sorted_set_type.h"

namespace kvasir {

enum class SortedSetEnd : uint8_t { kLowest, kHighest };

// What ZMPOP and BZMPOP are asked for; errors are latched in `read`.
PopRequest ReadMultiPop(Call& call, ArgumentReader& read);
// The first of the keys that holds a sorted set (FindFirst).
std::optional<FoundKey> FindFirstSortedSet(Call& call, std::span<const std::string_view> keys,
                                           bool& failed);

// Pops what the request asks for from the set that was found, replies and logs: ZMPOP and BZMPOP.
void PopMembers(Call& call, const FoundKey& found, const PopRequest& request);
// Pops one member and replies with key, member and score: BZPOPMIN and BZPOPMAX.
void PopWithKey(Call& call, const FoundKey& found, SortedSetEnd end);

}  // namespace kvasir
