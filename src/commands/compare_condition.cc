#include "src/commands/compare_condition.h"

#include <fmt/format.h>

#include <array>

#include "src/base/hash.h"
#include "src/base/text.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

constexpr size_t kDigestDigits = 16;

bool IsDigest(std::string_view text) {
  return text.size() == kDigestDigits &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

std::string StringDigest(std::string_view bytes) {
  return fmt::format("{:016x}", DigestBytes(bytes));
}

bool TakeCompareCondition(ArgumentReader& read, std::optional<CompareCondition>& condition) {
  struct Word {
    std::string_view word;
    bool by_digest;
    bool negated;
  };
  constexpr std::array<Word, 4> kWords = {{{"IFEQ", false, false},
                                           {"IFNE", false, true},
                                           {"IFDEQ", true, false},
                                           {"IFDNE", true, true}}};
  for (const Word& candidate : kWords) {
    if (!read.TakeOption(candidate.word, 1)) continue;
    if (condition) read.Fail(errors::kSyntax);
    condition = {read.Next(), candidate.by_digest, candidate.negated};
    if (candidate.by_digest && !IsDigest(condition->operand)) {
      read.Fail("ERR must be exactly 16 hexadecimal characters");
    }
    return true;
  }
  return false;
}

bool ConditionHolds(const CompareCondition& condition, const Entry* entry) {
  if (entry == nullptr) return condition.negated;
  IntegerText scratch;
  const std::string_view bytes = StringBytes(*entry, scratch);
  const bool equal = condition.by_digest ? EqualsIgnoreCase(StringDigest(bytes), condition.operand)
                                         : bytes == condition.operand;
  return equal != condition.negated;
}

}  // namespace kvasir
