// Integers of 1 to 64 bits at any place of an array of bits, highest bit first, as BITFIELD has
// them. Signed ones are two's complement.
// THREAD: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kvasir {

struct BitField {
  uint64_t offset = 0;  // of its highest bit
  int bits = 0;         // 1 to 64; an unsigned one has at most 63
  bool is_signed = false;

  uint64_t last_bit() const { return offset + static_cast<uint64_t>(bits) - 1; }
};

// What is stored of a value that does not fit.
enum class BitOverflow : uint8_t {
  kWrap,      // its low bits
  kSaturate,  // the nearest value that fits
  kFail,      // nothing
};

// Bits behind the end are 0.
int64_t ReadBitField(std::string_view bytes, const BitField& field);
// REQUIRES: the field lies in `bytes`.
void WriteBitField(std::span<uint8_t> bytes, const BitField& field, int64_t value);

// What comes to stand in the field for value + increment. The value of an unsigned field counts as
// an unsigned number.
std::optional<int64_t> FitBitField(const BitField& field, int64_t value, int64_t increment,
                                   BitOverflow overflow);

}  // namespace kvasir
