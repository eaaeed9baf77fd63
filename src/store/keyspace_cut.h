// An exact point in time, taken out of a keyspace that goes on changing (D7). The databases'
// buckets are handed over one by one; a bucket that is about to change is handed over before it
// does. Its version tells whether it was taken, so that a change costs one comparison. Large
// collections come last, cut in the same way; what leaves the keyspace meanwhile is kept until it
// was taken. THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "src/store/collection.h"
#include "src/store/database.h"
#include "src/store/element_sink.h"
#include "src/store/keyspace.h"

namespace kvasir {

// Takes the snapshot's content: all entries, then the large values, each with its elements.
class CutSink {
 public:
  virtual ~CutSink() = default;

  // LIFETIME: `entry` is as it was at the point in time, during the call.
  virtual void TakeEntry(int database, const Entry& entry) = 0;
  // Makes the place for a large collection's elements, which may come long before its turn.
  virtual std::unique_ptr<ElementSink> NewElements(int database, const Entry& entry) = 0;
  // The collection's turn: called now and then, the last time with `all` of its elements there.
  virtual void TakeElements(ElementSink& elements, bool all) = 0;
};

class KeyspaceCut {
 public:
  // The point in time is now. From here on the keyspace tells the cut before it changes.
  // LIFETIME: both outlive the cut. REQUIRES: the keyspace has no other cut.
  KeyspaceCut(Keyspace& keyspace, CutSink& sink);
  ~KeyspaceCut();  // gives up what was not taken
  KeyspaceCut(const KeyspaceCut&) = delete;
  KeyspaceCut& operator=(const KeyspaceCut&) = delete;

  // Hands over some more: about a hundred keys or elements. Returns false when all were.
  bool Step();
  bool done() const { return done_; }

  // Keys at the point in time, and how many of them were handed over. Large collections count when
  // they are found.
  uint64_t keys_total() const { return keys_total_; }
  uint64_t keys_taken() const { return keys_taken_; }

  // True when a database was emptied meanwhile: what it had is kept until it was taken.
  bool keeps_database() const { return keeps_database_; }
  // About the memory of the collections that left the keyspace and are kept.
  size_t kept_bytes() const { return kept_bytes_; }

 private:
  friend class Database;

  // --- What databases tell.

  // A key with this hash is about to be added, changed or removed.
  void BeforeChange(Database& database, uint64_t hash);
  // A value left the keyspace. True when the cut keeps it, because it is on its way.
  bool Adopt(Entry* entry);
  // The two databases' contents changed places.
  void Swapped(Database& one, Database& other);
  // All keys of the database left it at once.
  void AdoptTable(Database& database, Database::Table& table);

  // One database as it was at the point in time.
  struct Walk {
    int index;                              // the database's number then
    Database* database = nullptr;           // which one has the keys now; nullptr: `kept`
    std::unique_ptr<Database::Table> kept;  // keys that are in no database any more
    uint64_t cursor = 0;
    bool done = false;

    Database::Table& table();
  };
  class Large;

  void TakeEntry(const Walk& walk, const Entry* entry);
  bool BeginLarge(const Walk& walk, const Entry& entry);
  bool StepWalk();
  bool StepLarge();

  Keyspace& keyspace_;
  CutSink& sink_;
  uint16_t version_;
  bool done_ = false;
  std::vector<Walk> walks_;
  size_t walk_ = 0;  // the first that is not done
  std::vector<std::unique_ptr<Large>> large_;
  size_t next_large_ = 0;
  std::vector<Entry*> adopted_;
  size_t kept_bytes_ = 0;
  bool keeps_database_ = false;
  uint64_t keys_total_ = 0;
  uint64_t keys_taken_ = 0;
};

}  // namespace kvasir
