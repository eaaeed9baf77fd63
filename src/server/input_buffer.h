// Bytes that a connection has received and not run yet: mostly nothing, and then it costs nothing.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace kvasir {

class InputBuffer {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  std::string_view view() const { return {bytes_.get(), size_}; }

  void Append(std::string_view bytes);
  // Room for at least `wanted` more bytes; after filling part of it call Commit.
  char* Reserve(size_t wanted);
  size_t room() const { return capacity_ - size_; }
  void Commit(size_t bytes) { size_ += bytes; }

  // Drops bytes from the front or from the end on. An empty buffer gives its memory back.
  void DropFront(size_t bytes);
  void Truncate(size_t size);
  void Clear();

 private:
  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace kvasir
