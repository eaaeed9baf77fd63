#include "src/store/hash_type.h"

#include <utility>
#include <vector>

#include "src/store/collection_loading.h"
#include "src/store/hash_packed.h"
#include "src/store/hash_table.h"
#include "src/store/packed.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// Fields past their deadline that a command removes in passing.
constexpr size_t kExpiredAtOnce = 256;

const FullHash& Full(const Entry& entry) { return FullForm<FullHash>(entry); }

bool IsOver(const KeyspaceContext& context, int64_t deadline_ms) {
  return context.expiry_enabled && deadline_ms <= context.now_ms;
}

// Whether there are fields that are past their deadline and still there.
bool HasOverdue(const KeyspaceContext& context, const Entry& entry) {
  if (entry.encoding() != Encoding::kObject) return false;
  const std::optional<int64_t> next = Full(entry).NextElementDeadlineMs();
  return next && IsOver(context, *next);
}

void ConvertToTable(Entry& entry) {
  auto table = std::make_unique<HashTable>();
  VisitAllHashFields(entry, [&](const HashField& field) {
    table->Set(field.name, field.value, field.deadline_ms);
    return true;
  });
  SetFullForm(entry, std::move(table));
}

void ConvertToVolatile(Entry& entry) {
  auto full = std::make_unique<PackedVolatileHash>();
  VisitAllHashFields(entry, [&](const HashField& field) {
    full->Set(field.name, field.value, field.deadline_ms);
    return true;
  });
  SetFullForm(entry, std::move(full));
}

// Three elements per field reach the limits of the packed form sooner than two.
bool VolatileFits(const Entry& entry) {
  const PackedView packed(entry);
  const size_t fields = packed->count() / kPlainStride;
  constexpr size_t kDeadlineBytes = 1 + sizeof(int64_t);
  return (fields + 1) * kVolatileStride <= Packed::kElementsMax &&
         packed->bytes() + fields * kDeadlineBytes <= Packed::kBytesMax / 2;
}

// Gives the entry a form that can hold deadlines.
void AllowDeadlines(Entry& entry) {
  if (entry.encoding() == Encoding::kObject) return;
  if (VolatileFits(entry)) {
    ConvertToVolatile(entry);
  } else {
    ConvertToTable(entry);
  }
}

// True when the field is new. REQUIRES: the entry is in no wheel.
bool SetField(Entry& entry, std::string_view name, std::string_view value, int64_t deadline_ms,
              const CollectionLimits& limits) {
  const bool has_deadline = deadline_ms != kNoFieldDeadline && deadline_ms != kKeepFieldDeadline;
  if (has_deadline) AllowDeadlines(entry);
  if (entry.encoding() == Encoding::kPacked) {
    PackedEdit edit(entry);
    if (FitsPackedFields(edit.packed, kPlainStride, name, value, limits)) {
      return SetPackedField(edit.packed, kPlainStride, name, value, deadline_ms);
    }
  } else if (Full(entry).Fits(name, value, limits)) {
    return FullForm<FullHash>(entry).Set(name, value, deadline_ms);
  }
  ConvertToTable(entry);
  return FullForm<FullHash>(entry).Set(name, value, deadline_ms);
}

bool EraseField(Entry& entry, std::string_view name) {
  if (entry.encoding() == Encoding::kObject) return FullForm<FullHash>(entry).Erase(name);
  PackedEdit edit(entry);
  return ErasePackedField(edit.packed, kPlainStride, name);
}

// Takes the entry out of the wheel of elements' deadlines while it changes.
class Unlinked {
 public:
  Unlinked(Database& database, Entry* entry) : database_(database), entry_(entry) {
    database_.UnlinkElements(entry_);
  }
  Unlinked(const Unlinked&) = delete;
  Unlinked& operator=(const Unlinked&) = delete;
  ~Unlinked() { database_.LinkElements(entry_); }

 private:
  Database& database_;
  Entry* entry_;
};

}  // namespace

size_t TotalHashLength(const Entry& entry) {
  if (entry.encoding() == Encoding::kObject) return Full(entry).Length();
  return PackedView(entry)->count() / kPlainStride;
}

size_t HashLength(const KeyspaceContext& context, const Entry& entry) {
  const size_t due = HasOverdue(context, entry) ? Full(entry).CountDue(context.now_ms) : 0;
  return TotalHashLength(entry) - due;
}

