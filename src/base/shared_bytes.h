// A large byte string with a reference count: one copy serves the keyspace, the replies that still
// wait to be sent and the log batch that still waits to be written.
// THREAD: any for copies and reads; writing needs the only reference (IsUnique).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace kvasir {

class SharedBytes {
 public:
  SharedBytes() = default;
  SharedBytes(const SharedBytes& other) : block_(other.block_) { Retain(); }
  SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() { Release(); }

  // A block with room for `capacity` bytes and a size of 0. The room is not touched, so pages
  // cost memory only as they are filled.
  static SharedBytes WithCapacity(size_t capacity);
  static SharedBytes CopyOf(std::string_view bytes);

  explicit operator bool() const { return block_ != nullptr; }
  std::string_view view() const {
    return block_ == nullptr ? std::string_view() : std::string_view(block_->bytes(), block_->size);
  }
  size_t size() const { return block_ == nullptr ? 0 : block_->size; }
  size_t capacity() const { return block_ == nullptr ? 0 : block_->capacity; }
  bool IsUnique() const {
    return block_ != nullptr && block_->references.load(std::memory_order_acquire) == 1;
  }

  // REQUIRES: IsUnique(). `size` <= capacity().
  char* mutable_data() { return block_->bytes(); }
  void set_size(size_t size) { block_->size = size; }

  // The bytes that the allocation takes, header included.
  size_t AllocatedBytes() const { return block_ == nullptr ? 0 : sizeof(Block) + block_->capacity; }

  // Gives up the reference as an opaque pointer, to be taken back once by FromRaw.
  void* ReleaseRaw() { return std::exchange(block_, nullptr); }
  static SharedBytes FromRaw(void* raw) {
    SharedBytes bytes;
    bytes.block_ = static_cast<Block*>(raw);
    return bytes;
  }
  // The bytes behind a raw pointer that stays owned by whoever holds it.
  static std::string_view ViewRaw(const void* raw) {
    const auto* block = static_cast<const Block*>(raw);
    return {block->bytes(), block->size};
  }

 private:
  struct Block {
    std::atomic<uint32_t> references{1};
    size_t size = 0;
    size_t capacity = 0;
    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
  };

  void Retain() {
    if (block_ != nullptr) block_->references.fetch_add(1, std::memory_order_relaxed);
  }
  void Release() {
    if (block_ != nullptr && block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      Free(block_);
    }
  }
  static void Free(Block* block);

  Block* block_ = nullptr;
};

}  // namespace kvasir
