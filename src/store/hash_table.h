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
  bool Fits(std::string_view /*name*/, std::string_view /*value*/,
            const CollectionLimits& /*limits*/) const override {
    return true;
  }
  bool Set(std::string_view name, std::string_view value, int64_t deadline_ms) override;
  bool Erase(std::string_view name) override;
  void SetDeadline(std::string_view name, int64_t deadline_ms) override;

  const Table& table() const { return table_; }
  void PrefetchElement(uint64_t hash, bool node) const override {
    node ? table_.PrefetchNode(hash) : table_.PrefetchBucket(hash);
  }

 private:
  // Only for hashes that have, or had, fields with a deadline.
  struct Volatile {
    ElementExpiry expiry;
    std::set<std::pair<int64_t, FieldNode*>> deadlines;
  };

  void Track(FieldNode* node);
  void Untrack(FieldNode* node);
  void Replace(Table::Position position, const HashField& field);
  void Remove(Table::Position position);

  Table table_;
  std::unique_ptr<Volatile> volatile_;
};

// The table of a hash in this form; nullptr for the small forms.
const HashTable* FindHashTable(const Entry& entry);

}  // namespace kvasir
