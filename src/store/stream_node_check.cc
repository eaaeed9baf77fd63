// Whether bytes from outside are a stream's node: nothing else may reach the code that reads nodes.
#include <array>

#include "src/store/stream_listpack.h"
#include "src/store/stream_node.h"

namespace kvasir {
namespace {

// Reads elements within bounds. After the first failure everything fails.
class CheckedListpack {
 public:
  explicit CheckedListpack(std::string_view bytes) : at_(bytes.data()) {
    constexpr size_t kLeast = kListpackHeadBytes + kListpackEndBytes;
    const bool whole = bytes.size() >= kLeast && ListpackBytes(at_) == bytes.size() &&
                       bytes.back() == kListpackEnd;
    if (!whole) return;
    end_ = at_ + bytes.size() - kListpackEndBytes;
    uint16_t elements;
    memcpy(&elements, at_ + sizeof(uint32_t), sizeof elements);
    declared_ = elements;
    at_ += kListpackHeadBytes;
  }

  bool ok() const { return end_ != nullptr; }
  bool AtEnd() const { return at_ == end_; }
  const char* at() const { return at_; }
  // Whether the head told the number of elements that were read.
  bool CountMatches() const { return declared_ == kListpackManyElements || declared_ == elements_; }

  bool Skip() {
    if (!ok()) return false;
    const size_t left = static_cast<size_t>(end_ - at_);
    const size_t size = SizeWithin(left);
    if (size == 0) return Fail();
    std::array<char, 5> length;
    const auto behind =
        static_cast<size_t>(WriteListpackLength(size, length.data()) - length.data());
    if (left - size < behind || memcmp(at_ + size, length.data(), behind) != 0) return Fail();
    at_ += size + behind;
    ++elements_;
    return true;
  }
  bool Integer(uint64_t& value) {
    const char* at = at_;
    if (!Skip()) return false;
    const PackedElement element = ReadElement(at);
    value = static_cast<uint64_t>(element.integer);
    return element.kind == PackedElement::Kind::kInteger || Fail();
  }
  // A number of things that take at least one element each.
  bool Count(uint64_t& value) {
    return Integer(value) && (value <= static_cast<uint64_t>(end_ - at_) || Fail());
  }

 private:
  bool Fail() {
    end_ = nullptr;
    return false;
  }
  // Bytes of the element without its length behind it; 0 when it is none, or does not fit.
  size_t SizeWithin(size_t left) const {
    if (left == 0) return 0;
    const size_t size = Size(static_cast<uint8_t>(*at_), left);
    return size > left ? 0 : size;
  }
  // The same, but it may be more than what is left.
  size_t Size(uint8_t first, size_t left) const {
    constexpr std::array<size_t, 4> kIntegerBytes = {3, 4, 5, 9};
    if (first < 0x80) return 1;
    if (first < 0xc0) return 1 + (first & 0x3fU);
    if (first < 0xe0) return 2;
    if (first < 0xf0) {
      return left < 2 ? 0 : 2 + ((first & 0x0fU) << 8 | static_cast<uint8_t>(at_[1]));
    }
    if (first == 0xf0) {
      uint32_t size;
      if (left < kElementHeadMax) return 0;
      memcpy(&size, at_ + 1, sizeof size);
      return kElementHeadMax + size;
    }
    return first <= 0xf4 ? kIntegerBytes[first - 0xf1U] : 0;
  }

  const char* at_;
  const char* end_ = nullptr;
  size_t declared_ = 0;
  size_t elements_ = 0;
};

struct EntryFacts {
  StreamId id;
  bool deleted = false;
};

bool CheckEntry(CheckedListpack& elements, const StreamId& master, uint64_t node_fields,
                EntryFacts& facts) {
  constexpr uint64_t kKnownFlags = kStreamEntryDeleted | kStreamEntrySameFields;
  constexpr uint64_t kHeadElements = 3;
  uint64_t flags = 0;
  uint64_t ms_delta = 0;
  uint64_t sequence_delta = 0;
  if (!elements.Integer(flags) || flags > kKnownFlags) return false;
  if (!elements.Integer(ms_delta) || !elements.Integer(sequence_delta)) return false;
  facts.deleted = (flags & kStreamEntryDeleted) != 0;
  facts.id = {master.ms + ms_delta, master.sequence + sequence_delta};
  uint64_t texts = node_fields;
  uint64_t expected = kHeadElements + node_fields;
  if ((flags & kStreamEntrySameFields) == 0) {
    uint64_t fields = 0;
    if (!elements.Count(fields)) return false;
    texts = 2 * fields;
    expected = kHeadElements + 1 + texts;
  }
  for (; texts > 0; --texts) {
    if (!elements.Skip()) return false;
  }
  uint64_t counted = 0;
  return elements.Integer(counted) && counted == expected;
}

}  // namespace

bool IsStreamListpack(const StreamId& master, std::string_view listpack, StreamId& last,
                      size_t& live) {
  CheckedListpack elements(listpack);
  uint64_t live_told = 0;
  uint64_t deleted_told = 0;
  uint64_t fields = 0;
  uint64_t zero = 1;
  if (!elements.ok() || !elements.Integer(live_told) || !elements.Integer(deleted_told))
    return false;
  if (!elements.Count(fields)) return false;
  for (uint64_t i = 0; i < fields; ++i) {
    if (!elements.Skip()) return false;
  }
  if (!elements.Integer(zero) || zero != 0) return false;
  live = 0;
  last = master;
  size_t deleted = 0;
  while (!elements.AtEnd()) {
    EntryFacts facts;
    if (!CheckEntry(elements, master, fields, facts)) return false;
    const bool first = live + deleted == 0;
    if (first ? facts.id < master : facts.id <= last) return false;
    last = facts.id;
    ++(facts.deleted ? deleted : live);
  }
  return live == live_told && deleted == deleted_told && elements.CountMatches();
}

}  // namespace kvasir
