// D6: a failed write or fsync is never followed by success, and the log heals by itself.
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Op = FaultFileSystem::Op;
using Loss = FaultFileSystem::Loss;

class LogFaults : public LogFixture {
 protected:
  static Result<void> SwitchToStateOf(AppendLog& log, std::string_view value) {
    const BaseSource base = [value](BaseWriter& writer) {
      const std::array<std::string_view, 3> set = {"SET", "k", value};
      return writer.Append(0, set);
    };
    return log.SwitchTo(base);
  }

  void Settle(AppendLog& log) {
    log.Commit();
    ASSERT_TRUE(WaitUntil([&] { return log.durable() == log.appended(); }));
  }
};

TEST_F(LogFaults, AFullDiskHoldsRepliesUntilThereIsRoom) {
  AppendLog log(files_, options_);
  Open(log);
  AppendCommand(log, 0, {"SET", "k", "1"});
  Settle(log);
  files_.SetCapacity(files_.Content(IncrementPath()).size() + 300);
  AppendCommand(log, 0, {"SET", "k", std::string(400, 'v')});
  log.Commit();
  ASSERT_TRUE(WaitUntil([&] { return !log.accepts_writes(); }));
  EXPECT_EQ(log.written(), 1U);
  EXPECT_EQ(log.Health().fault, LogFault::kWrite);
  EXPECT_THAT(log.Health().error, HasSubstr("no space"));
  EXPECT_GT(log.Health().since_unix_ms, 0);
  EXPECT_FALSE(log.NeedsRewrite());
  EXPECT_FALSE(log.Status().last_write_ok);
  ASSERT_TRUE(WaitUntil([&] { return log.Status().write_retries > 2; }));
  files_.SetCapacity(UINT64_MAX);
  ASSERT_TRUE(WaitUntil([&] { return log.durable() == 2; }));
  EXPECT_TRUE(log.accepts_writes());
  EXPECT_TRUE(log.Status().last_write_ok);
  EXPECT_THAT(log.Status().last_write_error, HasSubstr("no space"));
  AppendCommand(log, 0, {"DEL", "k"});
  Settle(log);
  files_.Crash(Loss::kAll);
  EXPECT_EQ(LoadedCommands().size(), 3U);
}

TEST_F(LogFaults, ATornPieceIsCutBeforeTheNextWrite) {
  AppendLog log(files_, options_);
  Open(log);
  files_.Fail(Op::kTruncate, 1, Errc::kIo, 3);
  files_.Fail(Op::kWrite, 1, Errc::kIo);
  AppendCommand(log, 0, {"SET", "k", "1"});
  log.Commit();
  ASSERT_TRUE(WaitUntil([&] { return log.durable() == 1; }));
  EXPECT_GE(log.Status().write_retries, 2U);
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET k 1"));
}

TEST_F(LogFaults, AKilledProcessLeavesATornPieceThatIsCut) {
  {
    AppendLog log(files_, options_);
    Open(log);
    AppendCommand(log, 0, {"SET", "k", "1"});
    Settle(log);
    files_.Fail(Op::kTruncate, 1, Errc::kIo, UINT64_MAX);
    files_.Fail(Op::kWrite, 1, Errc::kIo, UINT64_MAX);
    AppendCommand(log, 0, {"SET", "k", "2"});
    log.Commit();
    ASSERT_TRUE(WaitUntil([&] { return !log.accepts_writes(); }));
    EXPECT_FALSE(log.Close());
  }
  files_.Crash(Loss::kNone);
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET k 1"));
}

TEST_F(LogFaults, AfterAFailedSyncOnlyNewFilesHelp) {
  AppendLog log(files_, options_);
  Open(log);
  AppendCommand(log, 0, {"SET", "k", "1"});
  Settle(log);
  files_.Fail(Op::kSync, 1, Errc::kIo);
  AppendCommand(log, 0, {"SET", "k", "2"});
  log.Commit();
  ASSERT_TRUE(WaitUntil([&] { return log.NeedsRewrite(); }));
  EXPECT_FALSE(log.accepts_writes());
  EXPECT_FALSE(log.Status().last_sync_ok);
  AppendCommand(log, 0, {"SET", "k", "3"});
  log.Commit();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(log.durable(), 1U) << "the next sync would succeed, and prove nothing";
  ASSERT_TRUE(SwitchToStateOf(log, "3"));
  EXPECT_TRUE(log.accepts_writes());
  EXPECT_EQ(log.durable(), 3U);
  EXPECT_EQ(log.pending_bytes(), 0U);
  EXPECT_EQ(log.Health().fault, LogFault::kNone);
  AppendCommand(log, 0, {"SET", "k", "4"});
  Settle(log);
  files_.Crash(Loss::kAll);
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET k 3", "0|SET k 4"));
}

