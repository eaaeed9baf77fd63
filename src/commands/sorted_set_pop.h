// Taking members off the ends of sorted sets: what the plain and the blocking commands share.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "src/engine/argument_reader.h"
#include "src/store/sorted_set_type.h"

namespace kvasir {

enum class SortedSetEnd : uint8_t { kLowest, kHighest };

// The ranks of up to `count` members at one end, and the direction away from it.
RankRange RanksAtEnd(const Entry& entry, SortedSetEnd end, size_t count);
SortedSetCursor::Direction DirectionFrom(SortedSetEnd end);

// What ZMPOP and BZMPOP are asked for. LIFETIME: views the arguments.
struct MultiPopRequest {
  std::span<const std::string_view> keys;
  SortedSetEnd end = SortedSetEnd::kLowest;
  size_t count = 1;
};
// Reads "numkeys key [key ...] <MIN | MAX> [COUNT count]"; errors are latched in `read`.
MultiPopRequest ReadMultiPop(Call& call, ArgumentReader& read);

// Pops from the first of the keys that is there and replies with the key and its members. False,
// and no reply, when all are absent; true also when the reply is WRONGTYPE.
bool PopFromFirst(Call& call, const MultiPopRequest& request);

// Logs the removal of `count` members at one end.
void LogPop(Call& call, std::string_view key, SortedSetEnd end, size_t count);

}  // namespace kvasir
