#include "src/store/list_node.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <vector>

#include "src/base/memory.h"

namespace kvasir {
namespace {

// Shorter nodes are walked from the front to find their last element.
constexpr size_t kShortNode = 16;

// The sizes that AllocationSize makes, counted: 16 to 128 in steps of 16, then four between each
// power of two and the next.
constexpr unsigned kEvenClasses = 8;

constexpr uint8_t SizeClassOf(size_t size) {
  if (size <= 128) return static_cast<uint8_t>(size / 16 - 1);
  const auto power = static_cast<unsigned>(std::bit_width(size - 1)) - 1;
  const size_t quarters = (size - (size_t{1} << power)) >> (power - 2);
  return static_cast<uint8_t>(kEvenClasses + (power - 7) * 4 + quarters - 1);
}

constexpr size_t SizeOfClass(unsigned size_class) {
  if (size_class < kEvenClasses) return (size_class + 1) * 16;
  const unsigned power = (size_class - kEvenClasses) / 4 + 7;
  const size_t quarters = (size_class - kEvenClasses) % 4 + 1;
  return (size_t{1} << power) + (quarters << (power - 2));
}

static_assert(SizeOfClass(SizeClassOf(16)) == 16 && SizeOfClass(SizeClassOf(128)) == 128);
static_assert(SizeOfClass(SizeClassOf(160)) == 160 && SizeOfClass(SizeClassOf(256)) == 256);
static_assert(SizeOfClass(SizeClassOf(size_t{7} << 29)) == size_t{7} << 29);

}  // namespace

ElementMatcher::ElementMatcher(const PackedElement& wanted)
    : head_bytes_(WriteElementHead(wanted, head_)), bytes_(wanted.bytes) {}

bool ElementMatcher::Matches(const char* at, const char* end) const {
  // The first byte mostly decides.
  if (*at != head_[0]) return false;
  if (static_cast<size_t>(end - at) < head_bytes_ + bytes_.size()) return false;
  return memcmp(at, head_, head_bytes_) == 0 &&
         (bytes_.empty() || memcmp(at + head_bytes_, bytes_.data(), bytes_.size()) == 0);
}

char* ListNode::WriteLength(size_t length, char* out) {
  const size_t bytes = LengthBytes(length);
  for (size_t i = 0; i < bytes; ++i, length >>= 7) {
    const size_t more = i + 1 < bytes ? 0x80 : 0;
    out[bytes - 1 - i] = static_cast<char>((length & 0x7f) | more);
  }
  return out + bytes;
}

size_t ListNode::capacity() const { return SizeOfClass(head().size_class); }

// REQUIRES: AllocationSize made the capacity.
ListNode ListNode::WithCapacity(size_t capacity) {
  ListNode node;
  node.block_ = static_cast<char*>(::operator new(capacity));
  new (node.block_) Head{kHeadBytes, kHeadBytes, 0, Form::kPlain, SizeClassOf(capacity)};
  return node;
}

void ListNode::DestroyRaw(void* raw) {
  if (raw != nullptr) {
    ::operator delete(raw, SizeOfClass(static_cast<const Head*>(raw)->size_class));
  }
}

size_t ListNode::bytes() const {
  if (block_ == nullptr) return 0;
  if (compressed()) return expanded_bytes();
  const size_t stored = head().end - head().begin;
  return has_lengths() ? stored - head().count : stored;
}

const char* ListNode::At(size_t index) const {
  if (index == count()) return end();
  const char* at = begin();
  for (size_t i = 0; i < index; ++i) at = Next(at);
  return at;
}

const char* ListNode::Last() {
  const size_t size = count();
  if (!has_lengths()) {
    if (size <= kShortNode) return At(size - 1);
    Rebuild(AllocationSize(kHeadBytes + bytes() + bytes() / 4 + size), true);
  }
  const char* at = end();
  size_t length = 0;
  unsigned shift = 0;
  size_t length_bytes = 0;
  for (uint8_t byte = 0x80; (byte & 0x80) != 0; shift += 7) {
    byte = static_cast<uint8_t>(*--at);
    length |= static_cast<size_t>(byte & 0x7f) << shift;
    ++length_bytes;
  }
  return end() - length_bytes - length;
}

size_t ListNode::StoredBytes(const PackedElement& element) const {
  const size_t bytes = ElementBytes(element);
  return bytes + (has_lengths() ? LengthBytes(bytes) : 0);
}

char* ListNode::Store(const PackedElement& element, char* out) {
  char* const stored = WriteElement(element, out);
  return has_lengths() ? WriteLength(static_cast<size_t>(stored - out), stored) : stored;
}

// Room that lies at the other end is used only where there is much of it: otherwise a list that is
// filled at one end and emptied at the other would be moved about with every element.
void ListNode::MakeRoom(size_t bytes, bool at_front, size_t reserve_bytes) {
  const size_t front = head().begin - kHeadBytes;
  const size_t back = capacity() - head().end;
  if ((at_front ? front : back) >= bytes) return;
  const size_t live = head().end - head().begin;
  if (front + back >= bytes + live / 8) {
    const size_t rest = (front + back - bytes) / 2;
    const size_t begin = kHeadBytes + (at_front ? bytes + rest : rest);
    memmove(block_ + begin, at_begin(), live);
    head().begin = static_cast<uint32_t>(begin);
    head().end = static_cast<uint32_t>(begin + live);
    return;
  }
  const size_t size = AllocationSize(std::max(kHeadBytes + live + bytes, reserve_bytes));
  ListNode grown = WithCapacity(size);
  const size_t begin = at_front ? size - live : kHeadBytes;
  if (live != 0) memcpy(grown.block_ + begin, at_begin(), live);
  grown.head() = {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + live), head().count,
                  head().form, grown.head().size_class};
  *this = std::move(grown);
}

