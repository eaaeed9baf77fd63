// What is pending in a consumer group: items in the order of their ids, in chunks, so that adding
// at the end and taking off the front, which is what happens nearly always, are cheap, and the rest
// takes the time of moving half a chunk.
//
// A cut freezes a list (D7): it gets the chunks as they are, and a chunk is copied before it
// changes while the cut has it.
// THREAD: loop.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "src/base/memory.h"
#include "src/store/front_vector.h"
#include "src/store/stream_id.h"

namespace kvasir {

template <typename Item>
class FrozenStreamIds;

// `Item` is copied as bytes and has a StreamId `id`, by which it is found.
template <typename Item>
class StreamIds {
 public:
  StreamIds() = default;
  StreamIds(const StreamIds&) = delete;
  StreamIds& operator=(const StreamIds&) = delete;
  ~StreamIds();

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  size_t chunk_count() const { return chunks_.size(); }
  // REQUIRES: not empty.
  const Item& front() const { return chunks_.front().items[0]; }
  const Item& back() const { return chunks_.back().items[chunks_.back().count - 1U]; }

  // A place in the order; void after a change.
  struct Place {
    size_t chunk = 0;
    size_t index = 0;
  };
  // The first item whose id is not less.
  Place LowerBound(const StreamId& id) const;
  // The item there; nullptr behind the last one.
  const Item* At(const Place& place) const {
    if (place.chunk >= chunks_.size()) return nullptr;
    return &chunks_[place.chunk].items[place.index];
  }
  void Advance(Place& place) const {
    if (++place.index < chunks_[place.chunk].count) return;
    ++place.chunk;
    place.index = 0;
  }

  const Item* Find(const StreamId& id) const;
  // The same for an item that will change, but not its id.
  Item* FindToChange(const StreamId& id);
  // False, and nothing done, when the id is there.
  bool Insert(const Item& item);
  bool Erase(const StreamId& id);

  size_t MemoryBytes() const;

 private:
  friend class FrozenStreamIds<Item>;

  static constexpr size_t kItemsMax = 64;
  static constexpr size_t kItemsFirst = 2;
  // Two chunks that together hold no more are made one.
  static constexpr size_t kItemsMerge = kItemsMax / 2;

  struct Chunk {
    std::unique_ptr<Item[]> items;
    uint16_t count = 0;
    uint16_t capacity = 0;
    bool frozen = false;
  };

  // The last chunk whose first id is not greater; the first one without any.
  size_t ChunkOf(const StreamId& id) const;
  static size_t IndexIn(const Chunk& chunk, const StreamId& id);
  // Makes the chunk's items its own, with room for one more if asked.
  void Own(Chunk& chunk, bool room);
  void Split(size_t chunk);
  void MergeWithNext(size_t chunk);
  void Discard(Chunk& chunk);

  FrontVector<Chunk> chunks_;
  size_t size_ = 0;
  FrozenStreamIds<Item>* frozen_ = nullptr;
};

// A list as it was when the cut began. LIFETIME: may outlive the list, and the other way round.
template <typename Item>
class FrozenStreamIds {
 public:
  struct Part {
    const Item* items;
    size_t count;
  };

  // REQUIRES: the list is not frozen.
  explicit FrozenStreamIds(StreamIds<Item>& live) : live_(&live), size_(live.size()) {
    parts_.reserve(live.chunks_.size());
    for (size_t i = 0; i < live.chunks_.size(); ++i) {
      auto& chunk = live.chunks_[i];
      chunk.frozen = true;
      parts_.push_back({chunk.items.get(), chunk.count});
    }
    live.frozen_ = this;
  }
  FrozenStreamIds(const FrozenStreamIds&) = delete;
  FrozenStreamIds& operator=(const FrozenStreamIds&) = delete;
  ~FrozenStreamIds() {
    if (live_ == nullptr) return;
    live_->frozen_ = nullptr;
    for (size_t i = 0; i < live_->chunks_.size(); ++i) live_->chunks_[i].frozen = false;
  }

  size_t size() const { return size_; }
  const std::vector<Part>& parts() const { return parts_; }

 private:
  friend class StreamIds<Item>;

