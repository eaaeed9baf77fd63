#include "src/store/list_full.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace kvasir {
namespace {

// What a node at an end starts with; it doubles until it is full.
constexpr size_t kFirstReserveBytes = 64;
// An end and its neighbour, around the boundary of which elements may come and go.
constexpr int64_t kPlainEnds = 2;

bool Holds(const ListNode& node, const ElementMatcher& wanted) {
  for (const char* at = node.begin(); at != node.end(); at = node.Next(at)) {
    if (wanted.Matches(at, node.end())) return true;
  }
  return false;
}

}  // namespace

ListNodeLimit ListNodeLimit::Of(const CollectionLimits& limits) {
  constexpr std::array<size_t, 5> kBytes = {4096, 8192, 16384, 32768, 65536};
  // A node that is limited by its elements must not become too large to move about, either.
  constexpr size_t kBytesMax = 8192;
  constexpr int64_t kCountMax = ListNode::kCountMax;
  const auto plain = static_cast<size_t>(std::max(kPlainEnds, limits.list_compress_depth));
  const int64_t size = limits.list_max_listpack_size;
  if (size >= 0) {
    return {kBytesMax, static_cast<size_t>(std::clamp<int64_t>(size, 1, kCountMax)), plain};
  }
  return {kBytes[static_cast<size_t>(std::min<int64_t>(-size, 5)) - 1], kCountMax, plain};
}

FullList::FullList(ListNode node) : length_(node.count()) {
  if (length_ > 0) slots_.push_back({std::move(node), static_cast<uint32_t>(length_)});
}

FullList::~FullList() { TakeElements(SIZE_MAX); }

bool FullList::BeginCut(ElementSink& sink, uint16_t /*version*/) {
  uint32_t ordinal = 0;
  for (Slot& slot : slots_) slot.ordinal = ++ordinal;
  cut_ = std::make_unique<ListCut>(sink, ordinal);
  return true;
}

bool FullList::TakeElements(size_t max) {
  if (cut_ == nullptr) return true;
  size_t taken = 0;
  cut_->TakeKept(max, taken);
  for (auto slot = slots_.begin(); slot != slots_.end() && taken < max && !cut_->done(); ++slot) {
    if (slot->ordinal == 0) continue;
    slot->ordinal = 0;
    cut_->Take(slot->node, taken);
    cut_->TakeKept(max, taken);
  }
  if (!cut_->done()) return false;
  ElementSink& sink = cut_->sink();
  cut_.reset();
  sink.AllTaken();
  return true;
}

void FullList::Release(Slot& slot, std::vector<ListNode>& removed) {
  if (cut_ != nullptr && slot.ordinal != 0) {
    cut_->Keep(slot.ordinal, std::move(slot.node));
  } else {
    removed.push_back(std::move(slot.node));
  }
}

size_t FullList::MemoryBytes(size_t samples) const {
  const size_t looked_at = samples == 0 ? slots_.size() : std::min(samples, slots_.size());
  size_t bytes = 0;
  // Spread over the list: the nodes inside may be compressed, those at the ends are not.
  for (size_t i = 0; i < looked_at; ++i) {
    bytes += slots_[i * slots_.size() / looked_at].node.AllocatedBytes();
  }
  if (looked_at > 0) bytes = bytes / looked_at * slots_.size();
  return sizeof *this + slots_.size() * sizeof(Slot) + bytes;
}

std::unique_ptr<Collection> FullList::Clone() const {
  auto clone = std::make_unique<FullList>(ListNode());
  for (const Slot& slot : slots_) clone->slots_.push_back({slot.node.Clone(), slot.count});
  clone->length_ = length_;
  return clone;
}

FullList::Place FullList::Find(size_t index) const {
  if (index < length_ / 2) {
    size_t slot = 0;
    for (; index >= slots_[slot].count; ++slot) index -= slots_[slot].count;
    return {slot, index};
  }
  size_t behind = length_ - index;
  auto slot = slots_.rbegin();
  for (; behind > slot->count; ++slot) behind -= slot->count;
  return {static_cast<size_t>(slots_.rend() - slot) - 1, slot->count - behind};
}

