// A small set of integers in one allocation: sorted, all as wide as the widest of them needs.
//
//   [count and width, 4] [integer] [integer] ...
//
// An entry keeps the allocation as a raw pointer (Encoding::kIntegers); IntegerSetEdit gives it
// back.
// THREAD: loop; the raw form may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "src/store/entry.h"

namespace kvasir {

class IntegerSet {
 public:
  // The most integers: a set that outgrows this takes another form, whatever its threshold says.
  static constexpr size_t kCountMax = (size_t{1} << 30) - 1;

  IntegerSet() = default;
  IntegerSet(IntegerSet&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  IntegerSet& operator=(IntegerSet&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  IntegerSet(const IntegerSet&) = delete;
  IntegerSet& operator=(const IntegerSet&) = delete;
  ~IntegerSet() { DestroyRaw(block_); }

  size_t count() const { return HeadOf(block_).count; }
  // Bytes that each integer takes: 2, 4 or 8.
  uint32_t width() const { return HeadOf(block_).width; }
  // REQUIRES: index < count(). The integers are in ascending order.
  int64_t At(size_t index) const { return Load(index, HeadOf(block_).width); }
  bool Contains(int64_t value) const;

  // False, and nothing done, when it is there already. REQUIRES: count() < kCountMax.
  bool Insert(int64_t value);
  // False when it is not there.
  bool Erase(int64_t value);

  size_t AllocatedBytes() const;
  IntegerSet Clone() const;

  // Gives up the allocation (nullptr while nothing was ever added), to be taken back by FromRaw.
  char* ReleaseRaw() { return std::exchange(block_, nullptr); }
  static IntegerSet FromRaw(void* raw) {
    IntegerSet set;
    set.block_ = static_cast<char*>(raw);
    return set;
  }
  static void DestroyRaw(void* raw);

 private:
  struct Head {
    uint32_t count;
    uint32_t width;  // bytes of each integer: 2, 4 or 8
  };
  static constexpr size_t kHeadBytes = 4;

  static Head HeadOf(const char* block);
  static size_t SizeOf(Head head);
  // The first place whose integer is not below `value`.
  size_t LowerBound(int64_t value) const;
  int64_t Load(size_t index, uint32_t width) const;
  void Store(size_t index, uint32_t width, int64_t value);
  // Takes an allocation for `to` with the integers in their old places, as far as both have them.
  void Resize(Head to);

  char* block_ = nullptr;
};

// The integers of an entry, for reading: the entry keeps them. IntegerSetEdit also edits: what is
// done is put back into the entry at the end of its life.
// REQUIRES: entry.encoding() == Encoding::kIntegers, and the entry outlives this.
class IntegerSetEdit {
 public:
  explicit IntegerSetEdit(Entry& entry)
      : integers(IntegerSet::FromRaw(entry.pointer())), entry_(&entry) {}
  IntegerSetEdit(const IntegerSetEdit&) = delete;
  IntegerSetEdit& operator=(const IntegerSetEdit&) = delete;
  ~IntegerSetEdit() { entry_->set_pointer(integers.ReleaseRaw()); }

  IntegerSet integers;

 private:
  Entry* entry_;
};

class IntegerSetView {
 public:
  explicit IntegerSetView(const Entry& entry) : integers_(IntegerSet::FromRaw(entry.pointer())) {}
  IntegerSetView(const IntegerSetView&) = delete;
  IntegerSetView& operator=(const IntegerSetView&) = delete;
  ~IntegerSetView() { integers_.ReleaseRaw(); }

  const IntegerSet& operator*() const { return integers_; }
  const IntegerSet* operator->() const { return &integers_; }

 private:
  IntegerSet integers_;
};

}  // namespace kvasir
