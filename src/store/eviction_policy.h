// The values of maxmemory-policy.
#pragma once

#include <cstdint>

namespace kvasir {

// The enumerators stand in the order of their names in the directive table.
enum class EvictionPolicy : uint8_t {
  kVolatileLru,
  kVolatileLfu,
  kVolatileRandom,
  kVolatileTtl,
  kAllKeysLru,
  kAllKeysLfu,
  kAllKeysRandom,
  kNoEviction,
};

}  // namespace kvasir
