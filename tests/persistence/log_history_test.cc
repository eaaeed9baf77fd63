// aof-keep-history: replaced bases are kept with their increments, and can be gone back to.
#include "persistence/log_history.h"

#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Loss = FaultFileSystem::Loss;

class LogHistoryTest : public LogFixture {
 protected:
  // Record i is SET k i, and the state the list of all records: so that a base reads like the
  // increments before it.
  static void AppendNext(AppendLog& log) {
    AppendCommand(log, 0, {"SET", "k", std::to_string(log.appended() + 1)});
    log.Commit();
  }
  static Result<void> Switch(AppendLog& log) {
    const uint64_t last = log.appended();
    // Folders are named by the millisecond.
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return log.SwitchTo([last](BaseWriter& writer) -> Result<void> {
      for (uint64_t i = 1; i <= last; ++i) {
        const std::string value = std::to_string(i);
        const std::array<std::string_view, 3> set = {"SET", "k", value};
        if (Result<void> appended = writer.Append(0, set); !appended) return appended;
      }
      return {};
    });
  }
  // `rounds` times three records and a switch.
  void Live(AppendLog& log, int rounds) {
    for (int round = 0; round < rounds; ++round) {
      for (int i = 0; i < 3; ++i) AppendNext(log);
      // A time tells two bases apart only when they are not of the same millisecond.
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      ASSERT_TRUE(Switch(log));
    }
    AppendNext(log);
    ASSERT_TRUE(WaitUntil([&] { return log.durable() == log.appended(); }));
  }
  std::vector<std::string> Folders() {
    const std::string directory = paths().InDirectory("history");
    const Result<std::vector<std::string>> names = files_.List(directory);
    return names ? *names : std::vector<std::string>();
  }
  // How many records come back at the limit; -1 with the error in error_.
  int Restore(const ReplayLimit& limit) {
    const Result<Manifest> chain = FindRestoreChain(files_, paths(), limit);
    error_ = chain ? "" : chain.error().detail();
    if (!chain) return -1;
    RecordingSink sink;
    const ReplayOptions options = {.read_only = true, .limit = limit};
    const Result<ReplayStats> stats = ReplayManifest(files_, paths(), *chain, options, sink);
    error_ = stats ? "" : stats.error().detail();
    if (!stats) return -1;
    for (size_t i = 0; i < sink.commands.size(); ++i) {
      EXPECT_EQ(sink.commands[i], "0|SET k " + std::to_string(i + 1));
    }
    EXPECT_EQ(stats->continuation.sequence, sink.commands.size());
    return static_cast<int>(sink.commands.size());
  }

  std::string error_;
};

TEST_F(LogHistoryTest, NothingIsKeptByDefault) {
  AppendLog log(files_, options_);
  Open(log);
  Live(log, 2);
  EXPECT_THAT(Folders(), IsEmpty());
  EXPECT_EQ(Restore({.sequence = 7}), 7);
  EXPECT_EQ(Restore({.sequence = 5}), -1);
  EXPECT_THAT(error_, HasSubstr("the oldest base that is kept holds all up to record 6"));
}

TEST_F(LogHistoryTest, EveryRecordSinceTheOldestKeptBaseCanBeGoneBackTo) {
  options_.keep_history = 2;
  AppendLog log(files_, options_);
  Open(log);
  Live(log, 2);
  EXPECT_THAT(Folders(), SizeIs(2));
  for (int sequence = 0; sequence <= 7; ++sequence) {
    EXPECT_EQ(Restore({.sequence = static_cast<uint64_t>(sequence)}), sequence) << error_;
  }
  Live(log, 2);
  EXPECT_THAT(Folders(), SizeIs(2)) << "the oldest are removed";
  EXPECT_EQ(Restore({.sequence = 5}), -1);
  for (int sequence = 6; sequence <= 14; ++sequence) {
    EXPECT_EQ(Restore({.sequence = static_cast<uint64_t>(sequence)}), sequence) << error_;
  }
  ASSERT_TRUE(log.Close());
  files_.Crash(Loss::kAll);
  EXPECT_EQ(LoadedCommands().size(), 14U);
  EXPECT_EQ(Restore({.sequence = 8}), 8) << "what is kept is durable";
}

TEST_F(LogHistoryTest, ATimeChoosesTheBaseBefore) {
  options_.keep_history = 5;
  AppendLog log(files_, options_);
  Open(log);
  Live(log, 3);
  const Result<std::vector<LogGeneration>> generations = ListGenerations(files_, paths());
  ASSERT_TRUE(generations);
  ASSERT_THAT(*generations, SizeIs(4));
  EXPECT_EQ((*generations)[0].unix_ms, 0U) << "before the first base there was nothing";
  EXPECT_EQ(Restore({.unix_ms = 1}), 0);
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ((*generations)[i].sequence, 3 * i);
    EXPECT_EQ(Restore({.unix_ms = (*generations)[i].unix_ms - 1}), static_cast<int>(3 * i));
  }
  EXPECT_EQ(Restore({}), 10);
}

