#include "src/store/stream_node.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "src/base/memory.h"
#include "src/store/stream_listpack.h"

namespace kvasir {
namespace {

// The elements of a node's head, by index.
constexpr size_t kLiveAt = 0;
constexpr size_t kDeletedAt = 1;
constexpr size_t kFieldsAt = 2;

// Elements of an entry besides its names and values: flags, two deltas.
constexpr size_t kEntryHeadElements = 3;
constexpr size_t kFirstCapacity = 128;

uint64_t ReadInteger(const char*& at) {
  return static_cast<uint64_t>(ReadListpackElement(at).integer);
}

// As long as Redis counts it: the texts alone.
size_t TextBytes(std::span<const std::string_view> texts) {
  size_t bytes = 0;
  for (const std::string_view text : texts) bytes += text.size();
  return bytes;
}

}  // namespace

bool StreamFields::Next(PackedElement& name, PackedElement& value) {
  if (left_ == 0) return false;
  --left_;
  name = ReadListpackElement(names_ == nullptr ? values_ : names_);
  value = ReadListpackElement(values_);
  return true;
}

// Puts elements behind the last one of a node. REQUIRES: Room was made for them.
class StreamNodeWriter {
 public:
  StreamNodeWriter(StreamNode& node, size_t room)
      : node_(node), out_(node.Room(room) - kListpackEndBytes) {}

  void Integer(uint64_t value) { Element(MakeElement(static_cast<int64_t>(value))); }
  void Text(std::string_view text) { Element(MakeElement(text)); }
  void Finish() {
    *out_++ = kListpackEnd;
    char* const base = node_.bytes_.get();
    SetListpackBytes(base, static_cast<size_t>(out_ - base));
    AddListpackElements(base, added_);
  }

 private:
  void Element(const PackedElement& element) {
    out_ = WriteListpackElement(element, out_);
    ++added_;
  }

