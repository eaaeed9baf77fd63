#include "persistence/log_status.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace kvasir {

void DurationHistogram::Add(uint64_t us) {
  const auto bucket = static_cast<size_t>(std::bit_width(us));
  ++buckets_[std::min(bucket, kBuckets - 1)];
  ++count_;
  total_us_ += us;
  max_us_ = std::max(max_us_, us);
}

uint64_t DurationHistogram::PercentileUs(double percentile) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<uint64_t>(
      std::ceil(std::clamp(percentile, 0.0, 100.0) / 100.0 * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= std::max<uint64_t>(wanted, 1)) return std::min(uint64_t{1} << i, max_us_);
  }
  return max_us_;
}

}  // namespace kvasir
