// Looking sorted sets up and replying with their members, as the sorted set families share it.
// THREAD: loop.
#pragma once

#include "src/commands/typed_lookup.h"
#include "src/engine/call.h"
#include "src/store/sorted_set_type.h"

namespace kvasir {

// The sorted set under a key, for reading; nullptr when absent. With another type there, replies
// WRONGTYPE and sets `failed`.
inline Entry* ReadSortedSet(Call& call, const Key& key, bool& failed) {
  return ReadTyped(call, key, ValueType::kSortedSet, failed);
}
// The place of the sorted set, for writing; empty when absent.
inline Database::Position LocateSortedSet(Call& call, const Key& key, bool& failed) {
  return LocateTyped(call, key, ValueType::kSortedSet, failed);
}

// RESP2: a bulk string; RESP3: a double. Both with the digits of redis-server 7.0.
void ReplyScore(Call& call, double score);

// The header for `count` members, and one of them: with scores RESP3 has pairs, and RESP2 twice as
// many elements.
void ReplyMemberCount(Call& call, size_t count, bool with_scores);
void ReplyMember(Call& call, const ScoredMember& member, bool with_scores);

// Header and members.
void ReplyMembers(Call& call, const Entry& entry, const RankRange& ranks,
                  SortedSetCursor::Direction direction, bool with_scores);

}  // namespace kvasir
