// What the commands that combine sorted sets take: a sorted set, a plain set whose members all have
// the score 1, or nothing at all.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "src/store/set_type.h"
#include "src/store/sorted_set_type.h"

namespace kvasir {

// LIFETIME: of the entry until it changes.
class ScoredInput {
 public:
  // Whether values of this type can be an input.
  static bool Accepts(ValueType type);

  // REQUIRES: `entry` is nullptr or of an accepted type.
  explicit ScoredInput(const Entry* entry) : entry_(entry) {}

  size_t Length() const;
  std::optional<double> Score(std::string_view member) const;

  // Calls `visit(const ScoredMember&)` for each member until it returns false. A sorted set's
  // members come in their order.
  template <typename Visit>
  void ForEach(Visit visit) const;

 private:
  static constexpr double kSetScore = 1;

  const Entry* entry_;
};

template <typename Visit>
void ScoredInput::ForEach(Visit visit) const {
  if (entry_ == nullptr) return;
  if (entry_->type() == ValueType::kSet) {
    ForEachSetMember(*entry_, [&](std::string_view member) {
      return visit(ScoredMember{member, kSetScore});
    });
    return;
  }
  SortedSetCursor cursor(*entry_, 0);
  for (ScoredMember member; cursor.Next(member);) {
    if (!visit(member)) return;
  }
}

}  // namespace kvasir
