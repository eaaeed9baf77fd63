#include "persistence/append_log.h"

#include <atomic>

#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Op = FaultFileSystem::Op;

class AppendLogTest : public LogFixture {};

TEST_F(AppendLogTest, ComesBackAfterAClose) {
  {
    AppendLog log(files_, options_);
    Open(log);
    EXPECT_EQ(AppendCommand(log, 0, {"SET", "a", "1"}), 1U);
    EXPECT_EQ(AppendCommand(log, 3, {"SET", "b", "2"}), 2U);
    EXPECT_EQ(AppendCommand(log, 3, {"DEL", "b"}), 3U);
    log.Commit();
    EXPECT_TRUE(log.Close());
  }
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1", "3|SET b 2", "3|DEL b"));
  AppendLog log(files_, options_);
  Open(log);
  EXPECT_EQ(AppendCommand(log, 3, {"SET", "c", "3"}), 4U);
  EXPECT_TRUE(log.Close());
  EXPECT_THAT(LoadedCommands(), SizeIs(4));
}

TEST_F(AppendLogTest, AlwaysMeansDurable) {
  AppendLog log(files_, options_);
  std::atomic<int> wakes = 0;
  log.set_progress_callback([&wakes] { ++wakes; });
  Open(log);
  files_.HoldSyncs(true);
  AppendCommand(log, 0, {"SET", "a", "1"});
  log.Commit();
  EXPECT_TRUE(WaitUntil([&] { return log.written() == 1; }));
  EXPECT_EQ(log.acknowledged(), 0U);
  files_.HoldSyncs(false);
  EXPECT_TRUE(WaitUntil([&] { return log.acknowledged() == 1; }));
  EXPECT_TRUE(WaitUntil([&] { return wakes > 0; }));
  files_.Crash(FaultFileSystem::Loss::kAll);
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1"));
}

TEST_F(AppendLogTest, BatchesThatQueueUpShareOneSync) {
  AppendLog log(files_, options_);
  Open(log);
  files_.HoldSyncs(true);
  for (int i = 0; i < 100; ++i) {
    AppendCommand(log, 0, {"INCR", "a"});
    log.Commit();
    if (i == 0) {
      EXPECT_TRUE(WaitUntil([&] { return log.written() == 1; }));
    }
  }
  const uint64_t before = files_.syncs();
  files_.HoldSyncs(false);
  EXPECT_TRUE(WaitUntil([&] { return log.durable() == 100; }));
  EXPECT_LE(files_.syncs() - before, 3U);
}

TEST_F(AppendLogTest, EverySecondAcknowledgesWrittenAndSyncsLater) {
  options_.policy = SyncPolicy::kEverySecond;
  options_.sync_interval_ms = 20;
  AppendLog log(files_, options_);
  Open(log);
  files_.HoldSyncs(true);
  AppendCommand(log, 0, {"SET", "a", "1"});
  log.Commit();
  EXPECT_TRUE(WaitUntil([&] { return log.acknowledged() == 1; }));
  EXPECT_TRUE(WaitUntil([&] { return log.Status().sync_in_progress_us > 0; }));
  AppendCommand(log, 0, {"SET", "b", "1"});
  log.Commit();
  EXPECT_TRUE(WaitUntil([&] { return log.written() == 2; })) << "a slow sync holds up no write";
  EXPECT_EQ(log.durable(), 0U);
  files_.HoldSyncs(false);
  EXPECT_TRUE(WaitUntil([&] { return log.durable() == 2; }));
  EXPECT_GE(log.Status().sync_times.count(), 2U);
}

TEST_F(AppendLogTest, PolicySwitchesWhileRunning) {
  options_.policy = SyncPolicy::kNo;
  AppendLog log(files_, options_);
  Open(log);
  AppendCommand(log, 0, {"SET", "a", "1"});
  log.Commit();
  EXPECT_TRUE(WaitUntil([&] { return log.acknowledged() == 1; }));
  EXPECT_EQ(log.durable(), 0U);
  log.set_policy(SyncPolicy::kAlways);
  EXPECT_TRUE(WaitUntil([&] { return log.durable() == 1; }));
}

