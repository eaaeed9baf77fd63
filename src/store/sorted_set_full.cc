#include "src/store/sorted_set_full.h"

#include <cstdint>
#include <utility>

#include "src/base/prefetch.h"

namespace kvasir {

SortedSetFull::SortedSetFull(SortedSetMembers&& members, std::span<const ScoredNode> in_order)
    : members_(std::move(members)) {
  for (const ScoredNode& slot : in_order) tree_.Append(slot);
}

SortedSetFull::~SortedSetFull() {
  cut_.Take(members_, SIZE_MAX);
  members_.ForEach([](SortedSetNode* node) { SortedSetNode::Destroy(node); });
}

size_t SortedSetFull::MemoryBytes(size_t samples) const {
  size_t node_bytes = 0;
  size_t counted = 0;
  for (auto at = tree_.At(0); at && (samples == 0 || counted < samples); at.Next()) {
    node_bytes += at.node().AllocatedBytes();
    ++counted;
  }
  if (counted != 0 && counted < Length()) node_bytes = node_bytes * Length() / counted;
  return AllocationSize(sizeof *this) + tree_.MemoryBytes() + members_.MemoryBytes() + node_bytes;
}

std::unique_ptr<Collection> SortedSetFull::Clone() const {
  auto clone = std::make_unique<SortedSetFull>();
  for (auto at = tree_.At(0); at; at.Next()) {
    clone->Add(at.node().key(), HashBytes(at.node().key()), at.score());
  }
  return clone;
}

SortedSetNode* SortedSetFull::Find(std::string_view member, uint64_t hash) const {
  const SortedSetMembers::Position position = members_.Find(member, hash);
  return position ? position.node() : nullptr;
}

void SortedSetFull::Add(std::string_view member, uint64_t hash, double score) {
  SortedSetNode* node = SortedSetNode::Create(score, member);
  cut_.BeforeChange(members_, hash);
  members_.Insert(node, hash);
  tree_.Insert(node);
}

void SortedSetFull::SetScore(SortedSetNode* node, double score) {
  if (cut_.active()) cut_.BeforeChange(members_, HashBytes(node->key()));
  tree_.SetScore(node, score);
}

bool SortedSetFull::Erase(std::string_view member) {
  const uint64_t hash = HashBytes(member);
  const SortedSetMembers::Position position = members_.Find(member, hash);
  if (!position) return false;
  SortedSetNode* node = position.node();
  cut_.BeforeChange(members_, hash);
  tree_.Erase(node);
  members_.Erase(position, cut_.version());
  SortedSetNode::Destroy(node);
  return true;
}

void SortedSetFull::EraseAt(size_t rank) {
  SortedSetNode* node = tree_.EraseAt(rank);
  const uint64_t hash = HashBytes(node->key());
  cut_.BeforeChange(members_, hash);
  members_.Erase(members_.Find(node->key(), hash), cut_.version());
  SortedSetNode::Destroy(node);
  // Who takes members off an end comes back for more.
  if (rank == 0) {
    Prefetch(tree_.At(0), true);
  } else if (rank == tree_.size()) {
    Prefetch(tree_.At(rank - 1), false);
  }
}

void SortedSetFull::Prefetch(SortedSetTree::Place place, bool upwards) const {
  if (!place) return;
  // This node was fetched two removals ago, so that its hash costs no wait.
  members_.PrefetchBucket(HashBytes(place.node().key()));
  constexpr int kNodesAhead = 2;
  for (int i = 0; i < kNodesAhead && place; ++i) upwards ? place.Next() : place.Previous();
  if (place) PrefetchLine(&place.node());
}

}  // namespace kvasir
