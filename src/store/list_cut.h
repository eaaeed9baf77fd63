// A cut through a list in its full form (D7): nodes are handed over from front to back. A node that
// is about to change before its turn is copied first.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "src/store/element_sink.h"
#include "src/store/list_node.h"

namespace kvasir {

class ListCut {
 public:
  // The nodes of the list have the ordinals 1 to `nodes`, in this order. LIFETIME: `sink` outlives
  // the cut.
  ListCut(ElementSink& sink, uint32_t nodes) : sink_(sink), nodes_(nodes) {}

  // Takes a copy of the node with this ordinal, which is about to change, or the node itself.
  // REQUIRES: its turn has not come.
  void Keep(uint32_t ordinal, ListNode copy) { kept_.emplace(ordinal, std::move(copy)); }

  // The ordinal to be handed over next; beyond that of the last node when all were.
  uint32_t next() const { return next_; }
  bool done() const { return next_ > nodes_; }

  // Hands over kept nodes whose turn it is, up to the first that is not kept. Adds the number of
  // elements to `taken`.
  void TakeKept(size_t max, size_t& taken);
  // Hands over the node with the ordinal next().
  void Take(const ListNode& node, size_t& taken);

  ElementSink& sink() { return sink_; }

 private:
  ElementSink& sink_;
  uint32_t nodes_;
  uint32_t next_ = 1;
  std::map<uint32_t, ListNode> kept_;
};

}  // namespace kvasir
