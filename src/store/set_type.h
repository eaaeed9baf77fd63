// Sets: sorted integers, packed members and hash tables behind one face. The functions here know no
// wire; callers have looked the key up.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "src/base/function_ref.h"
#include "src/store/database.h"

namespace kvasir {

// --- Reading. REQUIRES for all: entry.type() == ValueType::kSet, and a visitor does not change it.

size_t SetLength(const Entry& entry);
bool SetContains(const Entry& entry, std::string_view member);

// Calls `visit` for the members until it returns false. LIFETIME: a member's text is valid during
// its call.
void VisitSetMembers(const Entry& entry, FunctionRef<bool(std::string_view)> visit);

// The same with a visitor that may also return nothing, and then gets all members.
template <typename Visit>
void ForEachSetMember(const Entry& entry, Visit visit) {
  VisitSetMembers(entry, [&](std::string_view member) {
    if constexpr (std::is_void_v<std::invoke_result_t<Visit, std::string_view>>) {
      visit(member);
      return true;
    } else {
      return visit(member);
    }
  });
}

// One step of a walk over all members; returns the next cursor, 0 at the end. Members that are
// there from the first step to the last are visited at least once (see Dictionary::Scan); the
// small forms are visited in one step.
uint64_t ScanSet(const Entry& entry, uint64_t cursor, FunctionRef<void(std::string_view)> visit);

// `count` different members, all choices equally likely; all of them when there are no more.
void SampleSet(const Entry& entry, size_t count, FunctionRef<void(std::string_view)> visit);
// `count` members, each chosen anew.
void SampleSetRepeatedly(const Entry& entry, size_t count,
                         FunctionRef<void(std::string_view)> visit);

// --- Changing an entry that is in no database, or whose change the caller reports.

// An empty set in the form that suits its first member; `expected` is how many will follow at once.
// A set must not stay empty. Ownership goes to the caller.
Entry* NewSetEntry(Database& database, const Key& key, std::string_view first, size_t expected);
// False when it is there already.
bool AddSetMember(Entry& entry, std::string_view member, const CollectionLimits& limits);
// False when it is not there. The last member may be removed.
bool RemoveSetMember(Entry& entry, std::string_view member);

// --- Changing a key, reported when something did change. `position` is from Locate and names a
// set, or is empty for an absent key.

// Returns how many were not there. The first member creates the key.
size_t AddSetMembers(Database& database, const Key& key, Database::Position position,
                     std::span<const std::string_view> members);
// Returns how many were there. The key goes with its last member.
size_t RemoveSetMembers(Database& database, const Key& key, Database::Position position,
                        std::span<const std::string_view> members);
// Removes `count` members, all choices equally likely, and shows each to `visit` before.
// REQUIRES: `position` is not empty; 0 < count.
void PopSetMembers(Database& database, const Key& key, Database::Position position, size_t count,
                   FunctionRef<void(std::string_view)> visit);
// Puts the set `fresh` (of the same key; takes ownership) in the place of whatever is there;
// nullptr, an empty set, removes the key. Returns the number of members.
size_t StoreSet(Database& database, const Key& key, Entry* fresh);

}  // namespace kvasir
