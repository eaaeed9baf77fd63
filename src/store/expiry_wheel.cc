#include "src/store/expiry_wheel.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace kvasir {
namespace {

// The wheel's span: later deadlines wait in the last slot and are placed anew from there.
constexpr int64_t kSpanMs = int64_t{1} << 48;

}  // namespace

void ExpiryWheel::Link(ExpiryNode* node) {
  const int64_t due = std::clamp(node->deadline_ms, current_ms_, current_ms_ | (kSpanMs - 1));
  const auto differing = static_cast<uint64_t>(due ^ current_ms_);
  const size_t level = static_cast<size_t>(std::bit_width(differing | 1) - 1) / kSlotBits;
  const size_t slot = SlotAt(due, level);
  ExpiryNode** head = &levels_[level].heads[slot];
  node->link = head;
  node->next = *head;
  if (node->next != nullptr) node->next->link = &node->next;
  *head = node;
  levels_[level].occupied |= uint64_t{1} << slot;
}

void ExpiryWheel::Unlink(ExpiryNode* node) {
  *node->link = node->next;
  if (node->next != nullptr) node->next->link = node->link;
  node->link = nullptr;
}

void ExpiryWheel::Add(ExpiryNode* node) {
  Link(node);
  ++size_;
}

void ExpiryWheel::Remove(ExpiryNode* node) {
  Unlink(node);
  --size_;
}

void ExpiryWheel::Relocate(ExpiryNode* from, ExpiryNode* to) {
  to->deadline_ms = from->deadline_ms;
  to->link = from->link;
  to->next = from->next;
  *to->link = to;
  if (to->next != nullptr) to->next->link = &to->next;
  from->link = nullptr;
}

void ExpiryWheel::Swap(ExpiryWheel& other) {
  std::swap(levels_, other.levels_);
  std::swap(current_ms_, other.current_ms_);
  std::swap(size_, other.size_);
  // The first node of each slot points back to the slot.
  for (ExpiryWheel* wheel : {this, &other}) {
    for (Level& level : wheel->levels_) {
      for (ExpiryNode*& head : level.heads) {
        if (head != nullptr) head->link = &head;
      }
    }
  }
}

void ExpiryWheel::Clear() {
  levels_ = {};
  size_ = 0;
}

// Spreads the slots that the current time has entered on the upper levels over the levels below.
// False when `steps` ran out before it was done.
bool ExpiryWheel::Cascade(int* steps) {
  for (size_t level = kLevels - 1; level > 0; --level) {
    const size_t slot = SlotAt(current_ms_, level);
    const uint64_t bit = uint64_t{1} << slot;
    if ((levels_[level].occupied & bit) == 0) continue;
    while (ExpiryNode* node = levels_[level].heads[slot]) {
      if (--*steps < 0) return false;
      Unlink(node);
      Link(node);
      // Beyond the span: it stays where it is until the time comes round again.
      if (levels_[level].heads[slot] == node) break;
    }
    if (levels_[level].heads[slot] == nullptr) levels_[level].occupied &= ~bit;
  }
  return true;
}

// The start of the first slot behind the current one that may hold nodes.
std::optional<int64_t> ExpiryWheel::NextSlotStart() const {
  for (size_t level = 0; level < kLevels; ++level) {
    const size_t now_slot = SlotAt(current_ms_, level);
    const uint64_t later = now_slot == kSlots - 1 ? 0 : levels_[level].occupied >> (now_slot + 1);
    if (later == 0) continue;
    const auto slot = now_slot + 1 + static_cast<size_t>(std::countr_zero(later));
    const int shift = kSlotBits * static_cast<int>(level);
    const int64_t above = current_ms_ >> (shift + kSlotBits) << (shift + kSlotBits);
    return above + (static_cast<int64_t>(slot) << shift);
  }
  return std::nullopt;
}

ExpiryNode* ExpiryWheel::NextDue(int64_t now_ms, int* steps) {
  if (size_ == 0) {
    current_ms_ = std::max(current_ms_, now_ms);
    for (Level& level : levels_) level.occupied = 0;
    return nullptr;
  }
  while (*steps > 0) {
    if (!Cascade(steps)) return nullptr;
    Level& bottom = levels_[0];
    const size_t slot = SlotAt(current_ms_, 0);
    if (bottom.heads[slot] != nullptr && current_ms_ <= now_ms) {
      --*steps;
      return bottom.heads[slot];
    }
    bottom.occupied &= ~(uint64_t{bottom.heads[slot] == nullptr} << slot);
    const std::optional<int64_t> next = NextSlotStart();
    if (!next || *next > now_ms) {
      // Moving on within the slots that were found empty keeps new deadlines on low levels.
      current_ms_ = std::max(current_ms_, now_ms);
      return nullptr;
    }
    current_ms_ = *next;
    --*steps;
  }
  return nullptr;
}

std::optional<int64_t> ExpiryWheel::NextWakeMs() const {
  if (size_ == 0) return std::nullopt;
  for (size_t level = 0; level < kLevels; ++level) {
    if ((levels_[level].occupied >> SlotAt(current_ms_, level) & 1) != 0) return current_ms_;
  }
  return NextSlotStart();
}

}  // namespace kvasir
