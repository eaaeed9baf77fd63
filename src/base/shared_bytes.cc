#include "src/base/shared_bytes.h"

#include <cstring>
#include <new>

namespace kvasir {

SharedBytes SharedBytes::WithCapacity(size_t capacity) {
  void* memory = ::operator new(sizeof(Block) + capacity);
  SharedBytes bytes;
  bytes.block_ = new (memory) Block;
  bytes.block_->capacity = capacity;
  return bytes;
}

SharedBytes SharedBytes::CopyOf(std::string_view source) {
  SharedBytes bytes = WithCapacity(source.size());
  if (!source.empty()) memcpy(bytes.mutable_data(), source.data(), source.size());
  bytes.set_size(source.size());
  return bytes;
}

void SharedBytes::Free(Block* block) {
  const size_t allocated = sizeof(Block) + block->capacity;
  block->~Block();
  ::operator delete(block, allocated);
}

}  // namespace kvasir
