// Prints records, one command per line:
//   <sequence> <time> db<number> "SET" "key" "value"
// The commands of a group have one sequence number. What has none (a base) or no time shows "-".
// THREAD: one.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "tools/check_aof/log_check.h"

namespace kvasir {

class RecordDump final : public CheckSink {
 public:
  using Output = std::function<void(std::string_view line)>;
  explicit RecordDump(Output output) : output_(std::move(output)) {}

  Result<void> Apply(RequestBatch& batch) override;
  Keyspace* keyspace() override { return nullptr; }
  void Progress(uint64_t, uint64_t) override {}
  void BeginFile(const FileCheck& file) override;
  void Mark(const RecordMark& mark) override;

 private:
  void Print(std::span<const std::string_view> arguments);

  Output output_;
  std::string database_ = "0";
  std::string time_ = "-";
  bool numbered_ = true;
  bool in_group_ = false;
  uint64_t sequence_ = 0;  // of the last record
};

}  // namespace kvasir