TEST_F(LogHistoryTest, AFolderOfTheHistoryIsAWholeLog) {
  options_.keep_history = 1;
  AppendLog log(files_, options_);
  Open(log);
  Live(log, 2);
  ASSERT_THAT(Folders(), SizeIs(1));
  const LogPaths folder = {.data_directory = paths().InDirectory("history"),
                           .directory_name = Folders()[0]};
  RecordingSink sink;
  const Result<ReplayStats> stats = Replay(files_, folder, {}, sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_THAT(sink.commands, SizeIs(6));
}

TEST_F(LogHistoryTest, BasesWithoutRecordsBehindThemPushNothingOut) {
  options_.keep_history = 1;
  AppendLog log(files_, options_);
  Open(log);
  Live(log, 1);
  const std::vector<std::string> before = Folders();
  ASSERT_TRUE(Switch(log));
  EXPECT_NE(Folders(), before);
  const std::vector<std::string> kept = Folders();
  ASSERT_TRUE(Switch(log));
  ASSERT_TRUE(Switch(log));
  EXPECT_EQ(Folders(), kept);
  EXPECT_EQ(Restore({.sequence = 3}), 3);
  const std::vector<std::string> names = *files_.List(paths().Directory());
  EXPECT_THAT(names, SizeIs(4)) << "manifest, base, increment, history";
}

TEST_F(LogHistoryTest, TurnedOffItLeavesAloneWhatWasKept) {
  options_.keep_history = 2;
  AppendLog log(files_, options_);
  Open(log);
  Live(log, 2);
  const std::vector<std::string> before = Folders();
  log.set_keep_history(0);
  Live(log, 1);
  EXPECT_EQ(Folders(), before);
  log.set_keep_history(1);
  Live(log, 1);
  EXPECT_THAT(Folders(), SizeIs(1));
}

TEST_F(LogHistoryTest, AGapBetweenWhatIsKeptIsToldAndNotLeaptOver) {
  options_.keep_history = 2;
  AppendLog log(files_, options_);
  Open(log);
  Live(log, 1);
  log.set_keep_history(0);
  ASSERT_TRUE(Switch(log));
  Live(log, 1);
  EXPECT_EQ(Restore({.sequence = 3}), 3);
  EXPECT_EQ(Restore({.sequence = 5}), -1) << "of 4 to 7 only the base is left";
  EXPECT_EQ(Restore({.sequence = 8}), 8);
}

TEST_F(LogHistoryTest, AFullDiskKeepsTheFilesForAnotherTime) {
  options_.keep_history = 1;
  AppendLog log(files_, options_);
  Open(log);
  for (int i = 0; i < 3; ++i) AppendNext(log);
  // The second rename: the first one is that of the manifest.
  files_.Fail(FaultFileSystem::Op::kMakeDirectory, 1, Errc::kNoSpace);
  ASSERT_TRUE(Switch(log));
  EXPECT_THAT(Folders(), IsEmpty());
  AppendNext(log);
  ASSERT_TRUE(Switch(log));
  EXPECT_EQ(Restore({.sequence = 4}), 4);
  EXPECT_THAT(Folders(), SizeIs(1));
}

// Every crash point of a switch with a history: the log itself always loads, and what a killed
// process had begun to keep is kept when the next one starts.
TEST_F(LogHistoryTest, ACrashAtAnyPointLeavesTheLogAndAKillTheHistoryToo) {
  for (Loss loss : {Loss::kAll, Loss::kNone, Loss::kMixed}) {
    bool reached = true;
    for (uint64_t point = 0; reached; ++point) {
      SCOPED_TRACE(testing::Message() << "loss " << static_cast<int>(loss) << ", point " << point);
      world_.~LogWorld();
      new (&world_) LogWorld();
      options_.keep_history = 2;
      {
        AppendLog log(files_, options_);
        Open(log);
        Live(log, 1);
        files_.StopAfter(point);
        (void)Switch(log);
        reached = files_.stopped();
        files_.StopAfter(0);
      }
      files_.Crash(loss, point);
      ASSERT_EQ(LoadedCommands().size(), 4U);
      AppendLog log(files_, options_);
      Open(log);
      if (loss == Loss::kNone) {
        for (int sequence = 0; sequence <= 4; ++sequence) {
          ASSERT_EQ(Restore({.sequence = static_cast<uint64_t>(sequence)}), sequence) << error_;
        }
      }
      AppendNext(log);
      ASSERT_TRUE(log.Close());
      ASSERT_EQ(LoadedCommands().size(), 5U);
    }
  }
}

}  // namespace
}  // namespace kvasir
