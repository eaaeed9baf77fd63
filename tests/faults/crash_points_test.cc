// D1, D2, D3, D5: the power goes after every single call that changes something, with every kind of
// loss; what comes back is a prefix that holds all that was acknowledged, and the log goes on.
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using Loss = FaultFileSystem::Loss;

constexpr Loss kLosses[] = {Loss::kAll,   Loss::kNone,    Loss::kKeepPrefix, Loss::kTornSectors,
                            Loss::kZeros, Loss::kGarbage, Loss::kMixed};

// Record i. Long enough that a batch reaches over sectors.
std::string Value(uint64_t i) { return std::to_string(i) + ":" + std::string(150, 'v'); }

std::string Expected(uint64_t i) { return "0|SET k " + Value(i); }

// One world for each crash point: a file system and a log in it.
struct World : LogWorld {
  explicit World(SyncPolicy policy) {
    options.policy = policy;
    options.sync_interval_ms = 3'600'000;
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
  static void Switch(AppendLog& log) {
    const uint64_t last = log.appended();
    const BaseSource base = [last](BaseWriter& writer) -> Result<void> {
      for (uint64_t i = 1; i <= last; ++i) {
        const std::string value = Value(i);
        const std::array<std::string_view, 3> set = {"SET", "k", value};
        if (Result<void> appended = writer.Append(0, set); !appended) return appended;
      }
      return {};
    };
    (void)log.SwitchTo(base);
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
      Switch(log);
      AppendNext(log);
      Settle(log);
    }
  }

  // The records that must be there: a power cut leaves what is durable, a kill what is written.
  static uint64_t Owed(const AppendLog& log, Loss loss) {
    return loss == Loss::kNone ? std::max(log.acknowledged(), log.durable()) : log.durable();
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
};

// True when the life ended before the point was reached.
bool CrashAt(SyncPolicy policy, Loss loss, uint64_t point, uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "loss " << static_cast<int>(loss) << ", crash after change "
                                  << point << ", seed " << seed);
  World world(policy);
  world.files.StopAfter(point);
  uint64_t owed = 0;
  bool reached = false;
  {
    AppendLog log(world.files, world.options);
    world.Live(log);
    reached = world.files.stopped();
    world.files.StopAfter(0);
    if (log.is_open()) owed = World::Owed(log, loss);
  }
  world.files.Crash(loss, seed);
  world.CheckLoad(owed);
  if (!testing::Test::HasFatalFailure()) world.CheckGoesOn();
  return !reached;
}

class CrashPoints : public testing::TestWithParam<SyncPolicy> {};

TEST_P(CrashPoints, WhatComesBackIsAPrefixWithAllThatWasAcknowledged) {
  for (Loss loss : kLosses) {
    const uint64_t seeds = loss == Loss::kAll || loss == Loss::kNone ? 1 : 3;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      uint64_t point = 0;
      while (!CrashAt(GetParam(), loss, point, seed)) {
        if (HasFailure()) return;
        ++point;
      }
      EXPECT_GT(point, 40U) << "the life became shorter than the test means";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, CrashPoints,
                         testing::Values(SyncPolicy::kAlways, SyncPolicy::kNo),
                         [](const auto& policy) {
                           return policy.param == SyncPolicy::kAlways ? "always" : "no";
                         });

}  // namespace
}  // namespace kvasir
