// The last form of a hash: a hash table of fields, each in an allocation of its own. Private to
// hash_type.h.
// THREAD: loop; a table that left the keyspace may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/store/dictionary.h"
#include "src/store/hash_forms.h"
#include "src/store/table_cut.h"

namespace kvasir {

// One field:
//
//   [form, 1] [name's length] [value's length] [deadline, 8, if any] [name] [value]
//
// where `form` says how many bytes each length takes, and whether there is a deadline.
class FieldNode {
 public:
  static FieldNode* Create(const HashField& field);
  static void Destroy(FieldNode* node);

  FieldNode() = delete;
  std::string_view key() const { return field().name; }
  HashField field() const;
  size_t AllocatedBytes() const;
  // False, and nothing done, when the value needs a new allocation.
  bool OverwriteValue(std::string_view value);
  // REQUIRES: has a deadline, and gets another one.
  void OverwriteDeadline(int64_t deadline_ms);
};

class HashTable final : public FullHash {
 public:
  using Table = Dictionary<FieldNode, KeyHash>;

  HashTable() = default;
  HashTable(const HashTable&) = delete;
  HashTable& operator=(const HashTable&) = delete;
  ~HashTable() override;

  std::string_view EncodingName() const override { return "hashtable"; }
  size_t Length() const override { return table_.size(); }
  size_t MemoryBytes(size_t samples) const override;
  std::unique_ptr<Collection> Clone() const override;
  size_t FreeEffort() const override;

  ElementExpiry* element_expiry() override {
    return volatile_ == nullptr ? nullptr : &volatile_->expiry;
  }
  std::optional<int64_t> NextElementDeadlineMs() const override;
  void TakeDueElements(int64_t now_ms, size_t max, std::vector<std::string>& names) override;

  std::optional<HashField> Find(std::string_view name, ElementText& scratch) const override;
  void Visit(HashVisitor visit) const override;
  // Takes time in the order of the result.
  size_t CountDue(int64_t now_ms) const override;
  bool Fits(std::string_view /*name*/, std::string_view /*value*/,
            const CollectionLimits& /*limits*/) const override {
    return true;
  }
  bool Set(std::string_view name, std::string_view value, int64_t deadline_ms) override;
  bool Erase(std::string_view name) override;
  void SetDeadline(std::string_view name, int64_t deadline_ms) override;

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

 private:
  struct GiveField {
    void operator()(ElementSink& sink, const FieldNode& node) const {
      sink.HashElement(node.field());
    }
  };

  // Only for hashes that have, or had, fields with a deadline.
  struct Volatile {
    ElementExpiry expiry;
    std::set<std::pair<int64_t, FieldNode*>> deadlines;
  };

  void Track(FieldNode* node);
  void Untrack(FieldNode* node);
  void Replace(Table::Position position, const HashField& field);
  void Remove(Table::Position position, uint64_t hash);

  Table table_;
  TableCut<Table, GiveField> cut_;
  std::unique_ptr<Volatile> volatile_;
};

// The table of a hash in this form; nullptr for the small forms.
const HashTable* FindHashTable(const Entry& entry);

}  // namespace kvasir
