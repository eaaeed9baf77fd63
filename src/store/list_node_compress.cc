// Compressed nodes: [head, 12 bytes] [size of the elements, 4 bytes] [LZ4 block].
#include <lz4.h>

#include <cstring>
#include <utility>

#include "src/base/memory.h"
#include "src/store/list_node.h"

namespace kvasir {
namespace {

constexpr size_t kSizeBytes = sizeof(uint32_t);
// Below, there is little to gain; above, one element would hold up the loop for too long.
constexpr size_t kCompressBytesMin = 256;
constexpr size_t kCompressBytesMax = 64 << 10;

}  // namespace

uint32_t ListNode::expanded_bytes() const {
  uint32_t size;
  memcpy(&size, begin(), sizeof size);
  return size;
}

void ListNode::Compress() {
  if (block_ == nullptr || compressed()) return;
  const size_t plain = bytes();
  if (plain < kCompressBytesMin || plain > kCompressBytesMax) return;
  Trim();
  // Elements that are looked at have to be expanded: for that a quarter has to be saved.
  const size_t room = capacity() / 4 * 3 - kHeadBytes - kSizeBytes;
  ListNode packed = WithCapacity(AllocationSize(kHeadBytes + kSizeBytes + room));
  char* const out = packed.at_begin();
  const int written = LZ4_compress_default(begin(), out + kSizeBytes, static_cast<int>(plain),
                                           static_cast<int>(room));
  if (written <= 0) return;
  const auto size = static_cast<uint32_t>(plain);
  memcpy(out, &size, sizeof size);
  packed.head().end += static_cast<uint32_t>(kSizeBytes) + static_cast<uint32_t>(written);
  packed.head().count = head().count;
  packed.head().form = Form::kCompressed;
  // In an allocation of its size.
  *this = packed.Clone();
}

ListNode ListNode::Expanded() const {
  const auto size = static_cast<int>(expanded_bytes());
  ListNode plain = WithCapacity(AllocationSize(kHeadBytes + expanded_bytes()));
  const char* const block = begin() + kSizeBytes;
  const int read =
      LZ4_decompress_safe(block, plain.at_begin(), static_cast<int>(end() - block), size);
  // Nobody but Compress writes the block.
  if (read == size) plain.head().count = head().count;
  plain.head().end += static_cast<uint32_t>(size);
  return plain;
}

void ListNode::Expand() {
  if (compressed()) *this = Expanded();
}

}  // namespace kvasir
