// A keyspace as RDB bytes (persistence/rdb_format.h), key by key, a large collection also in
// pieces. Values take the types of their elements (list, set, hash ... of strings), which every
// version reads, so that a collection can be cut anywhere. No compression and no checksum here:
// those are the work of the thread that writes. THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "persistence/rdb_chunk.h"
#include "persistence/rdb_format.h"
#include "src/store/access.h"
#include "src/store/hash_type.h"
#include "src/store/keyspace.h"

namespace kvasir {

struct RdbAuxField {
  std::string_view name;
  std::string_view value;
};

// The lowest version that holds what is in the keyspace (a value).
uint32_t RdbVersionFor(const Keyspace& keyspace);
uint32_t RdbVersionFor(const Entry& entry);

class RdbStreamEncoder;

class RdbEncoder {
 public:
  // What is said of a key's use, for eviction after a restart.
  enum class Access : uint8_t { kNone, kIdle, kFrequency };

  struct Options {
    bool note_texts = true;  // list strings worth compressing in the chunk
    Access access = Access::kNone;
    const AccessClock* clock = nullptr;  // not null unless access is kNone. LIFETIME: outlives this
  };

  RdbEncoder() = default;
  explicit RdbEncoder(const Options& options) : options_(options) {}

  // The first bytes of a file. REQUIRES: version < 10000.
  void Header(uint32_t version, std::span<const RdbAuxField> fields);
  // The same for this keyspace: the lowest version that holds it, and its libraries of functions.
  void Start(const Keyspace& keyspace, std::span<const RdbAuxField> fields);
  // A library of functions, as its source.
  void Function(std::string_view source);
  // What follows belongs to this database; the sizes are a hint for the reader.
  void SelectDatabase(int database, uint64_t keys, uint64_t volatile_keys);
  // The last byte in front of the checksum.
  void End();

  // One key with all that belongs to it.
  void Whole(const Entry& entry);

  // A collection in pieces: the head, then exactly `count` elements, by the function that belongs
  // to the type; a list's in their order; those of a stream by an RdbStreamEncoder.
  // `soonest_deadline_ms` is that of a hash's fields: none of the fields that follow may have an
  // earlier one, and none may have any when it is kNoFieldDeadline.
  void CollectionHead(const Entry& entry, uint64_t count,
                      int64_t soonest_deadline_ms = kNoFieldDeadline);
  void ListElement(const PackedElement& element);
  void SetMember(std::string_view member);
  void HashField(const kvasir::HashField& field);
  void SortedSetMember(std::string_view member, double score);

  // Type and value without the key: what a DUMP payload begins with.
  void TypeAndValue(const Entry& entry);

  size_t bytes() const { return chunk_.size(); }
  // Gives away what was encoded; the encoder goes on with an empty chunk.
  RdbChunk Take();

 private:
  friend class RdbStreamEncoder;

  void Byte(uint8_t byte) { chunk_.bytes.Append(static_cast<char>(byte)); }
  void Length(uint64_t length);
  void Integer(int64_t value);
  void Text(std::string_view text);
  void LargeText(const Entry& entry);
  void KeyParts(const Entry& entry, RdbType type);
  void Value(const Entry& entry, RdbType type, int64_t soonest_deadline_ms);
  void StringValue(const Entry& entry);
  void IntegersValue(const Entry& entry);

  Options options_;
  RdbChunk chunk_;
  // Of the hash whose fields are being written.
  int64_t soonest_deadline_ms_ = kNoFieldDeadline;
  // Of the stream whose parts are being written.
  RdbType stream_type_ = RdbType::kStream2;
};

// The soonest deadline of a hash's fields; kNoFieldDeadline when no field has one, and for other
// types.
int64_t SoonestFieldDeadlineMs(const Entry& entry);

}  // namespace kvasir
