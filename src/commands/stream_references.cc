#include "src/commands/stream_references.h"

#include <utility>

#include "src/base/text.h"
#include "src/commands/stream_reply.h"

namespace kvasir {

std::optional<StreamReferences> ParseStreamReferences(std::string_view word) {
  if (EqualsIgnoreCase(word, "KEEPREF")) return StreamReferences::kKeep;
  if (EqualsIgnoreCase(word, "DELREF")) return StreamReferences::kDelete;
  if (EqualsIgnoreCase(word, "ACKED")) return StreamReferences::kAcked;
  return std::nullopt;
}

std::vector<std::string> CommandWithIds(std::vector<std::string> head,
                                        const std::vector<StreamId>& ids) {
  for (const StreamId& id : ids) head.push_back(StreamIdString(id));
  return head;
}

void DropStreamReferences(Call& call, Stream& stream, const std::vector<StreamId>& ids,
                          std::vector<std::vector<std::string>>& log) {
  for (const auto& [name, group] : stream.groups()) {
    std::vector<StreamId> dropped;
    for (const StreamId& id : ids) {
      if (group->Acknowledge(id)) dropped.push_back(id);
    }
    if (dropped.empty()) continue;
    log.push_back(CommandWithIds({"XACK", std::string(call[1]), name}, dropped));
  }
}

}  // namespace kvasir
