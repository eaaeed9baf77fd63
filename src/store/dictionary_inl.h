// The bodies of dictionary.h.
#pragma once

#include "src/store/dictionary.h"
#include "src/store/growth_time.h"

namespace kvasir {

template <typename Node, typename Hash>
typename Dictionary<Node, Hash>::Position Dictionary<Node, Hash>::Find(std::string_view key,
                                                                       uint64_t hash) const {
  if (size_ == 0) return {};
  const uint8_t tag = Bucket::TagOf(hash);
  for (Bucket* bucket = BucketAt(IndexOf(hash)); bucket != nullptr; bucket = bucket->overflow()) {
    for (uint32_t found = bucket->Matches(tag); found != 0; found &= found - 1) {
      const int slot = __builtin_ctz(found);
      if (static_cast<Node*>(bucket->pointer(slot))->key() == key) return {bucket, slot};
    }
  }
  return {};
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::PrefetchNode(uint64_t hash) const {
  if (size_ == 0) return;
  const Bucket* bucket = BucketAt(IndexOf(hash));
  const uint32_t found = bucket->Matches(Bucket::TagOf(hash));
  if (found == 0) {
    PrefetchLine(bucket->overflow());
    return;
  }
  const auto* node = static_cast<const char*>(bucket->pointer(__builtin_ctz(found)));
  PrefetchLine(node);
  PrefetchLine(node + 47);
}

template <typename Node, typename Hash>
Bucket* Dictionary<Node, Hash>::NewOverflow() {
  ++overflow_count_;
  void* memory = ::operator new (sizeof(Bucket), std::align_val_t{alignof(Bucket)});
  return new (memory) Bucket{};
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::FreeChain(Bucket* head) {
  while (head != nullptr) {
    Bucket* next = head->overflow();
    ::operator delete (head, sizeof(Bucket), std::align_val_t{alignof(Bucket)});
    --overflow_count_;
    head = next;
  }
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::Place(Bucket* bucket, Node* node, uint8_t tag) {
  while (true) {
    const uint32_t free_slots = bucket->Matches(0);
    if (free_slots != 0) {
      const int slot = __builtin_ctz(free_slots);
      bucket->tags[static_cast<size_t>(slot)] = tag;
      bucket->set_pointer(slot, node);
      return;
    }
    if (bucket->overflow() == nullptr) bucket->set_overflow(NewOverflow());
    bucket = bucket->overflow();
  }
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::Insert(Node* node, uint64_t hash) {
  if (bucket_count_ == 0) {
    for (size_t i = 0; i < kBucketsMin; ++i) AddBucket();
  }
  Place(BucketAt(IndexOf(hash)), node, Bucket::TagOf(hash));
  ++size_;
  if (size_ * 2 > bucket_count_ * kSplitAboveHalves) SplitNext();
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::Erase(Position position, uint16_t version) {
  position.bucket_->tags[static_cast<size_t>(position.slot_)] = 0;
  --size_;
  if (size_ * 2 < bucket_count_ * kMergeBelowHalves && bucket_count_ > kBucketsMin) {
    MergeLast(version);
  }
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::GrowFirstSegment(size_t capacity) {
  const GrowthTimer timer;
  void* memory = ::operator new (capacity * sizeof(Bucket), std::align_val_t{alignof(Bucket)});
  if (segments_.empty()) {
    segments_.push_back(nullptr);
  } else {
    memcpy(memory, segments_[0], bucket_count_ * sizeof(Bucket));
    ::operator delete (segments_[0], std::align_val_t{alignof(Bucket)});
  }
  segments_[0] = static_cast<Bucket*>(memory);
  first_segment_capacity_ = capacity;
}

// Adds one empty bucket at the end.
template <typename Node, typename Hash>
void Dictionary<Node, Hash>::AddBucket() {
  const size_t index = bucket_count_;
  if (index < kSegmentBuckets) {
    if (index >= first_segment_capacity_) {
      GrowFirstSegment(index == 0 ? kBucketsMin : first_segment_capacity_ * 2);
    }
  } else if (index >> kSegmentBits >= segments_.size()) {
    const GrowthTimer timer;
    void* memory =
        ::operator new (kSegmentBuckets * sizeof(Bucket), std::align_val_t{alignof(Bucket)});
    segments_.push_back(static_cast<Bucket*>(memory));
  }
  new (BucketAt(index)) Bucket{};
  ++bucket_count_;
  if (bucket_count_ == size_t{2} << level_) ++level_;
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::Reserve(size_t count) {
  if (size_ != 0 || count == 0) return;
  const size_t buckets = count / kSplitAboveHalves * 2 + 2;
  while (bucket_count_ < buckets || bucket_count_ < kBucketsMin) AddBucket();
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::SplitNext() {
  const size_t bit = LowMask() + 1;
  const size_t source_index = bucket_count_ - bit;
  AddBucket();
  Bucket* target = BucketAt(source_index + bit);
  Bucket* source = BucketAt(source_index);
  for (const Bucket* b = source; b != nullptr; b = b->overflow()) {
    for (int slot = 0; slot < Bucket::kSlots; ++slot) {
      if (b->tags[static_cast<size_t>(slot)] != 0) PrefetchLine(b->pointer(slot));
    }
  }
  // The source is rebuilt from empty, which also closes the gaps of its chain.
  const Bucket old = *source;
  const uint16_t version = source->version;
  *source = Bucket{};
  source->version = target->version = version;
  for (const Bucket* b = &old; b != nullptr; b = b->overflow()) {
    for (int slot = 0; slot < Bucket::kSlots; ++slot) {
      const uint8_t tag = b->tags[static_cast<size_t>(slot)];
      if (tag == 0) continue;
      auto* node = static_cast<Node*>(b->pointer(slot));
      const bool moves = (Hash{}(node->key()) & bit) != 0;
      Place(moves ? target : source, node, tag);
    }
  }
  FreeChain(old.overflow());
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::MergeLast(uint16_t version) {
  const size_t last_index = bucket_count_ - 1;
  const int level = bucket_count_ == size_t{1} << level_ ? level_ - 1 : level_;
  Bucket* last = BucketAt(last_index);
  Bucket* target = BucketAt(last_index & ((size_t{1} << level) - 1));
  // A later removal will merge them.
  if (version != 0 && (last->version == version) != (target->version == version)) return;
  level_ = level;
  for (const Bucket* b = last; b != nullptr; b = b->overflow()) {
    for (int slot = 0; slot < Bucket::kSlots; ++slot) {
      const uint8_t tag = b->tags[static_cast<size_t>(slot)];
      if (tag != 0) Place(target, static_cast<Node*>(b->pointer(slot)), tag);
    }
  }
  FreeChain(last->overflow());
  --bucket_count_;
  if (bucket_count_ >= kSegmentBuckets && (bucket_count_ & (kSegmentBuckets - 1)) == 0) {
    ::operator delete (segments_.back(), std::align_val_t{alignof(Bucket)});
    segments_.pop_back();
  } else if (bucket_count_ * 4 == first_segment_capacity_ && bucket_count_ >= kBucketsMin) {
    GrowFirstSegment(first_segment_capacity_ / 2);
  }
}

template <typename Node, typename Hash>
template <typename Visit>
uint64_t Dictionary<Node, Hash>::Scan(uint64_t cursor, Visit visit) const {
  if (bucket_count_ == 0) return 0;
  const size_t index = IndexOf(cursor);
  VisitChain(BucketAt(index), visit);
  return NextCursor(cursor, index);
}

template <typename Node, typename Hash>
template <typename Visit>
void Dictionary<Node, Hash>::VisitChain(const Bucket* head, Visit& visit) {
  for (const Bucket* b = head; b != nullptr; b = b->overflow()) {
    for (int slot = 0; slot < Bucket::kSlots; ++slot) {
      if (b->tags[static_cast<size_t>(slot)] != 0) visit(static_cast<Node*>(b->pointer(slot)));
    }
  }
}

template <typename Node, typename Hash>
template <typename Visit>
void Dictionary<Node, Hash>::TakeBucketOf(uint64_t hash, uint16_t version, Visit visit) {
  if (bucket_count_ == 0) return;
  Bucket* bucket = BucketAt(IndexOf(hash));
  if (bucket->version == version) return;
  bucket->version = version;
  VisitChain(bucket, visit);
}

template <typename Node, typename Hash>
template <typename Visit>
uint64_t Dictionary<Node, Hash>::TakeNextBucket(uint64_t cursor, uint16_t version, Visit visit) {
  if (bucket_count_ == 0) return 0;
  const size_t index = IndexOf(cursor);
  TakeBucketOf(cursor, version, visit);
  return NextCursor(cursor, index);
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::MarkTaken(uint16_t version) {
  for (size_t i = 0; i < bucket_count_; ++i) BucketAt(i)->version = version;
}

template <typename Node, typename Hash>
template <typename Visit>
void Dictionary<Node, Hash>::ForEach(Visit visit) const {
  for (size_t i = 0; i < bucket_count_; ++i) VisitChain(BucketAt(i), visit);
}

template <typename Node, typename Hash>
template <typename Visit>
void Dictionary<Node, Hash>::ForEachWhile(Visit visit) const {
  for (size_t i = 0; i < bucket_count_; ++i) {
    for (const Bucket* b = BucketAt(i); b != nullptr; b = b->overflow()) {
      for (int slot = 0; slot < Bucket::kSlots; ++slot) {
        if (b->tags[static_cast<size_t>(slot)] == 0) continue;
        if (!visit(static_cast<Node*>(b->pointer(slot)))) return;
      }
    }
  }
}

template <typename Node, typename Hash>
template <typename Random>
Node* Dictionary<Node, Hash>::RandomNode(Random random) const {
  if (size_ == 0) return nullptr;
  // Choosing the place before looking whether it is taken makes every node equally likely. Nodes
  // behind the first overflow bucket, which are very rare, share that bucket's chances.
  while (true) {
    const uint64_t bits = random();
    const Bucket* bucket = BucketAt((bits & Bucket::kPointerMask) % bucket_count_);
    const int slot = static_cast<int>((bits >> 48) % Bucket::kSlots);
    const bool first = ((bits >> 63) & 1) == 0;
    if (!first) bucket = bucket->overflow();
    while (!first && bucket != nullptr && bucket->overflow() != nullptr && (random() & 1) != 0) {
      bucket = bucket->overflow();
    }
    if (bucket == nullptr || bucket->tags[static_cast<size_t>(slot)] == 0) continue;
    return static_cast<Node*>(bucket->pointer(slot));
  }
}

template <typename Node, typename Hash>
size_t Dictionary<Node, Hash>::MemoryBytes() const {
  const size_t whole = segments_.size() > 1 ? (segments_.size() - 1) * kSegmentBuckets : 0;
  return (first_segment_capacity_ + whole + overflow_count_) * sizeof(Bucket) +
         segments_.capacity() * sizeof(Bucket*);
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::FreeBuckets() {
  for (size_t i = 0; i < bucket_count_; ++i) FreeChain(BucketAt(i)->overflow());
  for (Bucket* segment : segments_) {
    ::operator delete (segment, std::align_val_t{alignof(Bucket)});
  }
}

template <typename Node, typename Hash>
void Dictionary<Node, Hash>::Swap(Dictionary& other) noexcept {
  std::swap(segments_, other.segments_);
  std::swap(first_segment_capacity_, other.first_segment_capacity_);
  std::swap(bucket_count_, other.bucket_count_);
  std::swap(overflow_count_, other.overflow_count_);
  std::swap(size_, other.size_);
  std::swap(level_, other.level_);
}

}  // namespace kvasir
