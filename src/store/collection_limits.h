// Thresholds between the packed and the full form of a collection, with Redis's names and defaults.
#pragma once

#include <cstdint>

namespace kvasir {

struct CollectionLimits {
  int64_t hash_max_listpack_entries = 512;
  uint64_t hash_max_listpack_value_bytes = 64;
  int64_t list_max_listpack_size = -2;  // positive: entries; -1 to -5: 4 kB to 64 kB
  int64_t list_compress_depth = 0;
  int64_t set_max_intset_entries = 512;
  int64_t set_max_listpack_entries = 128;
  uint64_t set_max_listpack_value_bytes = 64;
  int64_t zset_max_listpack_entries = 128;
  uint64_t zset_max_listpack_value_bytes = 64;
  uint64_t stream_node_max_bytes = 4096;
  int64_t stream_node_max_entries = 100;

  bool operator==(const CollectionLimits&) const = default;
};

}  // namespace kvasir
