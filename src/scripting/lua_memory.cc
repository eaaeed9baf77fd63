#include "src/scripting/lua_memory.h"

#include <cstdlib>

namespace kvasir {

void* LuaMemory::Allocate(void* memory, void* block, size_t old_bytes, size_t new_bytes) {
  auto* self = static_cast<LuaMemory*>(memory);
  if (new_bytes == 0) {
    free(block);
    self->bytes_ -= old_bytes;
    return nullptr;
  }
  const size_t others = self->bytes_ - old_bytes;
  // The interpreter counts on it that a block can always be made smaller.
  const bool grows = new_bytes > old_bytes;
  const bool too_much = new_bytes > kBlockBytesMax || others + new_bytes > self->bytes_max_;
  if (grows && too_much) return nullptr;
  void* moved = block == nullptr ? malloc(new_bytes) : realloc(block, new_bytes);
  if (moved == nullptr) return nullptr;
  self->bytes_ = others + new_bytes;
  return moved;
}

}  // namespace kvasir
