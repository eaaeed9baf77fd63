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
#include "src/store/list_cut.h"
#include "src/store/list_node.h"

namespace kvasir {

// How much goes into one node, as list-max-listpack-size says.
struct ListNodeLimit {
  size_t bytes;  // as Redis counts them, in a listpack
  size_t count;
  size_t plain_ends;  // how many nodes at each end are never compressed

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
  ~FullList() override;

  std::string_view EncodingName() const override { return "quicklist"; }
  size_t Length() const override { return length_; }
  size_t MemoryBytes(size_t samples) const override;
  std::unique_ptr<Collection> Clone() const override;
  size_t FreeEffort() const override { return slots_.size(); }

  bool BeginCut(ElementSink& sink, uint16_t version) override;
  bool TakeElements(size_t max) override;
  void AbandonCut() override { cut_.reset(); }
  bool in_cut() const override { return cut_ != nullptr; }

  // The nodes, none of them empty.
  size_t node_count() const { return slots_.size(); }
  size_t CountOf(size_t slot) const { return slots_[slot].count; }
  // A node, or what it is expanded to in `scratch`. LIFETIME: holds until either changes.
  const ListNode& node(size_t slot, ListNode& scratch) const {
    return Plain(slots_[slot].node, scratch);
  }

  // Where an element is: its node and its index there.
  struct Place {
    size_t slot;
    size_t index;
  };
  // REQUIRES: index < Length().
  Place Find(size_t index) const;

  // Never compressed. What the caller does to them must leave their elements as they are.
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
    uint32_t count;
    uint32_t ordinal = 0;  // in the cut that is going on; 0: no part of it, or taken
  };

  // To be called before a node's elements change or go away.
  void BeforeChange(Slot& slot) {
    if (cut_ != nullptr && slot.ordinal != 0) {
      cut_->Keep(slot.ordinal, slot.node.Clone());
      slot.ordinal = 0;
    }
    slot.node.Expand();
  }

  // Moves a node that leaves the list to `removed`, or to the cut.
  void Release(Slot& slot, std::vector<ListNode>& removed);
  static size_t Reserve(const ListNode& node, const ListNodeLimit& limit);
  void InsertNode(size_t slot, ListNode node);
  // Splits the node so that an element begins one; returns the slot that begins with it.
  size_t SplitAt(Place place);
  void TrimInside(size_t slot);
  void CompressInside(size_t slot, const ListNodeLimit& limit);
  void ExpandEnds();
  void CloseGaps(size_t first, size_t last, const ListNodeLimit& limit);

  std::deque<Slot> slots_;
  size_t length_ = 0;
  std::unique_ptr<ListCut> cut_;
};

}  // namespace kvasir
