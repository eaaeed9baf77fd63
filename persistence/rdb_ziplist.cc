// Ziplist: [bytes, 4] [offset of the last element, 4] [count, 2] [element] ... [0xff], where an
// element begins with the length of the one in front of it.
#include "persistence/rdb_blob_reader.h"
#include "persistence/rdb_blobs.h"

namespace kvasir {
namespace {

constexpr uint8_t kEnd = 0xff;
constexpr uint8_t kLongLength = 0xfe;
constexpr uint16_t kCountUnknown = 0xffff;
constexpr size_t kHeadBytes = 10;

bool ReadText(BlobReader& reader, size_t size, PackedElement& out) {
  std::string_view text;
  if (!reader.Bytes(size, text)) return false;
  out = MakeElement(text);
  return true;
}

bool ReadInteger(BlobReader& reader, uint8_t first, PackedElement& out) {
  // 0xf1 to 0xfd are the integers 0 to 12.
  if (first > 0xf0 && first < 0xfe) {
    out = MakeElement(int64_t{first} - 0xf1);
    return true;
  }
  size_t size = 0;
  switch (first) {
    case 0xc0:
      size = 2;
      break;
    case 0xd0:
      size = 4;
      break;
    case 0xe0:
      size = 8;
      break;
    case 0xf0:
      size = 3;
      break;
    case 0xfe:
      size = 1;
      break;
    default:
      return false;
  }
  int64_t value = 0;
  if (!reader.Signed(size, value)) return false;
  out = MakeElement(value);
  return true;
}

bool ReadValue(BlobReader& reader, PackedElement& out) {
  uint8_t first = 0;
  uint8_t second = 0;
  uint32_t size = 0;
  if (!reader.Byte(first)) return false;
  switch (first >> 6) {
    case 0:
      return ReadText(reader, first, out);
    case 1:
      return reader.Byte(second) &&
             ReadText(reader, static_cast<size_t>(first & 0x3f) << 8 | second, out);
    case 2:
      // Big endian, unlike everything else here.
      return reader.Unsigned32(size) && ReadText(reader, __builtin_bswap32(size), out);
    default:
      return ReadInteger(reader, first, out);
  }
}

bool ReadLengthBefore(BlobReader& reader, size_t expected) {
  uint8_t first = 0;
  if (!reader.Byte(first)) return false;
  if (first < kLongLength) return first == expected;
  uint32_t length = 0;
  return first == kLongLength && reader.Unsigned32(length) && length == expected;
}

}  // namespace

bool VisitZiplist(std::string_view blob, ElementVisitor visit) {
  BlobReader reader(blob);
  uint32_t bytes = 0;
  uint32_t last = 0;
  uint16_t count = 0;
  if (!reader.Unsigned32(bytes) || !reader.Unsigned32(last) || !reader.Unsigned16(count)) {
    return false;
  }
  if (bytes != blob.size() || blob.size() <= kHeadBytes) return false;
  if (static_cast<uint8_t>(blob.back()) != kEnd) return false;
  size_t seen = 0;
  size_t before = 0;
  size_t start = kHeadBytes;
  for (; reader.left() > 1; ++seen) {
    start = reader.at();
    PackedElement element;
    if (!ReadLengthBefore(reader, before) || !ReadValue(reader, element)) return false;
    if (reader.left() == 0 || !visit(element)) return false;
    before = reader.at() - start;
  }
  return last == start && (count == kCountUnknown || count == seen);
}

}  // namespace kvasir