// Eviction leaves out of account what the log holds. When it went by what was pending, the memory
// of a long batch was the dataset's fault from the moment it was written, and all keys went for it.
TEST_F(AppendLogTest, MemoryIsHeldUntilItIsGivenBack) {
  AppendLog log(files_, options_);
  Open(log);
  const std::string value(100'000, 'v');
  for (int i = 0; i < 10; ++i) AppendCommand(log, 0, {"SET", "k", value});
  log.Commit();
  EXPECT_TRUE(WaitUntil([&] { return log.pending_bytes() == 0; }));
  EXPECT_GE(log.held_bytes(), 10 * value.size());
  EXPECT_TRUE(WaitUntil([&] {
    AppendCommand(log, 0, {"DEL", "k"});
    log.Commit();
    return log.held_bytes() < 5 * value.size();
  }));
}

TEST_F(AppendLogTest, GroupsAreOneRecord) {
  AppendLog log(files_, options_);
  Open(log);
  log.BeginGroup();
  EXPECT_EQ(log.EndGroup(), 0U);
  EXPECT_EQ(log.pending_bytes(), 0U);
  log.BeginGroup();
  EXPECT_EQ(AppendCommand(log, 0, {"SET", "a", "1"}), 1U);
  EXPECT_EQ(AppendCommand(log, 1, {"SET", "b", "2"}), 1U);
  EXPECT_EQ(log.EndGroup(), 1U);
  EXPECT_EQ(AppendCommand(log, 1, {"SET", "c", "3"}), 2U);
  EXPECT_TRUE(log.Close());
  EXPECT_THAT(LoadedCommands(),
              ElementsAre("0|MULTI", "0|SET a 1", "1|SET b 2", "1|EXEC", "1|SET c 3"));
}

TEST_F(AppendLogTest, AGroupOfOneIsThatCommand) {
  AppendLog log(files_, options_);
  Open(log);
  for (const int database : {0, 0, 1}) {
    log.BeginGroup();
    AppendCommand(log, database, {"INCR", "n"});
    log.EndGroup();
  }
  log.BeginGroup();
  AppendCommand(log, 1, {"INCR", "n"});
  AppendCommand(log, 1, {"INCR", "m"});
  EXPECT_EQ(log.EndGroup(), 4U);
  EXPECT_TRUE(log.Close());
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|INCR n", "0|INCR n", "1|INCR n", "1|MULTI",
                                            "1|INCR n", "1|INCR m", "1|EXEC"));
}

