// The members of a sorted set in the order of (score, member): a B+-tree that counts. Each inner
// node knows how many members lie under each child, so that ranks are found on the way down, and
// the first member under each, so that nothing outside of the way is touched.
//
// Scores stand in the tree beside the pointers: members are looked at only where scores are equal.
// Full nodes are split on the way down, thin ones merged on the way back up.
// THREAD: loop; a tree that left the keyspace may be destroyed by any one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "src/store/sorted_set_node.h"

namespace kvasir {

class SortedSetTree {
 private:
  using Slot = ScoredNode;
  struct Leaf;

 public:
  // A place in the order. Valid until the tree changes.
  class Place {
   public:
    Place() = default;
    explicit operator bool() const { return leaf_ != nullptr; }
    const SortedSetNode& node() const { return *leaf_->slots[index_].node; }
    double score() const { return leaf_->slots[index_].score; }
    // Moves on by one; becomes empty behind the last (in front of the first).
    void Next();
    void Previous();

   private:
    friend class SortedSetTree;
    Place(const Leaf* leaf, size_t index) : leaf_(leaf), index_(index) {}
    const Leaf* leaf_ = nullptr;
    size_t index_ = 0;
  };

  SortedSetTree() = default;
  SortedSetTree(const SortedSetTree&) = delete;
  SortedSetTree& operator=(const SortedSetTree&) = delete;
  // The nodes are not destroyed: the tree owns none of them.
  ~SortedSetTree();

  size_t size() const { return size_; }
  size_t MemoryBytes() const {
    return leaf_count_ * AllocationSize(sizeof(Leaf)) +
           inner_count_ * AllocationSize(sizeof(Inner));
  }
  size_t BlockCount() const { return leaf_count_ + inner_count_; }

  // Adding in ascending order costs least and fills the leaves.
  // REQUIRES: no node with the same score and member is there.
  void Insert(SortedSetNode* node);
  // Looks at no node. REQUIRES: the score is the node's, and all that are there come before it.
  void Append(ScoredNode slot) { Insert(slot, true); }
  // REQUIRES for these: the node is in the tree.
  void Erase(SortedSetNode* node);
  void SetScore(SortedSetNode* node, double score);
  // REQUIRES: rank < size().
  SortedSetNode* EraseAt(size_t rank);

  // The member at `rank`, counted from 0; empty when there are not so many.
  Place At(size_t rank) const;

  // How many members are in front of the point where `before(score, node)` turns false.
  // REQUIRES: in order, it is true and then false.
  template <typename Before>
  size_t CountBefore(Before before) const;

 private:
  // Sized to fill size classes of the allocator: 512 bytes and 2 KiB.
  static constexpr size_t kLeafSlots = 30;
  static constexpr size_t kInnerSlots = 63;
  // Far more than memory holds: each level multiplies by about 30.
  static constexpr int kHeightMax = 16;

  struct Leaf {
    size_t count = 0;
    Leaf* previous = nullptr;
    Leaf* next = nullptr;
    std::array<Slot, kLeafSlots> slots;
  };
  struct Inner {
    size_t count = 0;
    std::array<Slot, kInnerSlots> first;     // the first slot under each child
    std::array<uint64_t, kInnerSlots> size;  // members under each child
    std::array<void*, kInnerSlots> child;    // Leaf at level 1, else Inner
  };
  // The way down: inner nodes and the child taken, indexed by level. Leaves are level 0.
  struct Step {
    Inner* inner;
    size_t index;
  };
  using Path = std::array<Step, kHeightMax>;

  static bool Less(const Slot& a, const Slot& b) {
    if (a.score != b.score) return a.score < b.score;
    return a.node->key() < b.node->key();
  }
  // The number of slots for which `before` holds. REQUIRES: first those, then the others.
  template <typename Before>
  static size_t PartitionPoint(const Slot* slots, size_t count, Before before);
  static size_t ChildFor(const Inner& inner, const Slot& slot);
  static size_t LowerBound(const Leaf& leaf, const Slot& slot);
  static const Slot& FirstOf(const void* child, int level);
  static size_t CountOf(const void* child, int level);

  void Insert(Slot slot, bool appends);
  bool IsFull(const void* child, int level) const;
  void AddLevel();
  void SplitChild(Inner& inner, size_t index, int child_level, const Slot& added, bool appends);
  Leaf* SplitLeaf(Leaf& leaf, size_t keep);
  Inner* SplitInner(Inner& inner, size_t keep);

  Leaf* Descend(const Slot& slot, Path& path) const;
  Leaf* DescendTo(size_t rank, Path& path, size_t& index) const;
  void EraseFrom(Leaf* leaf, size_t index, Path& path);
  void Tidy(Inner& inner, size_t index, int child_level);
  void MergeWithNext(Inner& inner, size_t index, int child_level);
  static void RemoveChild(Inner& inner, size_t index);
  void ShrinkRoot();
  void FreeLeaf(Leaf* leaf);
  void FreeInner(Inner* inner);
  void FreeAll(void* child, int level);

  void* root_ = nullptr;
  int height_ = 0;  // levels of inner nodes
  Leaf* first_ = nullptr;
  Leaf* last_ = nullptr;
  size_t size_ = 0;
  size_t leaf_count_ = 0;
  size_t inner_count_ = 0;
};

template <typename Before>
size_t SortedSetTree::PartitionPoint(const Slot* slots, size_t count, Before before) {
  size_t low = 0;
  while (count > 0) {
    const size_t half = count / 2;
    if (before(slots[low + half])) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low;
}

template <typename Before>
size_t SortedSetTree::CountBefore(Before before) const {
  if (root_ == nullptr) return 0;
  const auto slot_before = [&](const Slot& slot) { return before(slot.score, *slot.node); };
  size_t rank = 0;
  const void* at = root_;
  for (int level = height_; level > 0; --level) {
    const Inner& inner = *static_cast<const Inner*>(at);
    const size_t behind = PartitionPoint(inner.first.data(), inner.count, slot_before);
    if (behind == 0) return rank;
    for (size_t i = 0; i + 1 < behind; ++i) rank += inner.size[i];
    at = inner.child[behind - 1];
  }
  const Leaf& leaf = *static_cast<const Leaf*>(at);
  return rank + PartitionPoint(leaf.slots.data(), leaf.count, slot_before);
}

}  // namespace kvasir
