// Receives one large argument straight into the block that may become its value. Memory is taken
// as the bytes arrive, never because a length was declared.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <string_view>

#include "src/base/shared_bytes.h"

namespace kvasir {

class LargeReceiver {
 public:
  bool active() const { return static_cast<bool>(block_); }
  size_t received() const { return received_; }
  size_t capacity() const { return block_.capacity(); }

  // Expects `size` bytes and CRLF, of which `first` has arrived (not more than all of it). Room for
  // `proven` bytes may be taken at once: the client has sent as much before.
  void Begin(size_t size, std::string_view first, size_t proven);
  // Where the next bytes go, and how many fit there.
  char* place() { return block_.mutable_data() + received_; }
  size_t room() const { return block_.capacity() - received_; }
  // `bytes` were put there. True when the argument is complete: then Take it.
  bool Commit(size_t bytes);
  SharedBytes Take();

 private:
  static constexpr size_t kLineEnd = 2;
  size_t total() const { return size_ + kLineEnd; }
  size_t NextCapacity() const;

  SharedBytes block_;
  size_t size_ = 0;
  size_t received_ = 0;
};

}  // namespace kvasir
