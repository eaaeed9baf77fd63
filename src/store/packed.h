// A small collection in one allocation: elements one behind the other, walked from the front.
//
//   [bytes, 4] [count, 2] [element] [element] ...
//
// Sets hold members, hashes a field and a value in turn, sorted sets a member and a score in turn.
// An entry keeps the allocation as a raw pointer (Encoding::kPacked); PackedEdit gives it back.
// THREAD: loop; the raw form may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "src/store/entry.h"
#include "src/store/packed_element.h"

namespace kvasir {

class Packed {
 public:
  // The most elements and bytes: a collection that outgrows them takes its full form, whatever its
  // thresholds say.
  static constexpr size_t kElementsMax = UINT16_MAX;
  static constexpr size_t kBytesMax = size_t{1} << 24;

  Packed() = default;
  Packed(Packed&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Packed& operator=(Packed&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  Packed(const Packed&) = delete;
  Packed& operator=(const Packed&) = delete;
  ~Packed() { DestroyRaw(block_); }

  // Elements, and the bytes that they take.
  size_t count() const { return block_ == nullptr ? 0 : HeadOf(block_).count; }
  size_t bytes() const { return block_ == nullptr ? 0 : HeadOf(block_).bytes; }
  size_t AllocatedBytes() const;

  const char* begin() const { return block_ == nullptr ? nullptr : block_ + kHeadBytes; }
  const char* end() const { return begin() + bytes(); }
  // Element `index` counted from the front. REQUIRES: index < count().
  const char* At(size_t index) const;

  // The first element that equals `text`, looking at every `stride`th one from the first; nullptr
  // when there is none.
  const char* Find(std::string_view text, size_t stride) const;

  // The following return where the first added (or the element behind the removed) now stands.
  // Positions from before are void. REQUIRES: the limits above are kept.
  const char* Insert(const char* at, std::initializer_list<PackedElement> elements);
  const char* Append(std::initializer_list<PackedElement> elements) {
    return Insert(end(), elements);
  }
  const char* Erase(const char* at, size_t elements);
  const char* Replace(const char* at, const PackedElement& element);

  Packed Clone() const;

  // Gives up the allocation (nullptr while nothing was ever added), to be taken back by FromRaw.
  char* ReleaseRaw() { return std::exchange(block_, nullptr); }
  static Packed FromRaw(void* raw) {
    Packed packed;
    packed.block_ = static_cast<char*>(raw);
    return packed;
  }
  static void DestroyRaw(void* raw);

 private:
  struct Head {
    uint32_t bytes;
    uint16_t count;
  };
  static constexpr size_t kHeadBytes = 6;

  static Head HeadOf(const char* block);
  // Makes room for `added` bytes in the place of `removed` ones at `offset`.
  char* Reshape(size_t offset, size_t removed, size_t added, ptrdiff_t count_change);

  char* block_ = nullptr;
};

// A packed collection of an entry, for reading: the entry keeps it. The same class edits: what is
// done to it is put back into the entry at the end of its life.
// REQUIRES: entry.encoding() == Encoding::kPacked, and the entry outlives this.
class PackedEdit {
 public:
  explicit PackedEdit(Entry& entry) : packed(Packed::FromRaw(entry.pointer())), entry_(&entry) {}
  PackedEdit(const PackedEdit&) = delete;
  PackedEdit& operator=(const PackedEdit&) = delete;
  ~PackedEdit() { entry_->set_pointer(packed.ReleaseRaw()); }

  Packed packed;

 private:
  Entry* entry_;
};

class PackedView {
 public:
  explicit PackedView(const Entry& entry) : packed_(Packed::FromRaw(entry.pointer())) {}
  PackedView(const PackedView&) = delete;
  PackedView& operator=(const PackedView&) = delete;
  ~PackedView() { packed_.ReleaseRaw(); }

  const Packed& operator*() const { return packed_; }
  const Packed* operator->() const { return &packed_; }

 private:
  Packed packed_;
};

}  // namespace kvasir
