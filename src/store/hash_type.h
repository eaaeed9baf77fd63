// Hashes: packed fields and hash tables behind one face, with and without deadlines of fields. The
// functions here know no wire; callers have looked the key up.
//
// A field past its deadline is removed by the database (Database::RemoveExpired); until then all
// reading functions that get a context treat it as absent, and what changes a hash begins with
// ExpireHashFields.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "src/base/function_ref.h"
#include "src/store/database.h"
#include "src/store/packed_element.h"

namespace kvasir {

// Deadlines of fields are Unix milliseconds; these two mean none, and whatever there is.
inline constexpr int64_t kNoFieldDeadline = INT64_MAX;
inline constexpr int64_t kKeepFieldDeadline = -1;

struct HashField {
  std::string_view name;
  std::string_view value;
  int64_t deadline_ms = kNoFieldDeadline;

  bool has_deadline() const { return deadline_ms != kNoFieldDeadline; }
};
// LIFETIME: a field's texts are valid during its call. False ends the walk.
using HashVisitor = FunctionRef<bool(const HashField&)>;

// --- Reading. REQUIRES for all: entry.type() == ValueType::kHash.

// Takes time in the order of the fields that are past their deadline and not yet removed.
size_t HashLength(const KeyspaceContext& context, const Entry& entry);
// LIFETIME: the texts are those of `name`, and of the entry until it changes or of `scratch`.
std::optional<HashField> FindHashField(const KeyspaceContext& context, const Entry& entry,
                                       std::string_view name, ElementText& scratch);
void VisitHashFields(const KeyspaceContext& context, const Entry& entry, HashVisitor visit);
// Also those past their deadline: the entry as the log has made it.
void VisitAllHashFields(const Entry& entry, HashVisitor visit);
size_t TotalHashLength(const Entry& entry);
// One step of a walk over all fields, as ScanSet.
uint64_t ScanHash(const KeyspaceContext& context, const Entry& entry, uint64_t cursor,
                  FunctionRef<void(const HashField&)> visit);

// `count` different fields, all choices equally likely; all of them when there are no more.
void SampleHash(const KeyspaceContext& context, const Entry& entry, size_t count,
                FunctionRef<void(const HashField&)> visit);
// `count` fields, each chosen anew; none of an empty hash.
void SampleHashRepeatedly(const KeyspaceContext& context, const Entry& entry, size_t count,
                          FunctionRef<void(const HashField&)> visit);

// --- Changing an entry that is in no database. A hash must not stay empty.

// False when the field is there already, and then has the new value.
bool AddHashField(Entry& entry, const HashField& field, const CollectionLimits& limits);

// --- Changing a key, reported when something did change. `position` is from Locate and names a
// hash, or is empty for an absent key.

// Removes fields past their deadline and reports them: a number at once that takes no long time,
// and of what is left every `step`th of `names`. Returns `position`, or an empty one when the key
// went with its last field.
Database::Position ExpireHashFields(Database& database, const Key& key, Database::Position position,
                                    std::span<const std::string_view> names, size_t step = 1);

// Sets fields, given as names and values in turn, and their deadlines. Returns how many are new.
// The first field creates the key.
size_t SetHashFields(Database& database, const Key& key, Database::Position position,
                     std::span<const std::string_view> names_and_values,
                     int64_t deadline_ms = kNoFieldDeadline);
// Returns how many were there. The key, and then `position`, goes with its last field.
size_t RemoveHashFields(Database& database, const Key& key, Database::Position& position,
                        std::span<const std::string_view> names);
// Sets or, with kNoFieldDeadline, clears the deadline of a field.
// REQUIRES: `position` is not empty, and the field is there.
void SetHashFieldDeadline(Database& database, const Key& key, Database::Position position,
                          std::string_view name, int64_t deadline_ms);

}  // namespace kvasir
