// The random choices of hash_type.h.
#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "src/base/random.h"
#include "src/store/hash_table.h"
#include "src/store/hash_type.h"
#include "src/store/selection.h"

namespace kvasir {
namespace {

// A field of the table that is not past its deadline. REQUIRES: there are some.
const FieldNode* RandomLiveNode(const KeyspaceContext& context, const HashTable& table) {
  while (true) {
    const FieldNode* node = table.table().RandomNode(RandomBits);
    if (!context.expiry_enabled || node->field().deadline_ms > context.now_ms) return node;
  }
}

// The table whose nodes can be chosen one by one: not while most may be past their deadline.
const HashTable* DirectTable(const Entry& entry, size_t live) {
  const HashTable* table = FindHashTable(entry);
  return table != nullptr && live >= table->Length() / 2 ? table : nullptr;
}

}  // namespace

void SampleHash(const KeyspaceContext& context, const Entry& entry, size_t count,
                FunctionRef<void(const HashField&)> visit) {
  const size_t live = HashLength(context, entry);
  const HashTable* table = DirectTable(entry, live);
  // From a third on, looking at every field is cheaper than hitting fields twice.
  if (table != nullptr && count < live / 3) {
    std::unordered_set<const FieldNode*> chosen;
    while (chosen.size() < count) {
      const FieldNode* node = RandomLiveNode(context, *table);
      if (chosen.insert(node).second) visit(node->field());
    }
    return;
  }
  Selection selection(std::min(count, live), live);
  VisitHashFields(context, entry, [&](const HashField& field) {
    if (selection.Takes()) visit(field);
    return !selection.done();
  });
}

void SampleHashRepeatedly(const KeyspaceContext& context, const Entry& entry, size_t count,
                          FunctionRef<void(const HashField&)> visit) {
  const size_t live = HashLength(context, entry);
  if (live == 0) return;
  if (const HashTable* table = DirectTable(entry, live)) {
    for (size_t i = 0; i < count; ++i) visit(RandomLiveNode(context, *table)->field());
    return;
  }
  std::vector<std::pair<std::string, std::string>> fields;
  VisitHashFields(context, entry, [&](const HashField& field) {
    fields.emplace_back(field.name, field.value);
    return true;
  });
  for (size_t i = 0; i < count; ++i) {
    const auto& [name, value] = fields[RandomBelow(fields.size())];
    visit({name, value});
  }
}

}  // namespace kvasir