void ListNode::PushFront(const PackedElement& element, size_t reserve_bytes) {
  if (block_ == nullptr) *this = WithCapacity(AllocationSize(kHeadBytes));
  const size_t bytes = StoredBytes(element);
  MakeRoom(bytes, true, reserve_bytes);
  head().begin -= static_cast<uint32_t>(bytes);
  ++head().count;
  Store(element, at_begin());
}

void ListNode::PushBack(const PackedElement& element, size_t reserve_bytes) {
  if (block_ == nullptr) *this = WithCapacity(AllocationSize(kHeadBytes));
  const size_t bytes = StoredBytes(element);
  MakeRoom(bytes, false, reserve_bytes);
  Store(element, at_end());
  head().end += static_cast<uint32_t>(bytes);
  ++head().count;
}

void ListNode::ShrinkIfSparse() {
  const size_t live = head().end - head().begin;
  if (capacity() <= 64 || (kHeadBytes + live) * 4 > capacity()) return;
  ListNode small = WithCapacity(AllocationSize(kHeadBytes + live));
  if (live != 0) memcpy(small.block_ + kHeadBytes, at_begin(), live);
  small.head().end += static_cast<uint32_t>(live);
  small.head().count = head().count;
  small.head().form = head().form;
  *this = std::move(small);
}

void ListNode::DropFirst() {
  head().begin = static_cast<uint32_t>(Next(begin()) - block_);
  --head().count;
  ShrinkIfSparse();
}

void ListNode::DropLast(const char* last) {
  head().end = static_cast<uint32_t>(last - block_);
  --head().count;
  ShrinkIfSparse();
}

void ListNode::CutFrom(const char* at, size_t index) {
  head().end = static_cast<uint32_t>(at - block_);
  head().count = static_cast<uint16_t>(index);
  ShrinkIfSparse();
}

void ListNode::CutBefore(const char* at, size_t index) {
  head().begin = static_cast<uint32_t>(at - block_);
  head().count = static_cast<uint16_t>(head().count - index);
  ShrinkIfSparse();
}

void ListNode::Rebuild(size_t capacity, bool with_lengths) {
  ListNode rebuilt = WithCapacity(capacity);
  rebuilt.head().form = with_lengths ? Form::kWithLengths : Form::kPlain;
  char* out = rebuilt.at_begin();
  for (const char* at = begin(); at != end();) {
    const auto length = static_cast<size_t>(SkipElement(at) - at);
    out = std::copy_n(at, length, out);
    if (with_lengths) out = WriteLength(length, out);
    at = Next(at);
  }
  rebuilt.head().end = static_cast<uint32_t>(out - rebuilt.block_);
  rebuilt.head().count = head().count;
  *this = std::move(rebuilt);
}

void ListNode::Trim() {
  if (block_ == nullptr) return;
  const size_t size = AllocationSize(kHeadBytes + bytes());
  if (has_lengths() || size < capacity()) Rebuild(size, false);
}

ListNode ListNode::Clone() const {
  ListNode clone;
  if (block_ == nullptr) return clone;
  const size_t live = head().end - head().begin;
  clone = WithCapacity(AllocationSize(kHeadBytes + live));
  memcpy(clone.block_ + kHeadBytes, begin(), live);
  clone.head().end += static_cast<uint32_t>(live);
  clone.head().count = head().count;
  clone.head().form = head().form;
  return clone;
}

}  // namespace kvasir
