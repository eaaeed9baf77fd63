// Steps in the life of a log that a power cut may end at any point.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "persistence/append_log.h"
#include "persistence/log_rewrite.h"
#include "persistence/snapshot.h"
#include "src/base/clock.h"
#include "src/store/keyspace.h"
#include "tests/persistence/log_fixture.h"
#include "tests/support/fault_file_system.h"

namespace kvasir {

// Commits what was appended; waits until it is acknowledged, or cannot be.
inline void SettleLog(const FaultFileSystem& files, AppendLog& log) {
  log.Commit();
  EXPECT_TRUE(WaitUntil([&] {
    return log.acknowledged() == log.appended() || files.stopped() || log.NeedsRewrite();
  }));
}

// Rewrites the log with `state` as its base. `meanwhile` runs behind the cut, and is told whether
// the rewrite heals the log. False when it failed.
inline bool RewriteLog(FaultFileSystem& files, Keyspace& state, AppendLog& log, BaseFormat format,
                       const std::function<void(bool)>& meanwhile) {
  const std::shared_ptr<LogRewrite> rewrite = log.BeginRewrite(format);
  const std::string sequence = std::to_string(rewrite->sequence());
  const RdbAuxField field = {"kvasir-seq", sequence};
  Snapshot::Options options = {.path = rewrite->base_path(), .fields = {&field, 1}};
  if (format == BaseFormat::kCommands) options.file.commands_up_to = rewrite->sequence();
  Snapshot snapshot(state, files, options);
  meanwhile(rewrite->heals());
  while (snapshot.state() != Snapshot::State::kWriting) snapshot.Step(MonotonicUs() + 1000);
  const auto rotated = [&] {
    return rewrite->heals() || rewrite->rotation() != LogRewrite::Rotation::kPending;
  };
  EXPECT_TRUE(WaitUntil([&] {
    return snapshot.writer().file() && (rotated() || files.stopped() || log.NeedsRewrite());
  }));
  const std::optional<Result<uint64_t>> file = snapshot.writer().file();
  const bool whole = file && *file && rotated() &&
                     (rewrite->heals() || rewrite->rotation() == LogRewrite::Rotation::kDone);
  if (!whole) {
    log.AbandonRewrite("it failed");
    return false;
  }
  snapshot.writer().Conclude([rewrite, bytes = **file] { return rewrite->Adopt(bytes); });
  const Result<void> adopted = snapshot.writer().WaitConcluded();
  log.EndRewrite(adopted);
  return adopted.has_value();
}

}  // namespace kvasir
