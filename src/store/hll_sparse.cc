#include "src/store/hll_sparse.h"

#include <algorithm>

#include "src/store/hll_dense.h"

namespace kvasir::hll {
namespace {

bool IsValueRun(char first) { return (static_cast<uint8_t>(first) & 0x80) != 0; }

void AppendZeros(std::string& out, size_t length) {
  const size_t field = length - 1;
  if (length > kSparseShortZerosMax) {
    out.push_back(static_cast<char>(0x40 | field >> 8));
    out.push_back(static_cast<char>(field & 0xff));
  } else {
    out.push_back(static_cast<char>(field));
  }
}

char ValueRun(uint8_t value, size_t length) {
  return static_cast<char>(0x80 | (value - 1) << 2 | static_cast<int>(length - 1));
}

void AppendRun(std::string& out, uint8_t value, size_t length) {
  if (length == 0) return;
  if (value == 0) {
    AppendZeros(out, length);
  } else {
    out.push_back(ValueRun(value, length));
  }
}

// Joins neighbours with equal values among the five runs from `at` on.
void JoinRuns(std::string& bytes, size_t at) {
  for (int left = 5; at < bytes.size() && left > 0; --left) {
    const SparseRun run = ReadSparseRun(bytes, at);
    if (run.value == 0) {
      at += run.bytes;
      continue;
    }
    if (at + 1 < bytes.size() && IsValueRun(bytes[at + 1])) {
      const SparseRun next = ReadSparseRun(bytes, at + 1);
      const size_t length = run.length + next.length;
      if (next.value == run.value && length <= kSparseValueRunMax) {
        bytes[at + 1] = ValueRun(run.value, length);
        bytes.erase(at, 1);
        continue;
      }
    }
    ++at;
  }
}

}  // namespace

SparseRun ReadSparseRun(std::string_view bytes, size_t at) {
  const auto first = static_cast<uint8_t>(bytes[at]);
  if (IsValueRun(bytes[at])) {
    return {1, (first & size_t{3}) + 1, static_cast<uint8_t>((first >> 2 & 0x1f) + 1)};
  }
  if ((first & 0x40) == 0) return {1, (first & size_t{0x3f}) + 1, 0};
  // Redis finds the zero byte there that follows every string.
  const size_t second = at + 1 < bytes.size() ? static_cast<uint8_t>(bytes[at + 1]) : 0;
  return {2, ((first & size_t{0x3f}) << 8 | second) + 1, 0};
}

std::string NewSparse() {
  std::string bytes(kMagic);
  bytes.push_back(kSparse);
  bytes.resize(kHeaderBytes);
  AppendZeros(bytes, kSparseZerosMax);
  return bytes;
}

SparseOutcome RaiseSparseRegister(std::string& bytes, const Observation& seen, uint64_t bytes_max) {
  if (seen.value > kSparseValueMax) return SparseOutcome::kOutgrown;
  size_t first = 0;  // register of the run at `at`
  size_t at = kHeaderBytes;
  size_t previous = at;
  SparseRun run;
  for (;; at += run.bytes) {
    if (at >= bytes.size()) return SparseOutcome::kCorrupt;
    run = ReadSparseRun(bytes, at);
    if (seen.index < first + run.length) break;
    previous = at;
    first += run.length;
  }
  if (run.value >= seen.value) return SparseOutcome::kUnchanged;

  std::string split;
  AppendRun(split, run.value, seen.index - first);
  AppendRun(split, seen.value, 1);
  AppendRun(split, run.value, first + run.length - 1 - seen.index);
  const size_t size = bytes.size() + split.size() - run.bytes;
  if (split.size() > run.bytes && size > bytes_max) return SparseOutcome::kOutgrown;
  bytes.replace(at, std::min(run.bytes, bytes.size() - at), split);
  bytes.resize(size);
  JoinRuns(bytes, previous);
  DropCardinality(bytes.data());
  return SparseOutcome::kChanged;
}

std::optional<std::string> ToDense(std::string_view bytes) {
  std::string dense(kDenseBytes, '\0');
  bytes.copy(dense.data(), kHeaderBytes);
  dense[kEncodingAt] = kDense;
  const bool valid = ForEachSparseRun(bytes, [&](size_t index, const SparseRun& run) {
    if (run.value == 0) return;
    for (size_t i = 0; i < run.length; ++i) SetDenseRegister(dense.data(), index + i, run.value);
  });
  if (!valid) return std::nullopt;
  return dense;
}

}  // namespace kvasir::hll
