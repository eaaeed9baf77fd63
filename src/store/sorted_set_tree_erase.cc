// Taking members out of a SortedSetTree.
#include <algorithm>

#include "src/store/sorted_set_tree.h"

namespace kvasir {

SortedSetTree::Leaf* SortedSetTree::Descend(const Slot& slot, Path& path) const {
  void* at = root_;
  for (int level = height_; level > 0; --level) {
    auto* inner = static_cast<Inner*>(at);
    const size_t index = ChildFor(*inner, slot);
    path[static_cast<size_t>(level)] = {inner, index};
    at = inner->child[index];
  }
  return static_cast<Leaf*>(at);
}

SortedSetTree::Leaf* SortedSetTree::DescendTo(size_t rank, Path& path, size_t& index) const {
  void* at = root_;
  for (int level = height_; level > 0; --level) {
    auto* inner = static_cast<Inner*>(at);
    size_t child = 0;
    while (rank >= inner->size[child]) rank -= inner->size[child++];
    path[static_cast<size_t>(level)] = {inner, child};
    at = inner->child[child];
  }
  index = rank;
  return static_cast<Leaf*>(at);
}

void SortedSetTree::Erase(SortedSetNode* node) {
  const Slot slot{node->score(), node};
  Path path;
  Leaf* leaf = Descend(slot, path);
  EraseFrom(leaf, LowerBound(*leaf, slot), path);
}

SortedSetNode* SortedSetTree::EraseAt(size_t rank) {
  Path path;
  size_t index = 0;
  Leaf* leaf = DescendTo(rank, path, index);
  SortedSetNode* node = leaf->slots[index].node;
  EraseFrom(leaf, index, path);
  return node;
}

void SortedSetTree::SetScore(SortedSetNode* node, double score) {
  const Slot slot{node->score(), node};
  const Slot moved{score, node};
  Path path;
  Leaf* leaf = Descend(slot, path);
  const size_t index = LowerBound(*leaf, slot);
  // Between the same neighbours nothing moves. Less compares members by way of the nodes, which
  // are the same on both sides; their scores are in the slots.
  const bool inside = index > 0 && index + 1 < leaf->count;
  if (inside && Less(leaf->slots[index - 1], moved) && Less(moved, leaf->slots[index + 1])) {
    leaf->slots[index] = moved;
    node->set_score(score);
    return;
  }
  EraseFrom(leaf, index, path);
  node->set_score(score);
  Insert(node);
}

void SortedSetTree::EraseFrom(Leaf* leaf, size_t index, Path& path) {
  std::copy(leaf->slots.begin() + index + 1, leaf->slots.begin() + leaf->count,
            leaf->slots.begin() + index);
  --leaf->count;
  --size_;
  for (int level = 1; level <= height_; ++level) {
    const Step& step = path[static_cast<size_t>(level)];
    --step.inner->size[step.index];
    Tidy(*step.inner, step.index, level - 1);
  }
  ShrinkRoot();
}

// After a removal under a child: its first slot may be another, and it may have become thin.
void SortedSetTree::Tidy(Inner& inner, size_t index, int child_level) {
  void* child = inner.child[index];
  const size_t count = CountOf(child, child_level);
  if (count == 0) {
    if (child_level == 0) {
      FreeLeaf(static_cast<Leaf*>(child));
    } else {
      FreeInner(static_cast<Inner*>(child));
    }
    RemoveChild(inner, index);
    return;
  }
  inner.first[index] = FirstOf(child, child_level);
  const size_t slots = child_level == 0 ? kLeafSlots : kInnerSlots;
  if (count >= slots / 4) return;
  const auto fits = [&](size_t other) {
    return count + CountOf(inner.child[other], child_level) <= slots / 4 * 3;
  };
  if (index + 1 < inner.count && fits(index + 1)) {
    MergeWithNext(inner, index, child_level);
  } else if (index > 0 && fits(index - 1)) {
    MergeWithNext(inner, index - 1, child_level);
  }
}

void SortedSetTree::MergeWithNext(Inner& inner, size_t index, int child_level) {
  void* next = inner.child[index + 1];
  if (child_level == 0) {
    Leaf& left = *static_cast<Leaf*>(inner.child[index]);
    Leaf& right = *static_cast<Leaf*>(next);
    std::copy_n(right.slots.begin(), right.count, left.slots.begin() + left.count);
    left.count += right.count;
    FreeLeaf(&right);
  } else {
    Inner& left = *static_cast<Inner*>(inner.child[index]);
    Inner& right = *static_cast<Inner*>(next);
    std::copy_n(right.first.begin(), right.count, left.first.begin() + left.count);
    std::copy_n(right.size.begin(), right.count, left.size.begin() + left.count);
    std::copy_n(right.child.begin(), right.count, left.child.begin() + left.count);
    left.count += right.count;
    FreeInner(&right);
  }
  inner.size[index] += inner.size[index + 1];
  RemoveChild(inner, index + 1);
}

void SortedSetTree::RemoveChild(Inner& inner, size_t index) {
  const auto close = [&](auto& array) {
    std::copy(array.begin() + index + 1, array.begin() + inner.count, array.begin() + index);
  };
  close(inner.first);
  close(inner.size);
  close(inner.child);
  --inner.count;
}

void SortedSetTree::ShrinkRoot() {
  while (height_ > 0 && CountOf(root_, height_) <= 1) {
    auto* root = static_cast<Inner*>(root_);
    root_ = root->count == 0 ? nullptr : root->child[0];
    height_ = root->count == 0 ? 0 : height_ - 1;
    FreeInner(root);
  }
  if (height_ == 0 && root_ != nullptr && CountOf(root_, 0) == 0) {
    FreeLeaf(static_cast<Leaf*>(root_));
    root_ = nullptr;
  }
}

void SortedSetTree::FreeLeaf(Leaf* leaf) {
  if (leaf->previous != nullptr) leaf->previous->next = leaf->next;
  if (leaf->next != nullptr) leaf->next->previous = leaf->previous;
  if (first_ == leaf) first_ = leaf->next;
  if (last_ == leaf) last_ = leaf->previous;
  delete leaf;
  --leaf_count_;
}

void SortedSetTree::FreeInner(Inner* inner) {
  delete inner;
  --inner_count_;
}

}  // namespace kvasir
