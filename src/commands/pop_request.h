// Popping from the first of several keys that has something, now or when one has: what the commands
// of lists and of sorted sets share.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "src/engine/argument_reader.h"

namespace kvasir {

// What LMPOP, ZMPOP and the like are asked for. LIFETIME: views the arguments.
struct PopRequest {
  std::span<const std::string_view> keys;
  bool from_back = false;
  size_t count = 1;
};
// Reads "numkeys key [key ...] <front | back> [COUNT count]" to the end, where `front` and `back`
// are the words for the two ends; errors are latched in `read`.
PopRequest ReadPopRequest(Call& call, ArgumentReader& read, std::string_view front,
                          std::string_view back);

// The first of the keys that is there, when it holds this type; nothing when all are absent. With
// another type, replies WRONGTYPE and sets `failed`. LIFETIME: of the position until a change.
struct FoundKey {
  Key key;
  Database::Position position;
};
std::optional<FoundKey> FindFirst(Call& call, std::span<const std::string_view> keys,
                                  ValueType type, bool& failed);

// Waits for one of the keys where that may be; replies a null array where not, and when the time is
// up.
void WaitOrReplyNull(Call& call, std::span<const std::string_view> keys, ValueType type,
                     int64_t deadline_ms);

}  // namespace kvasir
