// Sorted sets: members, each with a score, in the order of (score, member). The functions here know
// no wire; callers have looked the key up and handle absent keys. Members with equal scores are
// ordered by their bytes. Ranks count from 0, lowest score first.
//
// REQUIRES of every Entry: its type is ValueType::kSortedSet.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "src/base/function_ref.h"
#include "src/store/database.h"
#include "src/store/packed_element.h"
#include "src/store/sorted_set_tree.h"

namespace kvasir {

// LIFETIME: the member's bytes are those of whoever made it.
struct ScoredMember {
  std::string_view member;
  double score = 0;
};

size_t SortedSetLength(const Entry& entry);
std::optional<double> SortedSetScore(const Entry& entry, std::string_view member);
std::optional<size_t> SortedSetRank(const Entry& entry, std::string_view member);

// --- Ranges. All come down to ranks.

struct RankRange {
  size_t first = 0;
  size_t count = 0;
};

struct ScoreRange {
  double low = 0;
  double high = 0;
  bool without_low = false;  // the bound itself is not part of the range
  bool without_high = false;
};

// One end of a range of members: an infinity (below or above everything), or a text.
struct MemberBound {
  enum class Kind : uint8_t { kBelowAll, kText, kAboveAll };
  Kind kind = Kind::kText;
  std::string_view text;
  bool without = false;
};

struct MemberRange {
  MemberBound low;
  MemberBound high;
};

// The members whose scores lie in the range; none when it is turned around.
RankRange SortedSetRanks(const Entry& entry, const ScoreRange& range);
// The members in the range of texts. REQUIRES: all have the same score (else the result is some
// range of ranks).
RankRange SortedSetRanks(const Entry& entry, const MemberRange& range);

// Walks over members in their order or against it.
// LIFETIME: of the entry until it changes.
class SortedSetCursor {
 public:
  enum class Direction : uint8_t { kUp, kDown };
  // Begins at `rank`; at an end when there is no such rank.
  SortedSetCursor(const Entry& entry, size_t rank, Direction direction = Direction::kUp);

  // The next member, which holds until the next call; false at the end.
  bool Next(ScoredMember& out);

 private:
  Direction direction_;
  SortedSetTree::Place place_;           // full form
  const char* at_ = nullptr;             // packed form
  const char* end_ = nullptr;            // packed form, upwards
  std::vector<const char*> lower_ones_;  // packed form, downwards: the way back
  ElementText scratch_;
};

// Looks members up by rank, any number of them in any order.
// LIFETIME: of the entry until it changes.
class SortedSetSampler {
 public:
  explicit SortedSetSampler(const Entry& entry);
  // The member holds until the next call. REQUIRES: rank < SortedSetLength.
  ScoredMember At(size_t rank);

 private:
  const Entry& entry_;
  std::vector<const char*> positions_;  // packed form
  ElementText scratch_;
};

// One step of a walk over all members; returns the next cursor, 0 at the end. Members that are
// there from the first step to the last are visited at least once (see Dictionary::Scan); the
// packed form is visited in one step. Scores come as Redis's ZSCAN shows them: the packed form,
// which holds integers, with all of their digits. LIFETIME: the texts are valid during the call.
using ScannedMemberVisitor = FunctionRef<void(std::string_view member, std::string_view score)>;
uint64_t ScanSortedSet(const Entry& entry, uint64_t cursor, ScannedMemberVisitor visit);

// --- Changing.

struct AddConditions {
  bool if_absent = false;   // only new members
  bool if_present = false;  // only members that are there
  bool if_greater = false;  // an existing score changes only to a greater one
  bool if_less = false;
  bool increment = false;  // the score is added to what is there
};

enum class AddOutcome : uint8_t {
  kRefused,    // a condition did not hold
  kUnchanged,  // the member has this score already
  kUpdated,
  kAdded,
  kNotANumber,  // the sum of opposite infinities; nothing is changed
};

struct AddResult {
  AddOutcome outcome = AddOutcome::kRefused;
  double score = 0;  // of the member now; with kRefused, meaningless
};

// A sorted set while members are added. A key that did not exist comes into being at the end of
// this object's life, if it got a member; a change to one that did is reported then.
// LIFETIME: shorter than that of all that it is given.
class SortedSetAdder {
 public:
  // `position` is empty for an absent key.
  SortedSetAdder(Database& database, const Key& key, Database::Position position);
  SortedSetAdder(const SortedSetAdder&) = delete;
  SortedSetAdder& operator=(const SortedSetAdder&) = delete;
  ~SortedSetAdder();

  AddResult Add(const ScoredMember& added, const AddConditions& conditions);

 private:
  Database& database_;
  const Key& key_;
  Entry* entry_;
  bool is_new_;
  bool changed_ = false;
};

// These remove the key with its last member, and report the change when there was one.
// REQUIRES: `position` names a sorted set, the ranks are within it.
size_t SortedSetRemove(Database& database, const Key& key, Database::Position position,
                       std::span<const std::string_view> members);
void SortedSetRemove(Database& database, const Key& key, Database::Position position,
                     const RankRange& ranks);

}  // namespace kvasir
