// HyperLogLogs: strings that count distinct elements, about, in at most 12 kB. The values are
// Redis's, byte for byte (see hll_format.h). The functions here know no wire; a value may have been
// written by anybody, and one whose runs are wrong is kCorrupt.
//
// REQUIRES of every entry and position: it is empty, or IsHyperLogLog.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "src/base/result.h"
#include "src/store/database.h"
#include "src/store/hll_format.h"

namespace kvasir {

// REQUIRES: the entry is a string.
bool IsHyperLogLog(const Entry& entry);

// Adds elements; true when the value changed. Makes the key when it is absent. Nothing is changed
// when the value is corrupt. `sparse_bytes_max` is hll-sparse-max-bytes.
Result<bool> HyperLogLogAdd(Database& database, const Key& key, Database::Position position,
                            std::span<const std::string_view> elements, uint64_t sparse_bytes_max);

// The cardinality; the cached one when it is up to date.
Result<uint64_t> HyperLogLogCount(const Entry& entry);
// Whether the cached cardinality is up to date.
bool HyperLogLogIsCounted(const Entry& entry);
// Stores the cardinality in the value. REQUIRES: the position is not empty.
void HyperLogLogCache(Database& database, const Key& key, Database::Position position,
                      uint64_t cardinality);

// What several HyperLogLogs have seen together.
class HyperLogLogUnion {
 public:
  // kCorrupt leaves the union with some of the registers.
  Result<void> Add(const Entry& entry);
  uint64_t Count() const;
  bool any_dense() const { return any_dense_; }
  const hll::Registers& registers() const { return registers_; }

 private:
  hll::Registers registers_{};
  bool any_dense_ = false;
};

// Adds the union to the value under `key`, which is made when it is absent.
Result<void> HyperLogLogMerge(Database& database, const Key& key, Database::Position position,
                              const HyperLogLogUnion& merged, uint64_t sparse_bytes_max);

// Makes the value dense; false when it is already.
Result<bool> HyperLogLogToDense(Database& database, const Key& key, Database::Position position);

}  // namespace kvasir
