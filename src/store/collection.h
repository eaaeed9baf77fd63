// What the keyspace asks of a collection in its full form (Encoding::kObject). Each collection type
// derives from this inside its own files and hides its forms behind its header.
// THREAD: loop; a collection that left the keyspace may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/store/element_sink.h"
#include "src/store/entry.h"

namespace kvasir {

// Links a collection whose elements have deadlines of their own into the database's second wheel,
// under the soonest of them. The database keeps it.
struct ElementExpiry {
  ExpiryNode node{};
  Entry* entry = nullptr;

  // REQUIRES: `node` is the one of an ElementExpiry.
  static ElementExpiry* FromNode(ExpiryNode* node) {
    return reinterpret_cast<ElementExpiry*>(node);
  }
};

class Collection {
 public:
  virtual ~Collection() = default;

  // Redis's name of the current form, as OBJECT ENCODING replies.
  virtual std::string_view EncodingName() const = 0;
  // Number of elements.
  virtual size_t Length() const = 0;
  // Bytes allocated; large collections may estimate from `samples` elements (0: count all).
  virtual size_t MemoryBytes(size_t samples) const = 0;
  virtual std::unique_ptr<Collection> Clone() const = 0;
  // About how many separate frees its destruction takes: decides whether the loop does it itself.
  virtual size_t FreeEffort() const = 0;

  // Brings what a lookup of an element with this hash (HashBytes of its name) reads into the cache:
  // first the place in the table, and once that is there, with `node`, what it points to.
  virtual void PrefetchElement(uint64_t /*hash*/, bool /*node*/) const {}

  // --- Snapshots (D7). A large collection is cut: its elements are handed over a few at a time,
  // and those that are about to change before they do, so that the sink gets all as they are now.

  // False, and nothing done, when this form is always taken whole. LIFETIME: `sink` lives until
  // AllTaken, AbandonCut or the collection's end. REQUIRES: no cut is going on.
  virtual bool BeginCut(ElementSink& /*sink*/, uint16_t /*version*/) { return false; }
  // Hands over about `max` more. True when there are none left, and the cut is over.
  virtual bool TakeElements(size_t /*max*/) { return true; }
  virtual void AbandonCut() {}
  virtual bool in_cut() const { return false; }
  // Remembers that the snapshot of `version` has taken all of it. For collections taken whole.
  virtual void MarkTaken(uint16_t /*version*/) {}

  // --- Elements with deadlines of their own (Unix time in ms); only hashes have them.

  // The collection's link; nullptr when no element has had a deadline so far.
  virtual ElementExpiry* element_expiry() { return nullptr; }
  virtual std::optional<int64_t> NextElementDeadlineMs() const { return std::nullopt; }
  // Removes up to `max` elements whose deadline is at or before `now_ms` and appends their names.
  virtual void TakeDueElements(int64_t /*now_ms*/, size_t /*max*/,
                               std::vector<std::string>& /*names*/) {}
};

}  // namespace kvasir
