// Makes a sorted set of members as they come out of a file: in order, and few, they go straight
// into the small form; otherwise SortedSetBuilder brings them into order.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "src/store/collection_loading.h"
#include "src/store/database.h"
#include "src/store/packed.h"
#include "src/store/sorted_set_builder.h"

namespace kvasir {

class SortedSetFiller {
 public:
  // LIFETIME: of the database.
  explicit SortedSetFiller(Database& database) : database_(database) {}

  // REQUIRES: the score is a number.
  void Add(const ScoredMember& added);
  size_t size() const { return builder_ ? builder_->size() : packed_.count() / 2; }

  // An entry that is in no database; ownership goes to the caller. nullptr when a member came
  // twice. REQUIRES: there is a member.
  Entry* Build(const Key& key);

 private:
  bool AppendInOrder(const ScoredMember& added);
  SortedSetBuilder& Builder();

  Database& database_;
  Packed packed_;
  SeenNames seen_;
  double last_score_ = 0;
  std::string last_member_;
  std::optional<SortedSetBuilder> builder_;
};

}  // namespace kvasir
