// What XADD and XTRIM are told of removing old entries, and doing it.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/commands/stream_references.h"
#include "src/engine/call.h"
#include "src/store/stream_type.h"

namespace kvasir {

struct StreamTrimRequest {
  std::optional<StreamTrim> trim;
  StreamReferences references = StreamReferences::kKeep;
  bool references_given = false;

  // XADD only: the id, or what of it is given, and where it stands.
  bool no_create = false;
  size_t id_at = 0;
  std::optional<StreamId> id;  // nothing for "*"
  bool sequence_given = true;
  // What the entry is known by to its producer; without a producer empty. An empty id is to be made
  // from the fields.
  std::string_view producer;
  std::string_view idempotent_id;
};

// False, and an error was replied, when the arguments are wrong. Of XADD reads up to the id.
bool ReadStreamTrim(Call& call, bool add, StreamTrimRequest& request);

// Trims, and returns how many entries went. `log` gets what has to be logged for it.
size_t RunStreamTrim(Call& call, Stream& stream, const StreamTrimRequest& request,
                     std::vector<std::vector<std::string>>& log);

}  // namespace kvasir
