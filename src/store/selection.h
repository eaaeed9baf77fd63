// Choosing at random among things that pass by once.
// THREAD: any.
#pragma once

#include <cstddef>

#include "src/base/random.h"

namespace kvasir {

// Chooses `count` of `total` things, all choices equally likely: D. Knuth, The Art of Computer
// Programming, vol. 2, 3.4.2, algorithm S.
class Selection {
 public:
  Selection(size_t count, size_t total) : wanted_(count), left_(total) {}
  // Whether the next of the things is chosen. REQUIRES: called `total` times at most.
  bool Takes() {
    const bool takes = RandomBelow(left_--) < wanted_;
    if (takes) --wanted_;
    return takes;
  }
  bool done() const { return wanted_ == 0; }

 private:
  size_t wanted_;
  size_t left_;
};

}  // namespace kvasir
