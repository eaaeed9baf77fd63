#include "src/engine/latency_monitor.h"

#include <algorithm>

namespace kvasir {

void LatencyMonitor::Event::Add(const Sample& sample) {
  max_ms_ = std::max(max_ms_, sample.duration_ms);
  if (count_ > 0) {
    Sample& newest = ring_[(next_ + kSamplesMax - 1) % kSamplesMax];
    if (newest.unix_time_s == sample.unix_time_s) {
      if (newest.duration_ms < sample.duration_ms) newest = sample;
      return;
    }
  }
  ring_[next_] = sample;
  next_ = (next_ + 1) % kSamplesMax;
  count_ = std::min(count_ + 1, kSamplesMax);
}

void LatencyMonitor::Event::SetFsync(int64_t unix_time_s, uint64_t us) {
  if (count_ == 0) return;
  Sample& newest = ring_[(next_ + kSamplesMax - 1) % kSamplesMax];
  if (newest.unix_time_s == unix_time_s && !newest.reasons.fsync_us) newest.reasons.fsync_us = us;
}

std::vector<LatencyMonitor::Sample> LatencyMonitor::Event::samples() const {
  std::vector<Sample> ordered;
  for (size_t i = 0; i < count_; ++i) {
    ordered.push_back(ring_[(next_ + kSamplesMax - count_ + i) % kSamplesMax]);
  }
  return ordered;
}

LatencyMonitor::Sample LatencyMonitor::Event::latest() const {
  return ring_[(next_ + kSamplesMax - 1) % kSamplesMax];
}

void LatencyMonitor::Add(std::string_view event, const Sample& sample) {
  auto found = events_.find(event);
  if (found == events_.end()) found = events_.emplace(event, Event()).first;
  found->second.Add(sample);
}

void LatencyMonitor::SetFsync(std::string_view event, int64_t unix_time_s, uint64_t us) {
  const auto found = events_.find(event);
  if (found != events_.end()) found->second.SetFsync(unix_time_s, us);
}

size_t LatencyMonitor::Reset(std::string_view event) {
  if (!event.empty()) {
    const auto found = events_.find(event);
    if (found == events_.end()) return 0;
    events_.erase(found);
    return 1;
  }
  const size_t count = events_.size();
  events_.clear();
  return count;
}

}  // namespace kvasir
