// The random choices of set_type.h.
#include <algorithm>
#include <unordered_set>
#include <vector>

#include "src/base/random.h"
#include "src/store/integer_set.h"
#include "src/store/packed.h"
#include "src/store/selection.h"
#include "src/store/set_table.h"
#include "src/store/set_type.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// Few members of a large table: chosen one by one until all are different.
void SampleTable(const SetTable& table, size_t count, FunctionRef<void(std::string_view)> visit) {
  std::unordered_set<const MemberNode*> chosen;
  while (chosen.size() < count) {
    const MemberNode* node = table.table().RandomNode(RandomBits);
    if (chosen.insert(node).second) visit(node->key());
  }
}

void PopFromTable(SetTable& table, size_t count, FunctionRef<void(std::string_view)> visit) {
  for (size_t i = 0; i < count; ++i) {
    const std::string_view member = table.table().RandomNode(RandomBits)->key();
    visit(member);
    table.Remove(member);
  }
}

void PopFromIntegers(IntegerSet& integers, size_t count,
                     FunctionRef<void(std::string_view)> visit) {
  ElementText scratch;
  if (count == 1) {
    const int64_t chosen = integers.At(RandomBelow(integers.count()));
    visit(MakeElement(chosen).Text(scratch));
    integers.Erase(chosen);
    return;
  }
  IntegerSet kept;
  Selection selection(count, integers.count());
  for (size_t i = 0; i < integers.count(); ++i) {
    const int64_t integer = integers.At(i);
    if (selection.Takes()) {
      visit(MakeElement(integer).Text(scratch));
    } else {
      kept.Insert(integer);
    }
  }
  integers = std::move(kept);
}

void PopFromPacked(Packed& packed, size_t count, FunctionRef<void(std::string_view)> visit) {
  ElementText scratch;
  if (count == 1) {
    const char* const chosen = packed.At(RandomBelow(packed.count()));
    const char* at = chosen;
    visit(ReadElement(at).Text(scratch));
    packed.Erase(chosen, 1);
    return;
  }
  Packed kept;
  Selection selection(count, packed.count());
  for (const char* at = packed.begin(); at != packed.end();) {
    const PackedElement element = ReadElement(at);
    if (selection.Takes()) {
      visit(element.Text(scratch));
    } else {
      kept.Append({element});
    }
  }
  packed = std::move(kept);
}

}  // namespace

void SampleSet(const Entry& entry, size_t count, FunctionRef<void(std::string_view)> visit) {
  const size_t length = SetLength(entry);
  // From a third on, looking at every member is cheaper than hitting members twice.
  if (entry.encoding() == Encoding::kObject && count < length / 3) {
    SampleTable(FullForm<SetTable>(entry), count, visit);
    return;
  }
  Selection selection(std::min(count, length), length);
  ForEachSetMember(entry, [&](std::string_view member) {
    if (selection.Takes()) visit(member);
    return !selection.done();
  });
}

void SampleSetRepeatedly(const Entry& entry, size_t count,
                         FunctionRef<void(std::string_view)> visit) {
  ElementText scratch;
  if (entry.encoding() == Encoding::kObject) {
    const SetTable& table = FullForm<SetTable>(entry);
    for (size_t i = 0; i < count; ++i) visit(table.table().RandomNode(RandomBits)->key());
  } else if (entry.encoding() == Encoding::kIntegers) {
    const IntegerSetView integers(entry);
    for (size_t i = 0; i < count; ++i) {
      visit(MakeElement(integers->At(RandomBelow(integers->count()))).Text(scratch));
    }
  } else {
    const PackedView packed(entry);
    std::vector<const char*> places;
    for (const char* at = packed->begin(); at != packed->end(); at = SkipElement(at)) {
      places.push_back(at);
    }
    for (size_t i = 0; i < count; ++i) {
      const char* at = places[RandomBelow(places.size())];
      visit(ReadElement(at).Text(scratch));
    }
  }
}

void PopSetMembers(Database& database, const Key& key, Database::Position position, size_t count,
                   FunctionRef<void(std::string_view)> visit) {
  Entry& entry = *position.node();
  if (count >= SetLength(entry)) {
    ForEachSetMember(entry, [&](std::string_view member) { visit(member); });
    database.Remove(key, position);
    return;
  }
  if (entry.encoding() == Encoding::kObject) {
    PopFromTable(FullForm<SetTable>(entry), count, visit);
  } else if (entry.encoding() == Encoding::kIntegers) {
    IntegerSetEdit edit(entry);
    PopFromIntegers(edit.integers, count, visit);
  } else {
    PackedEdit edit(entry);
    PopFromPacked(edit.packed, count, visit);
  }
  database.Changed(key);
}

}  // namespace kvasir
