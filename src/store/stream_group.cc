#include "src/store/stream_group.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace kvasir {

StreamConsumer* StreamGroup::FindConsumer(std::string_view name) {
  const auto found = consumers_.find(name);
  return found == consumers_.end() ? nullptr : &found->second;
}

const StreamConsumer* StreamGroup::FindConsumer(std::string_view name) const {
  const auto found = consumers_.find(name);
  return found == consumers_.end() ? nullptr : &found->second;
}

StreamConsumer& StreamGroup::AddConsumer(std::string_view name, int64_t now_ms) {
  const auto added = consumers_.try_emplace(std::string(name), name).first;
  StreamConsumer& consumer = added->second;
  consumer.name_ = added->first;
  consumer.seen_ms = now_ms;
  return consumer;
}

size_t StreamGroup::RemoveConsumer(StreamConsumer& consumer) {
  const StreamIds<StreamOwned>& owned = consumer.owned_;
  const size_t count = owned.size();
  StreamIds<StreamOwned>::Place place;
  for (const StreamOwned* item; (item = owned.At(place)) != nullptr; owned.Advance(place)) {
    pending_.Erase(item->id);
  }
  consumers_.erase(consumers_.find(consumer.name()));
  return count;
}

void StreamGroup::Disown(const StreamPending& pending) {
  if (pending.released()) {
    --released_;
  } else {
    pending.consumer->owned_.Erase(pending.id);
  }
}

void StreamGroup::Assign(const StreamPending& state) {
  if (pending_.Insert(state)) {
    state.consumer->owned_.Insert({state.id});
    return;
  }
  StreamPending& pending = *pending_.FindToChange(state.id);
  if (pending.consumer != state.consumer) {
    Disown(pending);
    state.consumer->owned_.Insert({state.id});
  }
  pending = state;
}

void StreamGroup::Release(const StreamId& id, uint64_t deliveries) {
  const StreamPending state{.id = id, .delivered_ms = next_release_++, .deliveries = deliveries};
  if (!pending_.Insert(state)) {
    StreamPending& pending = *pending_.FindToChange(id);
    Disown(pending);
    pending = state;
  }
  ++released_;
}

std::vector<StreamId> StreamGroup::Released() const {
  std::vector<std::pair<int64_t, StreamId>> places;
  StreamIds<StreamPending>::Place place;
  for (const StreamPending* item; places.size() < released_ && (item = pending_.At(place));
       pending_.Advance(place)) {
    if (item->released()) places.emplace_back(item->delivered_ms, item->id);
  }
  std::sort(places.begin(), places.end());
  std::vector<StreamId> ids;
  ids.reserve(places.size());
  for (const auto& [order, id] : places) ids.push_back(id);
  return ids;
}

bool StreamGroup::Acknowledge(const StreamId& id) {
  const StreamPending* pending = pending_.Find(id);
  if (pending == nullptr) return false;
  Disown(*pending);
  pending_.Erase(id);
  return true;
}

std::unique_ptr<StreamGroup> StreamGroup::Clone() const {
  auto copy = std::make_unique<StreamGroup>(last_delivered, entries_read);
  for (const auto& [name, consumer] : consumers_) {
    StreamConsumer& same = copy->AddConsumer(name, consumer.seen_ms);
    same.active_ms = consumer.active_ms;
  }
  StreamIds<StreamPending>::Place place;
  for (const StreamPending* item; (item = pending_.At(place)) != nullptr; pending_.Advance(place)) {
    if (item->released()) continue;
    StreamPending same = *item;
    same.consumer = copy->FindConsumer(item->consumer->name());
    copy->Assign(same);
  }
  for (const StreamId& id : Released()) copy->Release(id, FindPending(id)->deliveries);
  return copy;
}

size_t StreamGroup::MemoryBytes() const {
  // What a node of the map holds besides name and consumer.
  constexpr size_t kMapNodeBytes = 64;
  size_t bytes = sizeof(StreamGroup) + pending_.MemoryBytes();
  for (const auto& [name, consumer] : consumers_) {
    bytes += kMapNodeBytes + sizeof(StreamConsumer) + name.size() + consumer.owned_.MemoryBytes();
  }
  return bytes;
}

size_t StreamGroup::FreeEffort() const {
  return 1 + consumers_.size() + 2 * pending_.chunk_count();
}

}  // namespace kvasir
