#include "src/store/set_type.h"

#include <algorithm>
#include <optional>

#include "src/base/number.h"
#include "src/store/collection_loading.h"
#include "src/store/integer_set.h"
#include "src/store/packed.h"
#include "src/store/set_table.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

std::optional<int64_t> IntegerOf(std::string_view member) {
  if (member.size() > kInt64TextMax) return std::nullopt;
  return ParseInt64(member);
}

bool FitsPacked(std::string_view member, const CollectionLimits& limits) {
  return member.size() <= limits.set_max_listpack_value_bytes && member.size() < Packed::kBytesMax;
}

// Whether a packed set of `count` members that take `bytes` may get one more.
bool MayPack(size_t count, size_t bytes, std::string_view member, const CollectionLimits& limits) {
  return count < Packed::kElementsMax &&
         static_cast<int64_t>(count) < limits.set_max_listpack_entries &&
         FitsPacked(member, limits) && bytes + member.size() + kElementHeadMax <= Packed::kBytesMax;
}

size_t IntegersMax(const CollectionLimits& limits) {
  return std::min<size_t>(static_cast<size_t>(std::max<int64_t>(limits.set_max_intset_entries, 0)),
                          IntegerSet::kCountMax - 1);
}

SetTable& ConvertToTable(Entry& entry) {
  auto table = std::make_unique<SetTable>();
  ForEachSetMember(entry, [&](std::string_view member) { table->Add(member); });
  SetTable& full = *table;
  SetFullForm(entry, std::move(table));
  return full;
}

void ConvertToPacked(Entry& entry) {
  Packed packed;
  {
    const IntegerSetView integers(entry);
    for (size_t i = 0; i < integers->count(); ++i) packed.Append({MakeElement(integers->At(i))});
  }
  DestroyPointedTo(entry);
  entry.set_encoding(Encoding::kPacked);
  entry.set_pointer(packed.ReleaseRaw());
}

// The longest text of the integers is that of the first or the last.
bool IntegersFitPacked(const Entry& entry, std::string_view member,
                       const CollectionLimits& limits) {
  const IntegerSetView integers(entry);
  const size_t count = integers->count();
  if (!MayPack(count, count * (1 + sizeof(int64_t)), member, limits)) return false;
  if (count == 0) return true;
  ElementText scratch;
  const size_t longest = std::max(MakeElement(integers->At(0)).Text(scratch).size(),
                                  MakeElement(integers->At(count - 1)).Text(scratch).size());
  return longest <= limits.set_max_listpack_value_bytes;
}

bool AddToIntegers(Entry& entry, std::string_view member, const CollectionLimits& limits) {
  if (const std::optional<int64_t> integer = IntegerOf(member)) {
    size_t count;
    {
      IntegerSetEdit edit(entry);
      if (!edit.integers.Insert(*integer)) return false;
      count = edit.integers.count();
    }
    if (count > IntegersMax(limits)) ConvertToTable(entry);
    return true;
  }
  if (!IntegersFitPacked(entry, member, limits)) return ConvertToTable(entry).Add(member);
  ConvertToPacked(entry);
  PackedEdit(entry).packed.Append({MakeElement(member)});
  return true;
}

bool AddToPacked(Entry& entry, std::string_view member, const CollectionLimits& limits) {
  {
    PackedEdit edit(entry);
    if (edit.packed.Find(member, 1) != nullptr) return false;
    if (MayPack(edit.packed.count(), edit.packed.bytes(), member, limits)) {
      edit.packed.Append({MakeElement(member)});
      return true;
    }
  }
  return ConvertToTable(entry).Add(member);
}

bool RemoveFromIntegers(Entry& entry, std::string_view member) {
  const std::optional<int64_t> integer = IntegerOf(member);
  return integer && IntegerSetEdit(entry).integers.Erase(*integer);
}

bool RemoveFromPacked(Entry& entry, std::string_view member) {
  PackedEdit edit(entry);
  const char* at = edit.packed.Find(member, 1);
  if (at == nullptr) return false;
  edit.packed.Erase(at, 1);
  return true;
}

}  // namespace

size_t SetLength(const Entry& entry) {
  if (entry.encoding() == Encoding::kObject) return FullForm<SetTable>(entry).Length();
  if (entry.encoding() == Encoding::kIntegers) return IntegerSetView(entry)->count();
  return PackedView(entry)->count();
}

