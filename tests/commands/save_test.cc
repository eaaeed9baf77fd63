#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SaveTest : public CommandTest {};

TEST_F(SaveTest, RewriteOfTheLogSaysHowItStands) {
  EXPECT_EQ(Run({"BGREWRITEAOF"}), "Background append only file rewriting started");
  EXPECT_EQ(host.log_rewrites, 1);
  host.background = BackgroundStart::kScheduled;
  EXPECT_EQ(Run({"BGREWRITEAOF"}), "Background append only file rewriting scheduled");
  host.background = BackgroundStart::kAlreadyRunning;
  EXPECT_EQ(Run({"BGREWRITEAOF"}),
            "-ERR Background append only file rewriting already in progress");
  host.background = BackgroundStart::kLogOff;
  EXPECT_THAT(Run({"BGREWRITEAOF"}), HasSubstr("append only file is off"));
}

TEST_F(SaveTest, ARewriteInsideATransactionComesLater) {
  Run({"MULTI"});
  Run({"BGREWRITEAOF"});
  Run({"BGSAVE"});
  EXPECT_EQ(Run({"EXEC"}),
            "[Background append only file rewriting scheduled, Background saving started]");
  EXPECT_EQ(host.log_rewrites, 0);
  EXPECT_THAT(host.saves, ElementsAre("later, or scheduled"));
}

TEST_F(SaveTest, BgSaveSaysHowItStands) {
  EXPECT_EQ(Run({"BGSAVE"}), "Background saving started");
  EXPECT_EQ(Run({"BGSAVE", "schedule"}), "Background saving started");
  EXPECT_THAT(host.saves, ElementsAre("now", "now, or scheduled"));
  host.background = BackgroundStart::kScheduled;
  EXPECT_EQ(Run({"BGSAVE", "SCHEDULE"}), "Background saving scheduled");
  host.background = BackgroundStart::kAlreadyRunning;
  EXPECT_EQ(Run({"BGSAVE"}), "-ERR Background save already in progress");
  host.background = BackgroundStart::kOtherRunning;
  EXPECT_THAT(Run({"BGSAVE"}), HasSubstr("Use BGSAVE SCHEDULE in order to schedule a BGSAVE"));
  EXPECT_EQ(Run({"BGSAVE", "now"}), "-ERR syntax error");
  EXPECT_EQ(Run({"BGSAVE", "SCHEDULE", "x"}), "-ERR syntax error");
}

TEST_F(SaveTest, BgSaveCanBeCancelled) {
  EXPECT_EQ(Run({"BGSAVE", "CANCEL"}),
            "-ERR Background saving is currently not in progress or scheduled");
  host.cancel = BackgroundCancel::kStopped;
  EXPECT_EQ(Run({"BGSAVE", "CANCEL"}), "Background saving cancelled");
  host.cancel = BackgroundCancel::kUnscheduled;
  EXPECT_EQ(Run({"BGSAVE", "cancel"}), "Scheduled background saving cancelled");
}

TEST_F(SaveTest, LastSaveIsATime) { EXPECT_EQ(Run({"LASTSAVE"}), "(integer) 0"); }

TEST_F(SaveTest, AfterAFailedSaveWritesAreRefusedAsLongAsSavePointsMatter) {
  engine.ArmGates(kGateSave, true);
  EXPECT_THAT(Run({"SET", "k", "v"}),
              HasSubstr("-MISCONF Redis is configured to save RDB snapshots"));
  EXPECT_EQ(Run({"GET", "k"}), "(nil)");
  Run({"MULTI"});
  EXPECT_THAT(Run({"SET", "k", "v"}), HasSubstr("-MISCONF"));
  EXPECT_THAT(Run({"EXEC"}), HasSubstr("-EXECABORT"));
  EXPECT_EQ(Run({"CONFIG", "SET", "stop-writes-on-bgsave-error", "no"}), "OK");
  EXPECT_EQ(Run({"SET", "k", "v"}), "OK");
  EXPECT_EQ(Run({"CONFIG", "SET", "stop-writes-on-bgsave-error", "yes", "save", ""}), "OK");
  EXPECT_EQ(Run({"SET", "k", "v"}), "OK");
  engine.ArmGates(kGateSave, false);
}

}  // namespace
}  // namespace kvasir
