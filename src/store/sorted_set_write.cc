// Changing sorted sets.
#include <cmath>
#include <memory>

#include "src/store/packed.h"
#include "src/store/sorted_set_full.h"
#include "src/store/sorted_set_packed.h"
#include "src/store/sorted_set_type.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// Element heads and a score, over the bytes of the member.
constexpr size_t kPairOverheadMax = 2 * kElementHeadMax + sizeof(double);

bool IsPacked(const Entry& entry) { return entry.encoding() == Encoding::kPacked; }

bool FitsPacked(const Packed& packed, std::string_view member, const CollectionLimits& limits) {
  const auto members = static_cast<int64_t>(packed.count() / 2);
  return members < limits.zset_max_listpack_entries &&
         member.size() <= limits.zset_max_listpack_value_bytes &&
         packed.count() + 2 <= Packed::kElementsMax &&
         packed.bytes() + member.size() + kPairOverheadMax <= Packed::kBytesMax;
}

void ConvertToFull(Entry& entry) {
  auto full = std::make_unique<SortedSetFull>();
  SortedSetCursor cursor(entry, 0);
  for (ScoredMember member; cursor.Next(member);) {
    full->Add(member.member, HashBytes(member.member), member.score);
  }
  SetFullForm(entry, std::move(full));
}

// What adding comes to, given the score that is there (nullptr: none).
AddResult Decide(const double* current, double score, const AddConditions& conditions) {
  if (current == nullptr) {
    return {conditions.if_present ? AddOutcome::kRefused : AddOutcome::kAdded, score};
  }
  if (conditions.if_absent) return {AddOutcome::kRefused, *current};
  if (conditions.increment) score += *current;
  if (std::isnan(score)) return {AddOutcome::kNotANumber, *current};
  if ((conditions.if_less && score >= *current) || (conditions.if_greater && score <= *current)) {
    return {AddOutcome::kRefused, *current};
  }
  return {score == *current ? AddOutcome::kUnchanged : AddOutcome::kUpdated, score};
}

// Zero has one form in memory, so that it does not matter which one a log or a base file carries.
double Normalized(double score) { return score + 0.0; }

AddResult AddToFull(SortedSetFull& full, const ScoredMember& added,
                    const AddConditions& conditions) {
  const uint64_t hash = HashBytes(added.member);
  SortedSetNode* node = full.Find(added.member, hash);
  const double current = node == nullptr ? 0 : node->score();
  const AddResult result = Decide(node == nullptr ? nullptr : &current, added.score, conditions);
  if (result.outcome == AddOutcome::kAdded) {
    full.Add(added.member, hash, Normalized(result.score));
  } else if (result.outcome == AddOutcome::kUpdated) {
    full.SetScore(node, Normalized(result.score));
  }
  return result;
}

AddResult AddToPacked(Entry& entry, const CollectionLimits& limits, const ScoredMember& added,
                      const AddConditions& conditions) {
  PackedEdit edit(entry);
  Packed& packed = edit.packed;
  const char* at = FindPackedMember(packed, added.member);
  const double current = at == nullptr ? 0 : PackedScoreAt(at);
  const AddResult result = Decide(at == nullptr ? nullptr : &current, added.score, conditions);
  if (result.outcome == AddOutcome::kUpdated) {
    packed.Erase(at, 2);
    InsertPackedMember(packed, added.member, result.score);
  } else if (result.outcome == AddOutcome::kAdded && FitsPacked(packed, added.member, limits)) {
    InsertPackedMember(packed, added.member, result.score);
  }
  return result;
}

}  // namespace

SortedSetAdder::SortedSetAdder(Database& database, const Key& key, Database::Position position)
    : database_(database), key_(key), is_new_(!position) {
  entry_ = is_new_ ? NewPackedEntry(database, key, ValueType::kSortedSet) : position.node();
}

SortedSetAdder::~SortedSetAdder() {
  if (!is_new_) {
    if (changed_) database_.Changed(key_);
  } else if (changed_) {
    database_.Insert(key_, entry_);
  } else {
    Entry::Destroy(entry_);
  }
}

AddResult SortedSetAdder::Add(const ScoredMember& added, const AddConditions& conditions) {
  AddResult result;
  if (IsPacked(*entry_)) {
    const CollectionLimits& limits = database_.context().limits;
    const size_t length = SortedSetLength(*entry_);
    result = AddToPacked(*entry_, limits, added, conditions);
    if (result.outcome == AddOutcome::kAdded && SortedSetLength(*entry_) == length) {
      ConvertToFull(*entry_);
      AddToFull(FullForm<SortedSetFull>(*entry_), added, conditions);
    }
  } else {
    result = AddToFull(FullForm<SortedSetFull>(*entry_), added, conditions);
  }
  changed_ |= result.outcome == AddOutcome::kAdded || result.outcome == AddOutcome::kUpdated;
  return result;
}

size_t SortedSetRemove(Database& database, const Key& key, Database::Position position,
                       std::span<const std::string_view> members) {
  Entry& entry = *position.node();
  size_t removed = 0;
  for (const std::string_view member : members) {
    if (!IsPacked(entry)) {
      removed += FullForm<SortedSetFull>(entry).Erase(member) ? 1 : 0;
      continue;
    }
    PackedEdit edit(entry);
    const char* at = FindPackedMember(edit.packed, member);
    if (at == nullptr) continue;
    edit.packed.Erase(at, 2);
    ++removed;
  }
  if (SortedSetLength(entry) == 0) {
    database.Remove(key, position);
  } else if (removed > 0) {
    database.Changed(key);
  }
  return removed;
}

void SortedSetRemove(Database& database, const Key& key, Database::Position position,
                     const RankRange& ranks) {
  if (ranks.count == 0) return;
  Entry& entry = *position.node();
  if (ranks.count == SortedSetLength(entry)) {
    database.Remove(key, position);
    return;
  }
  if (IsPacked(entry)) {
    PackedEdit edit(entry);
    edit.packed.Erase(edit.packed.At(ranks.first * 2), ranks.count * 2);
  } else {
    SortedSetFull& full = FullForm<SortedSetFull>(entry);
    for (size_t i = 0; i < ranks.count; ++i) full.EraseAt(ranks.first);
  }
  database.Changed(key);
}

}  // namespace kvasir
