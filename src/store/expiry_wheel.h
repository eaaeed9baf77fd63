// All deadlines of one database, soonest first, in constant time and without allocations: a
// hierarchical timing wheel of eight levels with 64 slots each and a tick of one millisecond
// (G. Varghese, A. Lauck, "Hashed and hierarchical timing wheels", SOSP 1987, scheme 7).
// THREAD: loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "src/store/entry.h"

namespace kvasir {

class ExpiryWheel {
 public:
  ExpiryWheel() = default;
  ExpiryWheel(const ExpiryWheel&) = delete;
  ExpiryWheel& operator=(const ExpiryWheel&) = delete;

  size_t size() const { return size_; }

  // Links a node whose deadline is set. A deadline in the past is due at once.
  void Add(ExpiryNode* node);
  void Remove(ExpiryNode* node);
  // `to` takes the place of `from` (same deadline); for an entry that moved in memory.
  void Relocate(ExpiryNode* from, ExpiryNode* to);

  // Exchanges all nodes with `other`.
  void Swap(ExpiryWheel& other);
  // Forgets all nodes without touching them; for when their entries are gone or going.
  void Clear();

  // The next node whose deadline is at or before `now_ms`, still linked; nullptr when none is due
  // (`*steps` is above 0 then) or when `*steps` ran out: each node looked at takes one step off, so
  // that a caller with a time budget can look at the clock now and then.
  ExpiryNode* NextDue(int64_t now_ms, int* steps);

  // When NextDue may have something to do next: never later than the soonest deadline. Nothing
  // when the wheel is empty.
  std::optional<int64_t> NextWakeMs() const;

  // The nodes with the soonest deadlines in about that order, without unlinking them; for
  // volatile-ttl and for sampling. Calls `visit(ExpiryNode*)` until it returns false.
  template <typename Visit>
  void VisitSoonest(Visit visit) const {
    for (const Level& level : levels_) {
      for (uint64_t slots = level.occupied; slots != 0; slots &= slots - 1) {
        const auto slot = static_cast<size_t>(__builtin_ctzll(slots));
        for (ExpiryNode* node = level.heads[slot]; node != nullptr; node = node->next) {
          if (!visit(node)) return;
        }
      }
    }
  }

 private:
  static constexpr int kSlotBits = 6;
  static constexpr size_t kSlots = size_t{1} << kSlotBits;
  static constexpr size_t kLevels = 8;

  struct Level {
    uint64_t occupied = 0;  // may have bits of slots that were emptied by Remove
    std::array<ExpiryNode*, kSlots> heads{};
  };

  static size_t SlotAt(int64_t time_ms, size_t level) {
    return (static_cast<uint64_t>(time_ms) >> (kSlotBits * level)) & (kSlots - 1);
  }
  void Link(ExpiryNode* node);
  void Unlink(ExpiryNode* node);
  bool Cascade(int* steps);
  std::optional<int64_t> NextSlotStart() const;

  std::array<Level, kLevels> levels_;
  int64_t current_ms_ = 0;  // everything before it was handed out
  size_t size_ = 0;
};

}  // namespace kvasir
