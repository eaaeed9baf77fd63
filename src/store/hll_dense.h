// The registers of a dense HyperLogLog. `bytes` is the whole string, of kDenseBytes.
// THREAD: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "src/store/hll_format.h"

namespace kvasir::hll {

inline uint8_t DenseRegister(std::string_view bytes, size_t index) {
  const size_t bit = index * kRegisterBits;
  const size_t byte = kHeaderBytes + bit / 8;
  const size_t shift = bit % 8;
  unsigned value = static_cast<uint8_t>(bytes[byte]) >> shift;
  if (shift > 2) value |= unsigned{static_cast<uint8_t>(bytes[byte + 1])} << (8 - shift);
  return static_cast<uint8_t>(value & kRegisterMax);
}

inline void SetDenseRegister(char* bytes, size_t index, uint8_t value) {
  const size_t bit = index * kRegisterBits;
  const size_t byte = kHeaderBytes + bit / 8;
  const size_t shift = bit % 8;
  const auto put = [&](size_t at, unsigned mask, unsigned bits) {
    bytes[at] = static_cast<char>((static_cast<uint8_t>(bytes[at]) & ~mask) | bits);
  };
  put(byte, (unsigned{kRegisterMax} << shift) & 0xff, (unsigned{value} << shift) & 0xff);
  if (shift > 2)
    put(byte + 1, unsigned{kRegisterMax} >> (8 - shift), unsigned{value} >> (8 - shift));
}

// Calls `visit(index, value)` for every register, four out of three bytes at a time.
template <typename Visit>
void ForEachDenseRegister(std::string_view bytes, Visit visit) {
  const char* at = bytes.data() + kHeaderBytes;
  for (size_t index = 0; index < kRegisters; index += 4, at += 3) {
    const unsigned word = unsigned{static_cast<uint8_t>(at[0])} |
                          unsigned{static_cast<uint8_t>(at[1])} << 8 |
                          unsigned{static_cast<uint8_t>(at[2])} << 16;
    for (size_t i = 0; i < 4; ++i) {
      visit(index + i, static_cast<uint8_t>(word >> (kRegisterBits * i) & kRegisterMax));
    }
  }
}

}  // namespace kvasir::hll
