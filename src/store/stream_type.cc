#include "src/store/stream_type.h"

#include <algorithm>
#include <utility>

#include "src/base/memory.h"
#include "src/store/reclaimer.h"
#include "src/store/stream_cut.h"

namespace kvasir {

Stream::Stream() = default;
Stream::~Stream() = default;

size_t Stream::MemoryBytes(size_t samples) const {
  size_t node_bytes = 0;
  const size_t count = nodes_.size();
  const size_t counted = samples == 0 ? count : std::min(samples, count);
  for (size_t i = 0; i < counted; ++i) node_bytes += nodes_[i].allocated();
  if (counted < count) {
    node_bytes = node_bytes / counted * (count - 1) + nodes_.back().allocated();
  }
  size_t bytes = sizeof(Stream) + node_bytes;
  if (nodes_.capacity() != 0) bytes += AllocationSize(nodes_.capacity() * sizeof(StreamNode));
  // What a node of the map holds besides the name and the pointer.
  constexpr size_t kMapNodeBytes = 72;
  for (const auto& [name, group] : groups_) {
    bytes += kMapNodeBytes + name.size() + group->MemoryBytes();
  }
  if (idempotence_ != nullptr) bytes += idempotence_->MemoryBytes();
  return bytes;
}

std::unique_ptr<Collection> Stream::Clone() const {
  auto copy = std::make_unique<Stream>();
  copy->nodes_.reserve(nodes_.size());
  for (size_t i = 0; i < nodes_.size(); ++i) {
    copy->nodes_.push_back(StreamNode(nodes_[i].master(), nodes_[i].listpack()));
  }
  copy->length_ = length_;
  copy->entries_added_ = entries_added_;
  copy->first_ = first_;
  copy->last_ = last_;
  copy->max_deleted_ = max_deleted_;
  for (const auto& [name, group] : groups_) copy->groups_.emplace(name, group->Clone());
  if (idempotence_ != nullptr) {
    copy->idempotence_ = std::make_shared<StreamIdempotence>(*idempotence_);
  }
  return copy;
}

size_t Stream::FreeEffort() const {
  size_t effort = 1 + nodes_.size();
  for (const auto& [name, group] : groups_) effort += group->FreeEffort();
  if (idempotence_ != nullptr) effort += idempotence_->id_count();
  return effort;
}

StreamIdempotence& Stream::ChangeIdempotence() {
  if (idempotence_ == nullptr) {
    idempotence_ = std::make_shared<StreamIdempotence>();
  } else if (idempotence_.use_count() != 1) {
    idempotence_ = std::make_shared<StreamIdempotence>(*idempotence_);
  }
  return *idempotence_;
}

bool Stream::has_released() const {
  return std::any_of(groups_.begin(), groups_.end(),
                     [](const auto& named) { return named.second->released_count() != 0; });
}

StreamFacts Stream::facts() const {
  return {.length = length_,
          .entries_added = entries_added_,
          .first = first_,
          .last = last_,
          .max_deleted = max_deleted_,
          .groups = groups_.size()};
}

size_t Stream::NodeOf(const StreamId& id) const {
  const size_t last = nodes_.size() - 1;
  if (nodes_[last].master() <= id) return last;
  size_t low = 0;
  for (size_t high = last; high - low > 1;) {
    const size_t middle = (low + high) / 2;
    (nodes_[middle].master() <= id ? low : high) = middle;
  }
  return low;
}

bool Stream::Find(const StreamId& id, size_t& node, StreamEntry& entry) const {
  if (nodes_.empty()) return false;
  node = NodeOf(id);
  while (nodes_[node].Next(entry) && entry.id <= id) {
    if (entry.id == id) return !entry.deleted;
  }
  return false;
}

bool Stream::Contains(const StreamId& id) const {
  if (length_ == 0 || id < first_ || id > last_) return false;
  size_t node = 0;
  StreamEntry entry;
  return Find(id, node, entry);
}

std::optional<StreamId> Stream::LastEntryId() const {
  StreamEntry entry;
  if (!StreamCursor(*this, kStreamIdMin, kStreamIdMax, true).Next(entry)) return std::nullopt;
  return entry.id;
}

void Stream::Append(const StreamId& id, std::span<const std::string_view> fields,
                    const StreamNodeLimit& limit) {
  size_t bytes = 0;
  for (const std::string_view text : fields) bytes += text.size();
  const bool fits = !nodes_.empty() && nodes_.back().Fits(bytes, limit);
  if (!fits) {
    if (!nodes_.empty() && !nodes_.back().frozen()) nodes_.back().Shrink();
    nodes_.push_back(StreamNode(id, fields));
  }
  Own(nodes_.size() - 1).Append(id, fields);
  if (++length_ == 1) first_ = id;
  ++entries_added_;
  last_ = id;
}

StreamNode& Stream::Own(size_t node) {
  if (nodes_[node].frozen()) cut_->Keep(nodes_[node].Detach());
  return nodes_[node];
}

// Returns what the node had, unless the cut keeps it.
std::unique_ptr<char[]> Stream::Remove(size_t node) {
  const bool frozen = nodes_[node].frozen();
  std::unique_ptr<char[]> bytes = nodes_[node].Release();
  nodes_.erase(node);
  if (!frozen) return bytes;
  cut_->Keep(std::move(bytes));
  return nullptr;
}

void Stream::DeleteIn(size_t node, const StreamEntry& entry) {
  --length_;
  if (nodes_[node].live() == 1) {
    Remove(node);
    return;
  }
  StreamEntry found;
  StreamNode& own = Own(node);
  // The bytes may be others now.
  while (own.Next(found) && found.id != entry.id) {
  }
  own.Mark(found);
  own.CountMarked(1);
}

bool Stream::Erase(const StreamId& id) {
  size_t node = 0;
  StreamEntry entry;
  if (!Find(id, node, entry)) return false;
  DeleteIn(node, entry);
  max_deleted_ = std::max(max_deleted_, id);
  if (id == first_) RefreshFirst();
  return true;
}

void Stream::RefreshFirst() {
  StreamEntry entry;
  const bool found = StreamCursor(*this, kStreamIdMin, kStreamIdMax, false).Next(entry);
  first_ = found ? entry.id : StreamId();
}

size_t Stream::Trim(const StreamTrim& trim, std::vector<std::unique_ptr<char[]>>& removed) {
  const uint64_t length_before = length_;
  while (!nodes_.empty()) {
    if (trim.by == StreamTrim::By::kLength && length_ <= trim.length) break;
    const StreamNode& node = nodes_.front();
    const size_t entries = node.live();
    const uint64_t gone = length_before - length_;
    if (trim.limit != 0 && gone + entries > trim.limit) break;
    const bool whole = trim.by == StreamTrim::By::kLength ? length_ - entries >= trim.length
                                                          : node.LastId() < trim.least;
    if (!whole) {
      if (!trim.whole_nodes) TrimInside(trim);
      break;
    }
    length_ -= entries;
    if (std::unique_ptr<char[]> bytes = Remove(0)) removed.push_back(std::move(bytes));
  }
  if (length_ != length_before) RefreshFirst();
  return length_before - length_;
}

// Takes entries off the first node, which does not go as a whole.
void Stream::TrimInside(const StreamTrim& trim) {
  StreamNode& node = Own(0);
  size_t marked = 0;
  for (StreamEntry entry; node.Next(entry);) {
    const bool stop =
        trim.by == StreamTrim::By::kLength ? length_ <= trim.length : entry.id >= trim.least;
    if (stop) break;
    if (entry.deleted) continue;
    node.Mark(entry);
    ++marked;
    --length_;
  }
  if (marked == node.live()) {
    Remove(0);
  } else if (marked != 0) {
    node.CountMarked(marked);
  }
}

void Stream::SetLast(const StreamId& id, std::optional<uint64_t> entries_added,
                     const StreamId& max_deleted) {
  last_ = id;
  if (entries_added) entries_added_ = *entries_added;
  if (!max_deleted.is_zero()) max_deleted_ = max_deleted;
}

Entry* NewStreamEntry(Database& database, std::string_view key, std::unique_ptr<Stream> stream) {
  Collection* const collection = stream.release();
  void* const pointer = collection;
  return Entry::Create({.key = key,
                        .type = ValueType::kStream,
                        .encoding = Encoding::kObject,
                        .value_bytes = {reinterpret_cast<const char*>(&pointer), sizeof pointer},
                        .access = database.context().access.Fresh()});
}

Stream& InsertStream(Database& database, const Key& key) {
  auto fresh = std::make_unique<Stream>();
  Stream& stream = *fresh;
  database.Insert(key, NewStreamEntry(database, key.bytes, std::move(fresh)));
  return stream;
}

StreamNodeLimit StreamNodeLimitOf(const Database& database) {
  const CollectionLimits& limits = const_cast<Database&>(database).context().limits;
  return {.bytes = limits.stream_node_max_bytes, .entries = limits.stream_node_max_entries};
}

size_t TrimStream(Database& database, Stream& stream, const StreamTrim& trim) {
  constexpr size_t kManyNodes = 64;
  std::vector<std::unique_ptr<char[]>> removed;
  const size_t gone = stream.Trim(trim, removed);
  Reclaimer* reclaimer = database.context().reclaimer;
  if (removed.size() > kManyNodes && reclaimer != nullptr) {
    const auto shared = std::make_shared<std::vector<std::unique_ptr<char[]>>>(std::move(removed));
    reclaimer->Post(1, [shared] { shared->clear(); });
  }
  return gone;
}

}  // namespace kvasir
