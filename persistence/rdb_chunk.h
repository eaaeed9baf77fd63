// Encoded RDB on its way from the loop to whoever writes it: finished bytes, and where in them
// strings stand that are worth compressing, which is left to that thread; large strings come by
// reference.
// THREAD: any, one at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/byte_buffer.h"
#include "src/base/function_ref.h"
#include "src/base/shared_bytes.h"

namespace kvasir {

struct RdbChunk {
  // A string of `size` bytes whose length stands at `at`. Its bytes follow, or, when there is a
  // block, are those of the block and stand not in the chunk's bytes.
  struct Text {
    size_t at = 0;
    size_t size = 0;
    SharedBytes block;
  };

  ByteBuffer bytes;
  std::vector<Text> texts;  // in the order of `at`
  size_t block_bytes = 0;   // of all blocks

  size_t size() const { return bytes.size() + block_bytes; }
};

// Longer strings are written as they are: compressing one takes as much memory again.
inline constexpr size_t kRdbCompressMax = size_t{16} << 20;

// Hands the chunk's bytes to `sink` in order, as they stand in a file, with compressed strings
// where that makes them shorter and `compress` is set. LIFETIME: a piece is valid during its call,
// except when it is a block's or the chunk's own and both of those live on.
void ForEachRdbPiece(const RdbChunk& chunk, bool compress,
                     FunctionRef<void(std::string_view)> sink);

}  // namespace kvasir
