// Hashes in RDB.
#include <array>

#include "persistence/rdb_blobs.h"
#include "persistence/rdb_value_reader.h"

namespace kvasir {
namespace {

// Far beyond any date, and far enough from the end of the range to add to.
constexpr uint64_t kDeadlineMax = uint64_t{1} << 60;

bool VisitHashBlob(RdbType type, std::string_view blob, ElementVisitor visit) {
  if (type == RdbType::kHashZipmap) return VisitZipmap(blob, visit);
  if (type == RdbType::kHashZiplist) return VisitZiplist(blob, visit);
  return VisitListpack(blob, visit);
}

}  // namespace

bool RdbValueReader::AddField(const HashField& field) {
  if (entry_->encoding() == Encoding::kPacked && seen_.IsNew(field.name)) {
    AppendHashField(*entry_, field, *limits_);
    return true;
  }
  return AddHashField(*entry_, field, *limits_) || input_.Fail("a hash has a field twice");
}

bool RdbValueReader::ReadHash(RdbType type) {
  const bool with_soonest =
      type == RdbType::kHashDeadlines || type == RdbType::kHashListpackDeadlines;
  int64_t soonest_ms = 0;
  if (with_soonest && !input_.Number(soonest_ms)) return false;
  if (soonest_ms < 0 || static_cast<uint64_t>(soonest_ms) > kDeadlineMax) {
    return input_.Fail("a deadline that is none");
  }
  switch (type) {
    case RdbType::kHash:
    case RdbType::kHashDeadlines:
    case RdbType::kHashDeadlinesCandidate:
      break;
    default:
      return ReadHashBlob(type);
  }
  uint64_t count = 0;
  if (!input_.Count(2, count)) return false;
  for (; count > 0; --count) {
    if (!ReadField(type, soonest_ms)) return false;
  }
  return true;
}

bool RdbValueReader::ReadField(RdbType type, int64_t soonest_ms) {
  HashField field;
  if (type != RdbType::kHash) {
    uint64_t deadline = 0;
    if (!input_.Length(deadline)) return false;
    const bool relative = type == RdbType::kHashDeadlines;
    if (deadline != 0 && deadline <= kDeadlineMax) {
      field.deadline_ms = static_cast<int64_t>(deadline) + (relative ? soonest_ms - 1 : 0);
    }
    // The sum may be written again, as the soonest one.
    const bool too_far =
        field.has_deadline() && field.deadline_ms > static_cast<int64_t>(kDeadlineMax);
    if (deadline > kDeadlineMax || too_far) return input_.Fail("a deadline that is none");
  }
  std::string_view text;
  if (!input_.Text(text)) return false;
  name_.assign(text);
  field.name = name_;
  return input_.Text(field.value) && AddField(field);
}

bool RdbValueReader::ReadFieldsOfValkey() {
  uint64_t count = 0;
  if (!input_.Count(2 + sizeof(int64_t), count)) return false;
  if (count == 0) entry_.reset();
  for (; count > 0; --count) {
    HashField field;
    std::string_view text;
    if (!input_.Text(text)) return false;
    name_.assign(text);
    field.name = name_;
    int64_t deadline = 0;
    if (!input_.Text(field.value, sizeof deadline) || !input_.Number(deadline)) return false;
    if (deadline < -1 || deadline > static_cast<int64_t>(kDeadlineMax)) {
      return input_.Fail("a deadline that is none");
    }
    if (deadline != -1) field.deadline_ms = deadline;
    if (!AddField(field)) return false;
  }
  return true;
}

bool RdbValueReader::ReadHashBlob(RdbType type) {
  std::string_view blob;
  if (!input_.Text(blob)) return false;
  const bool with_deadlines =
      type == RdbType::kHashListpackDeadlines || type == RdbType::kHashListpackDeadlinesCandidate;
  const size_t stride = with_deadlines ? 3 : 2;
  std::array<ElementText, 2> scratch;
  HashField field;
  size_t part = 0;
  const auto add = [&](const PackedElement& element) {
    if (part == 0) field.name = element.Text(scratch[0]);
    if (part == 1) field.value = element.Text(scratch[1]);
    if (part == 2) {
      const bool is_deadline = element.kind == PackedElement::Kind::kInteger &&
                               element.integer >= 0 &&
                               static_cast<uint64_t>(element.integer) <= kDeadlineMax;
      if (!is_deadline) return input_.Fail("a deadline that is none");
      field.deadline_ms = element.integer == 0 ? kNoFieldDeadline : element.integer;
    }
    part = (part + 1) % stride;
    return part != 0 || AddField(field);
  };
  return (VisitHashBlob(type, blob, add) && part == 0) || Broken("the small form of a hash");
}

}  // namespace kvasir
