// The keyed hash of the keyspace (XXH3, https://github.com/Cyan4973/xxHash).
// THREAD: any, once SeedHash has run.
#pragma once

#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace kvasir {

// Chosen at random once per process, so that nobody outside can build colliding keys.
extern uint64_t g_hash_seed;

inline uint64_t HashBytes(std::string_view bytes) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), g_hash_seed);
}

// The unseeded form: the same on every machine, for DIGEST and IFDEQ.
inline uint64_t DigestBytes(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace kvasir
