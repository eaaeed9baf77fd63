// D1, D2, D3, D5: the power goes after every single call that changes something, with every kind of
// loss; what comes back is a prefix that holds all that was acknowledged, and the log goes on.
#include <memory>

#include "persistence/base_writer.h"
#include "persistence/log_rewrite.h"
#include "tests/faults/crash_everywhere.h"
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using Loss = FaultFileSystem::Loss;

// Record i. Long enough that a batch reaches over sectors.
std::string Value(uint64_t i) { return std::to_string(i) + ":" + std::string(150, 'v'); }

std::string Expected(uint64_t i) { return "0|SET k " + Value(i); }

// How the log gets a new base, and whether the old one is kept.
struct Life {
  SyncPolicy policy = SyncPolicy::kAlways;
  bool in_background = false;
  uint64_t keep_history = 0;
};

// One world for each crash point: a file system and a log in it.
struct World : LogWorld {
  explicit World(const Life& life) : in_background(life.in_background) {
    options.policy = life.policy;
    options.sync_interval_ms = 3'600'000;
    options.keep_history = life.keep_history;
  }

  static void AppendNext(AppendLog& log) {
    AppendCommand(log, 0, {"SET", "k", Value(log.appended() + 1)});
  }

  // Commits what was appended; waits until it is acknowledged, or the power is gone.
  void Settle(AppendLog& log) {
    log.Commit();
    const bool settled =
        WaitUntil([&] { return log.acknowledged() == log.appended() || files.stopped(); });
    EXPECT_TRUE(settled);
  }

  // The state is the list of all records, so that a base reads like the increments before it.
  static Result<void> WriteState(BaseWriter& writer, uint64_t last) {
    for (uint64_t i = 1; i <= last; ++i) {
      const std::string value = Value(i);
      const std::array<std::string_view, 3> set = {"SET", "k", value};
      if (Result<void> appended = writer.Append(0, set); !appended) return appended;
    }
    return {};
  }

  static void Switch(AppendLog& log) {
    const uint64_t last = log.appended();
    (void)log.SwitchTo([last](BaseWriter& writer) { return WriteState(writer, last); });
  }

  // The same while records go on, before and behind the end of the base.
  void SwitchInBackground(AppendLog& log) {
    const std::shared_ptr<LogRewrite> rewrite = log.BeginRewrite();
    AppendNext(log);
    Settle(log);
    const Result<uint64_t> bytes = WriteBase(*rewrite);
    const bool settled = WaitUntil([&] {
      return rewrite->rotation() != LogRewrite::Rotation::kPending || log.NeedsRewrite() ||
             files.stopped();
    });
    EXPECT_TRUE(settled);
    if (!bytes || rewrite->rotation() != LogRewrite::Rotation::kDone) {
      log.AbandonRewrite("the power is gone");
      return;
    }
    log.EndRewrite(rewrite->Adopt(*bytes));
  }

  Result<uint64_t> WriteBase(const LogRewrite& rewrite) {
    auto file = files.OpenAppend(rewrite.base_path(), FileSystem::Open::kReplace);
    if (!file) return tl::unexpected(file.error());
    auto created = LogFile::Create(std::move(*file), rewrite.sequence());
    if (!created) return tl::unexpected(created.error());
    BaseWriter writer(std::move(*created), rewrite.sequence());
    Result<void> written = WriteState(writer, rewrite.sequence());
    return written ? writer.Finish() : tl::unexpected(written.error());
  }

  // A life of the log, until its end or until the power goes.
  void Live(AppendLog& log) {
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    if (!stats || !log.Start(stats->continuation)) return;
    for (int tick = 0; tick < 3; ++tick) {
      AppendNext(log);
      AppendNext(log);
      Settle(log);
    }
    for (int round = 0; round < 2; ++round) {
      if (in_background) {
        SwitchInBackground(log);
      } else {
        Switch(log);
      }
      AppendNext(log);
      Settle(log);
    }
  }

  void CheckLoad(uint64_t owed) {
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    ASSERT_TRUE(stats) << stats.error().detail();
    ASSERT_GE(sink.commands.size(), owed);
    for (size_t i = 0; i < sink.commands.size(); ++i) {
      ASSERT_EQ(sink.commands[i], Expected(i + 1));
    }
    ASSERT_EQ(stats->continuation.sequence, sink.commands.size());
  }

  // The log goes on behind what came back, also over a second power cut.
  void CheckGoesOn() {
    AppendLog log(files, options);
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    ASSERT_TRUE(stats) << stats.error().detail();
    const Result<void> started = log.Start(stats->continuation);
    ASSERT_TRUE(started) << started.error().detail();
    ASSERT_EQ(log.durable(), sink.commands.size());
    AppendNext(log);
    const Result<void> closed = log.Close();
    ASSERT_TRUE(closed) << closed.error().detail();
    files.Crash(Loss::kAll);
    CheckLoad(sink.commands.size() + 1);
  }

  bool in_background;
};

class CrashPoints : public testing::TestWithParam<Life> {};

TEST_P(CrashPoints, WhatComesBackIsAPrefixWithAllThatWasAcknowledged) {
  CrashEverywhere<World>(GetParam(), 40);
}

std::string NameOf(const testing::TestParamInfo<Life>& info) {
  std::string name = info.param.policy == SyncPolicy::kAlways ? "always" : "no";
  if (info.param.in_background) name += "_in_background";
  if (info.param.keep_history != 0) name += "_with_history";
  return name;
}

INSTANTIATE_TEST_SUITE_P(Lives, CrashPoints,
                         testing::Values(Life{SyncPolicy::kAlways}, Life{SyncPolicy::kNo},
                                         Life{SyncPolicy::kAlways, true},
                                         Life{SyncPolicy::kNo, true},
                                         Life{SyncPolicy::kAlways, true, 2}),
                         NameOf);

}  // namespace
}  // namespace kvasir
