// What becomes of consumer groups' references to entries that are deleted (Redis 8.2): KEEPREF,
// DELREF and ACKED.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/engine/call.h"
#include "src/store/stream_type.h"

namespace kvasir {

enum class StreamReferences : uint8_t {
  kKeep,    // they stay
  kDelete,  // they go with the entry
  kAcked,   // an entry that a group still needs stays
};

// What the word says; nothing when it is another word.
std::optional<StreamReferences> ParseStreamReferences(std::string_view word);

// Acknowledges the ids in all groups. `log` gets the commands that do it again.
void DropStreamReferences(Call& call, Stream& stream, const std::vector<StreamId>& ids,
                          std::vector<std::vector<std::string>>& log);

// "XDEL key id ...", or another command with the same arguments in front of the ids.
std::vector<std::string> CommandWithIds(std::vector<std::string> head,
                                        const std::vector<StreamId>& ids);

}  // namespace kvasir
