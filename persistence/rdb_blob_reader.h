// Little-endian numbers from a string that is in memory, bounded by its end. Private to the files
// that read the small forms of collections (persistence/rdb_blobs.h).
// THREAD: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace kvasir {

class BlobReader {
 public:
  explicit BlobReader(std::string_view blob) : blob_(blob) {}

  size_t at() const { return at_; }
  size_t left() const { return blob_.size() - at_; }

  // These return false when not so many bytes are left.
  bool Bytes(size_t size, std::string_view& out) {
    if (size > left()) return false;
    out = blob_.substr(at_, size);
    at_ += size;
    return true;
  }
  bool Skip(size_t size) {
    std::string_view skipped;
    return Bytes(size, skipped);
  }
  bool Byte(uint8_t& out) {
    if (left() == 0) return false;
    out = static_cast<uint8_t>(blob_[at_++]);
    return true;
  }
  // A number of `size` bytes, with its sign. REQUIRES: 0 < size <= 8.
  bool Signed(size_t size, int64_t& out) {
    std::string_view bytes;
    if (!Bytes(size, bytes)) return false;
    uint64_t value = 0;
    memcpy(&value, bytes.data(), size);
    const unsigned unused_bits = 64 - static_cast<unsigned>(size) * 8;
    out = static_cast<int64_t>(value << unused_bits) >> unused_bits;
    return true;
  }
  bool Unsigned32(uint32_t& out) {
    std::string_view bytes;
    if (!Bytes(sizeof out, bytes)) return false;
    memcpy(&out, bytes.data(), sizeof out);
    return true;
  }
  bool Unsigned16(uint16_t& out) {
    std::string_view bytes;
    if (!Bytes(sizeof out, bytes)) return false;
    memcpy(&out, bytes.data(), sizeof out);
    return true;
  }

 private:
  std::string_view blob_;
  size_t at_ = 0;
};

}  // namespace kvasir
