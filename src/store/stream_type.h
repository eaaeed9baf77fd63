// Streams: entries in the order of their ids, many to a node, and the consumer groups that read
// them. An empty stream is a value like any other. Callers have looked the key up and checked its
// type; before they change anything they have called Database::Locate, and afterwards they call
// Database::Changed.
// THREAD: loop; a stream that left the keyspace may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/store/collection.h"
#include "src/store/database.h"
#include "src/store/front_vector.h"
#include "src/store/stream_group.h"
#include "src/store/stream_idempotence.h"
#include "src/store/stream_node.h"
#include "src/store/stream_sink.h"
#include "src/store/value.h"

namespace kvasir {

class StreamCut;

// Which entries a trim removes: all but the last `length`, or those below `least`.
struct StreamTrim {
  enum class By : uint8_t { kLength, kId };

  By by = By::kLength;
  uint64_t length = 0;
  StreamId least;
  bool whole_nodes = false;  // only nodes that go as a whole, so that it costs little
  uint64_t limit = 0;        // remove no more than so many entries; 0: any number
};

class Stream final : public Collection {
 public:
  // By name, in the order of its bytes.
  using Groups = std::map<std::string, std::unique_ptr<StreamGroup>, std::less<>>;

  Stream();
  ~Stream() override;

  std::string_view EncodingName() const override { return "stream"; }
  size_t Length() const override { return length_; }
  size_t MemoryBytes(size_t samples) const override;
  std::unique_ptr<Collection> Clone() const override;
  size_t FreeEffort() const override;

  bool BeginCut(ElementSink& sink, uint16_t version) override;
  bool TakeElements(size_t max) override;
  void AbandonCut() override;
  bool in_cut() const override { return cut_ != nullptr; }

  StreamFacts facts() const;
  size_t node_count() const { return nodes_.size(); }
  const StreamId& first_id() const { return first_; }
  const StreamId& last_id() const { return last_; }
  const StreamId& max_deleted_id() const { return max_deleted_; }
  uint64_t entries_added() const { return entries_added_; }
  // The last id whose entry is there; nothing without entries.
  std::optional<StreamId> LastEntryId() const;
  bool Contains(const StreamId& id) const;

  // Tells all of it.
  void Visit(StreamSink& sink) const;

  // `fields` are names and values in turn. REQUIRES: id > last_id(), a number of texts that is even
  // and not 0, of kStreamEntryBytesMax in all.
  void Append(const StreamId& id, std::span<const std::string_view> fields,
              const StreamNodeLimit& limit);
  // False when there is no such entry. `by_name` is what counts for max_deleted_id.
  bool Erase(const StreamId& id);
  // Returns how many entries went. What is to be freed is given away, as it may be much.
  size_t Trim(const StreamTrim& trim, std::vector<std::unique_ptr<char[]>>& removed);
  // REQUIRES: id >= LastEntryId() and id >= the greatest deleted id.
  void SetLast(const StreamId& id, std::optional<uint64_t> entries_added,
               const StreamId& max_deleted);

  const Groups& groups() const { return groups_; }
  StreamGroup* FindGroup(std::string_view name);
  const StreamGroup* FindGroup(std::string_view name) const;
  // nullptr when there is one of this name.
  StreamGroup* AddGroup(std::string_view name, const StreamId& last_delivered,
                        int64_t entries_read);
  bool RemoveGroup(std::string_view name);
  // What is kept against doubled entries; nullptr without.
  const StreamIdempotence* idempotence() const { return idempotence_.get(); }
  // The same to be changed; it is made if it is not there.
  StreamIdempotence& ChangeIdempotence();
  // Whether any group has entries that were released.
  bool has_released() const;
  // Whether any group has not seen the entry, or waits for its acknowledgement.
  bool IsReferenced(const StreamId& id) const;

  // --- How many entries a group has read, and has still to read; Redis's rules, which count only
  // where no deleted entry can be in the way.

  // How many entries were ever added up to this id.
  std::optional<uint64_t> EntriesReadUpTo(const StreamId& id) const;
  std::optional<int64_t> Lag(const StreamGroup& group) const;
  // The group was given the entry that follows what it had.
  void Deliver(StreamGroup& group, const StreamId& id) const;

 private:
  friend class StreamBuilder;
  friend class StreamCut;
  friend class StreamCursor;

  // The node that has the id if any has it: the last whose master is not greater. REQUIRES: nodes.
  size_t NodeOf(const StreamId& id) const;
  bool Find(const StreamId& id, size_t& node, StreamEntry& entry) const;
  bool MayHaveDeletedBehind(const StreamId& id) const;
  StreamNode& Own(size_t node);
  std::unique_ptr<char[]> Remove(size_t node);
  void DeleteIn(size_t node, const StreamEntry& entry);
  void TrimInside(const StreamTrim& trim);
  void RefreshFirst();

  FrontVector<StreamNode> nodes_;
  uint64_t length_ = 0;
  uint64_t entries_added_ = 0;
  StreamId first_;
  StreamId last_;
  StreamId max_deleted_;
  Groups groups_;
  // A cut shares it: it is copied before it changes then.
  std::shared_ptr<StreamIdempotence> idempotence_;
  std::unique_ptr<StreamCut> cut_;
};

// Walks the entries between two ids, both inclusive, in either direction.
// LIFETIME: of the stream until it changes.
class StreamCursor {
 public:
  StreamCursor(const Stream& stream, const StreamId& start, const StreamId& end, bool backwards);

  // False behind the last entry.
  bool Next(StreamEntry& entry);

 private:
  bool Step(StreamEntry& entry);

  const Stream& stream_;
  StreamId start_;
  StreamId end_;
  bool backwards_;
  size_t node_ = 0;
  StreamEntry at_;
};

// REQUIRES: entry.type() == ValueType::kStream.
inline Stream& StreamOf(Entry& entry) { return FullForm<Stream>(entry); }
inline const Stream& StreamOf(const Entry& entry) { return FullForm<Stream>(entry); }

// An entry with a stream, in no database yet.
Entry* NewStreamEntry(Database& database, std::string_view key, std::unique_ptr<Stream> stream);

// Puts an empty stream under a key that is absent.
Stream& InsertStream(Database& database, const Key& key);

// What the limits say of nodes.
StreamNodeLimit StreamNodeLimitOf(const Database& database);
// The same as Stream::Trim; what is much to free is freed in the background.
size_t TrimStream(Database& database, Stream& stream, const StreamTrim& trim);

}  // namespace kvasir
