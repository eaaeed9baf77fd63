#include "src/commands/lolwut.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "src/base/random.h"
#include "src/engine/version.h"

namespace kvasir {
namespace {

constexpr int kColumns = 72;
constexpr int kRows = 14;

// A ridge whose height wanders between the bounds, in rows from the bottom.
std::vector<int> Ridge(int low, int high) {
  std::vector<int> heights;
  int height = low + static_cast<int>(RandomBelow(static_cast<uint64_t>(high - low + 1)));
  for (int i = 0; i < kColumns; ++i) {
    height = std::clamp(height + static_cast<int>(RandomBelow(3)) - 1, low, high);
    heights.push_back(height);
  }
  return heights;
}

char Sky() {
  constexpr std::string_view kStars = ".  ' *";
  constexpr uint64_t kStarless = 40;
  const uint64_t roll = RandomBelow(kStarless);
  return roll < kStars.size() ? kStars[roll] : ' ';
}

}  // namespace

std::string DrawLolwut() {
  const std::vector<int> far = Ridge(5, 9);
  const std::vector<int> near = Ridge(1, 4);
  std::string picture;
  for (int row = kRows; row-- > 0;) {
    for (size_t i = 0; i < kColumns; ++i) {
      if (row < near[i]) {
        picture += '#';
      } else if (row == near[i]) {
        picture += '^';
      } else if (row < far[i]) {
        picture += ':';
      } else {
        picture += row == far[i] ? '~' : Sky();
      }
    }
    picture += '\n';
  }
  return picture + fmt::format("\nKvasir {}, Redis ver. {}\n", KVASIR_VERSION, kRedisVersion);
}

}  // namespace kvasir
