#include "src/base/histogram.h"

#include <algorithm>
#include <cmath>

namespace kvasir {

uint64_t Histogram::UpperBound(size_t bucket) {
  constexpr size_t kSub = size_t{1} << kSubBits;
  if (bucket < 2 * kSub) return bucket;
  const size_t shift = (bucket >> kSubBits) - 1;
  const uint64_t leading = kSub + (bucket & (kSub - 1));
  return ((leading + 1) << shift) - 1;
}

uint64_t Histogram::Percentile(double percent) const {
  if (total_ == 0) return 0;
  const auto wanted =
      std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(percent / 100 * double(total_))));
  uint64_t seen = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted) return std::min(UpperBound(i), max_);
  }
  return max_;
}

uint64_t Histogram::CountUpTo(uint64_t value) const {
  uint64_t seen = 0;
  const size_t last = BucketOf(value);
  for (size_t i = 0; i < counts_.size() && i <= last; ++i) seen += counts_[i];
  return seen;
}

}  // namespace kvasir
