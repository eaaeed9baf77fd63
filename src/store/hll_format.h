// How a HyperLogLog lies in a string: Redis's format, to the byte, described at the top of its
// hyperloglog.c (https://github.com/redis/redis/blob/7.0/src/hyperloglog.c).
//
//   "HYLL" [encoding, 1] [unused, 3] [cached cardinality, 8, little endian] [registers]
//
// The highest bit of the cardinality says that it is out of date. Dense registers are 6 bits each,
// the lowest bits of a byte first. Sparse ones are runs:
//   00xxxxxx           x+1 registers are 0
//   01xxxxxx yyyyyyyy  xy+1 registers are 0
//   1vvvvvxx           x+1 registers are v+1
// THREAD: any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kvasir::hll {

inline constexpr std::string_view kMagic = "HYLL";
inline constexpr size_t kEncodingAt = 4;
inline constexpr size_t kCardinalityAt = 8;
inline constexpr size_t kCardinalityBytes = 8;
inline constexpr size_t kHeaderBytes = 16;
inline constexpr char kDense = 0;
inline constexpr char kSparse = 1;

// An element's hash gives the register (14 bits) and its value, the place of the lowest bit that is
// set in the others (50 bits): 1 to 51.
inline constexpr int kIndexBits = 14;
inline constexpr int kHashBits = 64 - kIndexBits;
inline constexpr size_t kRegisters = size_t{1} << kIndexBits;
inline constexpr int kRegisterBits = 6;
inline constexpr uint8_t kRegisterMax = 63;
inline constexpr size_t kDenseBytes = kHeaderBytes + kRegisters * kRegisterBits / 8;

inline constexpr uint8_t kSparseValueMax = 32;
inline constexpr size_t kSparseValueRunMax = 4;
inline constexpr size_t kSparseShortZerosMax = 64;
inline constexpr size_t kSparseZerosMax = 16384;

// A register in a byte of its own, as unions are made.
using Registers = std::array<uint8_t, kRegisters>;

// Where an element counts.
struct Observation {
  size_t index = 0;
  uint8_t value = 0;
};
Observation Observe(std::string_view element);

// Whether bytes begin like a HyperLogLog, and, dense, have its size. Sparse runs are not looked at.
bool IsValidHeader(std::string_view bytes);
// REQUIRES of these: IsValidHeader.
inline bool IsDense(std::string_view bytes) { return bytes[kEncodingAt] == kDense; }
inline bool HasCardinality(std::string_view bytes) {
  return (static_cast<uint8_t>(bytes[kHeaderBytes - 1]) & 0x80) == 0;
}
uint64_t CachedCardinality(std::string_view bytes);
void StoreCardinality(char* bytes, uint64_t cardinality);
inline void DropCardinality(char* bytes) {
  bytes[kHeaderBytes - 1] = static_cast<char>(bytes[kHeaderBytes - 1] | '\x80');
}

}  // namespace kvasir::hll
