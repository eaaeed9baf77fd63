#include "src/base/crc.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace kvasir {
namespace {

constexpr uint32_t kPolynomial = 0x82f63b78;  // 0x1edc6f41 with its bits reversed

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    table[i] = crc;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kTable = MakeTable();

constexpr uint64_t kPolynomial64 = 0x95ac9329ac4bc9b5;  // 0xad93d23594c935a9 with its bits reversed
constexpr size_t kLanes = 8;

// Table k says what a byte does to the checksum when k more bytes follow it, so that eight bytes
// are looked up at once (M. Kounavis and F. Berry, "A systematic approach to building high
// performance software-based CRC generators", 2005).
using Tables64 = std::array<std::array<uint64_t, 256>, kLanes>;

Tables64 MakeTables64() {
  Tables64 tables{};
  for (uint64_t i = 0; i < 256; ++i) {
    uint64_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial64 : 0);
    tables[0][i] = crc;
  }
  for (size_t lane = 1; lane < kLanes; ++lane) {
    for (size_t i = 0; i < 256; ++i) {
      const uint64_t before = tables[lane - 1][i];
      tables[lane][i] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

const Tables64& Tables() {
  static const Tables64 tables = MakeTables64();
  return tables;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t Crc32cHardware(uint32_t crc, std::string_view bytes) {
  uint64_t state = ~crc;
  const char* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    state = _mm_crc32_u64(state, word);
  }
  auto tail = static_cast<uint32_t>(state);
  for (; left > 0; ++p, --left) tail = _mm_crc32_u8(tail, static_cast<uint8_t>(*p));
  return ~tail;
}

const bool kHasInstruction = __builtin_cpu_supports("sse4.2") != 0;
#endif

}  // namespace

uint32_t Crc32cPortable(uint32_t crc, std::string_view bytes) {
  uint32_t state = ~crc;
  for (char c : bytes) state = (state >> 8) ^ kTable[(state ^ static_cast<uint8_t>(c)) & 0xff];
  return ~state;
}

uint64_t Crc64(uint64_t crc, std::string_view bytes) {
  const Tables64& tables = Tables();
  const char* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= kLanes; p += kLanes, left -= kLanes) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    crc ^= word;
    crc = tables[7][crc & 0xff] ^ tables[6][crc >> 8 & 0xff] ^ tables[5][crc >> 16 & 0xff] ^
          tables[4][crc >> 24 & 0xff] ^ tables[3][crc >> 32 & 0xff] ^ tables[2][crc >> 40 & 0xff] ^
          tables[1][crc >> 48 & 0xff] ^ tables[0][crc >> 56];
  }
  for (; left > 0; ++p, --left) {
    crc = (crc >> 8) ^ tables[0][(crc ^ static_cast<uint8_t>(*p)) & 0xff];
  }
  return crc;
}

uint32_t Crc32c(uint32_t crc, std::string_view bytes) {
#if defined(__x86_64__)
  if (kHasInstruction) return Crc32cHardware(crc, bytes);
#endif
  return Crc32cPortable(crc, bytes);
}

}  // namespace kvasir
