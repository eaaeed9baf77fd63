#include "persistence/rdb_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "persistence/lzf.h"
#include "persistence/rdb_format.h"
#include "src/base/crc.h"
#include "src/store/list_type.h"

namespace kvasir {

RdbInput::RdbInput(std::string_view bytes)
    : size_(bytes.size()),
      view_offset_(0),
      view_(bytes.data()),
      at_(view_),
      end_(view_ + bytes.size()),
      summed_(view_) {}

RdbInput::RdbInput(FileWindow& window, uint64_t offset, std::function<void(uint64_t)> progress)
    : window_(&window),
      progress_(std::move(progress)),
      size_(window.size()),
      view_offset_(offset),
      view_(nullptr),
      at_(nullptr),
      end_(nullptr),
      summed_(nullptr) {}

uint64_t RdbInput::Checksum() {
  crc_ = Crc64(crc_, {summed_, static_cast<size_t>(at_ - summed_)});
  summed_ = at_;
  return crc_;
}

bool RdbInput::Fail(Errc code, std::string reason) {
  if (!failure_) failure_ = Failure{code, std::move(reason), offset()};
  return false;
}

bool RdbInput::FailOf(std::string_view key) {
  constexpr size_t kShownMax = 64;
  std::string shown;
  for (const char c : key.substr(0, kShownMax)) {
    const bool printable = c >= ' ' && c <= '~' && c != '\'' && c != '\\';
    shown += printable ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
  }
  if (key.size() > kShownMax) shown += "...";
  failure_->reason += fmt::format(" (key '{}')", shown);
  return false;
}

bool RdbInput::Refill(uint64_t want) {
  if (failed()) return false;
  if (want > left()) return Fail("cut short");
  Checksum();
  const uint64_t from = offset();
  // A source in memory is at hand as a whole, so this is a file.
  const Result<std::string_view> view = window_->View(from, want);
  if (!view) return Fail(view.error().code(), view.error().detail());
  view_offset_ = from;
  view_ = at_ = summed_ = view->data();
  end_ = view_ + view->size();
  if (progress_) progress_(from);
  return true;
}

bool RdbInput::Length(uint64_t& out) {
  uint8_t first = 0;
  if (!Byte(first)) return false;
  if (first < kRdbLength14) {
    out = first;
    return true;
  }
  if (first < kRdbLength32) {
    uint8_t second = 0;
    if (!Byte(second)) return false;
    out = static_cast<uint64_t>(first & 0x3f) << 8 | second;
    return true;
  }
  if (first == kRdbLength32) {
    uint32_t value = 0;
    if (!Number(value)) return false;
    out = __builtin_bswap32(value);
    return true;
  }
  if (first != kRdbLength64) return Fail("not a length");
  if (!Number(out)) return false;
  out = __builtin_bswap64(out);
  return true;
}

bool RdbInput::Count(uint64_t bytes_each, uint64_t& out) {
  if (!Length(out)) return false;
  return out <= left() / bytes_each || Fail("more elements than bytes that are left");
}

bool RdbInput::Head(StringHead& out) {
  if (at_ == end_ && !Refill(1)) return false;
  const auto first = static_cast<uint8_t>(*at_);
  out.kind = StringHead::Kind::kPlain;
  if (first < kRdbInteger8) return Length(out.size);
  ++at_;
  if (first == kRdbCompressed) {
    out.kind = StringHead::Kind::kCompressed;
    if (!Length(out.compressed) || !Length(out.size)) return false;
    return out.compressed <= left() || Fail("cut short");
  }
  out.kind = StringHead::Kind::kInteger;
  int8_t narrow = 0;
  int16_t medium = 0;
  int32_t wide = 0;
  bool read = false;
  if (first == kRdbInteger8) {
    read = Number(narrow);
    out.integer = narrow;
  } else if (first == kRdbInteger16) {
    read = Number(medium);
    out.integer = medium;
  } else if (first == kRdbInteger32) {
    read = Number(wide);
    out.integer = wide;
  } else {
    return Fail("not a string");
  }
  return read;
}

bool RdbInput::Compressed(const StringHead& head, std::string_view& out) {
  if (!Raw(head.compressed, out)) return false;
  return LzfExpandedSize(out) == head.size ||
         Fail("a compressed string does not have the length that it should");
}

bool RdbInput::Decompress(std::string_view compressed, char* out, size_t size) {
  return LzfDecompress(compressed, out, size) || Fail("a compressed string is damaged");
}

bool RdbInput::Content(const StringHead& head, uint64_t behind, std::string_view& out) {
  if (head.kind == StringHead::Kind::kCompressed) {
    std::string_view compressed;
    if (!Compressed(head, compressed)) return false;
    scratch_.resize(head.size);
    out = scratch_;
    return Decompress(compressed, scratch_.data(), scratch_.size());
  }
  // What follows must not move the text, so it is brought in together with it.
  if (head.size > left()) return Fail("cut short");
  const uint64_t wanted = std::min(head.size + behind, left());
  if (static_cast<uint64_t>(end_ - at_) < wanted && !Refill(wanted)) return false;
  return Raw(head.size, out);
}

bool RdbInput::Text(std::string_view& out, uint64_t behind) {
  StringHead head;
  if (!Head(head)) return false;
  if (head.kind != StringHead::Kind::kInteger) return Content(head, behind, out);
  out = {number_, FormatInt64(head.integer, number_)};
  return true;
}

bool RdbInput::Element(PackedElement& out, uint64_t behind) {
  StringHead head;
  if (!Head(head)) return false;
  if (head.kind == StringHead::Kind::kInteger) {
    out = MakeElement(head.integer);
    return true;
  }
  if (head.size > kListElementMax) return Fail("an element that is too long");
  std::string_view text;
  if (!Content(head, behind, text)) return false;
  out = MakeElement(text);
  return true;
}

bool RdbInput::Block(const StringHead& head, SharedBytes& out) {
  const bool plain = head.kind == StringHead::Kind::kPlain;
  if (plain && head.size > left()) return Fail("cut short");
  std::string_view compressed;
  if (!plain && !Compressed(head, compressed)) return false;
  out = SharedBytes::WithCapacity(head.size);
  out.set_size(head.size);
  if (!plain) return Decompress(compressed, out.mutable_data(), head.size);
  // In pieces, so that the window does not grow to the string's size.
  char* to = out.mutable_data();
  for (uint64_t done = 0; done < head.size;) {
    std::string_view piece;
    const uint64_t size = std::min<uint64_t>(head.size - done, kReadChunkBytes / 2);
    if (!Raw(size, piece)) return false;
    memcpy(to + done, piece.data(), piece.size());
    done += size;
  }
  return true;
}

}  // namespace kvasir
