// Reading streams: walks, and what groups have read.
#include <algorithm>

#include "src/store/stream_type.h"

namespace kvasir {

StreamCursor::StreamCursor(const Stream& stream, const StreamId& start, const StreamId& end,
                           bool backwards)
    : stream_(stream), start_(start), end_(end), backwards_(backwards) {
  if (stream.nodes_.empty()) return;
  node_ = stream.NodeOf(backwards ? end : start);
}

// The next entry of the nodes, whatever it is.
bool StreamCursor::Step(StreamEntry& entry) {
  while (node_ < stream_.nodes_.size()) {
    const StreamNode& node = stream_.nodes_[node_];
    if (backwards_ ? node.Previous(at_) : node.Next(at_)) {
      entry = at_;
      return true;
    }
    at_ = {};
    // Below 0 it is beyond all nodes as well.
    node_ += backwards_ ? SIZE_MAX : 1;
  }
  return false;
}

bool StreamCursor::Next(StreamEntry& entry) {
  while (Step(entry)) {
    if (backwards_ ? entry.id < start_ : entry.id > end_) return false;
    const bool wanted = backwards_ ? entry.id <= end_ : entry.id >= start_;
    if (wanted && !entry.deleted) return true;
  }
  return false;
}

void Stream::Visit(StreamSink& sink) const {
  for (size_t i = 0; i < nodes_.size(); ++i) sink.Node(nodes_[i].master(), nodes_[i].listpack());
  sink.Facts(facts());
  for (const auto& [name, group] : groups_) {
    sink.Group({.name = name,
                .last_delivered = group->last_delivered,
                .entries_read = group->entries_read,
                .pending = group->pending().size()});
    StreamIds<StreamPending>::Place place;
    for (const StreamPending* item; (item = group->pending().At(place)) != nullptr;
         group->pending().Advance(place)) {
      sink.Pending(
          {.id = item->id, .delivered_ms = item->shown_ms(), .deliveries = item->deliveries});
    }
    sink.Consumers(group->consumers().size());
    for (const auto& [consumer_name, consumer] : group->consumers()) {
      const StreamIds<StreamOwned>& owned = consumer.owned();
      sink.Consumer({.name = consumer_name,
                     .seen_ms = consumer.seen_ms,
                     .active_ms = consumer.active_ms,
                     .owned = owned.size()});
      StreamIds<StreamOwned>::Place at;
      for (const StreamOwned* item; (item = owned.At(at)) != nullptr; owned.Advance(at)) {
        sink.Owned(item->id);
      }
    }
    sink.Released(group->Released());
  }
  sink.Idempotence(idempotence());
}

StreamGroup* Stream::FindGroup(std::string_view name) {
  const auto found = groups_.find(name);
  return found == groups_.end() ? nullptr : found->second.get();
}

const StreamGroup* Stream::FindGroup(std::string_view name) const {
  const auto found = groups_.find(name);
  return found == groups_.end() ? nullptr : found->second.get();
}

StreamGroup* Stream::AddGroup(std::string_view name, const StreamId& last_delivered,
                              int64_t entries_read) {
  if (groups_.contains(name)) return nullptr;
  auto group = std::make_unique<StreamGroup>(last_delivered, entries_read);
  return groups_.emplace(name, std::move(group)).first->second.get();
}

bool Stream::RemoveGroup(std::string_view name) {
  const auto found = groups_.find(name);
  if (found == groups_.end()) return false;
  groups_.erase(found);
  return true;
}

bool Stream::IsReferenced(const StreamId& id) const {
  return std::any_of(groups_.begin(), groups_.end(), [&](const auto& named) {
    const StreamGroup& group = *named.second;
    return group.last_delivered < id || group.FindPending(id) != nullptr;
  });
}

bool Stream::MayHaveDeletedBehind(const StreamId& id) const {
  return length_ != 0 && !max_deleted_.is_zero() && id <= max_deleted_;
}

std::optional<uint64_t> Stream::EntriesReadUpTo(const StreamId& id) const {
  if (entries_added_ == 0) return 0;
  if (length_ == 0 && id <= last_) return entries_added_;
  if (!id.is_zero() && id < max_deleted_) return std::nullopt;
  if (id == last_) return entries_added_;
  if (id > last_) return std::nullopt;
  if (max_deleted_.is_zero() || max_deleted_ < first_) {
    if (id < first_) return entries_added_ - length_;
    if (id == first_) return entries_added_ - length_ + 1;
  }
  return std::nullopt;
}

std::optional<int64_t> Stream::Lag(const StreamGroup& group) const {
  if (entries_added_ == 0 || length_ == 0) return 0;
  if (group.last_delivered < first_ && max_deleted_ < first_) return static_cast<int64_t>(length_);
  // Any client may set either number to anything: they wrap around.
  if (group.entries_read != StreamGroup::kUnknown && !MayHaveDeletedBehind(group.last_delivered)) {
    return static_cast<int64_t>(entries_added_ - static_cast<uint64_t>(group.entries_read));
  }
  const std::optional<uint64_t> read = EntriesReadUpTo(group.last_delivered);
  if (!read) return std::nullopt;
  return static_cast<int64_t>(entries_added_ - *read);
}

void Stream::Deliver(StreamGroup& group, const StreamId& id) const {
  if (group.entries_read != StreamGroup::kUnknown && !MayHaveDeletedBehind(group.last_delivered)) {
    group.entries_read = static_cast<int64_t>(static_cast<uint64_t>(group.entries_read) + 1);
  } else if (entries_added_ != 0) {
    const std::optional<uint64_t> read = EntriesReadUpTo(id);
    group.entries_read = read ? static_cast<int64_t>(*read) : StreamGroup::kUnknown;
  }
  group.last_delivered = id;
}

}  // namespace kvasir
