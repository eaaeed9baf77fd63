#include "persistence/rdb_encoder.h"

#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "persistence/rdb_length.h"
#include "persistence/rdb_stream.h"
#include "src/base/number.h"
#include "src/store/integer_set.h"
#include "src/store/list_type.h"
#include "src/store/set_type.h"
#include "src/store/sorted_set_type.h"
#include "src/store/stream_type.h"
#include "src/store/string_type.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

static_assert(std::endian::native == std::endian::little);

// Strings of this size and more, in a block of their own, are not copied.
constexpr size_t kShareMin = size_t{16} * 1024;

template <typename T>
char* Put(T value, char* out) {
  memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

std::optional<int32_t> NarrowInteger(std::string_view text) {
  if (text.empty() || text.size() > kRdbIntegerTextMax) return std::nullopt;
  // Nothing else begins a number: most texts end here.
  if (text[0] != '-' && (text[0] < '0' || text[0] > '9')) return std::nullopt;
  const std::optional<int64_t> value = ParseInt64(text);
  if (!value || *value != static_cast<int32_t>(*value)) return std::nullopt;
  return static_cast<int32_t>(*value);
}

RdbType TypeOf(const Entry& entry, bool field_deadlines) {
  switch (entry.type()) {
    case ValueType::kList:
      return RdbType::kList;
    case ValueType::kSet:
      return entry.encoding() == Encoding::kIntegers ? RdbType::kSetIntegers : RdbType::kSet;
    case ValueType::kSortedSet:
      return RdbType::kSortedSet;
    case ValueType::kHash:
      return field_deadlines ? RdbType::kHashDeadlines : RdbType::kHash;
    case ValueType::kStream:
      return RdbTypeOf(StreamOf(entry));
    default:
      return RdbType::kString;
  }
}

uint64_t LengthOf(const Entry& entry) {
  switch (entry.type()) {
    case ValueType::kList:
      return ListLength(entry);
    case ValueType::kSet:
      return SetLength(entry);
    case ValueType::kSortedSet:
      return SortedSetLength(entry);
    case ValueType::kStream:
      return StreamOf(entry).node_count();
    default:
      return TotalHashLength(entry);
  }
}

}  // namespace

int64_t SoonestFieldDeadlineMs(const Entry& entry) {
  const Collection* full = FindFullForm(&entry);
  if (full == nullptr) return kNoFieldDeadline;
  return full->NextElementDeadlineMs().value_or(kNoFieldDeadline);
}

uint32_t RdbVersionFor(const Entry& entry) {
  if (entry.type() == ValueType::kStream) {
    const RdbType type = RdbTypeOf(StreamOf(entry));
    if (type == RdbType::kStream5) return kRdbVersionReleased;
    if (type == RdbType::kStream4) return kRdbVersionIdempotence;
  }
  return SoonestFieldDeadlineMs(entry) == kNoFieldDeadline ? kRdbVersion
                                                           : kRdbVersionFieldDeadlines;
}

uint32_t RdbVersionFor(const Keyspace& keyspace) {
  for (int i = 0; i < keyspace.database_count(); ++i) {
    if (keyspace.database(i).volatile_elements_size() != 0) return kRdbVersionFieldDeadlines;
  }
  return kRdbVersion;
}

RdbChunk RdbEncoder::Take() { return std::exchange(chunk_, RdbChunk()); }

void RdbEncoder::Length(uint64_t length) {
  char* const out = chunk_.bytes.Room(kRdbLengthBytesMax);
  chunk_.bytes.EndAt(WriteRdbLength(length, out));
}

void RdbEncoder::Integer(int64_t value) {
  if (value != static_cast<int32_t>(value)) {
    IntegerText text;
    Text({text.data(), FormatInt64(value, text.data())});
    return;
  }
  char* const out = chunk_.bytes.Room(1 + sizeof(int32_t));
  if (value == static_cast<int8_t>(value)) {
    *out = static_cast<char>(kRdbInteger8);
    chunk_.bytes.EndAt(Put(static_cast<int8_t>(value), out + 1));
  } else if (value == static_cast<int16_t>(value)) {
    *out = static_cast<char>(kRdbInteger16);
    chunk_.bytes.EndAt(Put(static_cast<int16_t>(value), out + 1));
  } else {
    *out = static_cast<char>(kRdbInteger32);
    chunk_.bytes.EndAt(Put(static_cast<int32_t>(value), out + 1));
  }
}

