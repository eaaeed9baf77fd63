// Encoded records on their way from the loop to the disk: bytes in chunks, large arguments by
// reference.
// THREAD: any, one at a time; the pool belongs to the side that encodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "src/base/shared_bytes.h"

namespace kvasir {

inline constexpr size_t kLogChunkBytes = 64 * 1024;

using LogChunk = std::unique_ptr<char[]>;  // kLogChunkBytes long

struct LogBatch {
  std::vector<std::string_view> pieces;  // the payload, in order
  std::vector<LogChunk> chunks;          // own the bytes of the pieces, together with
  std::vector<SharedBytes> shared;       // these
  uint64_t bytes = 0;
  uint64_t records = 0;
  uint64_t last_sequence = 0;
  bool has_timestamp = false;  // begins with a #TS line
  uint64_t held_bytes = 0;     // what LogWorker has counted it as

  // Copies the records of `next`, which follow ours, behind them, when they are few and our last
  // chunk has room: so that small batches that wait for a slow disk do not hold a chunk each. Never
  // one that begins with the time: Redis's tools cut there.
  bool Absorb(const LogBatch& next);

  // The memory that the batch keeps.
  uint64_t MemoryBytes() const;
};

// Chunks and vectors of batches that were written, for reuse. Keeps a few MiB at most.
class LogBatchPool {
 public:
  LogChunk TakeChunk();
  LogBatch TakeBatch();
  void Recycle(LogBatch batch);

 private:
  std::vector<LogChunk> chunks_;
  std::vector<LogBatch> batches_;
};

}  // namespace kvasir
