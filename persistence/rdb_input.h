// RDB bytes read front to back, from a file through a window or from memory: numbers, lengths and
// strings (persistence/rdb_format.h). No length is believed beyond the bytes that are left (D4).
//
// Every reading function returns false once something was wrong: the first failure is kept, and
// nothing is read any more.
// THREAD: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "persistence/file_window.h"
#include "src/base/result.h"
#include "src/base/shared_bytes.h"
#include "src/store/packed_element.h"

namespace kvasir {

class RdbInput {
 public:
  struct Failure {
    Errc code = Errc::kCorrupt;
    std::string reason;
    uint64_t offset = 0;
  };

  // LIFETIME: of the bytes; of the window. `progress` hears the offset about every MiB.
  explicit RdbInput(std::string_view bytes);
  RdbInput(FileWindow& window, uint64_t offset, std::function<void(uint64_t)> progress = {});

  // Where the next byte stands, and how many there are.
  uint64_t offset() const { return view_offset_ + static_cast<uint64_t>(at_ - view_); }
  uint64_t left() const { return size_ - offset(); }
  // The CRC-64 of everything that was read.
  uint64_t Checksum();

  bool failed() const { return failure_.has_value(); }
  // REQUIRES: failed().
  const Failure& failure() const { return *failure_; }
  // Returns false. `offset` is that of the next byte unless said otherwise.
  bool Fail(Errc code, std::string reason);
  bool Fail(std::string reason) { return Fail(Errc::kCorrupt, std::move(reason)); }
  // Adds to the failure which key it was met with. REQUIRES: failed().
  bool FailOf(std::string_view key);

  bool Byte(uint8_t& out) {
    if (at_ == end_ && !Refill(1)) return false;
    out = static_cast<uint8_t>(*at_++);
    return true;
  }
  template <typename Integer>
  bool Number(Integer& out) {
    std::string_view bytes;
    if (!Raw(sizeof out, bytes)) return false;
    memcpy(&out, bytes.data(), sizeof out);
    return true;
  }
  // LIFETIME: of the view until the next call that reads.
  bool Raw(uint64_t size, std::string_view& out) {
    if (static_cast<uint64_t>(end_ - at_) < size && !Refill(size)) return false;
    out = {at_, static_cast<size_t>(size)};
    at_ += size;
    return true;
  }
  bool Length(uint64_t& out);
  // The number of elements that follow, of at least `bytes_each` bytes each.
  bool Count(uint64_t bytes_each, uint64_t& out);

  // The beginning of a string, and what must be read behind it.
  struct StringHead {
    enum class Kind : uint8_t { kInteger, kPlain, kCompressed };
    Kind kind = Kind::kPlain;
    int64_t integer = 0;      // kInteger: nothing follows
    uint64_t size = 0;        // of the string
    uint64_t compressed = 0;  // kCompressed: of what follows
  };
  bool Head(StringHead& out);

  // A whole string. LIFETIME: of the text until the next call that reads, except for the
  // `behind` bytes that follow it.
  bool Text(std::string_view& out, uint64_t behind = 0);
  // The same as an element of a collection, which has a greatest size.
  bool Element(PackedElement& out, uint64_t behind = 0);
  // The rest of a string, by its head, in a block of its own. REQUIRES: kPlain or kCompressed.
  bool Block(const StringHead& head, SharedBytes& out);

 private:
  bool Refill(uint64_t want);
  // The compressed bytes, which stand for just as many as the head says.
  bool Compressed(const StringHead& head, std::string_view& out);
  bool Decompress(std::string_view compressed, char* out, size_t size);
  bool Content(const StringHead& head, uint64_t behind, std::string_view& out);

  FileWindow* window_ = nullptr;
  std::function<void(uint64_t)> progress_;
  uint64_t size_;         // of all
  uint64_t view_offset_;  // of the bytes at hand
  const char* view_;
  const char* at_;
  const char* end_;
  const char* summed_;  // where the checksum has got to
  uint64_t crc_ = 0;
  std::optional<Failure> failure_;
  std::string scratch_;
  char number_[kInt64TextMax];
};

}  // namespace kvasir
