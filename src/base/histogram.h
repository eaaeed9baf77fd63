// Counts of values in buckets of about 6 % width, from 0 to 2^63: for latencies and sizes. A value
// is recorded with a shift and an increment.
// THREAD: one at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kvasir {

class Histogram {
 public:
  void Record(uint64_t value) {
    const size_t bucket = BucketOf(value);
    if (bucket >= counts_.size()) counts_.resize(bucket + 1);
    ++counts_[bucket];
    ++total_;
    sum_ += value;
    if (value > max_) max_ = value;
  }

  uint64_t count() const { return total_; }
  uint64_t sum() const { return sum_; }
  uint64_t max() const { return max_; }

  // The value below or at which `percent` (0 to 100) of the records lie, within a bucket's width.
  uint64_t Percentile(double percent) const;
  // How many records are at most `value`, within a bucket's width.
  uint64_t CountUpTo(uint64_t value) const;
  void Clear() { *this = Histogram(); }

 private:
  static constexpr int kSubBits = 4;

  // Values below 16 have a bucket each; above, each power of two has 16.
  static size_t BucketOf(uint64_t value) {
    if (value < (uint64_t{1} << kSubBits)) return value;
    const int shift = std::bit_width(value) - 1 - kSubBits;
    return (static_cast<size_t>(shift) << kSubBits) + (value >> shift);
  }
  static uint64_t UpperBound(size_t bucket);

  std::vector<uint64_t> counts_;
  uint64_t total_ = 0;
  uint64_t sum_ = 0;
  uint64_t max_ = 0;
};

}  // namespace kvasir
