// Zipmap (Redis 2.4): [count] [length, name] [length, unused bytes, value, unused] ... [0xff]; and
// intset: [bytes of each, 4] [count, 4] [integer] ...
#include "persistence/rdb_blob_reader.h"
#include "persistence/rdb_blobs.h"

namespace kvasir {
namespace {

constexpr uint8_t kZipmapEnd = 0xff;
constexpr uint8_t kZipmapLongLength = 0xfe;
constexpr uint8_t kZipmapCountUnknown = 0xfe;
constexpr size_t kIntsetHeadBytes = 8;

bool ReadZipmapLength(BlobReader& reader, uint8_t first, size_t& out) {
  out = first;
  if (first < kZipmapLongLength) return true;
  uint32_t length = 0;
  if (!reader.Unsigned32(length)) return false;
  out = length;
  return true;
}

bool VisitPair(BlobReader& reader, uint8_t first, ElementVisitor visit) {
  size_t size = 0;
  uint8_t unused = 0;
  std::string_view name;
  std::string_view value;
  if (!ReadZipmapLength(reader, first, size) || !reader.Bytes(size, name)) return false;
  if (!reader.Byte(first) || first == kZipmapEnd) return false;
  if (!ReadZipmapLength(reader, first, size) || !reader.Byte(unused)) return false;
  if (!reader.Bytes(size, value) || !reader.Skip(unused)) return false;
  return visit(MakeElement(name)) && visit(MakeElement(value));
}

}  // namespace

bool VisitZipmap(std::string_view blob, ElementVisitor visit) {
  BlobReader reader(blob);
  uint8_t count = 0;
  uint8_t first = 0;
  if (!reader.Byte(count)) return false;
  size_t seen = 0;
  for (;; ++seen) {
    if (!reader.Byte(first)) return false;
    if (first == kZipmapEnd) break;
    if (!VisitPair(reader, first, visit)) return false;
  }
  return reader.left() == 0 && (count >= kZipmapCountUnknown || count == seen);
}

bool VisitIntset(std::string_view blob, ElementVisitor visit) {
  BlobReader reader(blob);
  uint32_t width = 0;
  uint32_t count = 0;
  if (!reader.Unsigned32(width) || !reader.Unsigned32(count)) return false;
  if (width != 2 && width != 4 && width != 8) return false;
  if (blob.size() - kIntsetHeadBytes != uint64_t{count} * width) return false;
  int64_t before = INT64_MIN;
  for (uint32_t i = 0; i < count; ++i) {
    int64_t value = 0;
    if (!reader.Signed(width, value)) return false;
    if (i > 0 && value <= before) return false;
    if (!visit(MakeElement(value))) return false;
    before = value;
  }
  return true;
}

}  // namespace kvasir
