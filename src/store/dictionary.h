// The hash table of the keyspace: cache-line buckets, grown and shrunk one bucket at a time, so
// that no insertion ever waits for a rehash.
//
// Linear hashing (W. Litwin, "Linear hashing: a new tool for file and table addressing", VLDB
// 1980): with 2^L <= n < 2^(L+1) buckets, a hash belongs to bucket `hash mod 2^(L+1)`, or, where
// that does not exist yet, `hash mod 2^L`. Adding bucket n moves entries out of one bucket only,
// n - 2^L. A bucket is one cache line: eight one-byte tags, eight 48-bit pointers, a link to an
// overflow bucket, and a version for snapshots.
// THREAD: loop; a table that was handed over whole may be destroyed by any one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/prefetch.h"
#include "src/store/bucket.h"

namespace kvasir {

inline uint64_t ReverseBits(uint64_t v) {
  v = ((v >> 1) & 0x5555555555555555) | ((v & 0x5555555555555555) << 1);
  v = ((v >> 2) & 0x3333333333333333) | ((v & 0x3333333333333333) << 2);
  v = ((v >> 4) & 0x0f0f0f0f0f0f0f0f) | ((v & 0x0f0f0f0f0f0f0f0f) << 4);
  return __builtin_bswap64(v);
}

// `Node` has `std::string_view key() const`; the table stores pointers and owns none of them.
// `Hash` is called as `Hash{}(key)` when buckets are split.
template <typename Node, typename Hash>
class Dictionary {
 public:
  // Where a node's pointer stands. Valid until the next insertion or removal.
  class Position {
   public:
    Position() = default;
    Position(Bucket* bucket, int slot) : bucket_(bucket), slot_(slot) {}
    explicit operator bool() const { return bucket_ != nullptr; }
    Node* node() const { return static_cast<Node*>(bucket_->pointer(slot_)); }
    void set_node(Node* node) { bucket_->set_pointer(slot_, node); }

   private:
    friend class Dictionary;
    Bucket* bucket_ = nullptr;
    int slot_ = 0;
  };

  Dictionary() = default;
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  Dictionary(Dictionary&& other) noexcept { Swap(other); }
  Dictionary& operator=(Dictionary&& other) noexcept {
    Swap(other);
    return *this;
  }
  ~Dictionary() { FreeBuckets(); }

  size_t size() const { return size_; }
  size_t bucket_count() const { return bucket_count_; }
  // Bytes of the table itself: buckets in use, overflow buckets and the unused rest of segments.
  size_t MemoryBytes() const;

  Position Find(std::string_view key, uint64_t hash) const;

  // Makes room for `count` nodes, so that no bucket is split until they are there. Nothing happens
  // when the table has nodes.
  void Reserve(size_t count);
  // Adds a node whose key is not in the table. Splits at most a few buckets.
  void Insert(Node* node, uint64_t hash);
  // Takes the node out of the table (it is not destroyed). Merges at most one bucket, but none that
  // the snapshot of `version` has taken with one that it has not (0: there is none).
  void Erase(Position position, uint16_t version = 0);

  // Brings the bucket, then the first likely node, into the cache.
  void PrefetchBucket(uint64_t hash) const {
    if (bucket_count_ != 0) PrefetchLine(BucketAt(IndexOf(hash)));
  }
  void PrefetchNode(uint64_t hash) const;

  // Calls `visit(Node*)` for every node of the bucket that `cursor` names and returns the next
  // cursor, 0 at the end. Every node that is there from the first call to the last is visited at
  // least once, however much the table grows or shrinks between calls: cursors walk the buckets in
  // the order of their reversed bits (the scheme of Redis's SCAN). `visit` must not change the
  // table.
  template <typename Visit>
  uint64_t Scan(uint64_t cursor, Visit visit) const;

  // --- Snapshots. Each bucket remembers the version of the last one that took it.

  // Calls `visit(Node*)` for the nodes of the bucket that nodes with this hash belong to, unless
  // `version` has taken it already.
  template <typename Visit>
  void TakeBucketOf(uint64_t hash, uint16_t version, Visit visit);
  // The same for the bucket that `cursor` names; returns the next cursor, as Scan does.
  template <typename Visit>
  uint64_t TakeNextBucket(uint64_t cursor, uint16_t version, Visit visit);
  // Marks all buckets as taken.
  void MarkTaken(uint16_t version);

  // Calls `visit(Node*)` for all nodes. `visit` must not change the table.
  template <typename Visit>
  void ForEach(Visit visit) const;
  // The same until `visit` returns false.
  template <typename Visit>
  void ForEachWhile(Visit visit) const;

  // A node chosen evenly; nullptr when there is none. `random()` returns random 64-bit numbers.
  template <typename Random>
  Node* RandomNode(Random random) const;

  void Swap(Dictionary& other) noexcept;

 private:
  static constexpr size_t kSegmentBits = 12;
  static constexpr size_t kSegmentBuckets = size_t{1} << kSegmentBits;  // 256 KiB
  // Split above 11/2 entries per bucket, merge below 3/2: far enough apart not to flutter.
  static constexpr size_t kSplitAboveHalves = 11;
  static constexpr size_t kMergeBelowHalves = 3;
  static constexpr size_t kBucketsMin = 4;

  size_t LowMask() const { return (size_t{1} << level_) - 1; }
  size_t IndexOf(uint64_t hash) const {
    const size_t index = hash & (LowMask() * 2 + 1);
    return index < bucket_count_ ? index : index & LowMask();
  }
  Bucket* BucketAt(size_t index) const {
    return segments_[index >> kSegmentBits] + (index & (kSegmentBuckets - 1));
  }
  // The bits that decide which hashes lie in bucket `index`.
  size_t MaskOf(size_t index) const {
    const bool split = index >= LowMask() + 1 || index + LowMask() + 1 < bucket_count_;
    return split ? LowMask() * 2 + 1 : LowMask();
  }

  uint64_t NextCursor(uint64_t cursor, size_t index) const {
    // Counts up with the bits of the bucket's own mask reversed.
    return ReverseBits(ReverseBits(cursor | ~MaskOf(index)) + 1);
  }
  template <typename Visit>
  static void VisitChain(const Bucket* head, Visit& visit);

  void Place(Bucket* bucket, Node* node, uint8_t tag);
  void AddBucket();
  void SplitNext();
  void MergeLast(uint16_t version);
  void FreeBuckets();
  void GrowFirstSegment(size_t capacity);
  Bucket* NewOverflow();
  void FreeChain(Bucket* head);

  // The first segment starts small and doubles up to kSegmentBuckets; later ones are whole.
  std::vector<Bucket*> segments_;
  size_t first_segment_capacity_ = 0;
  size_t bucket_count_ = 0;
  size_t overflow_count_ = 0;
  size_t size_ = 0;
  int level_ = 0;
};

}  // namespace kvasir

#include "src/store/dictionary_inl.h"
