// The full form of a set: a hash table of members, each in an allocation of its own. Private to
// set_type.h.
// THREAD: loop; a table that left the keyspace may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "src/store/collection.h"
#include "src/store/dictionary.h"
#include "src/store/entry.h"
#include "src/store/table_cut.h"

namespace kvasir {

// One member: its length in one byte, or 0xff and eight bytes, and the bytes.
class MemberNode {
 public:
  static MemberNode* Create(std::string_view member);
  static void Destroy(MemberNode* node);

  MemberNode() = delete;
  std::string_view key() const;
  size_t AllocatedBytes() const;
};

class SetTable final : public Collection {
 public:
  using Table = Dictionary<MemberNode, KeyHash>;

  SetTable() = default;
  SetTable(const SetTable&) = delete;
  SetTable& operator=(const SetTable&) = delete;
  ~SetTable() override;

  std::string_view EncodingName() const override { return "hashtable"; }
  size_t Length() const override { return table_.size(); }
  size_t MemoryBytes(size_t samples) const override;
  std::unique_ptr<Collection> Clone() const override;
  size_t FreeEffort() const override { return table_.size(); }

  bool BeginCut(ElementSink& sink, uint16_t version) override {
    cut_.Begin(sink, version);
    return true;
  }
  bool TakeElements(size_t max) override { return cut_.Take(table_, max); }
  void AbandonCut() override { cut_.Abandon(); }
  bool in_cut() const override { return cut_.active(); }
  void MarkTaken(uint16_t version) override { table_.MarkTaken(version); }

  const Table& table() const { return table_; }
  void PrefetchElement(uint64_t hash, bool node) const override {
    node ? table_.PrefetchNode(hash) : table_.PrefetchBucket(hash);
  }
  bool Contains(std::string_view member) const;
  // False when it is there already.
  bool Add(std::string_view member);
  // False when it is not there.
  bool Remove(std::string_view member);

 private:
  struct GiveMember {
    void operator()(ElementSink& sink, const MemberNode& node) const { sink.SetMember(node.key()); }
  };

  Table table_;
  TableCut<Table, GiveMember> cut_;
};

}  // namespace kvasir
