// PFDEBUG and PFSELFTEST: looking into HyperLogLogs.
#include <cmath>
#include <cstdlib>
#include <string>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/hyper_log_log_lookup.h"
#include "src/store/hll_dense.h"
#include "src/store/hll_sparse.h"

namespace kvasir {
namespace {

std::string_view BytesAt(const Database::Position& position) {
  IntegerText scratch;
  return StringBytes(*position.node(), scratch);  // no integer, so nothing lies in `scratch`
}

// Makes the value dense for good; false, and an error reply, when it is corrupt.
bool MakeDense(Call& call, const Key& key, const Database::Position& position, bool& changed) {
  const Result<bool> result = HyperLogLogToDense(call.database(), key, position);
  if (!result) call.Error(kCorruptHyperLogLog);
  changed = result.value_or(false);
  return result.has_value();
}

void ReplyRegisters(Call& call, const Key& key, const Database::Position& position) {
  bool changed = false;
  if (!MakeDense(call, key, position, changed)) return;
  call.reply.Array(hll::kRegisters);
  hll::ForEachDenseRegister(BytesAt(call.database().Locate(key)),
                            [&](size_t, uint8_t value) { call.reply.Integer(value); });
}

void ReplyRuns(Call& call, std::string_view bytes) {
  if (hll::IsDense(bytes)) {
    call.Error("ERR HLL encoding is not sparse");
    return;
  }
  std::string text;
  for (size_t at = hll::kHeaderBytes; at < bytes.size();) {
    const hll::SparseRun run = hll::ReadSparseRun(bytes, at);
    if (run.value > 0) {
      text += "v:" + std::to_string(run.value) + "," + std::to_string(run.length) + " ";
    } else {
      text += (run.bytes == 1 ? "z:" : "Z:") + std::to_string(run.length) + " ";
    }
    at += run.bytes;
  }
  if (!text.empty()) text.pop_back();
  call.reply.Bulk(text);
}

void CmdPfDebug(Call& call) {
  const Key key = call.KeyAt(2);
  bool failed = false;
  const Database::Position position = LocateHyperLogLog(call, key, failed);
  if (failed) return;
  if (!position) {
    call.Error("ERR The specified key does not exist");
    return;
  }
  const std::string_view word = call[1];
  if (EqualsIgnoreCase(word, "GETREG")) {
    ReplyRegisters(call, key, position);
  } else if (EqualsIgnoreCase(word, "DECODE")) {
    ReplyRuns(call, BytesAt(position));
  } else if (EqualsIgnoreCase(word, "ENCODING")) {
    call.reply.Status(hll::IsDense(BytesAt(position)) ? "dense" : "sparse");
  } else if (EqualsIgnoreCase(word, "TODENSE")) {
    bool changed = false;
    if (MakeDense(call, key, position, changed)) call.reply.Integer(changed ? 1 : 0);
  } else {
    call.Error("ERR Unknown PFDEBUG subcommand '" + std::string(word) + "'");
  }
}

// Every register holds what is written to it and leaves its neighbours alone.
std::string TestRegisters() {
  std::string bytes(hll::kDenseBytes, '\0');
  for (unsigned round = 0; round <= hll::kRegisterMax; ++round) {
    const auto value_of = [&](size_t index) {
      return static_cast<uint8_t>((index * 37 + round) & hll::kRegisterMax);
    };
    for (size_t i = 0; i < hll::kRegisters; ++i) {
      hll::SetDenseRegister(bytes.data(), i, value_of(i));
    }
    for (size_t i = 0; i < hll::kRegisters; ++i) {
      const uint8_t value = hll::DenseRegister(bytes, i);
      if (value == value_of(i)) continue;
      return "TESTFAILED Register " + std::to_string(i) + " should be " +
             std::to_string(value_of(i)) + " but is " + std::to_string(value);
    }
  }
  return {};
}

// Counts that grow tenfold stay within six times the standard error, sparse and dense alike. Not as
// many elements as Redis takes: the other clients wait meanwhile.
std::string TestEstimates(uint64_t sparse_bytes_max) {
  constexpr uint64_t kElements = 100'000;
  const double error = 1.04 / std::sqrt(static_cast<double>(hll::kRegisters));
  Keyspace keyspace(1);
  Database& database = keyspace.database(0);
  const Key sparse = Key::Of("sparse");
  const Key dense = Key::Of("dense");
  HyperLogLogAdd(database, dense, {}, {}, sparse_bytes_max);
  HyperLogLogToDense(database, dense, database.Locate(dense));
  uint64_t checkpoint = 1;
  for (uint64_t i = 1; i <= kElements; ++i) {
    const std::string element = "element:" + std::to_string(i);
    const std::string_view elements[] = {element};
    HyperLogLogAdd(database, sparse, database.Locate(sparse), elements, sparse_bytes_max);
    HyperLogLogAdd(database, dense, database.Locate(dense), elements, sparse_bytes_max);
    if (i != checkpoint) continue;
    checkpoint *= 10;
    const uint64_t count = HyperLogLogCount(*database.Peek(dense)).value_or(0);
    if (HyperLogLogCount(*database.Peek(sparse)).value_or(0) != count) {
      return "TESTFAILED dense/sparse disagree";
    }
    const auto off = static_cast<double>(count > i ? count - i : i - count);
    if (off > std::ceil(error * 6 * static_cast<double>(i))) {
      return "TESTFAILED Too big error. card:" + std::to_string(i) +
             " abserr:" + std::to_string(static_cast<uint64_t>(off));
    }
  }
  return {};
}

void CmdPfSelfTest(Call& call) {
  std::string failure = TestRegisters();
  if (failure.empty()) failure = TestEstimates(call.engine().settings().hll_sparse_max_bytes);
  if (failure.empty()) {
    call.reply.Ok();
  } else {
    call.Error("ERR " + failure);
  }
}

constexpr KeySpec kDebugKey[] = {{.flags = kKeyReadWrite | kKeyAccess, .begin = 2}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "pfdebug", .handler = CmdPfDebug, .arity = 3, .flags = kWrite | kDenyOom | kAdmin,
     .categories = kAclHyperLogLog, .keys = kDebugKey, .since = "2.8.9",
     .group = CommandGroup::kHyperLogLog,
     .summary = "Shows how a HyperLogLog lies in its string.",
     .syntax = "subcommand key"},
    {.name = "pfselftest", .handler = CmdPfSelfTest, .arity = 1, .flags = kAdmin,
     .categories = kAclHyperLogLog, .since = "2.8.9", .group = CommandGroup::kHyperLogLog,
     .summary = "Tests the HyperLogLogs of this server."},
};
// clang-format on

}  // namespace

std::span<const CommandRow> HyperLogLogDebugCommands() { return kRows; }

}  // namespace kvasir