TEST_F(LogFaults, AFailedSyncOfEverySecondStopsWritesToo) {
  options_.policy = SyncPolicy::kEverySecond;
  options_.sync_interval_ms = 1;
  AppendLog log(files_, options_);
  Open(log);
  files_.Fail(Op::kSync, 1, Errc::kIo);
  AppendCommand(log, 0, {"SET", "k", "1"});
  log.Commit();
  ASSERT_TRUE(WaitUntil([&] { return log.NeedsRewrite(); }));
  EXPECT_EQ(log.durable(), 0U);
  AppendCommand(log, 0, {"SET", "k", "2"});
  log.Commit();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_LT(log.written(), 2U);
  const Result<void> closed = log.Close();
  EXPECT_FALSE(closed) << "a close after a failed sync does not say that all is well";
}

TEST_F(LogFaults, ASwitchHealsAFullDiskOfTheOldLog) {
  AppendLog log(files_, options_);
  Open(log);
  AppendCommand(log, 0, {"SET", "k", "1"});
  Settle(log);
  files_.Fail(Op::kWrite, 1, Errc::kNoSpace, 2);
  AppendCommand(log, 0, {"SET", "k", "2"});
  log.Commit();
  ASSERT_TRUE(WaitUntil([&] { return log.durable() == 2 || !log.accepts_writes(); }));
  ASSERT_TRUE(SwitchToStateOf(log, "2"));
  EXPECT_EQ(log.durable(), 2U);
  EXPECT_TRUE(log.accepts_writes());
}

// Every call of a switch fails once, with each error; the log says what is true, can be switched
// again, and nothing acknowledged is lost over a power cut in between.
class SwitchFaults : public testing::TestWithParam<Op> {};

TEST_P(SwitchFaults, EveryFailureLeavesADirectoryThatLoads) {
  for (Errc code : {Errc::kIo, Errc::kNoSpace}) {
    for (uint64_t nth = 1; nth < 12; ++nth) {
      for (Loss loss : {Loss::kAll, Loss::kNone, Loss::kMixed}) {
        SCOPED_TRACE(testing::Message() << "call " << nth << ", loss " << static_cast<int>(loss));
        LogWorld world;
        uint64_t owed = 0;
        {
          AppendLog log(world.files, world.options);
          ASSERT_TRUE(log.Start({}));
          AppendCommand(log, 0, {"SET", "k", "1"});
          log.Commit();
          ASSERT_TRUE(WaitUntil([&] { return log.durable() == 1; }));
          world.files.Fail(GetParam(), nth, code);
          const BaseSource base = [](BaseWriter& writer) {
            const std::array<std::string_view, 3> set = {"SET", "k", "1"};
            return writer.Append(0, set);
          };
          const bool switched = log.SwitchTo(base).has_value();
          world.files.ClearFaults();
          EXPECT_TRUE(switched || !log.Status().last_switch_ok);
          if (log.accepts_writes()) {
            AppendCommand(log, 0, {"SET", "k", "2"});
            log.Commit();
            ASSERT_TRUE(WaitUntil([&] { return log.durable() == 2; }));
            owed = 2;
          } else {
            EXPECT_TRUE(log.NeedsRewrite());
            owed = 1;
            if (nth % 2 == 0) {
              const Result<void> again = log.SwitchTo(base);
              ASSERT_TRUE(again) << again.error().detail();
              EXPECT_TRUE(log.accepts_writes());
            }
          }
          world.files.StopAfter(0);
        }
        world.files.Crash(loss, nth);
        RecordingSink sink;
        const Result<ReplayStats> stats = world.Load(sink);
        ASSERT_TRUE(stats) << stats.error().detail();
        ASSERT_EQ(sink.commands.size(), owed);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Calls, SwitchFaults,
                         testing::Values(Op::kOpen, Op::kWrite, Op::kSync, Op::kMakeDirectory,
                                         Op::kRename, Op::kUnlink, Op::kSyncDirectory));

}  // namespace
}  // namespace kvasir
