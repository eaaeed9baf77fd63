// Runs what the log holds through the same dispatch that clients use.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "persistence/replay.h"
#include "src/engine/engine.h"

namespace kvasir {

class ReplayIntoEngine : public ReplaySink {
 public:
  // LIFETIME: `engine` outlives this.
  ReplayIntoEngine(Engine& engine, std::function<void(uint64_t, uint64_t)> progress);

  Result<void> Apply(RequestBatch& batch) override;
  Keyspace* keyspace() override { return &engine_.keyspace(); }
  void Progress(uint64_t bytes_done, uint64_t bytes_total) override {
    progress_(bytes_done, bytes_total);
  }

 private:
  Result<void> CheckReplies();

  Engine& engine_;
  std::function<void(uint64_t, uint64_t)> progress_;
  Session session_;
};

}  // namespace kvasir
