// Lengths as RDB writes them (persistence/rdb_format.h). THREAD: any.
#pragma once

#include <cstddef>
#include <cstdint>

#include "persistence/rdb_format.h"

namespace kvasir {

constexpr size_t RdbLengthBytes(uint64_t length) {
  if (length < 0x40) return 1;
  if (length < 0x4000) return 2;
  return length <= UINT32_MAX ? 5 : 9;
}

// Writes up to kRdbLengthBytesMax bytes; returns their end.
inline char* WriteRdbLength(uint64_t length, char* out) {
  const size_t bytes = RdbLengthBytes(length);
  if (bytes == 1) {
    *out++ = static_cast<char>(length);
    return out;
  }
  if (bytes == 2) {
    *out++ = static_cast<char>(kRdbLength14 | length >> 8);
    *out++ = static_cast<char>(length);
    return out;
  }
  *out++ = static_cast<char>(bytes == 5 ? kRdbLength32 : kRdbLength64);
  for (size_t shift = (bytes - 1) * 8; shift > 0; shift -= 8) {
    *out++ = static_cast<char>(length >> (shift - 8));
  }
  return out;
}

}  // namespace kvasir
