// A sorted set in the making: members come in any order, and their scores may still change. What
// the commands that combine sorted sets reply with or store.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "src/store/collection_limits.h"
#include "src/store/database.h"
#include "src/store/sorted_set_full.h"
#include "src/store/sorted_set_type.h"

namespace kvasir {

class SortedSetBuilder {
 public:
  SortedSetBuilder() = default;
  SortedSetBuilder(const SortedSetBuilder&) = delete;
  SortedSetBuilder& operator=(const SortedSetBuilder&) = delete;
  ~SortedSetBuilder();

  size_t size() const { return nodes_.size(); }

  // False, and nothing done, when the member is there already.
  bool AddIfAbsent(const ScoredMember& added);
  // Adds the member when it is absent; else sets its score to what `combine(old score)` returns.
  template <typename Combine>
  void AddOrCombine(const ScoredMember& added, Combine combine);
  // REQUIRES: the member is absent.
  void Add(const ScoredMember& added) { Add(added, HashBytes(added.member)); }
  // For many members that nobody asks for meanwhile: they are not found before Index was called,
  // which does in one go what costs a wait for memory each. False when a member came twice.
  // REQUIRES for AddUnindexed: nothing was added in another way.
  void AddUnindexed(const ScoredMember& added);
  bool Index();

  // Brings the members into their order. Scores that are NaN count as 0. Nothing is added after it.
  void Sort();
  ScoredMember operator[](size_t rank) const {
    return {nodes_[rank].node->key(), nodes_[rank].score};
  }

  // Stores the members under a key in the place of whatever it held; an empty set removes it. The
  // builder is empty afterwards. REQUIRES: Sort was called.
  void Store(Database& database, const Key& key);
  // The members as an entry that is in no database; ownership goes to the caller. The builder is
  // empty afterwards. REQUIRES: Sort was called, and there is a member.
  Entry* Build(Database& database, const Key& key);

 private:
  void Add(const ScoredMember& added, uint64_t hash);
  bool FitsPacked(const CollectionLimits& limits) const;
  void FillPacked(Entry& entry) const;

  SortedSetMembers members_;
  std::vector<ScoredNode> nodes_;  // the scores are right from Sort on
};

template <typename Combine>
void SortedSetBuilder::AddOrCombine(const ScoredMember& added, Combine combine) {
  const uint64_t hash = HashBytes(added.member);
  const SortedSetMembers::Position position = members_.Find(added.member, hash);
  if (position) {
    position.node()->set_score(combine(position.node()->score()));
  } else {
    Add(added, hash);
  }
}

}  // namespace kvasir
