#include "src/base/murmur_hash.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace kvasir {
namespace {

constexpr uint64_t kMultiplier = 0xc6a4a7935bd1e995;
constexpr int kShift = 47;

static_assert(std::endian::native == std::endian::little, "words are read as they lie");

}  // namespace

uint64_t MurmurHash64(std::string_view bytes, uint64_t seed) {
  uint64_t hash = seed ^ (bytes.size() * kMultiplier);
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= sizeof(uint64_t); at += sizeof(uint64_t), left -= sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    word *= kMultiplier;
    word ^= word >> kShift;
    hash = (hash ^ word * kMultiplier) * kMultiplier;
  }
  if (left > 0) {
    uint64_t tail = 0;
    memcpy(&tail, at, left);
    hash = (hash ^ tail) * kMultiplier;
  }
  hash ^= hash >> kShift;
  hash *= kMultiplier;
  return hash ^ hash >> kShift;
}

}  // namespace kvasir