std::optional<HashField> FindHashField(const KeyspaceContext& context, const Entry& entry,
                                       std::string_view name, ElementText& scratch) {
  if (entry.encoding() == Encoding::kPacked) {
    return FindPackedField(*PackedView(entry), kPlainStride, name, scratch);
  }
  const std::optional<HashField> field = Full(entry).Find(name, scratch);
  if (field && IsOver(context, field->deadline_ms)) return std::nullopt;
  return field;
}

void VisitHashFields(const KeyspaceContext& context, const Entry& entry, HashVisitor visit) {
  VisitAllHashFields(entry, [&](const HashField& field) {
    return IsOver(context, field.deadline_ms) || visit(field);
  });
}

void VisitAllHashFields(const Entry& entry, HashVisitor visit) {
  if (entry.encoding() == Encoding::kObject) {
    Full(entry).Visit(visit);
  } else {
    VisitPackedFields(*PackedView(entry), kPlainStride, visit);
  }
}

uint64_t ScanHash(const KeyspaceContext& context, const Entry& entry, uint64_t cursor,
                  FunctionRef<void(const HashField&)> visit) {
  const auto visit_live = [&](const HashField& field) {
    if (!IsOver(context, field.deadline_ms)) visit(field);
    return true;
  };
  if (const HashTable* table = FindHashTable(entry)) {
    return table->table().Scan(cursor, [&](const FieldNode* node) { visit_live(node->field()); });
  }
  VisitAllHashFields(entry, visit_live);
  return 0;
}

bool AddHashField(Entry& entry, const HashField& field, const CollectionLimits& limits) {
  return SetField(entry, field.name, field.value, field.deadline_ms, limits);
}

void AppendHashField(Entry& entry, const HashField& field, const CollectionLimits& limits) {
  if (!field.has_deadline()) {
    PackedEdit edit(entry);
    if (FitsPackedFields(edit.packed, kPlainStride, field.name, field.value, limits)) {
      edit.packed.Append({MakeElement(field.name), MakeElement(field.value)});
      return;
    }
  }
  AddHashField(entry, field, limits);
}

Database::Position ExpireHashFields(Database& database, const Key& key, Database::Position position,
                                    std::span<const std::string_view> names, size_t step) {
  const KeyspaceContext& context = database.context();
  if (!position || !HasOverdue(context, *position.node())) return position;
  if (!database.ExpireElements(key, position, kExpiredAtOnce)) return {};
  if (!HasOverdue(context, *position.node())) return position;
  Entry* entry = position.node();
  std::vector<std::string> removed;
  {
    const Unlinked unlinked(database, entry);
    ElementText scratch;
    for (size_t i = 0; i < names.size(); i += step) {
      const std::optional<HashField> field = Full(*entry).Find(names[i], scratch);
      if (!field || !IsOver(context, field->deadline_ms)) continue;
      EraseField(*entry, names[i]);
      removed.emplace_back(names[i]);
    }
  }
  return database.ElementsExpired(key, position, removed) ? position : Database::Position();
}

size_t SetHashFields(Database& database, const Key& key, Database::Position position,
                     std::span<const std::string_view> names_and_values, int64_t deadline_ms) {
  const CollectionLimits& limits = database.context().limits;
  Entry* entry = position ? position.node() : NewPackedEntry(database, key, ValueType::kHash);
  if (position) database.UnlinkElements(entry);
  size_t added = 0;
  for (size_t i = 0; i < names_and_values.size(); i += 2) {
    added += SetField(*entry, names_and_values[i], names_and_values[i + 1], deadline_ms, limits);
  }
  if (position) {
    database.LinkElements(entry);
    database.Changed(key);
  } else {
    database.Insert(key, entry);
  }
  return added;
}

size_t RemoveHashFields(Database& database, const Key& key, Database::Position& position,
                        std::span<const std::string_view> names) {
  if (!position) return 0;
  Entry* entry = position.node();
  size_t removed = 0;
  {
    const Unlinked unlinked(database, entry);
    for (const std::string_view name : names) removed += EraseField(*entry, name);
  }
  if (removed == 0) return 0;
  if (TotalHashLength(*entry) == 0) {
    database.Remove(key, position);
    position = {};
  } else {
    database.Changed(key);
  }
  return removed;
}

void SetHashFieldDeadline(Database& database, const Key& key, Database::Position position,
                          std::string_view name, int64_t deadline_ms) {
  Entry* entry = position.node();
  {
    const Unlinked unlinked(database, entry);
    AllowDeadlines(*entry);
    FullForm<FullHash>(*entry).SetDeadline(name, deadline_ms);
  }
  database.Changed(key);
}

}  // namespace kvasir