  StreamNode& node_;
  char* out_;
  size_t added_ = 0;
};

StreamNode::StreamNode(const StreamId& master, std::span<const std::string_view> fields)
    : master_(master) {
  const size_t room = TextBytes(fields) + (4 + fields.size()) * kListpackOverheadMax;
  capacity_ = static_cast<uint32_t>(AllocationSize(std::max(kFirstCapacity, room)));
  bytes_ = std::make_unique_for_overwrite<char[]>(capacity_);
  InitListpack(bytes_.get());
  StreamNodeWriter writer(*this, room);
  writer.Integer(0);
  writer.Integer(0);
  writer.Integer(fields.size() / 2);
  for (size_t i = 0; i < fields.size(); i += 2) writer.Text(fields[i]);
  writer.Integer(0);
  writer.Finish();
}

StreamNode::StreamNode(const StreamId& master, std::string_view listpack)
    : master_(master), bytes_(Copy(listpack)) {}

// Sets the capacity, which is all of the allocation.
std::unique_ptr<char[]> StreamNode::Copy(std::string_view listpack) {
  capacity_ = static_cast<uint32_t>(AllocationSize(listpack.size()));
  auto copy = std::make_unique_for_overwrite<char[]>(capacity_);
  memcpy(copy.get(), listpack.data(), listpack.size());
  return copy;
}

size_t StreamNode::size() const { return ListpackBytes(bytes_.get()); }

const char* StreamNode::Header(size_t index) const {
  const char* at = bytes_.get() + kListpackHeadBytes;
  for (; index > 0; --index) at = SkipListpackElement(at);
  return at;
}

size_t StreamNode::ReadHeader(size_t index) const {
  const char* at = Header(index);
  return ReadInteger(at);
}

size_t StreamNode::live() const { return ReadHeader(kLiveAt); }
size_t StreamNode::deleted() const { return ReadHeader(kDeletedAt); }

void StreamNode::WriteHeader(size_t index, size_t value) {
  std::array<char, kListpackOverheadMax> element;
  const char* const begin = element.data();
  const char* const end =
      WriteListpackElement(MakeElement(static_cast<int64_t>(value)), element.data());
  const char* at = Header(index);
  const size_t offset = static_cast<size_t>(at - bytes_.get());
  const size_t old_bytes = static_cast<size_t>(SkipListpackElement(at) - at);
  const size_t new_bytes = static_cast<size_t>(end - begin);
  const size_t old_size = size();
  if (new_bytes != old_bytes) {
    if (new_bytes > old_bytes) Room(new_bytes - old_bytes);
    char* const base = bytes_.get();
    memmove(base + offset + new_bytes, base + offset + old_bytes, old_size - offset - old_bytes);
    SetListpackBytes(base, old_size + new_bytes - old_bytes);
  }
  memcpy(bytes_.get() + offset, begin, new_bytes);
}

// The end of what is there, with room for so many bytes behind it.
char* StreamNode::Room(size_t bytes) {
  const size_t used = size();
  if (capacity_ - used < bytes) {
    const size_t capacity = AllocationSize(std::max(used + bytes, size_t{capacity_} * 2));
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    memcpy(larger.get(), bytes_.get(), used);
    bytes_ = std::move(larger);
    capacity_ = static_cast<uint32_t>(capacity);
  }
  return bytes_.get() + used;
}

void StreamNode::Shrink() {
  if (AllocationSize(size()) < capacity_) bytes_ = Copy(listpack());
}

std::unique_ptr<char[]> StreamNode::Detach() {
  frozen_ = false;
  std::unique_ptr<char[]> copy = Copy(listpack());
  return std::exchange(bytes_, std::move(copy));
}

bool StreamNode::Fits(size_t bytes, const StreamNodeLimit& limit) const {
  const bool unlimited = limit.bytes == 0 || limit.bytes > kStreamEntryBytesMax;
  if (size() + bytes >= (unlimited ? kStreamEntryBytesMax : limit.bytes)) return false;
  return limit.entries == 0 || live() + deleted() < static_cast<size_t>(limit.entries);
}

void StreamNode::Append(const StreamId& id, std::span<const std::string_view> fields) {
  const char* at = Header(kFieldsAt);
  bool same_names = ReadInteger(at) == fields.size() / 2;
  ElementText scratch;
  for (size_t i = 0; same_names && i < fields.size(); i += 2) {
    same_names = ReadListpackElement(at).Text(scratch) == fields[i];
  }
  WriteHeader(kLiveAt, live() + 1);
  StreamNodeWriter writer(*this, TextBytes(fields) + (fields.size() + 5) * kListpackOverheadMax);
  writer.Integer(same_names ? kStreamEntrySameFields : 0);
  writer.Integer(id.ms - master_.ms);
  writer.Integer(id.sequence - master_.sequence);
  if (!same_names) writer.Integer(fields.size() / 2);
  for (size_t i = same_names ? 1 : 0; i < fields.size(); i += same_names ? 2 : 1) {
    writer.Text(fields[i]);
  }
  const size_t elements = same_names ? fields.size() / 2 : fields.size() + 1;
  writer.Integer(elements + kEntryHeadElements);
  writer.Finish();
}

const char* StreamNode::FirstEntry() const {
  const char* at = Header(kFieldsAt);
  for (size_t skip = ReadInteger(at) + 1; skip > 0; --skip) at = SkipListpackElement(at);
  return at;
}

const char* StreamNode::Parse(const char* at, StreamEntry& entry) const {
  entry.start = at;
  const uint64_t flags = ReadInteger(at);
  entry.deleted = (flags & kStreamEntryDeleted) != 0;
  entry.id.ms = master_.ms + ReadInteger(at);
  entry.id.sequence = master_.sequence + ReadInteger(at);
  const bool same_names = (flags & kStreamEntrySameFields) != 0;
  if (same_names) {
    const char* names = Header(kFieldsAt);
    entry.field_count = ReadInteger(names);
    entry.names = names;
  } else {
    entry.field_count = ReadInteger(at);
    entry.names = nullptr;
  }
  entry.values = at;
  return at;
}

bool StreamNode::Next(StreamEntry& entry) const {
  const char* at = entry.values;
  if (entry.start == nullptr) {
    at = FirstEntry();
  } else {
    const size_t texts = entry.names == nullptr ? 2 * entry.field_count : entry.field_count;
    for (size_t skip = texts + 1; skip > 0; --skip) at = SkipListpackElement(at);
  }
  if (*at == kListpackEnd) return false;
  Parse(at, entry);
  return true;
}

bool StreamNode::Previous(StreamEntry& entry) const {
  const char* at = entry.start == nullptr ? bytes_.get() + size() - kListpackEndBytes : entry.start;
  // In front of an entry is the number of elements of the one before it; of the first one, 0.
  at = PreviousListpackElement(at);
  const char* number = at;
  const uint64_t elements = ReadInteger(number);
  if (elements == 0) return false;
  for (uint64_t i = 0; i < elements; ++i) at = PreviousListpackElement(at);
  Parse(at, entry);
  return true;
}

StreamId StreamNode::LastId() const {
  StreamEntry entry;
  return Previous(entry) ? entry.id : master_;
}

// Flags are below 128 and stay one byte.
void StreamNode::Mark(const StreamEntry& entry) {
  bytes_[static_cast<size_t>(entry.start - bytes_.get())] |= kStreamEntryDeleted;
}

void StreamNode::CountMarked(size_t count) {
  WriteHeader(kLiveAt, live() - count);
  WriteHeader(kDeletedAt, deleted() + count);
}

}  // namespace kvasir
