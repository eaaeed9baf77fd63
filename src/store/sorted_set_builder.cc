#include "src/store/sorted_set_builder.h"

#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "src/store/packed.h"
#include "src/store/sorted_set_order.h"
#include "src/store/sorted_set_packed.h"
#include "src/store/value.h"

namespace kvasir {

SortedSetBuilder::~SortedSetBuilder() {
  for (const ScoredNode& slot : nodes_) SortedSetNode::Destroy(slot.node);
}

void SortedSetBuilder::Add(const ScoredMember& added, uint64_t hash) {
  AddUnindexed(added);
  members_.Insert(nodes_.back().node, hash);
}

bool SortedSetBuilder::AddIfAbsent(const ScoredMember& added) {
  const uint64_t hash = HashBytes(added.member);
  if (members_.Find(added.member, hash)) return false;
  Add(added, hash);
  return true;
}

void SortedSetBuilder::AddUnindexed(const ScoredMember& added) {
  nodes_.push_back({added.score, SortedSetNode::Create(added.score, added.member)});
}

bool SortedSetBuilder::Index() {
  members_.Reserve(nodes_.size());
  // The nodes lie in memory as they came: only the buckets have to be waited for.
  constexpr size_t kAhead = 16;
  std::array<uint64_t, kAhead> hashes;
  for (size_t i = 0; i < nodes_.size() + kAhead; ++i) {
    uint64_t& hash = hashes[i % kAhead];
    if (i >= kAhead) {
      SortedSetNode* node = nodes_[i - kAhead].node;
      if (members_.Find(node->key(), hash)) return false;
      members_.Insert(node, hash);
    }
    if (i >= nodes_.size()) continue;
    hash = HashBytes(nodes_[i].node->key());
    members_.PrefetchBucket(hash);
  }
  return true;
}

void SortedSetBuilder::Sort() {
  for (ScoredNode& slot : nodes_) {
    if (std::isnan(slot.node->score())) slot.node->set_score(0);
    slot.score = slot.node->score();
  }
  SortByScore(nodes_);
}

bool SortedSetBuilder::FitsPacked(const CollectionLimits& limits) const {
  if (static_cast<int64_t>(size()) > limits.zset_max_listpack_entries) return false;
  if (size() * 2 > Packed::kElementsMax) return false;
  size_t bytes = 0;
  for (const auto& [score, node] : nodes_) {
    if (node->key().size() > limits.zset_max_listpack_value_bytes) return false;
    bytes += node->AllocatedBytes() + kElementHeadMax;
  }
  return bytes <= Packed::kBytesMax;
}

void SortedSetBuilder::FillPacked(Entry& entry) const {
  PackedEdit edit(entry);
  for (const auto& [score, node] : nodes_) {
    edit.packed.Append({MakeElement(node->key()), MakeScoreElement(score)});
  }
}

Entry* SortedSetBuilder::Build(Database& database, const Key& key) {
  // Zero has one form in memory (see SortedSetAdder), without a sign.
  for (ScoredNode& slot : nodes_) {
    if (slot.score != 0) continue;
    slot.score = 0;
    slot.node->set_score(0);
  }
  Entry* entry = NewPackedEntry(database, key, ValueType::kSortedSet);
  if (FitsPacked(database.context().limits)) {
    FillPacked(*entry);
  } else {
    SetFullForm(*entry, std::make_unique<SortedSetFull>(std::move(members_), nodes_));
    nodes_.clear();
  }
  return entry;
}

void SortedSetBuilder::Store(Database& database, const Key& key) {
  const Database::Position position = database.Locate(key);
  if (nodes_.empty()) {
    if (position) database.Remove(key, position);
    return;
  }
  Entry* entry = Build(database, key);
  if (position) {
    database.Replace(key, position, entry);
  } else {
    database.Insert(key, entry);
  }
}

}  // namespace kvasir
