// D3, D5, D6, D7: a rewrite beside the running log. The power goes after every single call that
// changes something, and every call fails once: what comes back holds all that was acknowledged,
// each record once, and the log goes on.
#include <memory>
#include <optional>
#include <string>

#include "persistence/log_rewrite.h"
#include "persistence/snapshot.h"
#include "src/base/clock.h"
#include "src/store/list_type.h"
#include "tests/faults/crash_everywhere.h"
#include "tests/faults/rewrite_log.h"
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using Loss = FaultFileSystem::Loss;
using Op = FaultFileSystem::Op;

// Record i of the log is `RPUSH l i`: in the base it is the list's i-th element.
class World : public LogWorld {
 public:
  explicit World(SyncPolicy policy) {
    options.policy = policy;
    options.sync_interval_ms = 3'600'000;
  }

  void AppendNext(AppendLog& log) {
    const std::string number = std::to_string(log.appended() + 1);
    const std::string_view element = number;
    AppendCommand(log, 0, {"RPUSH", "l", number});
    Database& database = state_.database(0);
    const Key key = Key::Of("l");
    ListPush(database, key, database.Locate(key), ListEnd::kTail, {&element, 1});
  }

  // Commits what was appended; waits until it is acknowledged, or cannot be.
  void Settle(AppendLog& log) { SettleLog(files, log); }

  // False when it failed.
  bool Rewrite(AppendLog& log) {
    return RewriteLog(files, state_, log, BaseFormat::kRdb, [&](bool heals) {
      if (heals) return;
      AppendNext(log);
      AppendNext(log);
      log.Commit();
    });
  }

  // A life of the log, until its end or until the power goes.
  void Live(AppendLog& log) {
    if (!Open(log)) return;
    for (int round = 0; round < 2; ++round) {
      AppendNext(log);
      Settle(log);
      if (!log.rewriting()) Rewrite(log);
      AppendNext(log);
      Settle(log);
    }
  }

  bool Open(AppendLog& log) {
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    return stats && log.Start(stats->continuation);
  }

  // All records that come back, from the base and behind it, are the first ones, each once.
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
    for (const std::string& command : sink.commands) {
      ASSERT_EQ(command, "0|RPUSH l " + std::to_string(++records));
    }
    ASSERT_GE(records, owed);
    ASSERT_EQ(stats->continuation.sequence, records);
    came_back_ = records;
  }

  void CheckGoesOn() {
    AppendLog log(files, options);
    ASSERT_TRUE(Open(log));
    ASSERT_EQ(log.durable(), came_back_);
    AppendNext(log);
    ASSERT_TRUE(log.Close());
    files.Crash(Loss::kAll);
    CheckLoad(came_back_ + 1);
  }

 private:
  Keyspace state_{1};
  uint64_t came_back_ = 0;
};

class RewriteTest : public testing::TestWithParam<SyncPolicy> {};

TEST_P(RewriteTest, EveryCrashPointLeavesADirectoryThatLoads) {
  CrashEverywhere<World>(GetParam(), 30);
}

// Every call of each kind fails once, in the midst of the rewrite or of the log beside it.
TEST_P(RewriteTest, AFailureAnywhereLosesNothingAndANewRewriteHeals) {
  for (const Op op :
       {Op::kOpen, Op::kWrite, Op::kSync, Op::kRename, Op::kUnlink, Op::kSyncDirectory}) {
    for (uint64_t nth = 1; nth <= 12; ++nth) {
      SCOPED_TRACE(testing::Message() << "operation " << static_cast<int>(op) << ", call " << nth);
      World world(GetParam());
      uint64_t owed = 0;
      {
        AppendLog log(world.files, world.options);
        ASSERT_TRUE(world.Open(log));
        world.AppendNext(log);
        world.Settle(log);
        world.files.Fail(op, nth, Errc::kIo);
        const bool rewritten = world.Rewrite(log);
        world.AppendNext(log);
        world.Settle(log);
        world.files.ClearFaults();
        if (!rewritten || log.NeedsRewrite()) {
          ASSERT_TRUE(WaitUntil([&] { return !log.rewriting(); }));
          ASSERT_TRUE(world.Rewrite(log));
        }
        ASSERT_TRUE(log.accepts_writes());
        world.AppendNext(log);
        log.Commit();
        ASSERT_TRUE(WaitUntil([&] { return log.acknowledged() == log.appended(); }));
        owed = log.durable();
      }
      world.files.Crash(Loss::kAll);
      world.CheckLoad(owed);
      if (HasFatalFailure()) return;
      world.CheckGoesOn();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, RewriteTest,
                         testing::Values(SyncPolicy::kAlways, SyncPolicy::kNo),
                         [](const auto& policy) {
                           return policy.param == SyncPolicy::kAlways ? "always" : "no";
                         });

}  // namespace
}  // namespace kvasir
