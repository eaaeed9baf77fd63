#include "src/store/sorted_set_filler.h"

#include <utility>

#include "src/store/sorted_set_packed.h"
#include "src/store/value.h"

namespace kvasir {

void SortedSetFiller::Add(const ScoredMember& added) {
  if (builder_ || !AppendInOrder(added)) Builder().AddUnindexed(added);
}

// False when it does not belong behind all others, may be there already, or is too much.
bool SortedSetFiller::AppendInOrder(const ScoredMember& added) {
  const CollectionLimits& limits = database_.context().limits;
  const size_t count = packed_.count() / 2;
  const bool fits = static_cast<int64_t>(count) < limits.zset_max_listpack_entries &&
                    packed_.count() + 2 <= Packed::kElementsMax &&
                    added.member.size() <= limits.zset_max_listpack_value_bytes &&
                    packed_.bytes() + added.member.size() + 2 * kElementHeadMax + sizeof(double) <=
                        Packed::kBytesMax;
  if (!fits) return false;
  // Zero has one form in memory (see SortedSetAdder).
  const double score = added.score + 0.0;
  const bool behind = count == 0 || score > last_score_ ||
                      (score == last_score_ && added.member > std::string_view(last_member_));
  if (!behind || !seen_.IsNew(added.member)) return false;
  packed_.Append({MakeElement(added.member), MakeScoreElement(score)});
  last_score_ = score;
  last_member_.assign(added.member);
  return true;
}

SortedSetBuilder& SortedSetFiller::Builder() {
  if (builder_) return *builder_;
  builder_.emplace();
  ElementText scratch;
  for (const char* at = packed_.begin(); at != packed_.end();) {
    const PackedMember member = ReadPackedMember(at);
    builder_->AddUnindexed({member.member.Text(scratch), member.score});
  }
  packed_ = Packed();
  return *builder_;
}

Entry* SortedSetFiller::Build(const Key& key) {
  if (builder_) {
    if (!builder_->Index()) return nullptr;
    builder_->Sort();
    return builder_->Build(database_, key);
  }
  Entry* entry = NewPackedEntry(database_, key, ValueType::kSortedSet);
  PackedEdit(*entry).packed = std::move(packed_);
  return entry;
}

}  // namespace kvasir
