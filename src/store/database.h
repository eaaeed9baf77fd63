// One numbered database: its keys, their values and their deadlines. All changes go through here,
// so that counting, expiry, watching and (later) snapshots have one place.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/store/dictionary.h"
#include "src/store/entry.h"
#include "src/store/expiry_wheel.h"
#include "src/store/keyspace_context.h"

namespace kvasir {

class Database {
 public:
  using Table = Dictionary<Entry, KeyHash>;
  using Position = Table::Position;

  // LIFETIME: `context` outlives the database.
  Database(KeyspaceContext& context, int index) : context_(&context), index_(index) {}
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  int index() const { return index_; }
  size_t size() const { return table_.size(); }
  size_t volatile_size() const { return wheel_.size(); }
  const Table& table() const { return table_; }
  const ExpiryWheel& wheel() const { return wheel_; }
  // Number of collections that have elements with deadlines of their own.
  size_t volatile_elements_size() const { return element_wheel_.size(); }
  KeyspaceContext& context() { return *context_; }

  // --- Looking up. A key past its deadline is removed (and reported) and counts as absent. The
  // result holds until the next change.

  // For commands that read: counts a hit or a miss and refreshes the access bits.
  Entry* Read(const Key& key);
  // The same for commands that only look at it: the access bits stay.
  Entry* Inspect(const Key& key);
  // For commands that write: an empty position when the key is absent.
  Position Locate(const Key& key);
  // Without side effects, for introspection.
  Entry* Peek(const Key& key) const;

  void PrefetchBucket(const Key& key) const { table_.PrefetchBucket(key.hash); }
  void PrefetchEntry(const Key& key) const { table_.PrefetchNode(key.hash); }

  // --- Changing. Each call counts as a change of `key`.

  // Makes room for so many keys, when there are none yet.
  void Reserve(size_t keys) { table_.Reserve(keys); }
  // Adds an entry for an absent key; takes ownership.
  void Insert(const Key& key, Entry* fresh);
  // Puts `fresh` (same key; takes ownership) in the place of the entry at `position`.
  void Replace(const Key& key, Position position, Entry* fresh);
  void Remove(const Key& key, Position position);
  // Takes the entry out, deadline and all, and gives it to the caller.
  Entry* Detach(const Key& key, Position position);
  // Sets or clears the deadline (Unix time in ms). The entry may move.
  void SetDeadline(const Key& key, Position& position, int64_t deadline_ms);
  bool ClearDeadline(const Key& key, Position& position);
  // Reports a change that was made in place.
  void Changed(const Key& key);

  // --- Deadlines of a collection's elements. The database removes due elements like due keys.

  // To be called around changes of an entry's form or its elements' deadlines.
  void UnlinkElements(Entry* entry);
  void LinkElements(Entry* entry);
  // Removes up to `max` elements that are past their deadline. False when the key went with them.
  bool ExpireElements(const Key& key, Position position, size_t max);
  // Reports elements that were removed because they were past their deadline, and removes the key
  // when it has no others: false then.
  bool ElementsExpired(const Key& key, Position position, const std::vector<std::string>& names);

  // Removes all keys; the memory is freed in the background unless `wait`. Not counted as a change
  // when there was nothing. Returns the number of keys removed.
  size_t Clear(bool wait);
  // Exchanges the contents of the two databases; their numbers stay. Counts as a change.
  void SwapContents(Database& other);

  // Removes due keys and elements until none is left, or `deadline_us` of the monotonic clock has
  // passed. Returns true when work is left.
  bool RemoveExpired(uint64_t until_monotonic_us);
  std::optional<int64_t> NextExpiryWakeMs() const;

  // Removes a key to make room: reported as an eviction, not as a command's change.
  void Evict(Entry* entry);

  bool IsExpired(const Entry& entry) const {
    return entry.has_expiry() && context_->expiry_enabled &&
           entry.expiry()->deadline_ms <= context_->now_ms;
  }
  std::optional<int64_t> DeadlineMs(const Entry& entry) const {
    if (!entry.has_expiry()) return std::nullopt;
    return entry.expiry()->deadline_ms;
  }

  // Frees an entry that is in no database, in the background when that takes long.
  void Discard(Entry* entry);
  // The same for all entries of a table.
  static void DiscardTable(const KeyspaceContext& context, std::unique_ptr<Table> table);

  // A random live key; nullptr when there is none.
  Entry* RandomEntry();

 private:
  friend class KeyspaceCut;

  // D7: to be called before a key with this hash is added, changed or removed.
  void BeforeChange(uint64_t hash);
  // The live entry; one past its deadline is removed.
  Position FindLive(const Key& key);
  Entry* CountLookup(const Key& key, Position position);
  void Touch(Entry* entry);
  void Expire(const Key& key, Position position);
  // Takes the entry out of table and wheels.
  void Unlink(const Key& key, Position position);
  bool RemoveExpiredKeys(uint64_t until_monotonic_us);
  bool RemoveExpiredElements(uint64_t until_monotonic_us);
  void Notify(const Key& key);

  KeyspaceContext* context_;
  int index_;
  int cut_walk_ = -1;  // which of the running cut's walks these keys are; -1: none
  Table table_;
  ExpiryWheel wheel_;          // keys
  ExpiryWheel element_wheel_;  // collections, under the soonest deadline of an element
};

}  // namespace kvasir
