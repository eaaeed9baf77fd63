// A list in its full form: a row of nodes, the directory of which holds how many elements each has,
// so that an element in the middle is found without touching the nodes in front of it.
// THREAD: loop; a list that left the keyspace may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "src/store/collection.h"
#include "src/store/collection_limits.h"
#include "src/store/list_node.h"

namespace kvasir {

// How much goes into one node, as list-max-listpack-size says.
struct ListNodeLimit {
  size_t bytes;  // as Redis counts them, in a listpack
  size_t count;

  static ListNodeLimit Of(const CollectionLimits& limits);
  // What a listpack with these elements takes, their lengths and its head included.
  static size_t ListpackBytes(const ListNode& node) { return 7 + node.bytes() + node.count(); }

  // Whether a node of a full list takes one more element. A full one fills its allocation exactly.
  bool Fits(const ListNode& node, const PackedElement& element) const {
    return node.count() < count &&
           node.bytes() + ElementBytes(element) + ListNode::kHeadBytes <= bytes;
  }
};

class FullList : public Collection {
 public:
  explicit FullList(ListNode node);

  std::string_view EncodingName() const override { return "quicklist"; }
  size_t Length() const override { return length_; }
  size_t MemoryBytes(size_t samples) const override;
  std::unique_ptr<Collection> Clone() const override;
  size_t FreeEffort() const override { return slots_.size(); }

  // The nodes, none of them empty.
  size_t node_count() const { return slots_.size(); }
  const ListNode& node(size_t slot) const { return slots_[slot].node; }

  // Where an element is: its node and its index there.
  struct Place {
    size_t slot;
    size_t index;
  };
  // REQUIRES: index < Length().
  Place Find(size_t index) const;

  ListNode& first() { return slots_.front().node; }
  ListNode& last() { return slots_.back().node; }

  void PushFront(const PackedElement& element, const ListNodeLimit& limit);
  void PushBack(const PackedElement& element, const ListNodeLimit& limit);
  // REQUIRES: Length() > 0; `at` is what last().Last() returned.
  void DropFirst();
  void DropLast(const char* at);

  // Removes the first or the last `count` elements. Whole nodes are moved to `removed`, for the
  // caller to free.
  void CutFront(size_t count, std::vector<ListNode>& removed);
  void CutBack(size_t count, std::vector<ListNode>& removed);

  void Set(size_t index, const PackedElement& element, const ListNodeLimit& limit);
  // Puts the element in front of the one at `index`, which may be Length().
  void Insert(size_t index, const PackedElement& element, const ListNodeLimit& limit);
  // Removes up to `limit` matching elements, from the back when `from_back`.
  size_t RemoveEqual(const ElementMatcher& wanted, size_t limit, bool from_back,
                     const ListNodeLimit& node_limit);

 private:
  struct Slot {
    ListNode node;
    size_t count;
  };

  static size_t Reserve(const ListNode& node, const ListNodeLimit& limit);
  void InsertNode(size_t slot, ListNode node);
  // Splits the node so that an element begins one; returns the slot that begins with it.
  size_t SplitAt(Place place);
  void TrimInside(size_t slot);
  void CloseGaps(size_t first, size_t last, const ListNodeLimit& limit);

  std::deque<Slot> slots_;
  size_t length_ = 0;
};

}  // namespace kvasir
