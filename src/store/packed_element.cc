#include "src/store/packed_element.h"

#include <algorithm>
#include <cstring>

namespace kvasir {
namespace {

using Kind = PackedElement::Kind;

constexpr uint8_t kSmallString = 0x80;
constexpr uint8_t kInteger13 = 0xc0;
constexpr uint8_t kMediumString = 0xe0;
constexpr uint8_t kLongString = 0xf0;
constexpr uint8_t kInteger16 = 0xf1;
constexpr uint8_t kInteger24 = 0xf2;
constexpr uint8_t kInteger32 = 0xf3;
constexpr uint8_t kInteger64 = 0xf4;
constexpr uint8_t kDouble = 0xf5;

constexpr size_t kSmallStringMax = 63;
constexpr size_t kMediumStringMax = 4095;
constexpr int64_t kInteger13Max = 4095;

uint8_t ByteAt(const char* at) { return static_cast<uint8_t>(*at); }

// Bytes behind the first one of an integer with this first byte.
size_t IntegerBytes(uint8_t first) {
  constexpr std::array<size_t, 4> kBytes = {2, 3, 4, 8};
  return kBytes[first - kInteger16];
}

int64_t LoadSigned(const char* at, size_t bytes) {
  uint64_t value = 0;
  memcpy(&value, at, bytes);
  const unsigned unused_bits = 64 - static_cast<unsigned>(bytes) * 8;
  return static_cast<int64_t>(value << unused_bits) >> unused_bits;
}

// The first byte of an integer too large for one or two bytes.
uint8_t IntegerHead(int64_t value) {
  if (value >= INT16_MIN && value <= INT16_MAX) return kInteger16;
  if (value >= -(1 << 23) && value < 1 << 23) return kInteger24;
  if (value >= INT32_MIN && value <= INT32_MAX) return kInteger32;
  return kInteger64;
}

char* WriteStringHead(size_t size, char* out) {
  if (size <= kSmallStringMax) {
    *out++ = static_cast<char>(kSmallString | size);
  } else if (size <= kMediumStringMax) {
    *out++ = static_cast<char>(kMediumString | size >> 8);
    *out++ = static_cast<char>(size & 0xff);
  } else {
    const auto long_size = static_cast<uint32_t>(size);
    *out++ = static_cast<char>(kLongString);
    memcpy(out, &long_size, sizeof long_size);
    out += sizeof long_size;
  }
  return out;
}

char* WriteInteger(int64_t value, char* out) {
  if (value >= 0 && value <= 127) {
    *out++ = static_cast<char>(value);
  } else if (value >= -kInteger13Max - 1 && value <= kInteger13Max) {
    *out++ = static_cast<char>(kInteger13 | (value >> 8 & 0x1f));
    *out++ = static_cast<char>(value & 0xff);
  } else {
    const uint8_t head = IntegerHead(value);
    *out++ = static_cast<char>(head);
    memcpy(out, &value, IntegerBytes(head));
    out += IntegerBytes(head);
  }
  return out;
}

PackedElement ReadString(const char*& at, size_t size) {
  const std::string_view bytes(at, size);
  at += size;
  return {.kind = Kind::kString, .bytes = bytes};
}

}  // namespace

PackedElement ReadElement(const char*& at) {
  const uint8_t first = ByteAt(at++);
  if (first < kSmallString) return MakeElement(int64_t{first});
  if (first < kInteger13) return ReadString(at, first & kSmallStringMax);
  if (first < kMediumString) {
    const uint64_t bits = static_cast<uint64_t>(first & 0x1f) << 8 | ByteAt(at++);
    return MakeElement(static_cast<int64_t>(bits << 51) >> 51);
  }
  if (first < kLongString) {
    const size_t size = static_cast<size_t>(first & 0x0f) << 8 | ByteAt(at++);
    return ReadString(at, size);
  }
  if (first == kLongString) {
    uint32_t size;
    memcpy(&size, at, sizeof size);
    at += sizeof size;
    return ReadString(at, size);
  }
  if (first == kDouble) {
    double real;
    memcpy(&real, at, sizeof real);
    at += sizeof real;
    return MakeElement(real);
  }
  const size_t bytes = IntegerBytes(first);
  const int64_t value = LoadSigned(at, bytes);
  at += bytes;
  return MakeElement(value);
}

const char* SkipElement(const char* at) {
  const uint8_t first = ByteAt(at);
  if (first < kSmallString) return at + 1;
  if (first < kInteger13) return at + 1 + (first & kSmallStringMax);
  ReadElement(at);
  return at;
}

PackedElement MakeElement(std::string_view text) {
  if (text.size() <= kInt64TextMax) {
    if (const std::optional<int64_t> integer = ParseInt64(text)) return MakeElement(*integer);
  }
  return {.kind = Kind::kString, .bytes = text};
}

PackedElement MakeElement(double real) { return {.kind = Kind::kDouble, .real = real}; }

size_t ElementBytes(const PackedElement& element) {
  if (element.kind == Kind::kDouble) return 1 + sizeof(double);
  if (element.kind == Kind::kInteger) {
    const int64_t value = element.integer;
    if (value >= 0 && value <= 127) return 1;
    if (value >= -kInteger13Max - 1 && value <= kInteger13Max) return 2;
    return 1 + IntegerBytes(IntegerHead(value));
  }
  const size_t size = element.bytes.size();
  if (size <= kSmallStringMax) return 1 + size;
  return (size <= kMediumStringMax ? 2 : kElementHeadMax) + size;
}

size_t WriteElementHead(const PackedElement& element, char* out) {
  char* const begin = out;
  if (element.kind == Kind::kString) {
    out = WriteStringHead(element.bytes.size(), out);
  } else if (element.kind == Kind::kInteger) {
    out = WriteInteger(element.integer, out);
  } else {
    *out++ = static_cast<char>(kDouble);
    memcpy(out, &element.real, sizeof element.real);
    out += sizeof element.real;
  }
  return static_cast<size_t>(out - begin);
}

char* WriteElement(const PackedElement& element, char* out) {
  out += WriteElementHead(element, out);
  return std::copy(element.bytes.begin(), element.bytes.end(), out);
}

std::string_view PackedElement::Text(ElementText& scratch) const {
  if (kind == Kind::kString) return bytes;
  if (kind == Kind::kInteger) return {scratch.data(), FormatInt64(integer, scratch.data())};
  const std::string text = FormatDouble(real);
  const size_t size = std::min(text.size(), scratch.size());
  memcpy(scratch.data(), text.data(), size);
  return {scratch.data(), size};
}

}  // namespace kvasir
