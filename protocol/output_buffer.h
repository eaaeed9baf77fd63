// Reply bytes that wait to be sent: small replies one behind the other in pooled chunks, large
// values by reference.
// THREAD: one thread for all buffers (the chunk pool is per thread).
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/shared_bytes.h"

namespace kvasir {

class OutputBuffer {
 public:
  OutputBuffer() = default;
  OutputBuffer(const OutputBuffer&) = delete;
  OutputBuffer& operator=(const OutputBuffer&) = delete;
  OutputBuffer(OutputBuffer&& other) noexcept { Swap(other); }
  OutputBuffer& operator=(OutputBuffer&& other) noexcept {
    Swap(other);
    return *this;
  }
  ~OutputBuffer() { Clear(); }

  void Append(std::string_view bytes) {
    if (bytes.empty()) return;
    if (bytes.size() <= static_cast<size_t>(limit_ - cursor_)) {
      memcpy(cursor_, bytes.data(), bytes.size());
      cursor_ += bytes.size();
      return;
    }
    AppendSlow(bytes);
  }

  // A place for up to `size` bytes (<= kReserveMax) to write to; Commit says how many were used.
  static constexpr size_t kReserveMax = 1024;
  char* Reserve(size_t size) {
    if (static_cast<size_t>(limit_ - cursor_) < size) AddChunk();
    return cursor_;
  }
  void Commit(size_t used) { cursor_ += used; }

  // Appends `bytes` by reference from kShareMin on, by copy below.
  static constexpr size_t kShareMin = 16 * 1024;
  void AppendShared(const SharedBytes& bytes);
  // The same for what many buffers get: also small bytes go by reference where a copy would take a
  // chunk of its own, unless many pieces wait here already.
  void AppendFanned(const SharedBytes& bytes);

  // Moves all of `other` behind what is here.
  void AppendBuffer(OutputBuffer&& other);

  // Bytes waiting, and bytes of memory held for them here (shared blocks count in full).
  size_t size() const { return settled_bytes_ + static_cast<size_t>(cursor_ - last_begin_); }
  bool empty() const { return size() == 0; }

  // The first pieces, in order, as many as fit in `out`; returns how many were set.
  size_t Gather(std::span<std::string_view> out);
  // Drops `bytes` (<= size()) from the front.
  void Consume(size_t bytes);
  void Clear();
  // The memory of all chunks of this thread's buffers: of those that wait, and of those that are
  // kept for the next replies.
  static size_t ChunkBytes();
  // All bytes in one string; for tests and for replies that are kept.
  std::string ToString();

 private:
  struct Piece {
    char* chunk = nullptr;  // a pooled chunk, or nullptr when `shared` holds the bytes
    SharedBytes shared;
    const char* begin = nullptr;
    const char* end = nullptr;
  };

  void AppendSlow(std::string_view bytes);
  void AddChunk();
  void AddReference(const SharedBytes& bytes);
  void Settle();
  void Swap(OutputBuffer& other) noexcept;

  // Pieces [head_, size) wait. The last one, when it is a chunk, is still being filled: it ends at
  // cursor_, and its bytes are not in settled_bytes_ yet.
  std::vector<Piece> pieces_;
  size_t head_ = 0;
  size_t settled_bytes_ = 0;
  char* last_begin_ = nullptr;
  char* cursor_ = nullptr;
  char* limit_ = nullptr;
};

}  // namespace kvasir
