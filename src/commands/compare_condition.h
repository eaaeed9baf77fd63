// The conditions that compare a string with a value or a digest: IFEQ, IFNE, IFDEQ and IFDNE of
// SET and DELEX.
// THREAD: loop.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/engine/argument_reader.h"
#include "src/store/entry.h"

namespace kvasir {

struct CompareCondition {
  std::string_view operand;
  bool by_digest = false;
  bool negated = false;
};

// Reads a condition and its operand if one comes next. True when it did; errors are latched.
bool TakeCompareCondition(ArgumentReader& read, std::optional<CompareCondition>& condition);

// Whether the condition holds for a string; of an absent one (nullptr) only the negated do.
bool ConditionHolds(const CompareCondition& condition, const Entry* entry);

// The digest of a string as DIGEST shows it: 16 hexadecimal digits of its XXH3.
std::string StringDigest(std::string_view bytes);

}  // namespace kvasir
