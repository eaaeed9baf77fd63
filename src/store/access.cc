#include "src/store/access.h"

#include <algorithm>

#include "src/base/random.h"

namespace kvasir {

uint32_t AccessClock::Frequency(uint32_t bits) const {
  const uint32_t counter = bits & 0xff;
  if (decay_minutes_ == 0) return counter;
  const uint32_t elapsed = (minutes_ - (bits >> 8)) & 0xffff;
  return counter - std::min(counter, elapsed / static_cast<uint32_t>(decay_minutes_));
}

uint32_t AccessClock::TouchedLfu(uint32_t bits) const {
  uint32_t counter = Frequency(bits);
  if (counter < 255) {
    const uint32_t above = counter > kLfuInitial ? counter - kLfuInitial : 0;
    if (RandomBelow(uint64_t{above} * static_cast<uint64_t>(log_factor_) + 1) == 0) ++counter;
  }
  return minutes_ << 8 | counter;
}

}  // namespace kvasir