size_t FullList::Reserve(const ListNode& node, const ListNodeLimit& limit) {
  return std::min(limit.bytes, std::max(kFirstReserveBytes, 2 * node.AllocatedBytes()));
}

// Room in a node is for the ends and their neighbours.
void FullList::TrimInside(size_t slot) {
  if (slot >= kPlainEnds && slot + kPlainEnds < slots_.size()) slots_[slot].node.Trim();
}

// A node is compressed when others come between it and the end, and stays plain once it was changed
// where it is.
void FullList::CompressInside(size_t slot, const ListNodeLimit& limit) {
  if (slot >= limit.plain_ends && slot + limit.plain_ends < slots_.size()) {
    slots_[slot].node.Compress();
  }
}

void FullList::ExpandEnds() {
  if (slots_.empty()) return;
  slots_.front().node.Expand();
  slots_.back().node.Expand();
}

void FullList::PushFront(const PackedElement& element, const ListNodeLimit& limit) {
  if (slots_.empty() || !limit.Fits(slots_.front().node, element)) {
    slots_.push_front({ListNode(), 0});
    TrimInside(kPlainEnds);
    CompressInside(limit.plain_ends, limit);
  }
  Slot& slot = slots_.front();
  BeforeChange(slot);
  slot.node.PushFront(element, Reserve(slot.node, limit));
  ++slot.count;
  ++length_;
}

void FullList::PushBack(const PackedElement& element, const ListNodeLimit& limit) {
  if (slots_.empty() || !limit.Fits(slots_.back().node, element)) {
    slots_.push_back({ListNode(), 0});
    const size_t last = slots_.size() - 1;
    if (last >= kPlainEnds) TrimInside(last - kPlainEnds);
    if (last >= limit.plain_ends) CompressInside(last - limit.plain_ends, limit);
  }
  Slot& slot = slots_.back();
  BeforeChange(slot);
  slot.node.PushBack(element, Reserve(slot.node, limit));
  ++slot.count;
  ++length_;
}

void FullList::DropFirst() {
  --length_;
  Slot& slot = slots_.front();
  BeforeChange(slot);
  if (--slot.count == 0) {
    slots_.pop_front();
    ExpandEnds();
  } else {
    slot.node.DropFirst();
  }
}

void FullList::DropLast(const char* at) {
  --length_;
  Slot& slot = slots_.back();
  BeforeChange(slot);
  if (--slot.count == 0) {
    slots_.pop_back();
    ExpandEnds();
  } else {
    slot.node.DropLast(at);
  }
}

void FullList::CutFront(size_t count, std::vector<ListNode>& removed) {
  length_ -= count;
  while (count > 0 && slots_.front().count <= count) {
    count -= slots_.front().count;
    Release(slots_.front(), removed);
    slots_.pop_front();
  }
  ExpandEnds();
  if (count == 0) return;
  Slot& slot = slots_.front();
  BeforeChange(slot);
  slot.node.CutBefore(slot.node.At(count), count);
  slot.count -= static_cast<uint32_t>(count);
}

void FullList::CutBack(size_t count, std::vector<ListNode>& removed) {
  length_ -= count;
  while (count > 0 && slots_.back().count <= count) {
    count -= slots_.back().count;
    Release(slots_.back(), removed);
    slots_.pop_back();
  }
  ExpandEnds();
  if (count == 0) return;
  Slot& slot = slots_.back();
  BeforeChange(slot);
  slot.count -= static_cast<uint32_t>(count);
  slot.node.CutFrom(slot.node.At(slot.count), slot.count);
}

void FullList::InsertNode(size_t slot, ListNode node) {
  const auto count = static_cast<uint32_t>(node.count());
  slots_.insert(slots_.begin() + static_cast<ptrdiff_t>(slot), {std::move(node), count});
}

size_t FullList::SplitAt(Place place) {
  if (place.index == 0) return place.slot;
  Slot& slot = slots_[place.slot];
  if (place.index == slot.count) return place.slot + 1;
  BeforeChange(slot);
  ListNode rest = slot.node.SplitOff(slot.node.At(place.index), place.index);
  slot.count = static_cast<uint32_t>(place.index);
  InsertNode(place.slot + 1, std::move(rest));
  return place.slot + 1;
}

