#include "src/store/hyper_log_log.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "src/store/hll_dense.h"
#include "src/store/hll_estimate.h"
#include "src/store/hll_sparse.h"
#include "src/store/string_edit.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

// An integer is none: its text cannot begin with the magic.
std::string_view BytesOf(const Entry& entry) {
  IntegerText scratch;
  return entry.encoding() == Encoding::kInteger ? std::string_view() : StringBytes(entry, scratch);
}

void Store(Database& database, const Key& key, Database::Position position,
           const std::string& bytes) {
  SetRawString(database, key, position, bytes, ExpiryChange::Keep());
}

// A HyperLogLog outside of the keyspace.
class Draft {
 public:
  Draft(std::string bytes, uint64_t sparse_bytes_max)
      : bytes_(std::move(bytes)), sparse_bytes_max_(sparse_bytes_max) {}

  const std::string& bytes() const { return bytes_; }

  // True when the register was lower.
  Result<bool> Raise(const hll::Observation& seen) {
    if (!hll::IsDense(bytes_)) {
      const hll::SparseOutcome outcome = hll::RaiseSparseRegister(bytes_, seen, sparse_bytes_max_);
      if (outcome == hll::SparseOutcome::kUnchanged) return false;
      if (outcome == hll::SparseOutcome::kChanged) return true;
      if (outcome == hll::SparseOutcome::kCorrupt || !MakeDense()) return Fail(Errc::kCorrupt);
    }
    if (hll::DenseRegister(bytes_, seen.index) >= seen.value) return false;
    hll::SetDenseRegister(bytes_.data(), seen.index, seen.value);
    return true;
  }

  bool MakeDense() {
    if (hll::IsDense(bytes_)) return true;
    std::optional<std::string> dense = hll::ToDense(bytes_);
    if (dense) bytes_ = std::move(*dense);
    return dense.has_value();
  }

  void DropCardinality() { hll::DropCardinality(bytes_.data()); }

 private:
  std::string bytes_;
  uint64_t sparse_bytes_max_;
};

// The common case: where nothing is new the value is only read, else changed in place.
bool AddToDense(Database& database, const Key& key, Database::Position position,
                std::span<const std::string_view> elements) {
  std::optional<StringEdit> edit;
  std::string_view bytes = BytesOf(*position.node());
  for (const std::string_view element : elements) {
    const hll::Observation seen = hll::Observe(element);
    if (hll::DenseRegister(bytes, seen.index) >= seen.value) continue;
    if (!edit) edit.emplace(database, key, position, hll::kDenseBytes);
    char* changed = reinterpret_cast<char*>(edit->bytes().data());
    hll::SetDenseRegister(changed, seen.index, seen.value);
    hll::DropCardinality(changed);
    bytes = {changed, hll::kDenseBytes};
  }
  if (edit) edit->Touch();
  return edit.has_value();
}

}  // namespace

bool IsHyperLogLog(const Entry& entry) { return hll::IsValidHeader(BytesOf(entry)); }

Result<bool> HyperLogLogAdd(Database& database, const Key& key, Database::Position position,
                            std::span<const std::string_view> elements, uint64_t sparse_bytes_max) {
  bool changed = !position;
  if (position && hll::IsDense(BytesOf(*position.node()))) {
    return AddToDense(database, key, position, elements);
  }
  Draft draft(position ? std::string(BytesOf(*position.node())) : hll::NewSparse(),
              sparse_bytes_max);
  for (const std::string_view element : elements) {
    const Result<bool> raised = draft.Raise(hll::Observe(element));
    if (!raised) return raised;
    changed |= *raised;
  }
  if (!changed) return false;
  draft.DropCardinality();
  Store(database, key, position, draft.bytes());
  return true;
}

bool HyperLogLogIsCounted(const Entry& entry) { return hll::HasCardinality(BytesOf(entry)); }

Result<uint64_t> HyperLogLogCount(const Entry& entry) {
  const std::string_view bytes = BytesOf(entry);
  if (hll::HasCardinality(bytes)) return hll::CachedCardinality(bytes);
  hll::Histogram histogram{};
  if (hll::IsDense(bytes)) {
    hll::ForEachDenseRegister(bytes, [&](size_t, uint8_t value) { ++histogram[value]; });
  } else if (!hll::ForEachSparseRun(bytes, [&](size_t, const hll::SparseRun& run) {
               histogram[run.value] += static_cast<uint32_t>(run.length);
             })) {
    return Fail(Errc::kCorrupt);
  }
  return hll::EstimateCardinality(histogram);
}

void HyperLogLogCache(Database& database, const Key& key, Database::Position position,
                      uint64_t cardinality) {
  StringEdit edit(database, key, position, hll::kHeaderBytes);
  hll::StoreCardinality(reinterpret_cast<char*>(edit.bytes().data()), cardinality);
  edit.Touch();
}

Result<void> HyperLogLogUnion::Add(const Entry& entry) {
  const std::string_view bytes = BytesOf(entry);
  if (hll::IsDense(bytes)) {
    any_dense_ = true;
    hll::ForEachDenseRegister(bytes, [&](size_t index, uint8_t value) {
      registers_[index] = std::max(registers_[index], value);
    });
    return {};
  }
  const bool valid = hll::ForEachSparseRun(bytes, [&](size_t index, const hll::SparseRun& run) {
    for (size_t i = index; i < index + run.length && run.value > 0; ++i) {
      registers_[i] = std::max(registers_[i], run.value);
    }
  });
  if (!valid) return Fail(Errc::kCorrupt);
  return {};
}

uint64_t HyperLogLogUnion::Count() const {
  hll::Histogram histogram{};
  for (const uint8_t value : registers_) ++histogram[value];
  return hll::EstimateCardinality(histogram);
}

Result<void> HyperLogLogMerge(Database& database, const Key& key, Database::Position position,
                              const HyperLogLogUnion& merged, uint64_t sparse_bytes_max) {
  Draft draft(position ? std::string(BytesOf(*position.node())) : hll::NewSparse(),
              sparse_bytes_max);
  if (merged.any_dense() && !draft.MakeDense()) return Fail(Errc::kCorrupt);
  for (size_t i = 0; i < hll::kRegisters; ++i) {
    const uint8_t value = merged.registers()[i];
    if (value == 0) continue;
    const Result<bool> raised = draft.Raise({i, value});
    if (!raised) return Fail(Errc::kCorrupt);
  }
  draft.DropCardinality();
  Store(database, key, position, draft.bytes());
  return {};
}

Result<bool> HyperLogLogToDense(Database& database, const Key& key, Database::Position position) {
  const std::string_view bytes = BytesOf(*position.node());
  if (hll::IsDense(bytes)) return false;
  const std::optional<std::string> dense = hll::ToDense(bytes);
  if (!dense) return Fail(Errc::kCorrupt);
  Store(database, key, position, *dense);
  return true;
}

}  // namespace kvasir
