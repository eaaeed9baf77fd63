// The arguments of XREAD and XREADGROUP.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/engine/call.h"

namespace kvasir {

struct StreamReadRequest {
  uint64_t count = 0;                  // of entries per stream; 0: all
  std::optional<int64_t> deadline_ms;  // with BLOCK; 0: for ever
  size_t first_key = 0;                // where the keys stand, and behind them as many ids
  size_t streams = 0;

  // XREADGROUP only.
  std::string_view group;
  std::string_view consumer;
  bool no_ack = false;
  std::optional<int64_t> claim_idle_ms;  // with CLAIM

  std::span<const std::string_view> Keys(const Call& call) const {
    return call.arguments().subspan(first_key, streams);
  }
  size_t IdAt(size_t index) const { return first_key + streams + index; }
};

// Nothing, and an error was replied, when the arguments are wrong.
std::optional<StreamReadRequest> ReadStreamReadRequest(Call& call, bool of_group);

// Waits for one of the streams, or replies that there is nothing. `arguments` and `needs_key` are
// those of KeyWait, as is `again_ms`.
void WaitForStreams(Call& call, const StreamReadRequest& request,
                    std::vector<std::string> arguments, bool needs_key, int64_t again_ms = 0);

}  // namespace kvasir
