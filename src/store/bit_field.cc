#include "src/store/bit_field.h"

#include <cstddef>

namespace kvasir {
namespace {

// Wide enough for the nine bytes that 64 bits may touch, and for sums of 64-bit numbers.
using Wide = unsigned __int128;
using SignedWide = __int128;

// The whole bytes around a field.
struct Window {
  explicit Window(const BitField& field)
      : first(field.offset / 8),
        bytes(static_cast<size_t>(field.last_bit() / 8 - field.offset / 8 + 1)),
        shift(static_cast<int>(bytes * 8 - field.offset % 8) - field.bits) {}
  uint64_t first;
  size_t bytes;
  int shift;  // of the field's lowest bit over the window's
};

Wide Mask(int bits) { return (Wide{1} << bits) - 1; }

// The low bits as the number that the field holds.
int64_t Interpret(const BitField& field, uint64_t low) {
  if (!field.is_signed || field.bits == 64) return static_cast<int64_t>(low);
  const int unused = 64 - field.bits;
  return static_cast<int64_t>(low << unused) >> unused;
}

}  // namespace

int64_t ReadBitField(std::string_view bytes, const BitField& field) {
  const Window window(field);
  Wide word = 0;
  for (uint64_t at = window.first; at < window.first + window.bytes; ++at) {
    word = word << 8 | (at < bytes.size() ? static_cast<uint8_t>(bytes[at]) : 0);
  }
  return Interpret(field, static_cast<uint64_t>(word >> window.shift & Mask(field.bits)));
}

void WriteBitField(std::span<uint8_t> bytes, const BitField& field, int64_t value) {
  const Window window(field);
  uint8_t* at = bytes.data() + window.first;
  Wide word = 0;
  for (size_t i = 0; i < window.bytes; ++i) word = word << 8 | at[i];
  const Wide mask = Mask(field.bits) << window.shift;
  const Wide moved = static_cast<Wide>(static_cast<uint64_t>(value)) << window.shift;
  word = (word & ~mask) | (moved & mask);
  for (size_t i = window.bytes; i-- > 0; word >>= 8) at[i] = static_cast<uint8_t>(word & 0xff);
}

std::optional<int64_t> FitBitField(const BitField& field, int64_t value, int64_t increment,
                                   BitOverflow overflow) {
  const SignedWide before =
      field.is_signed ? SignedWide{value} : SignedWide{static_cast<uint64_t>(value)};
  const SignedWide sum = before + increment;
  const SignedWide top =
      static_cast<SignedWide>(Mask(field.is_signed ? field.bits - 1 : field.bits));
  const SignedWide bottom = field.is_signed ? -top - 1 : 0;
  if (sum >= bottom && sum <= top) return static_cast<int64_t>(sum);
  if (overflow == BitOverflow::kFail) return std::nullopt;
  if (overflow == BitOverflow::kSaturate) {
    // Redis takes its distance to the top for a 64-bit number: what lies further below is above.
    const bool above = sum > top || (field.bits < 64 && top - before > INT64_MAX);
    return static_cast<int64_t>(above ? top : bottom);
  }
  return Interpret(field, static_cast<uint64_t>(static_cast<Wide>(sum) & Mask(field.bits)));
}

}  // namespace kvasir
