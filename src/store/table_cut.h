// A cut through a collection that keeps its elements in a Dictionary (D7): elements are handed over
// bucket by bucket, and those of a bucket that is about to change before it does. A bucket's
// version tells whether it was taken.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "src/store/element_sink.h"

namespace kvasir {

// `Give` is called as `Give{}(ElementSink&, const Node&)`.
template <typename Table, typename Give>
class TableCut {
 public:
  // Begins. `version` is the snapshot's. LIFETIME: `sink` outlives the cut.
  void Begin(ElementSink& sink, uint16_t version) {
    sink_ = &sink;
    version_ = version;
    cursor_ = 0;
  }
  // Gives up: no element is handed over any more.
  void Abandon() { sink_ = nullptr; }
  bool active() const { return sink_ != nullptr; }

  // What Dictionary::Erase wants to know.
  uint16_t version() const { return active() ? version_ : 0; }

  // To be called before an element with this hash is added, changed or removed.
  void BeforeChange(Table& table, uint64_t hash) {
    if (!active()) return;
    table.TakeBucketOf(hash, version_, [this](const auto* node) { Give{}(*sink_, *node); });
  }

  // Hands over about `max` elements more. True when there are none left, and the cut is over.
  bool Take(Table& table, size_t max) {
    if (!active()) return true;
    size_t taken = 0;
    do {
      // Empty buckets cost time as well.
      ++taken;
      cursor_ = table.TakeNextBucket(cursor_, version_, [&](const auto* node) {
        Give{}(*sink_, *node);
        ++taken;
      });
    } while (cursor_ != 0 && taken < max);
    if (cursor_ == 0) std::exchange(sink_, nullptr)->AllTaken();
    return !active();
  }

 private:
  ElementSink* sink_ = nullptr;
  uint64_t cursor_ = 0;
  uint16_t version_ = 0;
};

}  // namespace kvasir
