// Strings as arrays of bits. Bit 0 is the highest bit of the first byte; bits behind the end are 0.
// Knows no keyspace.
// THREAD: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kvasir {

// Bits from `first` to `last`, both inclusive. REQUIRES of the functions below: first <= last, and
// both lie in the string.
struct BitRange {
  uint64_t first = 0;
  uint64_t last = 0;
};

inline bool TestBit(std::string_view bytes, uint64_t bit) {
  const uint64_t byte = bit / 8;
  return byte < bytes.size() && ((static_cast<uint8_t>(bytes[byte]) >> (7 - bit % 8)) & 1) != 0;
}

uint64_t CountBits(std::string_view bytes);
uint64_t CountBits(std::string_view bytes, const BitRange& range);
// The first bit of the range that is `value`.
std::optional<uint64_t> FindBit(std::string_view bytes, const BitRange& range, bool value);

// What is made of several strings, bit by bit; the first one is X, the others are Y.
enum class BitOperation : uint8_t {
  kAnd,
  kOr,
  kXor,
  kNot,    // of X; there is no Y
  kDiff,   // in X and in no Y
  kDiff1,  // in a Y and not in X
  kAndOr,  // in X and in a Y
  kOne,    // in exactly one of all
};
// Writes out.size() bytes. REQUIRES: no input is longer, there is one, and none overlaps `out`.
void CombineBits(BitOperation operation, std::span<const std::string_view> inputs,
                 std::span<uint8_t> out);

}  // namespace kvasir
