// When the log's writer takes what is queued under `always`. Clients that a sync has just answered
// send their next writes one after the other; a writer that took the first of them at once would
// spend a whole sync on it and let all the others wait for the one after. So it waits until half of
// those that are on their way are there, and never longer than the last sync took. PostgreSQL's
// commit_delay with commit_siblings is the same idea with fixed figures.
// THREAD: any, one at a time.
#pragma once

#include <algorithm>
#include <cstdint>

namespace kvasir {

class GroupCommit {
 public:
  // A sync that took `took_ns` made `records` durable, and `queued` wait for the next one.
  void Synced(uint64_t records, uint64_t queued, uint64_t took_ns, uint64_t now_ns) {
    wanted_ = (records + queued) / 2;
    until_ns_ = now_ns + std::min(took_ns, kWaitNsMax);
  }

  // How many nanoseconds `queued` records should still wait for company; 0: none.
  uint64_t WaitNs(uint64_t queued, uint64_t now_ns) const {
    return queued >= wanted_ || now_ns >= until_ns_ ? 0 : until_ns_ - now_ns;
  }

  // So many records are worth a sync.
  uint64_t wanted() const { return wanted_; }

 private:
  // What a slow disk's sync may add to the next at most.
  static constexpr uint64_t kWaitNsMax = 1'000'000;

  uint64_t wanted_ = 0;
  uint64_t until_ns_ = 0;
};

}  // namespace kvasir
