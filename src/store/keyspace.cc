#include "src/store/keyspace.h"

#include <algorithm>

#include "src/base/clock.h"

namespace kvasir {

bool Keyspace::RemoveExpired(uint64_t budget_us) {
  if (!context_.expiry_enabled || !context_.active_expiry) return false;
  const uint64_t until_us = MonotonicUs() + budget_us;
  // Starts where the last call ran out of time, so that no database starves another.
  for (size_t i = 0; i < databases_.size(); ++i) {
    const size_t index = (next_to_expire_ + i) % databases_.size();
    if (!databases_[index]->RemoveExpired(until_us)) continue;
    next_to_expire_ = index;
    return true;
  }
  return false;
}

std::optional<int64_t> Keyspace::NextExpiryWakeMs() const {
  std::optional<int64_t> soonest;
  if (!context_.expiry_enabled || !context_.active_expiry) return soonest;
  for (const auto& database : databases_) {
    const std::optional<int64_t> wake = database->NextExpiryWakeMs();
    if (wake && (!soonest || *wake < *soonest)) soonest = wake;
  }
  return soonest;
}

}  // namespace kvasir
