#include "src/scripting/sha1.h"

#include <sha1.h>

namespace kvasir {
namespace {

constexpr uint8_t kNoDigit = 0xff;

constexpr std::array<uint8_t, 256> DigitTable() {
  std::array<uint8_t, 256> table{};
  for (uint8_t& value : table) value = kNoDigit;
  for (uint8_t i = 0; i < 16; ++i) {
    table[static_cast<size_t>("0123456789abcdef"[i])] = i;
    table[static_cast<size_t>("0123456789ABCDEF"[i])] = i;
  }
  return table;
}
constexpr std::array<uint8_t, 256> kDigits = DigitTable();

}  // namespace

Sha1 Sha1Of(std::string_view text) {
  SHA1_CTX context;
  SHA1Init(&context);
  SHA1Update(&context, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  Sha1 digest;
  SHA1Final(digest.data(), &context);
  return digest;
}

Sha1Text Sha1ToHex(const Sha1& digest) {
  constexpr std::string_view kText = "0123456789abcdef";
  Sha1Text text;
  for (size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = kText[digest[i] >> 4];
    text[2 * i + 1] = kText[digest[i] & 15];
  }
  return text;
}

std::optional<Sha1> Sha1FromHex(std::string_view text) {
  Sha1 digest;
  if (text.size() != 2 * digest.size()) return std::nullopt;
  unsigned seen = 0;
  for (size_t i = 0; i < digest.size(); ++i) {
    const unsigned high = kDigits[static_cast<uint8_t>(text[2 * i])];
    const unsigned low = kDigits[static_cast<uint8_t>(text[2 * i + 1])];
    seen |= high | low;
    digest[i] = static_cast<uint8_t>(high << 4 | low);
  }
  if (seen > 15) return std::nullopt;
  return digest;
}

}  // namespace kvasir