void RdbEncoder::Text(std::string_view text) {
  if (const std::optional<int32_t> integer = NarrowInteger(text)) {
    Integer(*integer);
    return;
  }
  if (options_.note_texts && text.size() > kRdbCompressAbove) {
    chunk_.texts.push_back({chunk_.bytes.size(), text.size(), {}});
  }
  char* const out = chunk_.bytes.Room(kRdbLengthBytesMax + text.size());
  char* const content = WriteRdbLength(text.size(), out);
  if (!text.empty()) memcpy(content, text.data(), text.size());
  chunk_.bytes.EndAt(content + text.size());
}

void RdbEncoder::LargeText(const Entry& entry) {
  SharedBytes block = StringBlock(entry);
  const size_t size = block.size();
  chunk_.texts.push_back({chunk_.bytes.size(), size, std::move(block)});
  chunk_.block_bytes += size;
  Length(size);
}

void RdbEncoder::Header(uint32_t version, std::span<const RdbAuxField> fields) {
  chunk_.bytes.Append(kRdbMagic);
  for (uint32_t divisor = 1000; divisor != 0; divisor /= 10) {
    Byte(static_cast<uint8_t>('0' + version / divisor % 10));
  }
  for (const RdbAuxField& field : fields) {
    Byte(static_cast<uint8_t>(RdbOpcode::kAux));
    Text(field.name);
    Text(field.value);
  }
}

void RdbEncoder::Start(const Keyspace& keyspace, std::span<const RdbAuxField> fields) {
  Header(RdbVersionFor(keyspace), fields);
  for (const std::string& source : keyspace.function_libraries()) Function(source);
}

void RdbEncoder::Function(std::string_view source) {
  Byte(static_cast<uint8_t>(RdbOpcode::kFunction));
  Text(source);
}

void RdbEncoder::SelectDatabase(int database, uint64_t keys, uint64_t volatile_keys) {
  Byte(static_cast<uint8_t>(RdbOpcode::kSelect));
  Length(static_cast<uint64_t>(database));
  Byte(static_cast<uint8_t>(RdbOpcode::kResize));
  Length(keys);
  Length(volatile_keys);
}

void RdbEncoder::End() { Byte(static_cast<uint8_t>(RdbOpcode::kEnd)); }

void RdbEncoder::KeyParts(const Entry& entry, RdbType type) {
  char* out = chunk_.bytes.Room(1 + sizeof(int64_t) + 1 + kRdbLengthBytesMax + 1);
  if (entry.has_expiry()) {
    *out++ = static_cast<char>(RdbOpcode::kDeadlineMs);
    out = Put(entry.expiry()->deadline_ms, out);
  }
  if (options_.access == Access::kIdle) {
    *out++ = static_cast<char>(RdbOpcode::kIdle);
    out = WriteRdbLength(options_.clock->IdleSeconds(entry.access()), out);
  } else if (options_.access == Access::kFrequency) {
    *out++ = static_cast<char>(RdbOpcode::kFrequency);
    *out++ = static_cast<char>(options_.clock->Frequency(entry.access()));
  }
  *out++ = static_cast<char>(type);
  chunk_.bytes.EndAt(out);
  Text(entry.key());
}

void RdbEncoder::StringValue(const Entry& entry) {
  if (entry.encoding() == Encoding::kInteger) {
    Integer(entry.integer());
    return;
  }
  if (entry.encoding() == Encoding::kBlock && entry.block_view().size() >= kShareMin) {
    LargeText(entry);
    return;
  }
  IntegerText scratch;
  Text(StringBytes(entry, scratch));
}

// An intset: the bytes of each integer and their number, four bytes each, and the integers.
void RdbEncoder::IntegersValue(const Entry& entry) {
  const IntegerSetView integers(entry);
  const size_t count = integers->count();
  const uint32_t width = integers->width();
  const size_t size = 2 * sizeof(uint32_t) + count * width;
  if (options_.note_texts && size > kRdbCompressAbove) {
    chunk_.texts.push_back({chunk_.bytes.size(), size, {}});
  }
  char* out = WriteRdbLength(size, chunk_.bytes.Room(kRdbLengthBytesMax + size));
  out = Put(static_cast<uint32_t>(width), out);
  out = Put(static_cast<uint32_t>(count), out);
  for (size_t i = 0; i < count; ++i) {
    const int64_t value = integers->At(i);
    memcpy(out, &value, width);
    out += width;
  }
  chunk_.bytes.EndAt(out);
}

