// Builds a second keyspace from what a cut hands over, so that the two can be compared (D7).
#pragma once

#include <cstdint>
#include <memory>

#include "src/store/keyspace_cut.h"

namespace kvasir {

class KeyspaceCopy final : public CutSink {
 public:
  // LIFETIME: `copy`, which is empty, outlives this.
  explicit KeyspaceCopy(Keyspace& copy) : copy_(copy) {}

  void TakeEntry(int database, const Entry& entry) override;
  std::unique_ptr<ElementSink> NewElements(int database, const Entry& entry) override;
  void TakeElements(ElementSink& elements, bool all) override;

  // Large collections, and keys and elements in all, that were handed over.
  int large() const { return large_; }
  uint64_t taken() const { return taken_; }

 private:
  class Elements;

  Keyspace& copy_;
  int large_ = 0;
  uint64_t taken_ = 0;
};

}  // namespace kvasir