void FullList::Insert(size_t index, const PackedElement& element, const ListNodeLimit& limit) {
  if (index == 0) return PushFront(element, limit);
  if (index == length_) return PushBack(element, limit);
  Place place = Find(index);
  if (!limit.Fits(slots_[place.slot].node, element)) {
    // Halves, so that further insertions near here find room.
    const bool alone = ElementBytes(element) * 2 > limit.bytes || slots_[place.slot].count == 1;
    const size_t middle = slots_[place.slot].count / 2;
    const size_t second = SplitAt({place.slot, alone ? place.index : middle});
    if (alone) {
      ListNode node;
      node.PushBack(element, 0);
      InsertNode(second, std::move(node));
      ++length_;
      return;
    }
    if (second != place.slot && place.index >= middle) place = {second, place.index - middle};
  }
  Slot& slot = slots_[place.slot];
  BeforeChange(slot);
  slot.node.Insert(slot.node.At(place.index), element);
  ++slot.count;
  ++length_;
}

void FullList::Set(size_t index, const PackedElement& element, const ListNodeLimit& limit) {
  const Place place = Find(index);
  Slot& slot = slots_[place.slot];
  // A long element in the midst of others would have to be moved with each change of them.
  if (slot.count > 1 && ElementBytes(element) * 2 > limit.bytes) {
    const size_t own = SplitAt(place);
    SplitAt({own, 1});
    BeforeChange(slots_[own]);
    slots_[own].node.Replace(slots_[own].node.begin(), element);
    return;
  }
  BeforeChange(slot);
  slot.node.Replace(slot.node.At(place.index), element);
  if (slot.count > 1 && slot.node.bytes() > limit.bytes) SplitAt({place.slot, slot.count / 2});
}

size_t FullList::RemoveEqual(const ElementMatcher& wanted, size_t limit, bool from_back,
                             const ListNodeLimit& node_limit) {
  size_t removed = 0;
  size_t first = slots_.size();
  size_t last = 0;
  ListNode scratch;
  for (size_t i = 0; i < slots_.size() && removed < limit; ++i) {
    const size_t index = from_back ? slots_.size() - 1 - i : i;
    Slot& slot = slots_[index];
    if (slot.node.compressed() || (cut_ != nullptr && slot.ordinal != 0)) {
      // A copy of every node that is only looked at would be a copy of the list, and one that is
      // expanded stays so.
      if (!Holds(Plain(slot.node, scratch), wanted)) continue;
      BeforeChange(slot);
    }
    const size_t here = slot.node.RemoveEqual(wanted, limit - removed, from_back);
    if (here == 0) continue;
    slot.count -= static_cast<uint32_t>(here);
    removed += here;
    first = std::min(first, index);
    last = std::max(last, index);
  }
  length_ -= removed;
  if (removed > 0) CloseGaps(first, last, node_limit);
  return removed;
}

// Of the nodes from `first` to `last`, drops those that became empty and joins neighbours that have
// become small.
void FullList::CloseGaps(size_t first, size_t last, const ListNodeLimit& limit) {
  size_t kept = first;
  for (size_t i = first; i <= last; ++i) {
    if (slots_[i].count == 0) continue;
    if (kept > first) {
      Slot& before = slots_[kept - 1];
      const size_t bytes = before.node.bytes() + slots_[i].node.bytes() + ListNode::kHeadBytes;
      // Well below the limit, so that one removal does not undo what another one did.
      if (bytes * 2 <= limit.bytes && before.count + slots_[i].count <= limit.count) {
        BeforeChange(before);
        BeforeChange(slots_[i]);
        before.node.Append(std::move(slots_[i].node));
        before.count += slots_[i].count;
        continue;
      }
    }
    if (kept != i) slots_[kept] = std::move(slots_[i]);
    ++kept;
  }
  slots_.erase(slots_.begin() + static_cast<ptrdiff_t>(kept),
               slots_.begin() + static_cast<ptrdiff_t>(last) + 1);
  ExpandEnds();
}

}  // namespace kvasir
