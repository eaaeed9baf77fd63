#include "src/store/lcs.h"

#include <algorithm>

namespace kvasir {
namespace {

// lengths(i, j) is the length of the longest common subsequence of the first i bytes of one string
// and the first j of the other (R. Wagner, M. Fischer, "The string-to-string correction problem",
// JACM 1974).
class LengthTable {
 public:
  LengthTable(std::string_view a, std::string_view b)
      : columns_(b.size() + 1), lengths_((a.size() + 1) * columns_) {
    for (size_t i = 1; i <= a.size(); ++i) {
      for (size_t j = 1; j <= b.size(); ++j) {
        At(i, j) =
            a[i - 1] == b[j - 1] ? At(i - 1, j - 1) + 1 : std::max(At(i - 1, j), At(i, j - 1));
      }
    }
  }
  uint32_t& At(size_t i, size_t j) { return lengths_[i * columns_ + j]; }

 private:
  size_t columns_;
  std::vector<uint32_t> lengths_;
};

// Adds the pair of positions to the run that it precedes, or begins a new one.
void AddPair(std::vector<LcsMatch>& matches, size_t a, size_t b) {
  if (!matches.empty() && matches.back().a_first == a + 1 && matches.back().b_first == b + 1) {
    --matches.back().a_first;
    --matches.back().b_first;
  } else {
    matches.push_back({a, a, b, b});
  }
}

}  // namespace

uint64_t LcsTableBytes(size_t a_size, size_t b_size) {
  uint64_t cells = 0;
  uint64_t bytes = 0;
  const bool overflows = __builtin_mul_overflow(a_size + 1, b_size + 1, &cells) ||
                         __builtin_mul_overflow(cells, sizeof(uint32_t), &bytes);
  return overflows ? UINT64_MAX : bytes;
}

LcsResult FindLcs(std::string_view a, std::string_view b) {
  LengthTable table(a, b);
  LcsResult result;
  // Backwards from the end. Where both ways are equally long the second string gives way, which is
  // what clients of Redis see.
  size_t i = a.size();
  size_t j = b.size();
  while (i > 0 && j > 0) {
    if (a[i - 1] == b[j - 1]) {
      --i;
      --j;
      result.bytes += a[i];
      AddPair(result.matches, i, j);
    } else if (table.At(i - 1, j) > table.At(i, j - 1)) {
      --i;
    } else {
      --j;
    }
  }
  std::reverse(result.bytes.begin(), result.bytes.end());
  return result;
}

}  // namespace kvasir
