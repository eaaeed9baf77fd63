#include "src/store/packed.h"

#include <array>
#include <cstring>
#include <new>

#include "src/base/memory.h"

namespace kvasir {

Packed::Head Packed::HeadOf(const char* block) {
  Head head;
  memcpy(&head.bytes, block, sizeof head.bytes);
  memcpy(&head.count, block + sizeof head.bytes, sizeof head.count);
  return head;
}

void Packed::DestroyRaw(void* raw) {
  if (raw == nullptr) return;
  const size_t bytes = kHeadBytes + HeadOf(static_cast<char*>(raw)).bytes;
  ::operator delete(raw, AllocationSize(bytes));
}

size_t Packed::AllocatedBytes() const {
  return block_ == nullptr ? 0 : AllocationSize(kHeadBytes + bytes());
}

const char* Packed::At(size_t index) const {
  const char* at = begin();
  for (size_t i = 0; i < index; ++i) at = SkipElement(at);
  return at;
}

const char* Packed::Find(std::string_view text, size_t stride) const {
  const PackedElement wanted = MakeElement(text);
  // Equal elements have equal bytes, so only those in front of the string have to be made.
  std::array<char, kElementHeadMax + sizeof(int64_t)> head;
  const size_t head_bytes = WriteElementHead(wanted, head.data());
  const size_t wanted_bytes = head_bytes + wanted.bytes.size();
  const char* stop = end();
  for (const char* at = begin(); at != stop;) {
    if (static_cast<size_t>(stop - at) >= wanted_bytes &&
        memcmp(at, head.data(), head_bytes) == 0 &&
        std::string_view(at + head_bytes, wanted.bytes.size()) == wanted.bytes) {
      return at;
    }
    for (size_t i = 0; i < stride; ++i) at = SkipElement(at);
  }
  return nullptr;
}

char* Packed::Reshape(size_t offset, size_t removed, size_t added, ptrdiff_t count_change) {
  const Head old = block_ == nullptr ? Head{0, 0} : HeadOf(block_);
  const auto new_bytes = static_cast<uint32_t>(old.bytes - removed + added);
  const auto new_count = static_cast<uint16_t>(old.count + count_change);
  const size_t old_size = block_ == nullptr ? 0 : AllocationSize(kHeadBytes + old.bytes);
  const size_t new_size = AllocationSize(kHeadBytes + new_bytes);
  char* target = block_;
  if (new_size != old_size) {
    target = static_cast<char*>(::operator new(new_size));
    if (offset != 0) memcpy(target + kHeadBytes, block_ + kHeadBytes, offset);
  }
  const size_t behind = old.bytes - offset - removed;
  if (behind != 0) {
    memmove(target + kHeadBytes + offset + added, block_ + kHeadBytes + offset + removed, behind);
  }
  if (target != block_) DestroyRaw(block_);
  block_ = target;
  memcpy(block_, &new_bytes, sizeof new_bytes);
  memcpy(block_ + sizeof new_bytes, &new_count, sizeof new_count);
  return block_ + kHeadBytes + offset;
}

const char* Packed::Insert(const char* at, std::initializer_list<PackedElement> elements) {
  size_t added = 0;
  for (const PackedElement& element : elements) added += ElementBytes(element);
  const size_t offset = static_cast<size_t>(at - begin());
  char* const first = Reshape(offset, 0, added, static_cast<ptrdiff_t>(elements.size()));
  char* out = first;
  for (const PackedElement& element : elements) out = WriteElement(element, out);
  return first;
}

const char* Packed::Erase(const char* at, size_t elements) {
  const char* stop = at;
  for (size_t i = 0; i < elements; ++i) stop = SkipElement(stop);
  return Reshape(static_cast<size_t>(at - begin()), static_cast<size_t>(stop - at), 0,
                 -static_cast<ptrdiff_t>(elements));
}

const char* Packed::Replace(const char* at, const PackedElement& element) {
  const auto removed = static_cast<size_t>(SkipElement(at) - at);
  char* out = Reshape(static_cast<size_t>(at - begin()), removed, ElementBytes(element), 0);
  WriteElement(element, out);
  return out;
}

Packed Packed::Clone() const {
  Packed clone;
  if (block_ == nullptr) return clone;
  const size_t size = AllocatedBytes();
  clone.block_ = static_cast<char*>(::operator new(size));
  memcpy(clone.block_, block_, kHeadBytes + bytes());
  return clone;
}

}  // namespace kvasir
