// The 24 access bits of an entry: when it was used last (LRU), or how often (LFU, a logarithmic
// counter that halves nothing but loses one per decay period:
// https://redis.io/docs/latest/develop/reference/eviction).
// THREAD: loop.
#pragma once

#include <cstdint>

namespace kvasir {

class AccessClock {
 public:
  // Seconds since 1970 of the current tick, and which of the two meanings the bits have.
  void Advance(int64_t now_ms) {
    seconds_ = static_cast<uint32_t>(now_ms / 1000) & kMask;
    minutes_ = static_cast<uint32_t>(now_ms / 60'000) & 0xffff;
  }
  void set_lfu(bool lfu) { lfu_ = lfu; }
  bool lfu() const { return lfu_; }
  void set_lfu_parameters(int log_factor, int decay_minutes) {
    log_factor_ = log_factor;
    decay_minutes_ = decay_minutes;
  }

  // The bits of a new entry, and of one that is used now.
  uint32_t Fresh() const { return lfu_ ? minutes_ << 8 | kLfuInitial : seconds_; }
  uint32_t Touched(uint32_t bits) const { return lfu_ ? TouchedLfu(bits) : seconds_; }

  // Seconds since the last use (LRU bits); wraps after 194 days.
  uint32_t IdleSeconds(uint32_t bits) const { return (seconds_ - bits) & kMask; }
  // The decayed counter, 0 to 255 (LFU bits).
  uint32_t Frequency(uint32_t bits) const;

  // The bits for a known idle time or frequency (RESTORE, RDB).
  uint32_t WithIdle(uint32_t idle_seconds) const { return (seconds_ - idle_seconds) & kMask; }
  uint32_t WithFrequency(uint32_t frequency) const { return minutes_ << 8 | (frequency & 0xff); }

 private:
  static constexpr uint32_t kMask = 0xffffff;
  static constexpr uint32_t kLfuInitial = 5;

  uint32_t TouchedLfu(uint32_t bits) const;

  uint32_t seconds_ = 0;
  uint32_t minutes_ = 0;
  bool lfu_ = false;
  int log_factor_ = 10;
  int decay_minutes_ = 1;
};

}  // namespace kvasir
