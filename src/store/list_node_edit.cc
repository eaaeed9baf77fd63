// Changes of a list's node away from its ends.
#include <algorithm>
#include <cstring>
#include <vector>

#include "src/base/memory.h"
#include "src/store/list_node.h"

namespace kvasir {

// Puts `bytes` uninitialized bytes in the place of the `removed` ones at `offset` of the elements;
// returns where they are. The node has no lengths then, so positions are offsets without them.
char* ListNode::Reshape(size_t offset, size_t removed, size_t bytes) {
  const size_t live = head().end - head().begin;
  const size_t new_live = live - removed + bytes;
  const size_t behind = live - offset - removed;
  if (head().begin + new_live <= capacity()) {
    memmove(at_begin() + offset + bytes, at_begin() + offset + removed, behind);
  } else {
    ListNode grown = WithCapacity(AllocationSize(kHeadBytes + new_live));
    memcpy(grown.block_ + kHeadBytes, at_begin(), offset);
    memcpy(grown.block_ + kHeadBytes + offset + bytes, at_begin() + offset + removed, behind);
    grown.head().count = head().count;
    *this = std::move(grown);
  }
  head().end = static_cast<uint32_t>(head().begin + new_live);
  return at_begin() + offset;
}

// Gives up the lengths, and returns the offset that the element at `at` has then.
size_t ListNode::OffsetWithoutLengths(const char* at) {
  if (!has_lengths()) return static_cast<size_t>(at - begin());
  size_t offset = 0;
  for (const char* before = begin(); before != at; before = Next(before)) {
    offset += static_cast<size_t>(SkipElement(before) - before);
  }
  Trim();
  return offset;
}

void ListNode::Insert(const char* at, const PackedElement& element) {
  char* const out = Reshape(OffsetWithoutLengths(at), 0, ElementBytes(element));
  WriteElement(element, out);
  ++head().count;
}

void ListNode::Replace(const char* at, const PackedElement& element) {
  const auto removed = static_cast<size_t>(SkipElement(at) - at);
  char* const out = Reshape(OffsetWithoutLengths(at), removed, ElementBytes(element));
  WriteElement(element, out);
  ShrinkIfSparse();
}

ListNode ListNode::SplitOff(const char* at, size_t index) {
  const size_t offset = OffsetWithoutLengths(at);
  const size_t moved = head().end - head().begin - offset;
  ListNode rest = WithCapacity(AllocationSize(kHeadBytes + moved));
  memcpy(rest.at_begin(), at_begin() + offset, moved);
  rest.head().end += static_cast<uint32_t>(moved);
  rest.head().count = static_cast<uint16_t>(head().count - index);
  CutFrom(begin() + offset, index);
  return rest;
}

void ListNode::Append(ListNode other) {
  OffsetWithoutLengths(begin());
  other.OffsetWithoutLengths(other.begin());
  const size_t live = head().end - head().begin;
  const size_t added = other.head().end - other.head().begin;
  memcpy(Reshape(live, 0, added), other.begin(), added);
  head().count = static_cast<uint16_t>(head().count + other.head().count);
}

size_t ListNode::RemoveEqual(const ElementMatcher& wanted, size_t limit, bool from_back) {
  std::vector<const char*> found;
  for (const char* at = begin(); at != end(); at = Next(at)) {
    if (!wanted.Matches(at, end())) continue;
    found.push_back(at);
    if (!from_back && found.size() == limit) break;
  }
  if (found.empty()) return 0;
  if (from_back && found.size() > limit) found.erase(found.begin(), found.end() - limit);
  // What stands between the removed elements closes up.
  char* out = const_cast<char*>(found.front());
  for (size_t i = 0; i < found.size(); ++i) {
    const char* kept = Next(found[i]);
    const char* kept_end = i + 1 < found.size() ? found[i + 1] : end();
    memmove(out, kept, static_cast<size_t>(kept_end - kept));
    out += kept_end - kept;
  }
  CutFrom(out, head().count - found.size());
  return found.size();
}

}  // namespace kvasir
