#include "src/base/hash.h"

#include <random>

namespace kvasir {
namespace {

uint64_t RandomSeed() {
  std::random_device source;
  return (uint64_t{source()} << 32) | source();
}

}  // namespace

uint64_t g_hash_seed = RandomSeed();

}  // namespace kvasir
