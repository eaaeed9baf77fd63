// What ZRANGE, its older relatives, ZRANGESTORE and the ZREMRANGEBY commands are asked for: a range
// of ranks, of scores or of members, in either direction, and a part of it.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <optional>

#include "src/engine/argument_reader.h"
#include "src/store/sorted_set_type.h"

namespace kvasir {

enum class RangeKind : uint8_t { kRank, kScore, kMember };

struct RangeRequest {
  RangeKind kind = RangeKind::kRank;
  bool reverse = false;
  bool with_scores = false;
  int64_t offset = 0;
  int64_t limit = -1;  // negative: no limit
  int64_t start = 0;   // kRank: as given, negative ones from the end
  int64_t stop = 0;
  ScoreRange scores;
  MemberRange members;

  // The ranks that are meant, lowest first whatever the direction.
  RankRange Resolve(const Entry& entry) const;
  SortedSetCursor::Direction direction() const {
    return reverse ? SortedSetCursor::Direction::kDown : SortedSetCursor::Direction::kUp;
  }
};

// What a command's name settles already.
struct RangeForm {
  std::optional<RangeKind> kind;
  std::optional<bool> reverse;
  bool stores = false;
};

// Reads both ends and the options behind them; errors are latched in `read`.
// LIFETIME: the request views the arguments.
RangeRequest ReadRangeRequest(ArgumentReader& read, const RangeForm& form);
// Reads the ends only, which the request's kind tells how to understand.
void ReadRangeEnds(ArgumentReader& read, std::string_view low, std::string_view high,
                   RangeRequest& request);

}  // namespace kvasir
