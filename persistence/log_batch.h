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

class LogBatch {
 public:
  // The bytes of all pieces, in order, are the payload.
  struct Piece {
    std::unique_ptr<char[]> chunk;  // kLogChunkBytes; null when `shared` holds the bytes
    SharedBytes shared;
    const char* begin = nullptr;
    size_t size = 0;
    std::string_view view() const { return {begin, size}; }
  };

  std::vector<Piece> pieces;
  uint64_t bytes = 0;
  uint64_t records = 0;
  uint64_t last_sequence = 0;  // the first one's is last_sequence - records + 1

  bool empty() const { return bytes == 0; }
  uint64_t first_sequence() const { return last_sequence - records + 1; }
  // Moves the records of `next`, which follow ours, into our last chunk, when they are few and fit.
  bool Absorb(const LogBatch& next);
  // Drops the references to large arguments; the chunks stay for reuse.
  void ReleaseShared();
};

// Chunks for reuse. Keeps a few MiB at most.
class LogChunkPool {
 public:
  std::unique_ptr<char[]> Take();
  // Takes the chunks out of a batch and leaves it empty, its vector's memory kept.
  void Reclaim(LogBatch& batch);

 private:
  std::vector<std::unique_ptr<char[]>> free_;
};

}  // namespace kvasir
