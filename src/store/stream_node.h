// A run of a stream's entries in one block, which is byte for byte the listpack that Redis keeps
// and writes into RDB files, so that either way it is only copied:
//
//   [bytes, 4] [elements, 2] [entries] [deleted] [fields] [name] ... [0]  entry ...  [0xff]
//   entry: [flags] [ms delta] [sequence delta] value ... [elements]            names as above
//          [flags] [ms delta] [sequence delta] [fields] name value ... [elements]
//
// Each element is followed by its own length, for walking backwards. Deltas are to the node's
// master id, the first one that was put into it. Deleted entries stay, with a flag.
//
// Sources: https://github.com/antirez/listpack/blob/master/listpack.md for elements; for entries
// what redis-server 7.0 puts into RDB files.
// THREAD: loop, except where a cut reads bytes that nobody changes any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "src/store/packed_element.h"
#include "src/store/stream_id.h"

namespace kvasir {

// When a node is full, as stream-node-max-bytes and stream-node-max-entries say; 0: no limit.
struct StreamNodeLimit {
  uint64_t bytes = 4096;
  int64_t entries = 100;
};

// The most bytes of one entry's names and values.
inline constexpr size_t kStreamEntryBytesMax = size_t{1} << 30;

// One entry of a node, for reading. LIFETIME: of the node until it changes.
struct StreamEntry {
  StreamId id;
  size_t field_count = 0;
  bool deleted = false;

  const char* start = nullptr;  // where the entry begins
  const char* names = nullptr;  // the node's names; nullptr when they stand in front of each value
  const char* values = nullptr;
};

// Walks the fields of an entry.
class StreamFields {
 public:
  explicit StreamFields(const StreamEntry& entry)
      : left_(entry.field_count), names_(entry.names), values_(entry.values) {}

  // False behind the last field.
  bool Next(PackedElement& name, PackedElement& value);

 private:
  size_t left_;
  const char* names_;
  const char* values_;
};

class StreamNode {
 public:
  // A node without entries, whose names are those of the first entry it will get.
  StreamNode(const StreamId& master, std::span<const std::string_view> fields);
  // A copy of a listpack. REQUIRES: IsStreamListpack(master, listpack).
  StreamNode(const StreamId& master, std::string_view listpack);
  StreamNode(StreamNode&&) = default;
  StreamNode& operator=(StreamNode&&) = default;

  const StreamId& master() const { return master_; }
  std::string_view listpack() const { return {bytes_.get(), size()}; }
  size_t allocated() const { return capacity_; }

  // Entries that are there, and those that are only marked.
  size_t live() const;
  size_t deleted() const;

  // Whether one more entry with so many bytes of names and values goes into this node.
  bool Fits(size_t bytes, const StreamNodeLimit& limit) const;
  // `fields` are names and values in turn. REQUIRES: the id is greater than all in the node.
  void Append(const StreamId& id, std::span<const std::string_view> fields);
  // Gives back what Append holds in reserve.
  void Shrink();

  // The entry behind `entry` (or the first, without one), and the one in front of it (or the last);
  // false when there is none. Deleted ones are shown.
  bool Next(StreamEntry& entry) const;
  bool Previous(StreamEntry& entry) const;
  StreamId LastId() const;

  // Marks an entry of this node as deleted; entries stay where they are. REQUIRES: it is not.
  void Mark(const StreamEntry& entry);
  // Counts so many that were marked. Entries may move.
  void CountMarked(size_t count);

  // --- For cuts: while a node is frozen its bytes must not change.

  bool frozen() const { return frozen_; }
  void Freeze() { frozen_ = true; }
  void Thaw() { frozen_ = false; }
  // Goes on with a copy of the bytes; returns those that are frozen.
  std::unique_ptr<char[]> Detach();
  std::unique_ptr<char[]> Release() { return std::move(bytes_); }

 private:
  friend class StreamNodeWriter;

  size_t size() const;
  const char* Header(size_t index) const;
  size_t ReadHeader(size_t index) const;
  void WriteHeader(size_t index, size_t value);
  const char* FirstEntry() const;
  // Makes an entry of what begins at `at`; returns its end.
  const char* Parse(const char* at, StreamEntry& entry) const;
  char* Room(size_t bytes);
  std::unique_ptr<char[]> Copy(std::string_view listpack);

  StreamId master_;
  uint32_t capacity_ = 0;  // stands in front of the bytes, whose making sets it
  bool frozen_ = false;
  std::unique_ptr<char[]> bytes_;
};

// Whether these bytes, which came from outside, are a node with this master id: every element
// within bounds, ids ascending from the master's, counts as they are. `last` becomes the last id,
// also of deleted entries, and `live` the number of entries that are not deleted.
bool IsStreamListpack(const StreamId& master, std::string_view listpack, StreamId& last,
                      size_t& live);

}  // namespace kvasir