TEST_F(AppendLogTest, LargeBlocksAreReferenced) {
  AppendLog log(files_, options_);
  Open(log);
  const SharedBytes value = SharedBytes::CopyOf(std::string(200'000, 'v'));
  const std::array<std::string_view, 3> arguments = {"SET", "k", value.view()};
  const std::array<SharedArgument, 1> shared = {{{2, &value}}};
  for (int i = 0; i < 20; ++i) log.Append(0, arguments, shared);
  log.Commit();
  EXPECT_TRUE(WaitUntil([&] { return log.durable() == 20; }));
  EXPECT_TRUE(WaitUntil([&] { return value.IsUnique(); })) << "references are dropped once written";
  EXPECT_TRUE(log.Close());
  EXPECT_THAT(LoadedCommands(), SizeIs(20));
  EXPECT_EQ(LoadedCommands()[0].size(), 2 + 6 + 200'000U);
}

TEST_F(AppendLogTest, LongTicksAreCutIntoBatches) {
  AppendLog log(files_, options_);
  Open(log);
  const std::string value(1000, 'v');
  for (int i = 0; i < 5000; ++i) AppendCommand(log, 0, {"SET", "k", value});
  EXPECT_LT(log.pending_bytes(), 6'000'000U);
  EXPECT_TRUE(log.Close());
  const std::string content = files_.Content(IncrementPath());
  size_t batches = 0;
  for (size_t at = content.find("#KV:"); at != std::string::npos;
       at = content.find("#KV:", at + 1)) {
    ++batches;
  }
  EXPECT_GE(batches, 5U);
  EXPECT_THAT(LoadedCommands(), SizeIs(5000));
}

TEST_F(AppendLogTest, SwitchesToANewBase) {
  AppendLog log(files_, options_);
  Open(log);
  AppendCommand(log, 0, {"SET", "a", "1"});
  AppendCommand(log, 2, {"SET", "a", "2"});
  const BaseSource base = [](BaseWriter& writer) {
    const std::array<std::string_view, 3> set = {"SET", "a", "2"};
    return writer.Append(2, set);
  };
  const Result<void> switched = log.SwitchTo(base);
  ASSERT_TRUE(switched) << switched.error().detail();
  EXPECT_EQ(log.durable(), 2U);
  EXPECT_EQ(AppendCommand(log, 2, {"DEL", "a"}), 3U);
  log.Commit();
  EXPECT_TRUE(WaitUntil([&] { return log.durable() == 3; }));
  EXPECT_EQ(log.Status().switches, 1U);
  EXPECT_GT(log.Status().base_bytes, 50U);
  EXPECT_GT(log.Status().current_bytes, log.Status().base_bytes);
  files_.Crash(FaultFileSystem::Loss::kAll);
  EXPECT_THAT(LoadedCommands(), ElementsAre("2|SET a 2", "2|DEL a"));
  RecordingSink sink;
  EXPECT_EQ(Load(sink)->continuation.sequence, 3U);
}

TEST_F(AppendLogTest, SwitchOpensAClosedLog) {
  AppendLog log(files_, options_);
  const BaseSource base = [](BaseWriter& writer) {
    const std::array<std::string_view, 3> set = {"SET", "a", "2"};
    return writer.Append(0, set);
  };
  for (int round = 0; round < 2; ++round) {
    const Result<void> switched = log.SwitchTo(base);
    ASSERT_TRUE(switched) << switched.error().detail();
    AppendCommand(log, 0, {"SET", "b", "1"});
    EXPECT_TRUE(log.Close());
    EXPECT_FALSE(log.is_open());
    EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 2", "0|SET b 1"));
  }
  EXPECT_THAT(*files_.List(paths().Directory()), SizeIs(3)) << "old files are gone";
}

TEST_F(AppendLogTest, AFailedBaseLeavesTheLogAsItWas) {
  AppendLog log(files_, options_);
  Open(log);
  AppendCommand(log, 0, {"SET", "a", "1"});
  const BaseSource base = [](BaseWriter&) -> Result<void> {
    return Fail(Errc::kIo, "no such luck");
  };
  EXPECT_FALSE(log.SwitchTo(base));
  EXPECT_EQ(log.Status().last_switch_error, "no such luck");
  EXPECT_TRUE(log.accepts_writes());
  AppendCommand(log, 0, {"SET", "b", "1"});
  EXPECT_TRUE(log.Close());
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1", "0|SET b 1"));
  EXPECT_THAT(*files_.List(paths().Directory()), SizeIs(2));
}

TEST_F(AppendLogTest, DoesNotBeginOverALogThatWasNotReplayed) {
  {
    AppendLog log(files_, options_);
    Open(log);
  }
  AppendLog log(files_, options_);
  const Result<void> started = log.Start({});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code(), Errc::kExists);
}

TEST_F(AppendLogTest, WhatAKilledProcessLeftIsSyncedAtStart) {
  options_.policy = SyncPolicy::kNo;
  auto log = std::make_unique<AppendLog>(files_, options_);
  Open(*log);
  AppendCommand(*log, 0, {"SET", "a", "1"});
  log->Commit();
  EXPECT_TRUE(WaitUntil([&] { return log->written() == 1; }));
  files_.StopAfter(0);
  log.reset();
  files_.Crash(FaultFileSystem::Loss::kNone);
  AppendLog next(files_, options_);
  Open(next);
  EXPECT_EQ(next.durable(), 1U);
  files_.Crash(FaultFileSystem::Loss::kAll);
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1"));
}

TEST(DurationHistogram, TellsPercentiles) {
  DurationHistogram histogram;
  EXPECT_EQ(histogram.PercentileUs(99), 0U);
  for (int i = 0; i < 99; ++i) histogram.Add(100);
  histogram.Add(5000);
  EXPECT_EQ(histogram.PercentileUs(50), 128U);
  EXPECT_EQ(histogram.PercentileUs(100), 5000U);
  EXPECT_EQ(histogram.count(), 100U);
  histogram.Add(UINT64_MAX);
  EXPECT_GT(histogram.PercentileUs(100), 5000U);
}

}  // namespace
}  // namespace kvasir