bool SetContains(const Entry& entry, std::string_view member) {
  if (entry.encoding() == Encoding::kObject) return FullForm<SetTable>(entry).Contains(member);
  if (entry.encoding() == Encoding::kPacked) return PackedView(entry)->Find(member, 1) != nullptr;
  const std::optional<int64_t> integer = IntegerOf(member);
  return integer && IntegerSetView(entry)->Contains(*integer);
}

void VisitSetMembers(const Entry& entry, FunctionRef<bool(std::string_view)> visit) {
  if (entry.encoding() == Encoding::kObject) {
    FullForm<SetTable>(entry).table().ForEachWhile(
        [&](const MemberNode* node) { return visit(node->key()); });
    return;
  }
  ElementText scratch;
  if (entry.encoding() == Encoding::kIntegers) {
    const IntegerSetView integers(entry);
    for (size_t i = 0; i < integers->count(); ++i) {
      if (!visit(MakeElement(integers->At(i)).Text(scratch))) return;
    }
    return;
  }
  const PackedView packed(entry);
  for (const char* at = packed->begin(); at != packed->end();) {
    if (!visit(ReadElement(at).Text(scratch))) return;
  }
}

uint64_t ScanSet(const Entry& entry, uint64_t cursor, FunctionRef<void(std::string_view)> visit) {
  if (entry.encoding() == Encoding::kObject) {
    return FullForm<SetTable>(entry).table().Scan(
        cursor, [&](const MemberNode* node) { visit(node->key()); });
  }
  ForEachSetMember(entry, [&](std::string_view member) { visit(member); });
  return 0;
}

Entry* NewSetEntry(Database& database, const Key& key, std::string_view first, size_t expected) {
  const CollectionLimits& limits = database.context().limits;
  Entry* entry = NewPackedEntry(database, key, ValueType::kSet);
  if (expected <= IntegersMax(limits) && IntegerOf(first)) {
    entry->set_encoding(Encoding::kIntegers);
  } else if (static_cast<int64_t>(expected) > limits.set_max_listpack_entries) {
    SetFullForm(*entry, std::make_unique<SetTable>());
  }
  return entry;
}

bool AddSetMember(Entry& entry, std::string_view member, const CollectionLimits& limits) {
  if (entry.encoding() == Encoding::kObject) return FullForm<SetTable>(entry).Add(member);
  if (entry.encoding() == Encoding::kIntegers) return AddToIntegers(entry, member, limits);
  return AddToPacked(entry, member, limits);
}

void AppendSetMember(Entry& entry, std::string_view member, const CollectionLimits& limits) {
  {
    PackedEdit edit(entry);
    if (MayPack(edit.packed.count(), edit.packed.bytes(), member, limits)) {
      edit.packed.Append({MakeElement(member)});
      return;
    }
  }
  ConvertToTable(entry).Add(member);
}

bool RemoveSetMember(Entry& entry, std::string_view member) {
  if (entry.encoding() == Encoding::kObject) return FullForm<SetTable>(entry).Remove(member);
  if (entry.encoding() == Encoding::kIntegers) return RemoveFromIntegers(entry, member);
  return RemoveFromPacked(entry, member);
}

size_t AddSetMembers(Database& database, const Key& key, Database::Position position,
                     std::span<const std::string_view> members) {
  const CollectionLimits& limits = database.context().limits;
  Entry* entry =
      position ? position.node() : NewSetEntry(database, key, members.front(), members.size());
  size_t added = 0;
  for (const std::string_view member : members) added += AddSetMember(*entry, member, limits);
  if (!position) {
    database.Insert(key, entry);
  } else if (added != 0) {
    database.Changed(key);
  }
  return added;
}

size_t RemoveSetMembers(Database& database, const Key& key, Database::Position position,
                        std::span<const std::string_view> members) {
  if (!position) return 0;
  Entry& entry = *position.node();
  size_t removed = 0;
  for (const std::string_view member : members) removed += RemoveSetMember(entry, member);
  if (removed == 0) return 0;
  if (SetLength(entry) == 0) {
    database.Remove(key, position);
  } else {
    database.Changed(key);
  }
  return removed;
}

size_t StoreSet(Database& database, const Key& key, Entry* fresh) {
  const Database::Position position = database.Locate(key);
  if (fresh == nullptr) {
    if (position) database.Remove(key, position);
    return 0;
  }
  if (position) {
    database.Replace(key, position, fresh);
  } else {
    database.Insert(key, fresh);
  }
  return SetLength(*fresh);
}

}  // namespace kvasir
