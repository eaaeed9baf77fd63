#include "src/store/sorted_set_tree.h"

#include <algorithm>
#include <cassert>

namespace kvasir {

SortedSetTree::~SortedSetTree() {
  static_assert(sizeof(Leaf) <= 512 && sizeof(Inner) <= 2048);
  if (root_ != nullptr) FreeAll(root_, height_);
}

void SortedSetTree::FreeAll(void* child, int level) {
  if (level == 0) {
    delete static_cast<Leaf*>(child);
    return;
  }
  auto* inner = static_cast<Inner*>(child);
  for (size_t i = 0; i < inner->count; ++i) FreeAll(inner->child[i], level - 1);
  delete inner;
}

void SortedSetTree::Place::Next() {
  if (++index_ < leaf_->count) return;
  leaf_ = leaf_->next;
  index_ = 0;
}

void SortedSetTree::Place::Previous() {
  if (index_-- > 0) return;
  leaf_ = leaf_->previous;
  if (leaf_ != nullptr) index_ = leaf_->count - 1;
}

size_t SortedSetTree::ChildFor(const Inner& inner, const Slot& slot) {
  // The first child also takes what is in front of it.
  return PartitionPoint(inner.first.data() + 1, inner.count - 1,
                        [&](const Slot& first) { return !Less(slot, first); });
}

size_t SortedSetTree::LowerBound(const Leaf& leaf, const Slot& slot) {
  return PartitionPoint(leaf.slots.data(), leaf.count,
                        [&](const Slot& other) { return Less(other, slot); });
}

const SortedSetTree::Slot& SortedSetTree::FirstOf(const void* child, int level) {
  if (level == 0) return static_cast<const Leaf*>(child)->slots[0];
  return static_cast<const Inner*>(child)->first[0];
}

size_t SortedSetTree::CountOf(const void* child, int level) {
  if (level == 0) return static_cast<const Leaf*>(child)->count;
  return static_cast<const Inner*>(child)->count;
}

bool SortedSetTree::IsFull(const void* child, int level) const {
  return CountOf(child, level) == (level == 0 ? kLeafSlots : kInnerSlots);
}

void SortedSetTree::AddLevel() {
  auto* root = new Inner;
  ++inner_count_;
  root->count = 1;
  root->first[0] = FirstOf(root_, height_);
  root->size[0] = size_;
  root->child[0] = root_;
  root_ = root;
  ++height_;
  assert(height_ < kHeightMax);
}

SortedSetTree::Leaf* SortedSetTree::SplitLeaf(Leaf& leaf, size_t keep) {
  auto* right = new Leaf;
  ++leaf_count_;
  std::copy(leaf.slots.begin() + keep, leaf.slots.begin() + leaf.count, right->slots.begin());
  right->count = leaf.count - keep;
  leaf.count = keep;
  right->previous = &leaf;
  right->next = leaf.next;
  leaf.next = right;
  if (right->next != nullptr) right->next->previous = right;
  if (last_ == &leaf) last_ = right;
  return right;
}

SortedSetTree::Inner* SortedSetTree::SplitInner(Inner& inner, size_t keep) {
  auto* right = new Inner;
  ++inner_count_;
  right->count = inner.count - keep;
  std::copy_n(inner.first.begin() + keep, right->count, right->first.begin());
  std::copy_n(inner.size.begin() + keep, right->count, right->size.begin());
  std::copy_n(inner.child.begin() + keep, right->count, right->child.begin());
  inner.count = keep;
  return right;
}

// Makes two of a full child of an inner node with room. When `added` goes to the end of the whole
// tree, the left one stays full: that is how ascending members fill their leaves.
void SortedSetTree::SplitChild(Inner& inner, size_t index, int child_level, const Slot& added,
                               bool appends) {
  const auto shift = [&](auto& array) {
    std::copy_backward(array.begin() + index + 1, array.begin() + inner.count,
                       array.begin() + inner.count + 1);
  };
  shift(inner.first);
  shift(inner.size);
  shift(inner.child);
  ++inner.count;
  uint64_t moved = 0;
  if (child_level == 0) {
    Leaf* right =
        SplitLeaf(*static_cast<Leaf*>(inner.child[index]), appends ? kLeafSlots : kLeafSlots / 2);
    moved = right->count;
    inner.child[index + 1] = right;
    inner.first[index + 1] = right->count == 0 ? added : right->slots[0];
  } else {
    Inner* right = SplitInner(*static_cast<Inner*>(inner.child[index]),
                              appends ? kInnerSlots - 1 : kInnerSlots / 2);
    for (size_t i = 0; i < right->count; ++i) moved += right->size[i];
    inner.child[index + 1] = right;
    inner.first[index + 1] = right->first[0];
  }
  inner.size[index + 1] = moved;
  inner.size[index] -= moved;
}

void SortedSetTree::Insert(SortedSetNode* node) {
  const Slot slot{node->score(), node};
  Insert(slot, size_ == 0 || Less(last_->slots[last_->count - 1], slot));
}

void SortedSetTree::Insert(Slot slot, bool appends) {
  if (root_ == nullptr) {
    root_ = first_ = last_ = new Leaf;
    ++leaf_count_;
  }
  if (IsFull(root_, height_)) AddLevel();
  void* at = root_;
  for (int level = height_; level > 0; --level) {
    Inner& inner = *static_cast<Inner*>(at);
    size_t index = appends ? inner.count - 1 : ChildFor(inner, slot);
    if (IsFull(inner.child[index], level - 1)) {
      SplitChild(inner, index, level - 1, slot, appends);
      if (appends || !Less(slot, inner.first[index + 1])) ++index;
    }
    if (!appends && Less(slot, inner.first[index])) inner.first[index] = slot;
    ++inner.size[index];
    at = inner.child[index];
  }
  Leaf& leaf = *static_cast<Leaf*>(at);
  const size_t index = appends ? leaf.count : LowerBound(leaf, slot);
  std::copy_backward(leaf.slots.begin() + index, leaf.slots.begin() + leaf.count,
                     leaf.slots.begin() + leaf.count + 1);
  leaf.slots[index] = slot;
  ++leaf.count;
  ++size_;
}

SortedSetTree::Place SortedSetTree::At(size_t rank) const {
  if (rank >= size_) return {};
  if (rank == 0) return {first_, 0};
  if (rank + 1 == size_) return {last_, last_->count - 1};
  Path path;
  size_t index = 0;
  const Leaf* leaf = DescendTo(rank, path, index);
  return {leaf, index};
}

}  // namespace kvasir
