// One element of a packed collection: a string, an integer or a double, with its length in front.
// Texts that are the canonical form of an integer are held as integers. The first byte is that of
// Redis's listpack entries (https://github.com/antirez/listpack/blob/master/listpack.md), so that
// conversion to RDB is cheap; there is no length behind the element, and 0xf5 is ours.
//
//   0xxxxxxx            integer 0 to 127
//   10xxxxxx            string of up to 63 bytes
//   110xxxxx +1 byte    13-bit signed integer
//   1110xxxx +1 byte    string of up to 4095 bytes
//   0xf0 +4 bytes       longer string
//   0xf1 to 0xf4        integer of 2, 3, 4, 8 bytes, little endian
//   0xf5 +8 bytes       double
// THREAD: any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "src/base/number.h"

namespace kvasir {

// Room for the text of an element that is not held as text.
using ElementText = std::array<char, 32>;

struct PackedElement {
  enum class Kind : uint8_t { kString, kInteger, kDouble };

  Kind kind = Kind::kString;
  std::string_view bytes;  // kString. LIFETIME: of the collection until it changes
  int64_t integer = 0;     // kInteger
  double real = 0;         // kDouble

  // The element as a client sees it. LIFETIME: as `bytes`, or of `scratch`.
  std::string_view Text(ElementText& scratch) const;
};

// The longest string that an element can be.
inline constexpr size_t kPackedStringMax = UINT32_MAX;
// The most bytes that come in front of a string.
inline constexpr size_t kElementHeadMax = 5;

// Reads the element at `at` and moves `at` behind it. REQUIRES: `at` is at an element.
PackedElement ReadElement(const char*& at);
// Moves `at` behind the element.
const char* SkipElement(const char* at);

// The element that `text` is held as.
PackedElement MakeElement(std::string_view text);
PackedElement MakeElement(double real);
inline PackedElement MakeElement(int64_t integer) {
  return {.kind = PackedElement::Kind::kInteger, .integer = integer};
}

// Bytes that the element takes, and writing them; returns the end.
size_t ElementBytes(const PackedElement& element);
char* WriteElement(const PackedElement& element, char* out);
// Writes all but the bytes of a string (at most kElementHeadMax + 4 bytes); returns their number.
size_t WriteElementHead(const PackedElement& element, char* out);

// Whether both are the same, as texts. REQUIRES: neither is a double.
inline bool SameElement(const PackedElement& a, const PackedElement& b) {
  return a.kind == b.kind && a.integer == b.integer && a.bytes == b.bytes;
}

}  // namespace kvasir
