#include "src/store/stream_cut.h"

#include <algorithm>

namespace kvasir {

StreamCut::StreamCut(ElementSink& sink, Stream& stream)
    : sink_(sink),
      stream_(stream),
      parts_(*sink.stream()),
      facts_(stream.facts()),
      idempotence_(stream.idempotence_) {
  nodes_.reserve(stream.nodes_.size());
  for (size_t i = 0; i < stream.nodes_.size(); ++i) {
    StreamNode& node = stream.nodes_[i];
    node.Freeze();
    nodes_.push_back({node.master(), node.listpack()});
  }
  for (const auto& [name, group] : stream.groups_) {
    groups_.emplace_back(name, *group);
    for (auto& [consumer_name, consumer] : group->consumers_) {
      consumers_.emplace_back(consumer, groups_.size() - 1);
    }
  }
}

StreamCut::~StreamCut() {
  for (size_t i = 0; i < stream_.nodes_.size(); ++i) stream_.nodes_[i].Thaw();
}

bool StreamCut::Take(size_t max) {
  for (size_t taken = 0; taken < max && stage_ != Stage::kEnd;) taken += TakeNext();
  return stage_ != Stage::kEnd;
}

size_t StreamCut::TakeNext() {
  switch (stage_) {
    case Stage::kNodes:
      return TakeNode();
    case Stage::kFacts:
      parts_.Facts(facts_);
      stage_ = Stage::kGroup;
      return 1;
    case Stage::kGroup:
      return TakeGroup();
    case Stage::kPending:
      return TakePending();
    case Stage::kConsumers:
      parts_.Consumers(groups_[group_].consumers);
      stage_ = Stage::kConsumer;
      return 1;
    case Stage::kConsumer:
      return TakeConsumer();
    case Stage::kOwned:
      return TakeOwned();
    case Stage::kReleased:
      return TakeReleased();
    case Stage::kIdempotence:
      parts_.Idempotence(idempotence_.get());
      stage_ = Stage::kEnd;
      return 1;
    default:
      return 0;
  }
}

size_t StreamCut::TakeNode() {
  // A node costs the copying of its bytes: about as much as so many elements of other types.
  constexpr size_t kNodeWeight = 8;
  if (node_ == nodes_.size()) {
    stage_ = Stage::kFacts;
    return 0;
  }
  parts_.Node(nodes_[node_].master, nodes_[node_].listpack);
  ++node_;
  return kNodeWeight;
}

size_t StreamCut::TakeGroup() {
  if (group_ == groups_.size()) {
    stage_ = Stage::kIdempotence;
    return 0;
  }
  const Group& group = groups_[group_];
  parts_.Group({.name = group.name,
                .last_delivered = group.last_delivered,
                .entries_read = group.entries_read,
                .pending = group.pending.size()});
  part_ = 0;
  stage_ = Stage::kPending;
  return 1;
}

size_t StreamCut::TakePending() {
  const auto& parts = groups_[group_].pending.parts();
  if (part_ == parts.size()) {
    stage_ = Stage::kConsumers;
    return 0;
  }
  const auto& part = parts[part_++];
  for (size_t i = 0; i < part.count; ++i) {
    const StreamPending& pending = part.items[i];
    // Its consumer may be gone by now.
    parts_.Pending(
        {.id = pending.id, .delivered_ms = pending.shown_ms(), .deliveries = pending.deliveries});
    if (pending.released()) released_.emplace_back(pending.delivered_ms, pending.id);
  }
  return part.count;
}

size_t StreamCut::TakeConsumer() {
  if (consumer_ == consumers_.size() || consumers_[consumer_].group != group_) {
    stage_ = Stage::kReleased;
    return 0;
  }
  const Consumer& consumer = consumers_[consumer_];
  parts_.Consumer({.name = consumer.name,
                   .seen_ms = consumer.seen_ms,
                   .active_ms = consumer.active_ms,
                   .owned = consumer.owned.size()});
  part_ = 0;
  stage_ = Stage::kOwned;
  return 1;
}

size_t StreamCut::TakeOwned() {
  const auto& parts = consumers_[consumer_].owned.parts();
  if (part_ == parts.size()) {
    ++consumer_;
    stage_ = Stage::kConsumer;
    return 0;
  }
  const auto& part = parts[part_++];
  for (size_t i = 0; i < part.count; ++i) parts_.Owned(part.items[i].id);
  return part.count;
}

size_t StreamCut::TakeReleased() {
  std::sort(released_.begin(), released_.end());
  std::vector<StreamId> ids;
  ids.reserve(released_.size());
  for (const auto& [order, id] : released_) ids.push_back(id);
  parts_.Released(ids);
  released_.clear();
  ++group_;
  stage_ = Stage::kGroup;
  return 1 + ids.size();
}

// --- What the stream does about it.

bool Stream::BeginCut(ElementSink& sink, uint16_t /*version*/) {
  if (sink.stream() == nullptr) return false;
  cut_ = std::make_unique<StreamCut>(sink, *this);
  return true;
}

bool Stream::TakeElements(size_t max) {
  if (cut_ == nullptr) return true;
  if (cut_->Take(max)) return false;
  ElementSink& sink = cut_->sink();
  cut_.reset();
  sink.AllTaken();
  return true;
}

void Stream::AbandonCut() { cut_.reset(); }

}  // namespace kvasir
