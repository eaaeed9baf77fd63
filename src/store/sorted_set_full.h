// A sorted set in its full form: every member is a node, found by its name in a hash table and by
// its score in a tree. Private to src/store/sorted_set_*.
// THREAD: loop; one that left the keyspace may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "src/store/collection.h"
#include "src/store/dictionary.h"
#include "src/store/entry.h"
#include "src/store/sorted_set_node.h"
#include "src/store/sorted_set_tree.h"
#include "src/store/table_cut.h"

namespace kvasir {

using SortedSetMembers = Dictionary<SortedSetNode, KeyHash>;

class SortedSetFull : public Collection {
 public:
  SortedSetFull() = default;
  // Takes over nodes that are in a table already. REQUIRES: `in_order` are just those, in the order
  // of the tree.
  SortedSetFull(SortedSetMembers&& members, std::span<const ScoredNode> in_order);
  ~SortedSetFull() override;

  std::string_view EncodingName() const override { return "skiplist"; }
  size_t Length() const override { return tree_.size(); }
  size_t MemoryBytes(size_t samples) const override;
  std::unique_ptr<Collection> Clone() const override;
  size_t FreeEffort() const override { return tree_.size() + tree_.BlockCount(); }
  void PrefetchElement(uint64_t hash, bool node) const override {
    node ? members_.PrefetchNode(hash) : members_.PrefetchBucket(hash);
  }

  bool BeginCut(ElementSink& sink, uint16_t version) override {
    cut_.Begin(sink, version);
    return true;
  }
  bool TakeElements(size_t max) override { return cut_.Take(members_, max); }
  void AbandonCut() override { cut_.Abandon(); }
  bool in_cut() const override { return cut_.active(); }
  void MarkTaken(uint16_t version) override { members_.MarkTaken(version); }

  const SortedSetMembers& members() const { return members_; }
  const SortedSetTree& tree() const { return tree_; }

  // The member's node; nullptr when there is none. `hash` is HashBytes(member).
  SortedSetNode* Find(std::string_view member, uint64_t hash) const;
  // REQUIRES: the member is absent.
  void Add(std::string_view member, uint64_t hash, double score);
  void SetScore(SortedSetNode* node, double score);
  // False when the member is absent.
  bool Erase(std::string_view member);
  // REQUIRES: rank < Length().
  void EraseAt(size_t rank);

 private:
  struct GiveMember {
    void operator()(ElementSink& sink, const SortedSetNode& node) const {
      sink.SortedSetMember(node.key(), node.score());
    }
  };

  // Brings what the next removal at this end will touch into the cache.
  void Prefetch(SortedSetTree::Place place, bool upwards) const;

  SortedSetMembers members_;
  SortedSetTree tree_;
  TableCut<SortedSetMembers, GiveMember> cut_;
};

}  // namespace kvasir