void RdbEncoder::Value(const Entry& entry, RdbType type, int64_t soonest_deadline_ms) {
  if (type == RdbType::kString) {
    StringValue(entry);
    return;
  }
  if (type == RdbType::kSetIntegers) {
    IntegersValue(entry);
    return;
  }
  soonest_deadline_ms_ = soonest_deadline_ms;
  if (entry.type() == ValueType::kStream) stream_type_ = type;
  if (type == RdbType::kHashDeadlines) {
    chunk_.bytes.EndAt(Put(soonest_deadline_ms, chunk_.bytes.Room(sizeof(int64_t))));
  }
  Length(LengthOf(entry));
  switch (entry.type()) {
    case ValueType::kList:
      ListRange(entry, 0, ListLength(entry),
                [this](const PackedElement& element) { ListElement(element); });
      return;
    case ValueType::kSet:
      ForEachSetMember(entry, [this](std::string_view member) { Text(member); });
      return;
    case ValueType::kHash:
      VisitAllHashFields(entry, [this](const kvasir::HashField& field) {
        HashField(field);
        return true;
      });
      return;
    case ValueType::kStream: {
      RdbStreamEncoder parts(*this);
      StreamOf(entry).Visit(parts);
      return;
    }
    default: {
      SortedSetCursor cursor(entry, 0);
      for (ScoredMember member; cursor.Next(member);) SortedSetMember(member.member, member.score);
    }
  }
}

void RdbEncoder::Whole(const Entry& entry) {
  const int64_t soonest_deadline_ms = SoonestFieldDeadlineMs(entry);
  const RdbType type = TypeOf(entry, soonest_deadline_ms != kNoFieldDeadline);
  KeyParts(entry, type);
  Value(entry, type, soonest_deadline_ms);
}

void RdbEncoder::TypeAndValue(const Entry& entry) {
  const int64_t soonest_deadline_ms = SoonestFieldDeadlineMs(entry);
  const RdbType type = TypeOf(entry, soonest_deadline_ms != kNoFieldDeadline);
  Byte(static_cast<uint8_t>(type));
  Value(entry, type, soonest_deadline_ms);
}

void RdbEncoder::CollectionHead(const Entry& entry, uint64_t count, int64_t soonest_deadline_ms) {
  soonest_deadline_ms_ = soonest_deadline_ms;
  const bool field_deadlines = soonest_deadline_ms != kNoFieldDeadline;
  RdbType type = TypeOf(entry, field_deadlines);
  if (entry.type() == ValueType::kStream) stream_type_ = type;
  // Integers come one by one as well.
  if (type == RdbType::kSetIntegers) type = RdbType::kSet;
  KeyParts(entry, type);
  if (field_deadlines) {
    chunk_.bytes.EndAt(Put(soonest_deadline_ms, chunk_.bytes.Room(sizeof(int64_t))));
  }
  Length(entry.type() == ValueType::kStream ? LengthOf(entry) : count);
}

void RdbEncoder::ListElement(const PackedElement& element) {
  if (element.kind == PackedElement::Kind::kInteger) {
    Integer(element.integer);
  } else {
    Text(element.bytes);
  }
}

void RdbEncoder::SetMember(std::string_view member) { Text(member); }

void RdbEncoder::HashField(const kvasir::HashField& field) {
  if (soonest_deadline_ms_ != kNoFieldDeadline) {
    // 0 means none, so the soonest one is 1.
    const int64_t relative =
        field.has_deadline() ? field.deadline_ms - soonest_deadline_ms_ + 1 : 0;
    Length(static_cast<uint64_t>(relative));
  }
  Text(field.name);
  Text(field.value);
}

void RdbEncoder::SortedSetMember(std::string_view member, double score) {
  Text(member);
  chunk_.bytes.EndAt(Put(score, chunk_.bytes.Room(sizeof score)));
}

}  // namespace kvasir
