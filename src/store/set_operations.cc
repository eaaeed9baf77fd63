#include "src/store/set_operations.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "src/store/set_type.h"

namespace kvasir {
namespace {

// A set that is in no database.
class TemporarySet {
 public:
  explicit TemporarySet(Database& database) : database_(&database) {}
  TemporarySet(const TemporarySet&) = delete;
  TemporarySet& operator=(const TemporarySet&) = delete;
  ~TemporarySet() {
    if (entry_ != nullptr) database_->Discard(entry_);
  }

  bool Add(std::string_view member) {
    if (entry_ == nullptr) entry_ = NewSetEntry(*database_, {}, member, 1);
    return AddSetMember(*entry_, member, database_->context().limits);
  }
  bool Contains(std::string_view member) const {
    return entry_ != nullptr && SetContains(*entry_, member);
  }

 private:
  Database* database_;
  Entry* entry_ = nullptr;
};

bool InAny(std::span<const Entry* const> sets, std::string_view member) {
  return std::any_of(sets.begin(), sets.end(),
                     [&](const Entry* set) { return set != nullptr && SetContains(*set, member); });
}

size_t TotalLength(std::span<const Entry* const> sets) {
  size_t total = 0;
  for (const Entry* set : sets) total += set == nullptr ? 0 : SetLength(*set);
  return total;
}

}  // namespace

void IntersectSets(SetOperands operands, SetVisitor visit) {
  if (operands.empty() || std::find(operands.begin(), operands.end(), nullptr) != operands.end()) {
    return;
  }
  std::sort(operands.begin(), operands.end(),
            [](const Entry* a, const Entry* b) { return SetLength(*a) < SetLength(*b); });
  const std::span<const Entry* const> others = std::span(operands).subspan(1);
  ForEachSetMember(*operands.front(), [&](std::string_view member) {
    const bool in_all = std::all_of(others.begin(), others.end(),
                                    [&](const Entry* set) { return SetContains(*set, member); });
    return !in_all || visit(member);
  });
}

void UniteSets(Database& database, const SetOperands& operands, SetVisitor visit) {
  // Of two sets the first needs no copy; with more, looking into all earlier ones would add up.
  const bool copies = operands.size() > 2;
  TemporarySet seen(database);
  bool goes_on = true;
  for (size_t i = 0; i < operands.size() && goes_on; ++i) {
    if (operands[i] == nullptr) continue;
    const std::span<const Entry* const> earlier = std::span(operands).first(i);
    ForEachSetMember(*operands[i], [&](std::string_view member) {
      const bool is_new = copies ? seen.Add(member) : !InAny(earlier, member);
      if (is_new) goes_on = visit(member);
      return goes_on;
    });
  }
}

void SubtractSets(Database& database, const SetOperands& operands, SetVisitor visit) {
  if (operands.empty() || operands.front() == nullptr) return;
  const std::span<const Entry* const> others = std::span(operands).subspan(1);
  const size_t one_by_one = SetLength(*operands.front()) * others.size();
  // Adding a member to a set costs about twice what looking one up does.
  const size_t merged = SetLength(*operands.front()) + 2 * TotalLength(others);
  TemporarySet removed(database);
  const bool merges = merged < one_by_one;
  if (merges) {
    for (const Entry* set : others) {
      if (set == nullptr) continue;
      ForEachSetMember(*set, [&](std::string_view member) { removed.Add(member); });
    }
  }
  ForEachSetMember(*operands.front(), [&](std::string_view member) {
    const bool stays = merges ? !removed.Contains(member) : !InAny(others, member);
    return !stays || visit(member);
  });
}

}  // namespace kvasir
