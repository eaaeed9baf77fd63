// D3, D5: the log switched on while the server runs, above a former log that misses records. The
// power goes after every single call that changes something: until the first base counts, the
// former log comes back; from then on all that was acknowledged does.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "persistence/log_rewrite.h"
#include "persistence/snapshot.h"
#include "src/base/clock.h"
#include "src/store/list_type.h"
#include "tests/faults/crash_everywhere.h"
#include "tests/faults/rewrite_log.h"
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using Op = FaultFileSystem::Op;

constexpr uint64_t kLoggedBefore = 2;
constexpr uint64_t kUnlogged = 3;

// Record i is `RPUSH l i`, as in rewrite_test.cc.
class World : public LogWorld {
 public:
  explicit World(BaseFormat format) : format_(format) {
    options.policy = SyncPolicy::kNo;
    options.sync_interval_ms = 3'600'000;
    AppendLog former(files, options);
    EXPECT_TRUE(former.Start({}));
    for (uint64_t i = 0; i < kLoggedBefore; ++i) AppendNext(former);
    EXPECT_TRUE(former.Close());
  }

  void AppendNext(AppendLog& log) {
    const std::string number = Push();
    AppendCommand(log, 0, {"RPUSH", "l", number});
  }
  void Settle(AppendLog& log) { SettleLog(files, log); }

  // False when it failed, and where the log does not go on.
  bool SwitchOn(AppendLog& log) {
    for (uint64_t i = 0; i < kUnlogged; ++i) Push();
    log.set_sequence(pushed_);
    if (!log.Begin()) return false;
    EXPECT_FALSE(log.counts());
    AppendNext(log);
    return true;
  }

  bool WriteBase(AppendLog& log) {
    return RewriteLog(files, state_, log, format_, [&](bool heals) {
      if (!heals) AppendNext(log);
      log.Commit();
    });
  }

  void Live(AppendLog& log) {
    if (!SwitchOn(log)) return;
    Settle(log);
    WriteBase(log);
    AppendNext(log);
    Settle(log);
  }

  void CheckLoad(uint64_t owed) {
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    ASSERT_TRUE(stats) << stats.error().detail();
    uint64_t records = 0;
    if (const Entry* list = sink.loaded.database(0).Peek(Key::Of("l"))) {
      ListRange(*list, 0, ListLength(*list), [&](const PackedElement& element) {
        ElementText scratch;
        ASSERT_EQ(element.Text(scratch), std::to_string(++records));
      });
    }
    std::string commands;
    for (const std::string& command : sink.commands)
      commands += command.substr(std::string_view("0|RPUSH l ").size()) + " ";
    std::string expected;
    while (expected.size() < commands.size()) expected += std::to_string(++records) + " ";
    ASSERT_EQ(commands, expected);
    ASSERT_GE(records, std::max(owed, kLoggedBefore));
    // What was not logged comes with the base, and never a part of it.
    ASSERT_TRUE(went_on_ || records == kLoggedBefore || records >= kLoggedBefore + kUnlogged);
    ASSERT_EQ(stats->continuation.sequence, records);
    pushed_ = records;
  }

  void CheckGoesOn() {
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    ASSERT_TRUE(stats);
    went_on_ = true;
    AppendLog log(files, options);
    ASSERT_TRUE(log.Start(stats->continuation));
    AppendNext(log);
    ASSERT_TRUE(log.Close());
    files.Crash(FaultFileSystem::Loss::kAll);
    CheckLoad(pushed_);
  }

 private:
  std::string Push() {
    std::string number = std::to_string(++pushed_);
    const std::string_view element = number;
    Database& database = state_.database(0);
    const Key key = Key::Of("l");
    ListPush(database, key, database.Locate(key), ListEnd::kTail, {&element, 1});
    return number;
  }

  const BaseFormat format_;
  Keyspace state_{1};
  uint64_t pushed_ = 0;
  bool went_on_ = false;
};

class SwitchOnTest : public testing::TestWithParam<BaseFormat> {};

TEST_P(SwitchOnTest, EveryCrashPointLeavesADirectoryThatLoads) {
  CrashEverywhere<World>(GetParam(), 15);
}

// Every call of each kind fails once; the base that is tried again counts, with all behind it.
TEST_P(SwitchOnTest, AFailureAnywhereIsMendedByTheNextBase) {
  for (const Op op :
       {Op::kOpen, Op::kWrite, Op::kSync, Op::kRename, Op::kUnlink, Op::kSyncDirectory}) {
    for (uint64_t nth = 1; nth <= 8; ++nth) {
      SCOPED_TRACE(testing::Message() << "operation " << static_cast<int>(op) << ", call " << nth);
      World world(GetParam());
      {
        AppendLog log(world.files, world.options);
        ASSERT_TRUE(world.SwitchOn(log));
        world.Settle(log);
        world.files.Fail(op, nth, Errc::kIo);
        const bool written = world.WriteBase(log);
        world.AppendNext(log);
        world.Settle(log);
        world.files.ClearFaults();
        if (!written || log.NeedsRewrite()) {
          ASSERT_TRUE(WaitUntil([&] { return !log.rewriting(); }));
          ASSERT_TRUE(world.WriteBase(log));
        }
        ASSERT_TRUE(log.counts());
        ASSERT_TRUE(log.accepts_writes());
        world.AppendNext(log);
        ASSERT_TRUE(log.Close());
      }
      world.files.Crash(FaultFileSystem::Loss::kAll);
      world.CheckLoad(kLoggedBefore + kUnlogged + 3);
      if (HasFatalFailure()) return;
      world.CheckGoesOn();
    }
  }
}

TEST_P(SwitchOnTest, ClosedBeforeItsBaseItLeavesTheFormerLog) {
  World world(GetParam());
  const std::vector<std::string> before = *world.files.List("data/appendonlydir");
  AppendLog log(world.files, world.options);
  ASSERT_TRUE(world.SwitchOn(log));
  ASSERT_TRUE(log.Close());
  EXPECT_EQ(*world.files.List("data/appendonlydir"), before);
  world.CheckLoad(kLoggedBefore);
}

TEST_P(SwitchOnTest, ABaseAtOnceCountsAsWell) {
  World world(GetParam());
  AppendLog log(world.files, world.options);
  ASSERT_TRUE(world.SwitchOn(log));
  ASSERT_TRUE(log.SwitchTo([](BaseWriter& writer) {
    return writer.Append(0, std::array<std::string_view, 3>{"RPUSH", "l", "1"});
  }));
  EXPECT_TRUE(log.counts());
  EXPECT_EQ(world.files.List("data/appendonlydir")->size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Formats, SwitchOnTest,
                         testing::Values(BaseFormat::kRdb, BaseFormat::kCommands),
                         [](const auto& format) {
                           return format.param == BaseFormat::kRdb ? "rdb" : "commands";
                         });

}  // namespace
}  // namespace kvasir
