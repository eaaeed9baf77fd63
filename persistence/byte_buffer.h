// Bytes that grow at their end: for encoders, which know how much they write at most.
// THREAD: any, one at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace kvasir {

class ByteBuffer {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_.get(), size_}; }
  void Clear() { size_ = 0; }

  // Room for `bytes` behind the last one; what was written there counts after EndAt.
  char* Room(size_t bytes) {
    if (capacity_ - size_ < bytes) Grow(bytes);
    return data_.get() + size_;
  }
  void EndAt(const char* end) { size_ = static_cast<size_t>(end - data_.get()); }

  void Append(std::string_view bytes) {
    char* const out = Room(bytes.size());
    if (!bytes.empty()) memcpy(out, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void Append(char byte) {
    *Room(1) = byte;
    ++size_;
  }

 private:
  static constexpr size_t kFirstBytes = 4096;

  void Grow(size_t bytes) {
    const size_t capacity = std::max({size_ + bytes, capacity_ * 2, kFirstBytes});
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ != 0) memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0;
  size_t size_ = 0;
};

}  // namespace kvasir
