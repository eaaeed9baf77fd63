#include "src/server/input_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kvasir {

char* InputBuffer::Reserve(size_t wanted) {
  if (room() < wanted) {
    const size_t capacity = std::max(size_ + wanted, capacity_ * 2);
    std::unique_ptr<char[]> grown(new char[capacity]);
    if (size_ > 0) memcpy(grown.get(), bytes_.get(), size_);
    bytes_ = std::move(grown);
    capacity_ = capacity;
  }
  return bytes_.get() + size_;
}

void InputBuffer::Append(std::string_view bytes) {
  if (bytes.empty()) return;
  memcpy(Reserve(bytes.size()), bytes.data(), bytes.size());
  size_ += bytes.size();
}

void InputBuffer::DropFront(size_t bytes) {
  if (bytes == 0) return;
  if (bytes >= size_) {
    Clear();
    return;
  }
  memmove(bytes_.get(), bytes_.get() + bytes, size_ - bytes);
  size_ -= bytes;
}

void InputBuffer::Truncate(size_t size) {
  if (size == 0) {
    Clear();
  } else {
    size_ = size;
  }
}

void InputBuffer::Clear() {
  bytes_.reset();
  size_ = capacity_ = 0;
}

}  // namespace kvasir
