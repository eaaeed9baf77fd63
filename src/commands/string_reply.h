// Looking strings up and replying with them, as the string families share it.
// THREAD: loop.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/commands/typed_lookup.h"
#include "src/engine/call.h"
#include "src/store/string_type.h"

namespace kvasir {

// The string under a key, for reading; nullptr when absent. With another type there, replies
// WRONGTYPE and sets `failed`.
inline Entry* ReadString(Call& call, const Key& key, bool& failed) {
  return ReadTyped(call, key, ValueType::kString, failed);
}
// The place of the string, for writing; empty when absent.
inline Database::Position LocateString(Call& call, const Key& key, bool& failed) {
  return LocateTyped(call, key, ValueType::kString, failed);
}

// Replies with the string, a large one by reference; with null for nullptr.
void ReplyString(Call& call, const Entry* entry);

// False, and an error reply, when a string of `size` bytes is over proto-max-bulk-len.
bool CheckStringSize(Call& call, uint64_t size);

// The SET that a conditional or computed write comes down to, as the log gets it: in words that
// redis-server 7 knows.
std::vector<std::string> SetEffect(std::string_view key, std::string_view value,
                                   ExpiryChange expiry);

}  // namespace kvasir
