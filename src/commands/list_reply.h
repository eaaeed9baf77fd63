// Looking lists up and replying with their elements, as the list families share it.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/commands/typed_lookup.h"
#include "src/engine/argument_reader.h"
#include "src/engine/call.h"
#include "src/store/list_type.h"

namespace kvasir {

inline constexpr std::string_view kElementTooLarge = "ERR Element too large";

// The list under a key, for reading; nullptr when absent. With another type there, replies
// WRONGTYPE and sets `failed`.
inline Entry* ReadList(Call& call, const Key& key, bool& failed) {
  return ReadTyped(call, key, ValueType::kList, failed);
}
// The place of the list, for writing; empty when absent.
inline Database::Position LocateList(Call& call, const Key& key, bool& failed) {
  return LocateTyped(call, key, ValueType::kList, failed);
}

void ReplyElement(Call& call, const PackedElement& element);

// LEFT or RIGHT; a syntax error for anything else.
ListEnd NextListEnd(ArgumentReader& read);
// What a pop from this end is called in the log.
std::string_view PopName(ListEnd end);
// The events of pushing and popping there.
std::string_view PushName(ListEnd end);
void NotifyPopped(Call& call, const Key& key, ListEnd end);
std::string_view EndName(ListEnd end);

// Two indexes as LRANGE and LTRIM take them, inclusive, negative ones counted from the tail, as
// what of a list of this length they mean.
struct ListSpan {
  size_t start = 0;
  size_t count = 0;
};
ListSpan SpanOf(int64_t first, int64_t last, size_t length);
// The place of one index; nothing when there is no such element.
std::optional<size_t> IndexOf(int64_t index, size_t length);

// Pops `count` elements at most and replies with them as an array.
// REQUIRES: `position` names a list, and count > 0.
void PopIntoArray(Call& call, const Key& key, Database::Position position, ListEnd end,
                  size_t count);

// Moves one element to the other list (or within the one) and returns it; the keys' types have been
// checked, and there is one.
std::string MoveElement(Call& call, const Key& source, ListEnd from, const Key& target, ListEnd to);

}  // namespace kvasir
