// Which keys have writes that are not durable yet, so that under `appendfsync always` a reply that
// read such a key waits for it, and all others do not (D1).
// THREAD: loop.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace kvasir {

class PendingWrites {
 public:
  void Add(uint64_t key_hash, uint64_t sequence) {
    newest_[key_hash] = sequence;
    order_.push_back({key_hash, sequence});
  }
  // A write of everything at once (FLUSHALL, SWAPDB).
  void AddAll(uint64_t sequence) { all_keys_ = sequence; }

  // The position that a reader of this key depends on; 0 when there is none.
  uint64_t Find(uint64_t key_hash) const {
    const auto found = newest_.find(key_hash);
    const uint64_t own = found == newest_.end() ? 0 : found->second;
    return std::max(own, all_keys_);
  }
  // The same for a reader of the keyspace as a whole.
  uint64_t FindAny() const {
    return std::max(all_keys_, order_.empty() ? 0 : order_.back().sequence);
  }

  bool empty() const { return order_.empty() && all_keys_ == 0; }

  // Forgets what is durable by now.
  void Release(uint64_t durable) {
    while (!order_.empty() && order_.front().sequence <= durable) {
      const auto found = newest_.find(order_.front().key_hash);
      if (found != newest_.end() && found->second <= durable) newest_.erase(found);
      order_.pop_front();
    }
    if (all_keys_ <= durable) all_keys_ = 0;
  }
  void Clear() { *this = PendingWrites(); }

 private:
  struct Write {
    uint64_t key_hash;
    uint64_t sequence;
  };
  std::unordered_map<uint64_t, uint64_t> newest_;
  std::deque<Write> order_;
  uint64_t all_keys_ = 0;
};

}  // namespace kvasir
