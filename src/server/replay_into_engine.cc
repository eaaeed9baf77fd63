#include "src/server/replay_into_engine.h"

#include <cstdint>
#include <string>
#include <utility>

namespace kvasir {

ReplayIntoEngine::ReplayIntoEngine(Engine& engine, std::function<void(uint64_t, uint64_t)> progress)
    : engine_(engine), progress_(std::move(progress)) {
  session_.is_replay = true;
  // The gates are for clients; what is in the log has passed them.
  session_.exempt_gates = ~uint32_t{kGateTransaction};
}

Result<void> ReplayIntoEngine::Apply(RequestBatch& batch) {
  const Engine::Progress progress = engine_.Execute(session_, batch, 0, {});
  if (progress.executed < batch.requests().size()) {
    return Fail(Errc::kCorrupt, "a logged command waits for something");
  }
  Result<void> checked = CheckReplies();
  session_.output.Clear();
  return checked;
}

// A logged command succeeded once, so an error now means that the log is not what was written.
Result<void> ReplayIntoEngine::CheckReplies() {
  if (session_.failed_requests == 0) return {};
  session_.failed_requests = 0;
  std::string replies = session_.output.ToString();
  size_t at = replies.starts_with("-") ? 0 : replies.find("\n-");
  if (at == std::string::npos) at = 0;
  const std::string line = replies.substr(at, replies.find('\r', at) - at);
  return Fail(Errc::kCorrupt, "a logged command failed: " + line);
}

}  // namespace kvasir
