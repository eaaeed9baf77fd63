// Values as every version from Redis 2.6 to 7.4 and Valkey 8 writes them (and the hashes of Valkey
// 9), made into entries of our own forms. Data of modules is refused by name.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "persistence/rdb_format.h"
#include "persistence/rdb_input.h"
#include "src/store/collection_loading.h"
#include "src/store/database.h"
#include "src/store/hash_type.h"

namespace kvasir {

class SortedSetFiller;

// What stands in front of a key, besides its type.
struct RdbKeyFacts {
  std::optional<int64_t> deadline_ms;
  std::optional<uint64_t> idle_seconds;
  std::optional<uint8_t> frequency;
};

struct EntryDeleter {
  void operator()(Entry* entry) const { Entry::Destroy(entry); }
};
using EntryPtr = std::unique_ptr<Entry, EntryDeleter>;

class RdbValueReader {
 public:
  // LIFETIME: of the input.
  explicit RdbValueReader(RdbInput& input) : input_(input) {}
  // Whether type 22 is what Valkey 9 means by it.
  void set_of_valkey(bool of_valkey) { of_valkey_ = of_valkey; }

  // The value behind the key, as an entry in the form that `database` would give it, but in no
  // database. Nothing when the input failed, or when it is a collection without elements: such keys
  // do not exist, yet old versions wrote some.
  EntryPtr Read(uint8_t type, Database& database, std::string_view key, const RdbKeyFacts& facts);

 private:
  EntryPtr ReadString(const Entry::Parts& parts);
  bool ReadCollection(RdbType type, Database& database, const Key& key);
  bool ReadList();
  bool ReadNodes(RdbType type);
  bool ReadSet(Database& database, const Key& key);
  bool ReadSetBlob(RdbType type, Database& database, const Key& key);
  bool ReadSortedSet(RdbType type, Database& database, const Key& key);
  bool ReadScore(RdbType type, double& score);
  bool ReadSortedSetElements(RdbType type, SortedSetFiller& filler);
  bool ReadSortedSetBlob(RdbType type, SortedSetFiller& filler);
  bool ReadHash(RdbType type);
  bool ReadField(RdbType type, int64_t soonest_ms);
  bool ReadFieldsOfValkey();
  bool ReadStream(RdbType type, Database& database, const Key& key);
  bool ReadHashBlob(RdbType type);

  bool AddListElement(const PackedElement& element);
  bool AddMember(std::string_view member);
  bool AddField(const HashField& field);
  bool RefuseModule();
  bool Broken(std::string_view what);

  RdbInput& input_;
  bool of_valkey_ = false;
  // The collection that is being read.
  EntryPtr entry_;
  const CollectionLimits* limits_ = nullptr;
  SeenNames seen_;  // its fields or members
  std::string name_;
};

// The name that a module gave its data, out of the number that stands in files.
std::string RdbModuleName(uint64_t id);

}  // namespace kvasir
