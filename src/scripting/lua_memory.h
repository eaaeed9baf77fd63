// The memory of one interpreter: counted, and bounded, so that a script which asks for too much
// gets an error instead of the whole machine.
// THREAD: loop.
#pragma once

#include <cstddef>

namespace kvasir {

class LuaMemory {
 public:
  // A script that holds this much is wrong. Single blocks are bounded so that the libraries that
  // count in 32 bits cannot be made to overflow.
  static constexpr size_t kBytesMax = size_t{2} << 30;
  static constexpr size_t kBlockBytesMax = size_t{1} << 30;

  size_t bytes() const { return bytes_; }
  size_t bytes_max() const { return bytes_max_; }
  // For tests.
  void set_bytes_max(size_t bytes) { bytes_max_ = bytes; }

  // A lua_Alloc; `memory` is a LuaMemory.
  static void* Allocate(void* memory, void* block, size_t old_bytes, size_t new_bytes);

 private:
  size_t bytes_ = 0;
  size_t bytes_max_ = kBytesMax;
};

}  // namespace kvasir
