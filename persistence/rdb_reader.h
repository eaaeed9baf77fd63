// Reads an RDB file, or the one in front of a log, into a keyspace.
// THREAD: loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "persistence/file_window.h"
#include "persistence/rdb_input.h"
#include "persistence/rdb_value_reader.h"
#include "src/base/result.h"
#include "src/store/keyspace.h"

namespace kvasir {

// Auxiliary fields of ours: the sequence number of the last record whose effect the file contains,
// for a base of a log.
inline constexpr std::string_view kRdbSequenceField = "kvasir-seq";

struct RdbLoadOptions {
  // Keys past their deadline are passed over, as Redis does for a snapshot. In a base of a log they
  // are kept: the log itself says when they went (D8).
  bool skip_expired = false;
  // Nothing may stand behind the RDB: it is not the beginning of a log.
  bool whole_file = false;
  // Hears the offset about every MiB.
  std::function<void(uint64_t)> progress;
};

struct RdbLoaded {
  uint32_t version = 0;
  uint64_t end = 0;  // the offset behind the RDB
  uint64_t keys = 0;
  uint64_t expired = 0;    // passed over
  uint64_t empty = 0;      // collections without elements, passed over
  uint64_t functions = 0;  // libraries, kept in the keyspace
  bool checked = false;    // it had a checksum
  std::optional<uint64_t> sequence;
};

bool LooksLikeRdb(std::string_view bytes);

// Whether a whole file of this name is there, and readable, is the caller's to find out.
class RdbReader {
 public:
  // Adds what the file holds to the keyspace, which must hold none of the keys. Without a keyspace
  // everything is read and checked, and thrown away. `place` names the file in errors.
  // LIFETIME: of all.
  RdbReader(FileWindow& window, std::string place, Keyspace* keyspace, RdbLoadOptions options);

  // Reads from the start of the file to the end of the RDB. Errors name the file and the offset:
  // kCorrupt (also a wrong checksum, seen at the end: the keyspace is then worth nothing),
  // kUnsupported (a version, a type or data of a module that this server does not know), kIo.
  Result<RdbLoaded> Read();

 private:
  bool ReadHeader();
  bool ReadItems();
  bool ReadOpcode(uint8_t opcode, bool& end);
  bool ReadAux();
  bool ReadSelect();
  bool ReadSizes();
  bool ReadFunction();
  bool RefuseModuleAux();
  bool ReadKey(uint8_t type);
  bool ReadEnd();

  bool Insert(EntryPtr entry);
  bool Flush();

  // Keys on their way into the table: their buckets are fetched meanwhile.
  struct Waiting {
    Entry* entry;
    uint64_t hash;
  };
  static constexpr size_t kWaitingMax = 32;

  RdbInput input_;
  RdbValueReader values_;
  std::string place_;
  // Takes the place of a keyspace that is not given, for its settings; stays empty.
  std::optional<Keyspace> stand_in_;
  Keyspace& keyspace_;
  const bool keeps_;
  const RdbLoadOptions options_;
  Database* database_;
  RdbKeyFacts facts_;
  std::string key_;
  std::array<Waiting, kWaitingMax> waiting_;
  size_t waiting_count_ = 0;
  RdbLoaded loaded_;
};

}  // namespace kvasir
