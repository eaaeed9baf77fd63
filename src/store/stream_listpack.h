// Elements of a listpack, each with its length behind it. Private to the nodes of streams.
// Source: https://github.com/antirez/listpack/blob/master/listpack.md
// THREAD: any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "src/store/packed_element.h"

namespace kvasir {

inline constexpr size_t kListpackHeadBytes = 6;
inline constexpr size_t kListpackEndBytes = 1;
inline constexpr char kListpackEnd = static_cast<char>(0xff);
// In the place of a number of elements that two bytes do not hold.
inline constexpr uint16_t kListpackManyElements = UINT16_MAX;
// Bytes in front of and behind the text of an element, or the whole of an integer.
inline constexpr size_t kListpackOverheadMax = 16;

// Flags of a stream's entry.
inline constexpr uint8_t kStreamEntryDeleted = 1;
inline constexpr uint8_t kStreamEntrySameFields = 2;

inline size_t ListpackBytes(const char* base) {
  uint32_t bytes;
  memcpy(&bytes, base, sizeof bytes);
  return bytes;
}

inline void SetListpackBytes(char* base, size_t size) {
  const auto bytes = static_cast<uint32_t>(size);
  memcpy(base, &bytes, sizeof bytes);
}

inline void AddListpackElements(char* base, size_t added) {
  uint16_t elements;
  memcpy(&elements, base + sizeof(uint32_t), sizeof elements);
  const size_t sum = elements + added;
  elements = static_cast<uint16_t>(std::min<size_t>(sum, kListpackManyElements));
  memcpy(base + sizeof(uint32_t), &elements, sizeof elements);
}

inline void InitListpack(char* base) {
  memset(base, 0, kListpackHeadBytes);
  SetListpackBytes(base, kListpackHeadBytes + kListpackEndBytes);
  base[kListpackHeadBytes] = kListpackEnd;
}

// The length behind an element: seven bits a byte, highest first, and the highest bit set in all
// bytes but the first.
constexpr size_t ListpackLengthBytes(size_t length) {
  if (length < 1U << 7) return 1;
  // From here on the greatest number that so many bytes hold gets one more, as in Redis.
  if (length < (1U << 14) - 1) return 2;
  if (length < (1U << 21) - 1) return 3;
  return length < (1U << 28) - 1 ? 4 : 5;
}

inline char* WriteListpackLength(size_t length, char* out) {
  const size_t bytes = ListpackLengthBytes(length);
  for (size_t i = 0; i < bytes; ++i) {
    const size_t bits = length >> (7 * (bytes - 1 - i)) & 0x7f;
    out[i] = static_cast<char>(bits | (i == 0 ? 0 : 0x80));
  }
  return out + bytes;
}

inline char* WriteListpackElement(const PackedElement& element, char* out) {
  char* const end = WriteElement(element, out);
  return WriteListpackLength(static_cast<size_t>(end - out), end);
}

// REQUIRES for these: an element begins at `at`, and for the last one another stands before it.
inline const char* SkipListpackElement(const char* at) {
  const char* const end = SkipElement(at);
  return end + ListpackLengthBytes(static_cast<size_t>(end - at));
}

inline PackedElement ReadListpackElement(const char*& at) {
  const char* const start = at;
  const PackedElement element = ReadElement(at);
  at += ListpackLengthBytes(static_cast<size_t>(at - start));
  return element;
}

inline const char* PreviousListpackElement(const char* at) {
  size_t length = 0;
  for (size_t shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(*--at);
    length |= static_cast<size_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return at - length;
  }
}

}  // namespace kvasir
