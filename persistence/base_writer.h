// Writes a base file: the commands that rebuild a whole state, in annotated batches
// (persistence/FORMAT.md). A base counts only once Finish succeeded and a manifest names it (D5).
// THREAD: any, one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "persistence/log_encoder.h"
#include "persistence/log_file.h"
#include "src/base/result.h"

namespace kvasir {

class BaseWriter {
 public:
  // `file` was created for the base; `sequence` is the last record whose effect the state contains.
  BaseWriter(std::unique_ptr<LogFile> file, uint64_t sequence)
      : file_(std::move(file)), sequence_(sequence) {}

  // Adds one command; batches of about 1 MiB are written as they fill. After an error the base is
  // worthless: give up.
  Result<void> Append(int database, std::span<const std::string_view> arguments,
                      std::span<const SharedArgument> shared = {});

  // Writes a batch that was made elsewhere, behind what was added. It begins with a SELECT, and so
  // does what is added behind it.
  Result<void> AppendBatch(LogBatch& batch);

  // Writes the rest and the end mark and syncs the file. Returns its size in bytes.
  Result<uint64_t> Finish();

 private:
  Result<void> WriteBatch();

  std::unique_ptr<LogFile> file_;
  LogEncoder encoder_;
  uint64_t sequence_;
  int database_ = -1;
};

// Feeds the writer with the whole state; its error ends the switch.
using BaseSource = std::function<Result<void>(BaseWriter&)>;

}  // namespace kvasir
