#include "src/store/scored_input.h"

namespace kvasir {

bool ScoredInput::Accepts(ValueType type) { return type == ValueType::kSortedSet; }

size_t ScoredInput::Length() const { return entry_ == nullptr ? 0 : SortedSetLength(*entry_); }

std::optional<double> ScoredInput::Score(std::string_view member) const {
  if (entry_ == nullptr) return std::nullopt;
  return SortedSetScore(*entry_, member);
}

}  // namespace kvasir
