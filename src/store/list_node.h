// A stretch of a list in one allocation: elements one behind the other, with room left at the end
// that last grew. A small list is one node; a large one is a row of them.
//
//   [head, 12 bytes] ~room~ [element] [element] ... ~room~
//
// An element is coded as in packed_element.h. Walking from the front needs no more; once elements
// are taken from the back, each gets its own length behind it: seven bits a byte, the last byte
// holding the lowest ones, and the highest bit set where more bytes stand in front. In a compressed
// node an LZ4 block (its "block format") stands for the elements.
// THREAD: loop; a node that left the keyspace may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "src/store/packed_element.h"

namespace kvasir {

// Tells whether the element at `at`, in a node up to `end`, is the wanted one. LIFETIME: the bytes
// of `wanted` outlive this.
class ElementMatcher {
 public:
  explicit ElementMatcher(const PackedElement& wanted);
  bool Matches(const char* at, const char* end) const;

 private:
  char head_[kElementHeadMax + sizeof(int64_t)];
  size_t head_bytes_;
  std::string_view bytes_;
};

class ListNode {
 public:
  static constexpr size_t kHeadBytes = 12;
  // The most elements of a node.
  static constexpr size_t kCountMax = INT16_MAX;

  ListNode() = default;
  ListNode(ListNode&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  ListNode& operator=(ListNode&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { DestroyRaw(block_); }

  size_t count() const { return block_ == nullptr ? 0 : head().count; }
  // Bytes of the elements, without lengths behind them: what Trim leaves. A few too many where
  // there are lengths of more than a byte.
  size_t bytes() const;
  size_t AllocatedBytes() const { return block_ == nullptr ? 0 : capacity(); }

  // Compresses the elements where that is worth it. REQUIRES of everything that touches an element,
  // above and below: the node is not compressed.
  void Compress();
  bool compressed() const { return block_ != nullptr && head().form == Form::kCompressed; }
  // What the node was before Compress, and a copy of that; nothing changes for other nodes.
  void Expand();
  ListNode Expanded() const;

  const char* begin() const { return block_ == nullptr ? nullptr : block_ + head().begin; }
  const char* end() const { return block_ == nullptr ? nullptr : block_ + head().end; }
  // The element behind the one at `at`. REQUIRES: at != end().
  const char* Next(const char* at) const {
    const char* next = SkipElement(at);
    if (has_lengths()) next += LengthBytes(static_cast<size_t>(next - at));
    return next;
  }
  // Element `index` counted from the front. REQUIRES: index <= count(), which gives end().
  const char* At(size_t index) const;
  // The last element. The first call on a long node makes it ready for the next ones.
  // REQUIRES: count() > 0.
  const char* Last();

  // The following void positions from before.

  // Adds an element at an end. When the allocation has to grow, it grows to `reserve_bytes` at
  // least.
  void PushFront(const PackedElement& element, size_t reserve_bytes);
  void PushBack(const PackedElement& element, size_t reserve_bytes);
  // REQUIRES: count() > 0; `last` is what Last() returned.
  void DropFirst();
  void DropLast(const char* last);

  // `at` may be end().
  void Insert(const char* at, const PackedElement& element);
  void Replace(const char* at, const PackedElement& element);
  // Removes all elements from `at` on (CutFrom), or in front of it (CutBefore). Here and below
  // `index` is that of the element at `at`.
  void CutFrom(const char* at, size_t index);
  void CutBefore(const char* at, size_t index);
  // Moves the elements from `at` on to a node of their own.
  ListNode SplitOff(const char* at, size_t index);
  void Append(ListNode other);
  // Removes up to `limit` elements that match, the last ones when `from_back`. Returns how many.
  size_t RemoveEqual(const ElementMatcher& wanted, size_t limit, bool from_back);

  // Gives back all room and all lengths.
  void Trim();
  ListNode Clone() const;

  // Gives up the allocation (nullptr while there is none), to be taken back by FromRaw.
  char* ReleaseRaw() { return std::exchange(block_, nullptr); }
  static ListNode FromRaw(void* raw) {
    ListNode node;
    node.block_ = static_cast<char*>(raw);
    return node;
  }
  static void DestroyRaw(void* raw);

 private:
  enum class Form : uint8_t { kPlain, kWithLengths, kCompressed };
  struct Head {
    uint32_t begin;  // offsets in the allocation
    uint32_t end;
    uint16_t count;
    Form form;
    uint8_t size_class;  // of the allocation
  };
  static_assert(sizeof(Head) == kHeadBytes);

  Head& head() { return *reinterpret_cast<Head*>(block_); }
  const Head& head() const { return *reinterpret_cast<const Head*>(block_); }
  bool has_lengths() const { return head().form == Form::kWithLengths; }
  // Bytes of the elements in a compressed node, which stand in front of the block.
  uint32_t expanded_bytes() const;
  char* at_begin() { return block_ + head().begin; }
  char* at_end() { return block_ + head().end; }

  static constexpr size_t LengthBytes(size_t length) {
    size_t bytes = 1;
    for (; length >= 128; length >>= 7) ++bytes;
    return bytes;
  }
  static char* WriteLength(size_t length, char* out);
  size_t capacity() const;
  static ListNode WithCapacity(size_t capacity);
  size_t StoredBytes(const PackedElement& element) const;
  char* Store(const PackedElement& element, char* out);
  void MakeRoom(size_t bytes, bool at_front, size_t reserve_bytes);
  void ShrinkIfSparse();
  // Copies the elements to a new allocation of this size, with or without lengths.
  void Rebuild(size_t capacity, bool with_lengths);
  char* Reshape(size_t offset, size_t removed, size_t bytes);
  size_t OffsetWithoutLengths(const char* at);

  char* block_ = nullptr;
};

// The node itself, or what it is expanded to in `scratch`. LIFETIME: holds until either changes.
inline const ListNode& Plain(const ListNode& node, ListNode& scratch) {
  if (!node.compressed()) return node;
  scratch = node.Expanded();
  return scratch;
}

}  // namespace kvasir
