// Filling a small collection that is being read from a file, without looking through what it holds
// already: the reader knows by other means what is new.
// THREAD: loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "src/base/hash.h"
#include "src/store/collection_limits.h"
#include "src/store/entry.h"
#include "src/store/hash_type.h"

namespace kvasir {

// As AddHashField and AddSetMember, of what is not there. REQUIRES: it is not; encoding() is
// kPacked.
void AppendHashField(Entry& entry, const HashField& field, const CollectionLimits& limits);
void AppendSetMember(Entry& entry, std::string_view member, const CollectionLimits& limits);

// Tells of most names that they did not come before (a Bloom filter with one hash).
class SeenNames {
 public:
  void Clear() { bits_.fill(0); }
  // False when the name may have come before.
  bool IsNew(std::string_view name) {
    const uint64_t hash = HashBytes(name);
    uint64_t& word = bits_[hash / 64 % kWords];
    const uint64_t bit = uint64_t{1} << hash % 64;
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

 private:
  static constexpr size_t kWords = 64;

  std::array<uint64_t, kWords> bits_{};
};

}  // namespace kvasir
