#include "src/store/scored_input.h"

namespace kvasir {

bool ScoredInput::Accepts(ValueType type) {
  return type == ValueType::kSortedSet || type == ValueType::kSet;
}

size_t ScoredInput::Length() const {
  if (entry_ == nullptr) return 0;
  return entry_->type() == ValueType::kSet ? SetLength(*entry_) : SortedSetLength(*entry_);
}

std::optional<double> ScoredInput::Score(std::string_view member) const {
  if (entry_ == nullptr) return std::nullopt;
  if (entry_->type() == ValueType::kSortedSet) return SortedSetScore(*entry_, member);
  if (!SetContains(*entry_, member)) return std::nullopt;
  return kSetScore;
}

}  // namespace kvasir
