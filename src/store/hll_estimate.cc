#include "src/store/hll_estimate.h"

#include <cmath>
#include <limits>

namespace kvasir::hll {
namespace {

constexpr double kAlphaInfinite = 0.721347520444481703680;  // 0.5 / ln 2

// The sums of the paper's sigma and tau, until a term does not change them any more.
double Sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1;
  double sum = x;
  double before;
  do {
    x *= x;
    before = sum;
    sum += x * y;
    y += y;
  } while (before != sum);
  return sum;
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1;
  double sum = 1 - x;
  double before;
  do {
    x = std::sqrt(x);
    before = sum;
    y *= 0.5;
    sum -= (1 - x) * (1 - x) * y;
  } while (before != sum);
  return sum / 3;
}

}  // namespace

uint64_t EstimateCardinality(const Histogram& histogram) {
  constexpr auto kCount = static_cast<double>(kRegisters);
  double sum = kCount * Tau((kCount - histogram[kHashBits + 1]) / kCount);
  for (size_t value = kHashBits; value >= 1; --value) {
    sum += histogram[value];
    sum *= 0.5;
  }
  sum += kCount * Sigma(histogram[0] / kCount);
  const double estimate = kAlphaInfinite * kCount * kCount / sum;
  // Only registers that no hash makes lead here; this is what llround makes of an infinity.
  if (!std::isfinite(estimate)) return uint64_t{1} << 63;
  return static_cast<uint64_t>(std::llround(estimate));
}

}  // namespace kvasir::hll
