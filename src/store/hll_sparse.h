// The runs of a sparse HyperLogLog. The bytes may be anybody's: nothing is believed of the runs,
// and nothing is read behind their end.
// THREAD: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "src/store/hll_format.h"

namespace kvasir::hll {

struct SparseRun {
  size_t bytes = 0;   // of the string; may reach behind its end by one
  size_t length = 0;  // in registers
  uint8_t value = 0;  // of each; 0: a run of zeros
};
// REQUIRES: at < bytes.size().
SparseRun ReadSparseRun(std::string_view bytes, size_t at);

// An empty HyperLogLog.
std::string NewSparse();

// Calls `visit(index, run)` for each run; false as soon as the runs cannot be right: together they
// have to be all registers.
template <typename Visit>
bool ForEachSparseRun(std::string_view bytes, Visit visit) {
  size_t index = 0;
  for (size_t at = kHeaderBytes; at < bytes.size();) {
    const SparseRun run = ReadSparseRun(bytes, at);
    if (index + run.length > kRegisters) return false;
    visit(index, run);
    index += run.length;
    at += run.bytes;
  }
  return index == kRegisters;
}

enum class SparseOutcome : uint8_t {
  kUnchanged,  // the register is at least that
  kChanged,
  kOutgrown,  // the string has to become dense first; nothing is changed
  kCorrupt,   // no run covers the register; nothing is changed
};
// Raises a register to a value, as Redis does it: splits the run, then joins equal neighbours, and
// drops the cached cardinality. `bytes_max` is hll-sparse-max-bytes.
SparseOutcome RaiseSparseRegister(std::string& bytes, const Observation& seen, uint64_t bytes_max);

// The same registers and cached cardinality, dense; nothing when the runs are corrupt.
std::optional<std::string> ToDense(std::string_view bytes);

}  // namespace kvasir::hll
