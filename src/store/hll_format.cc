#include "src/store/hll_format.h"

#include <bit>

#include "src/base/murmur_hash.h"

namespace kvasir::hll {
namespace {

constexpr uint64_t kSeed = 0xadc83b19;

}  // namespace

Observation Observe(std::string_view element) {
  const uint64_t hash = MurmurHash64(element, kSeed);
  const uint64_t rest = hash >> kIndexBits | uint64_t{1} << kHashBits;
  return {static_cast<size_t>(hash & (kRegisters - 1)),
          static_cast<uint8_t>(std::countr_zero(rest) + 1)};
}

bool IsValidHeader(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with(kMagic)) return false;
  const char encoding = bytes[kEncodingAt];
  return encoding == kSparse || (encoding == kDense && bytes.size() == kDenseBytes);
}

uint64_t CachedCardinality(std::string_view bytes) {
  uint64_t cardinality = 0;
  for (size_t i = kCardinalityBytes; i-- > 0;) {
    cardinality = cardinality << 8 | static_cast<uint8_t>(bytes[kCardinalityAt + i]);
  }
  return cardinality;
}

void StoreCardinality(char* bytes, uint64_t cardinality) {
  for (size_t i = 0; i < kCardinalityBytes; ++i, cardinality >>= 8) {
    bytes[kCardinalityAt + i] = static_cast<char>(cardinality & 0xff);
  }
}

}  // namespace kvasir::hll
