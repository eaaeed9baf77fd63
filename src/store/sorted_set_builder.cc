#include "src/store/sorted_set_builder.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "src/store/packed.h"
#include "src/store/sorted_set_packed.h"
#include "src/store/value.h"

namespace kvasir {

SortedSetBuilder::~SortedSetBuilder() {
  for (SortedSetNode* node : nodes_) SortedSetNode::Destroy(node);
}

void SortedSetBuilder::Add(const ScoredMember& added, uint64_t hash) {
  SortedSetNode* node = SortedSetNode::Create(added.score, added.member);
  members_.Insert(node, hash);
  nodes_.push_back(node);
}

bool SortedSetBuilder::AddIfAbsent(const ScoredMember& added) {
  const uint64_t hash = HashBytes(added.member);
  if (members_.Find(added.member, hash)) return false;
  Add(added, hash);
  return true;
}

void SortedSetBuilder::Sort() {
  for (SortedSetNode* node : nodes_) {
    if (std::isnan(node->score())) node->set_score(0);
  }
  std::sort(nodes_.begin(), nodes_.end(), [](const SortedSetNode* a, const SortedSetNode* b) {
    return a->score() != b->score() ? a->score() < b->score() : a->key() < b->key();
  });
}

bool SortedSetBuilder::FitsPacked(const CollectionLimits& limits) const {
  if (static_cast<int64_t>(size()) > limits.zset_max_listpack_entries) return false;
  if (size() * 2 > Packed::kElementsMax) return false;
  size_t bytes = 0;
  for (const SortedSetNode* node : nodes_) {
    if (node->key().size() > limits.zset_max_listpack_value_bytes) return false;
    bytes += node->AllocatedBytes() + kElementHeadMax;
  }
  return bytes <= Packed::kBytesMax;
}

void SortedSetBuilder::FillPacked(Entry& entry) const {
  PackedEdit edit(entry);
  for (const SortedSetNode* node : nodes_) {
    edit.packed.Append({MakeElement(node->key()), MakeScoreElement(node->score())});
  }
}

Entry* SortedSetBuilder::Build(Database& database, const Key& key) {
  // Zero has one form in memory (see SortedSetAdder), and -0 + 0 is it.
  for (SortedSetNode* node : nodes_) node->set_score(node->score() + 0.0);
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
