#include "src/base/random.h"

#include <array>
#include <bit>
#include <random>

namespace kvasir {

uint64_t RandomBits() {
  thread_local std::array<uint64_t, 4> s = [] {
    std::random_device source;
    std::array<uint64_t, 4> seed;
    for (uint64_t& word : seed) word = (uint64_t{source()} << 32) | source();
    return seed;
  }();
  const uint64_t result = std::rotl(s[1] * 5, 7) * 9;
  const uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = std::rotl(s[3], 45);
  return result;
}

}  // namespace kvasir
