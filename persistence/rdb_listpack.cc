// Listpack: [bytes, 4] [count, 2] [element, its own length behind it] ... [0xff].
#include <array>

#include "persistence/rdb_blob_reader.h"
#include "persistence/rdb_blobs.h"

namespace kvasir {
namespace {

constexpr uint8_t kEnd = 0xff;
constexpr uint16_t kCountUnknown = 0xffff;
constexpr size_t kHeadBytes = 6;
constexpr size_t kLengthBytesMax = 5;

bool ReadText(BlobReader& reader, size_t size, PackedElement& out) {
  std::string_view text;
  if (!reader.Bytes(size, text)) return false;
  out = MakeElement(text);
  return true;
}

bool ReadInteger(BlobReader& reader, size_t size, PackedElement& out) {
  int64_t value = 0;
  if (!reader.Signed(size, value)) return false;
  out = MakeElement(value);
  return true;
}

bool ReadEntry(BlobReader& reader, PackedElement& out) {
  uint8_t first = 0;
  uint8_t second = 0;
  uint32_t size = 0;
  if (!reader.Byte(first)) return false;
  if (first < 0x80) {
    out = MakeElement(int64_t{first});
    return true;
  }
  if (first < 0xc0) return ReadText(reader, first & 0x3f, out);
  if (first < 0xe0) {
    if (!reader.Byte(second)) return false;
    const int64_t value = (first & 0x1f) << 8 | second;
    out = MakeElement(value < 0x1000 ? value : value - 0x2000);
    return true;
  }
  if (first < 0xf0) {
    return reader.Byte(second) &&
           ReadText(reader, static_cast<size_t>(first & 0x0f) << 8 | second, out);
  }
  switch (first) {
    case 0xf0:
      return reader.Unsigned32(size) && ReadText(reader, size, out);
    case 0xf1:
      return ReadInteger(reader, 2, out);
    case 0xf2:
      return ReadInteger(reader, 3, out);
    case 0xf3:
      return ReadInteger(reader, 4, out);
    case 0xf4:
      return ReadInteger(reader, 8, out);
    default:
      return false;
  }
}

// The length behind an element: seven bits a byte, highest first, and the highest bit set in all
// bytes but the first.
bool ReadLengthBehind(BlobReader& reader, size_t length) {
  // The greatest number that two and more bytes hold gets one more, as in Redis.
  size_t count = 1;
  for (size_t rest = length < 0x80 ? length : length + 1; rest >= 0x80; rest >>= 7) ++count;
  if (count > kLengthBytesMax) return false;
  for (size_t i = 0; i < count; ++i) {
    uint8_t byte = 0;
    const size_t bits = length >> (7 * (count - 1 - i)) & 0x7f;
    if (!reader.Byte(byte) || byte != (bits | (i == 0 ? 0 : 0x80))) return false;
  }
  return true;
}

}  // namespace

bool VisitListpack(std::string_view blob, ElementVisitor visit) {
  BlobReader reader(blob);
  uint32_t bytes = 0;
  uint16_t count = 0;
  if (!reader.Unsigned32(bytes) || !reader.Unsigned16(count) || bytes != blob.size()) return false;
  if (blob.size() <= kHeadBytes || static_cast<uint8_t>(blob.back()) != kEnd) return false;
  size_t seen = 0;
  for (; reader.left() > 1; ++seen) {
    const size_t start = reader.at();
    PackedElement element;
    if (!ReadEntry(reader, element) || !ReadLengthBehind(reader, reader.at() - start)) return false;
    if (reader.left() == 0 || !visit(element)) return false;
  }
  return count == kCountUnknown || count == seen;
}

}  // namespace kvasir