  StreamIds<Item>* live_;  // nullptr once it is gone
  size_t size_;
  std::vector<Part> parts_;
  std::vector<std::unique_ptr<Item[]>> kept_;  // what the live list has let go of
};

template <typename Item>
StreamIds<Item>::~StreamIds() {
  if (frozen_ == nullptr) return;
  for (size_t i = 0; i < chunks_.size(); ++i) Discard(chunks_[i]);
  frozen_->live_ = nullptr;
}

template <typename Item>
void StreamIds<Item>::Discard(Chunk& chunk) {
  if (chunk.frozen) frozen_->kept_.push_back(std::move(chunk.items));
}

template <typename Item>
size_t StreamIds<Item>::ChunkOf(const StreamId& id) const {
  const size_t last = chunks_.size() - 1;
  if (chunks_[last].items[0].id <= id) return last;
  size_t low = 0;
  for (size_t high = last; high - low > 1;) {
    const size_t middle = (low + high) / 2;
    (chunks_[middle].items[0].id <= id ? low : high) = middle;
  }
  return low;
}

template <typename Item>
size_t StreamIds<Item>::IndexIn(const Chunk& chunk, const StreamId& id) {
  const Item* const begin = chunk.items.get();
  const Item* const end = begin + chunk.count;
  if (end[-1].id < id) return chunk.count;
  const auto less = [](const Item& item, const StreamId& wanted) { return item.id < wanted; };
  return static_cast<size_t>(std::lower_bound(begin, end, id, less) - begin);
}

template <typename Item>
typename StreamIds<Item>::Place StreamIds<Item>::LowerBound(const StreamId& id) const {
  if (chunks_.empty()) return {};
  Place place{ChunkOf(id), 0};
  place.index = IndexIn(chunks_[place.chunk], id);
  if (place.index == chunks_[place.chunk].count) place = {place.chunk + 1, 0};
  return place;
}

template <typename Item>
const Item* StreamIds<Item>::Find(const StreamId& id) const {
  const Item* item = At(LowerBound(id));
  return item != nullptr && item->id == id ? item : nullptr;
}

template <typename Item>
Item* StreamIds<Item>::FindToChange(const StreamId& id) {
  const Place place = LowerBound(id);
  const Item* item = At(place);
  if (item == nullptr || item->id != id) return nullptr;
  Own(chunks_[place.chunk], false);
  return &chunks_[place.chunk].items[place.index];
}

template <typename Item>
void StreamIds<Item>::Own(Chunk& chunk, bool room) {
  const bool full = room && chunk.count == chunk.capacity;
  if (!full && !chunk.frozen) return;
  const size_t capacity = full ? std::max(kItemsFirst, size_t{chunk.capacity} * 2) : chunk.capacity;
  auto items = std::make_unique_for_overwrite<Item[]>(capacity);
  std::copy_n(chunk.items.get(), chunk.count, items.get());
  Discard(chunk);
  chunk.items = std::move(items);
  chunk.capacity = static_cast<uint16_t>(capacity);
  chunk.frozen = false;
}

template <typename Item>
bool StreamIds<Item>::Insert(const Item& item) {
  if (chunks_.empty()) chunks_.push_back({});
  size_t at = chunks_.back().count == 0 ? 0 : ChunkOf(item.id);
  size_t index = chunks_[at].count == 0 ? 0 : IndexIn(chunks_[at], item.id);
  if (index < chunks_[at].count && chunks_[at].items[index].id == item.id) return false;
  if (chunks_[at].count == kItemsMax) {
    if (at + 1 == chunks_.size() && index == kItemsMax) {
      // Nearly all come in ascending order: full chunks stay full.
      chunks_.push_back({});
      ++at;
      index = 0;
    } else {
      Split(at);
      if (index > chunks_[at].count) index -= chunks_[at++].count;
    }
  }
  Chunk& chunk = chunks_[at];
  Own(chunk, true);
  Item* const place = chunk.items.get() + index;
  std::copy_backward(place, chunk.items.get() + chunk.count, chunk.items.get() + chunk.count + 1);
  *place = item;
  ++chunk.count;
  ++size_;
  return true;
}

template <typename Item>
void StreamIds<Item>::Split(size_t at) {
  Own(chunks_[at], false);
  Chunk upper;
  upper.count = kItemsMax / 2;
  upper.capacity = kItemsMax;
  upper.items = std::make_unique_for_overwrite<Item[]>(upper.capacity);
  std::copy_n(chunks_[at].items.get() + kItemsMax - upper.count, upper.count, upper.items.get());
  chunks_[at].count = kItemsMax - upper.count;
  chunks_.insert(at + 1, std::move(upper));
}

template <typename Item>
bool StreamIds<Item>::Erase(const StreamId& id) {
  const Place place = LowerBound(id);
  const Item* item = At(place);
  if (item == nullptr || item->id != id) return false;
  Chunk& chunk = chunks_[place.chunk];
  --size_;
  if (chunk.count == 1) {
    Discard(chunk);
    chunks_.erase(place.chunk);
    return true;
  }
  Own(chunk, false);
  Item* const at = chunk.items.get() + place.index;
  std::copy(at + 1, chunk.items.get() + chunk.count, at);
  --chunk.count;
  if (place.chunk + 1 < chunks_.size()) MergeWithNext(place.chunk);
  return true;
}

template <typename Item>
void StreamIds<Item>::MergeWithNext(size_t at) {
  if (chunks_[at].count + chunks_[at + 1].count > kItemsMerge) return;
  Chunk& upper = chunks_[at + 1];
  for (size_t i = 0; i < upper.count; ++i) {
    Own(chunks_[at], true);
    chunks_[at].items[chunks_[at].count++] = upper.items[i];
  }
  Discard(upper);
  chunks_.erase(at + 1);
}

template <typename Item>
size_t StreamIds<Item>::MemoryBytes() const {
  if (chunks_.empty()) return 0;
  // All but the first and the last are as full as any.
  const size_t items = chunks_.size() == 1 ? chunks_.front().capacity : chunks_.size() * kItemsMax;
  return AllocationSize(chunks_.capacity() * sizeof(Chunk)) + items * sizeof(Item);
}

}  // namespace kvasir
