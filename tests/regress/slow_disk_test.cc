// While the disk was slower than the clients, what waited for it grew without bound.
#include <gtest/gtest.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

class SlowDiskTest : public CommandTest {};

TEST_F(SlowDiskTest, WritersWaitAndReadersDoNot) {  // D2
  engine.ArmGates(kGateLog, true);
  Run({"SET", "k", "v"});
  log.pending = CommandLog::kPendingBytesMax + 1;
  EXPECT_EQ(Run({"GET", "k"}), "v");
  EXPECT_EQ(Run({"SET", "k", "w"}), "(no reply)");
  EXPECT_TRUE(session.blocked_now());
  EXPECT_TRUE(session.waits_to_begin());
  engine.ServeBlocked();
  EXPECT_TRUE(session.blocked_now());
  log.pending = CommandLog::kPendingBytesMax / 2;
  engine.ServeBlocked();
  EXPECT_FALSE(session.blocked_now());
  EXPECT_EQ(Run({"SET", "k", "w"}), "OK");
}

TEST_F(SlowDiskTest, WritersWhoWaitHearThatTheDiskHasFailed) {  // D6
  engine.ArmGates(kGateLog, true);
  log.pending = CommandLog::kPendingBytesMax + 1;
  EXPECT_EQ(Run({"SET", "k", "v"}), "(no reply)");
  log.refusal = "MISCONF no";
  engine.ServeBlocked();
  EXPECT_FALSE(session.blocked_now());
  EXPECT_EQ(Run({"SET", "k", "v"}), "-MISCONF no");
}

// A queue counts by what EXEC will write.
TEST_F(SlowDiskTest, ATransactionWaitsWhole) {
  engine.ArmGates(kGateLog, true);
  Run({"MULTI"});
  Run({"SET", "k", "v"});
  log.pending = CommandLog::kPendingBytesMax + 1;
  EXPECT_EQ(Run({"EXEC"}), "(no reply)");
  EXPECT_EQ(Run(std::vector<std::string>{"EXISTS", "k"}), "QUEUED");
  log.pending = 0;
  engine.ServeBlocked();
  EXPECT_EQ(Run({"EXEC"}), "[OK, (integer) 1]");
}

}  // namespace
}  // namespace kvasir
