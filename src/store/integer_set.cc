#include "src/store/integer_set.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "src/base/memory.h"

namespace kvasir {
namespace {

// The width is kept as a code in the two upper bits of the head.
constexpr uint32_t kCountBits = 30;
constexpr uint32_t kNarrowest = 2;

uint32_t WidthOf(int64_t value) {
  if (value >= INT16_MIN && value <= INT16_MAX) return kNarrowest;
  return value >= INT32_MIN && value <= INT32_MAX ? 4 : 8;
}

template <typename Integer>
int64_t LoadAs(const char* at) {
  Integer value;
  memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

IntegerSet::Head IntegerSet::HeadOf(const char* block) {
  if (block == nullptr) return {0, kNarrowest};
  uint32_t bits;
  memcpy(&bits, block, sizeof bits);
  return {bits & ((1U << kCountBits) - 1), kNarrowest << (bits >> kCountBits)};
}

size_t IntegerSet::SizeOf(Head head) {
  return AllocationSize(kHeadBytes + size_t{head.count} * head.width);
}

void IntegerSet::DestroyRaw(void* raw) {
  if (raw == nullptr) return;
  ::operator delete(raw, SizeOf(HeadOf(static_cast<char*>(raw))));
}

size_t IntegerSet::AllocatedBytes() const { return block_ == nullptr ? 0 : SizeOf(HeadOf(block_)); }

int64_t IntegerSet::Load(size_t index, uint32_t width) const {
  const char* at = block_ + kHeadBytes + index * width;
  if (width == 2) return LoadAs<int16_t>(at);
  return width == 4 ? LoadAs<int32_t>(at) : LoadAs<int64_t>(at);
}

void IntegerSet::Store(size_t index, uint32_t width, int64_t value) {
  // Little endian: the low bytes come first.
  memcpy(block_ + kHeadBytes + index * width, &value, width);
}

size_t IntegerSet::LowerBound(int64_t value) const {
  const Head head = HeadOf(block_);
  // Members often arrive in ascending order.
  if (head.count != 0 && Load(head.count - 1, head.width) < value) return head.count;
  size_t low = 0;
  size_t high = head.count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (Load(middle, head.width) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool IntegerSet::Contains(int64_t value) const {
  const size_t at = LowerBound(value);
  return at < count() && At(at) == value;
}

void IntegerSet::Resize(Head to) {
  const Head from = HeadOf(block_);
  if (block_ == nullptr || SizeOf(to) != SizeOf(from) || to.width != from.width) {
    IntegerSet old = std::move(*this);
    block_ = static_cast<char*>(::operator new(SizeOf(to)));
    const size_t kept = std::min(from.count, to.count);
    if (to.width == from.width && kept != 0) {
      memcpy(block_ + kHeadBytes, old.block_ + kHeadBytes, kept * to.width);
    } else {
      for (size_t i = 0; i < kept; ++i) Store(i, to.width, old.Load(i, from.width));
    }
  }
  const uint32_t code = to.width == 2 ? 0 : to.width == 4 ? 1 : 2;
  const uint32_t bits = to.count | code << kCountBits;
  memcpy(block_, &bits, sizeof bits);
}

bool IntegerSet::Insert(int64_t value) {
  const size_t at = LowerBound(value);
  const Head old = HeadOf(block_);
  if (at < old.count && Load(at, old.width) == value) return false;
  const uint32_t width = std::max(old.width, WidthOf(value));
  Resize({old.count + 1, width});
  char* place = block_ + kHeadBytes + at * width;
  memmove(place + width, place, (old.count - at) * width);
  Store(at, width, value);
  return true;
}

bool IntegerSet::Erase(int64_t value) {
  const size_t at = LowerBound(value);
  const Head old = HeadOf(block_);
  if (at == old.count || Load(at, old.width) != value) return false;
  char* place = block_ + kHeadBytes + at * old.width;
  memmove(place, place + old.width, (old.count - at - 1) * old.width);
  Resize({old.count - 1, old.width});
  return true;
}

IntegerSet IntegerSet::Clone() const {
  IntegerSet clone;
  if (block_ == nullptr) return clone;
  const Head head = HeadOf(block_);
  clone.block_ = static_cast<char*>(::operator new(SizeOf(head)));
  memcpy(clone.block_, block_, kHeadBytes + size_t{head.count} * head.width);
  return clone;
}

}  // namespace kvasir
