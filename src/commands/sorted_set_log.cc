#include "src/commands/sorted_set_log.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "src/store/score.h"

namespace kvasir {

void LogSortedSet(Call& call, std::string_view destination, const SortedSetBuilder& members) {
  constexpr size_t kMembersPerCommand = 64;
  call.LogInstead({"DEL", destination});
  ScoreText scratch;
  for (size_t i = 0; i < members.size();) {
    std::vector<std::string> effect = {"ZADD", std::string(destination)};
    for (size_t end = std::min(i + kMembersPerCommand, members.size()); i < end; ++i) {
      effect.emplace_back(FormatScore(members[i].score, scratch));
      effect.emplace_back(members[i].member);
    }
    call.LogInstead(std::move(effect));
  }
}

}  // namespace kvasir
