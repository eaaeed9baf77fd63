#include "src/store/scored_combination.h"

#include <algorithm>
#include <cmath>

namespace kvasir {
namespace {

void SortBySize(std::span<WeightedInput> inputs) {
  std::stable_sort(inputs.begin(), inputs.end(), [](const auto& a, const auto& b) {
    return a.members.Length() < b.members.Length();
  });
}

double Weighted(double score, double weight, Aggregate aggregate) {
  return aggregate == Aggregate::kCount ? weight : weight * score;
}

double OrZero(double score) { return std::isnan(score) ? 0 : score; }

double Aggregated(double sum, double score, Aggregate aggregate) {
  if (aggregate == Aggregate::kMin) return score < sum ? score : sum;
  if (aggregate == Aggregate::kMax) return score > sum ? score : sum;
  return OrZero(sum + score);  // of opposite infinities
}

// Calls `visit(member, score in the first input)` for what all inputs have, until it returns false.
template <typename Visit>
void ForEachCommon(std::span<WeightedInput> inputs, Visit visit) {
  SortBySize(inputs);
  const std::span others = inputs.subspan(1);
  inputs[0].members.ForEach([&](const ScoredMember& member) {
    for (const WeightedInput& other : others) {
      if (!other.members.Score(member.member)) return true;
    }
    return visit(member);
  });
}

}  // namespace

void CombineUnion(std::span<WeightedInput> inputs, Aggregate aggregate, SortedSetBuilder& builder) {
  SortBySize(inputs);
  for (const WeightedInput& input : inputs) {
    input.members.ForEach([&](const ScoredMember& member) {
      const double score = OrZero(Weighted(member.score, input.weight, aggregate));
      builder.AddOrCombine({member.member, score},
                           [&](double sum) { return Aggregated(sum, score, aggregate); });
      return true;
    });
  }
  builder.Sort();
}

void CombineIntersection(std::span<WeightedInput> inputs, Aggregate aggregate,
                         SortedSetBuilder& builder) {
  ForEachCommon(inputs, [&](const ScoredMember& member) {
    double sum = OrZero(Weighted(member.score, inputs[0].weight, aggregate));
    for (const WeightedInput& other : inputs.subspan(1)) {
      const double score = other.members.Score(member.member).value_or(0);
      sum = Aggregated(sum, Weighted(score, other.weight, aggregate), aggregate);
    }
    builder.Add({member.member, sum});
    return true;
  });
  builder.Sort();
}

void CombineDifference(std::span<const WeightedInput> inputs, SortedSetBuilder& builder) {
  inputs[0].members.ForEach([&](const ScoredMember& member) {
    for (const WeightedInput& other : inputs.subspan(1)) {
      if (other.members.Score(member.member)) return true;
    }
    builder.Add(member);
    return true;
  });
  builder.Sort();
}

size_t CountIntersection(std::span<WeightedInput> inputs, size_t limit) {
  size_t count = 0;
  ForEachCommon(inputs, [&](const ScoredMember&) { return ++count != limit; });
  return count;
}

}  // namespace kvasir
