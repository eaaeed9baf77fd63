#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TransactionTest : public CommandTest {
 protected:
  Session& other = NewSession();
};

TEST_F(TransactionTest, ExecRunsTheQueueInOrder) {
  EXPECT_EQ(Run({"MULTI"}), "OK");
  EXPECT_EQ(Run({"SET", "k", "1"}), "QUEUED");
  EXPECT_EQ(Run({"INCR", "k"}), "QUEUED");
  EXPECT_EQ(Run({"GET", "k"}), "QUEUED");
  EXPECT_EQ(RunAs(other, {"GET", "k"}), "(nil)");
  EXPECT_EQ(Run({"EXEC"}), "[OK, (integer) 2, 2]");
  EXPECT_EQ(session.transaction, nullptr);
  EXPECT_EQ(Run({"GET", "k"}), "2");
  EXPECT_THAT(TakeLogged(), ElementsAre("SET k 1", "INCR k"));
}

TEST_F(TransactionTest, AnEmptyQueueIsFine) {
  Run({"MULTI"});
  EXPECT_EQ(Run({"EXEC"}), "[]");
}

// D3: the log gets the whole transaction as one group, also where a command in it is a group.
TEST_F(TransactionTest, TheQueueIsLoggedAsOneGroup) {
  Run({"MULTI"});
  Run({"MSETEX", "2", "a", "1", "b", "2", "PX", "100"});
  Run({"SET", "c", "3"});
  Run({"EXEC"});
  EXPECT_EQ(log.groups, (std::vector<std::string>{"SET SET SET"}));
  Run({"MSETEX", "2", "a", "1", "b", "2"});
  Run({"SET", "c", "4"});
  EXPECT_EQ(log.groups, (std::vector<std::string>{"SET SET SET", "SET SET"}));
}

TEST_F(TransactionTest, ErrorsWhileItRunsDoNotStopIt) {
  Run({"SET", "k", "text"});
  Run({"MULTI"});
  Run({"INCR", "k"});
  Run({"SET", "l", "1"});
  EXPECT_EQ(Run({"EXEC"}), "[-ERR value is not an integer or out of range, OK]");
  EXPECT_EQ(Run({"GET", "l"}), "1");
}

TEST_F(TransactionTest, ErrorsWhileQueueingAbortIt) {
  Run({"MULTI"});
  Run({"SET", "k", "1"});
  EXPECT_EQ(Run({"SET", "k"}), "-ERR wrong number of arguments for 'set' command");
  EXPECT_EQ(Run({"EXEC"}), "-EXECABORT Transaction discarded because of previous errors.");
  Run({"MULTI"});
  Run({"NOSUCH", "x"});
  EXPECT_EQ(Run({"EXEC"}), "-EXECABORT Transaction discarded because of previous errors.");
  EXPECT_EQ(Run({"EXEC"}), "-ERR EXEC without MULTI");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(TransactionTest, AnExecThatIsRefusedEndsTheTransaction) {
  Run({"MULTI"});
  EXPECT_EQ(Run({"EXEC", "x"}),
            "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' "
            "command");
  EXPECT_EQ(Run({"EXEC"}), "-ERR EXEC without MULTI");
  EXPECT_EQ(Run({"EXEC", "x"}),
            "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' "
            "command");
  Run({"MULTI"});
  Run({"SET", "k", "v"});
  log.refusal = "MISCONF the disk is full";
  engine.ArmGates(kGateLog, true);
  EXPECT_EQ(Run({"EXEC"}), "-EXECABORT Transaction discarded because of: MISCONF the disk is full");
  EXPECT_FALSE(session.in_transaction());
}

TEST_F(TransactionTest, WhatCannotBeQueuedRunsAtOnce) {
  Run({"MULTI"});
  EXPECT_EQ(Run({"MULTI"}), "-ERR MULTI calls can not be nested");
  EXPECT_EQ(Run({"WATCH", "k"}), "-ERR WATCH inside MULTI is not allowed");
  EXPECT_EQ(Run({"UNWATCH"}), "QUEUED");
  EXPECT_EQ(Run({"EXEC"}), "[OK]");
}

TEST_F(TransactionTest, DiscardForgetsTheQueue) {
  EXPECT_EQ(Run({"DISCARD"}), "-ERR DISCARD without MULTI");
  Run({"MULTI"});
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"DISCARD"}), "OK");
  EXPECT_EQ(session.transaction, nullptr);
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
}

TEST_F(TransactionTest, SelectHoldsFromItsPlaceInTheQueue) {
  Run({"MULTI"});
  Run({"SET", "k", "0"});
  Run({"SELECT", "3"});
  Run({"SET", "k", "3"});
  EXPECT_EQ(Run({"EXEC"}), "[OK, OK, OK]");
  EXPECT_EQ(Run({"GET", "k"}), "3");
  Run({"SELECT", "0"});
  EXPECT_EQ(Run({"GET", "k"}), "0");
}

class WatchTest : public TransactionTest {
 protected:
  // The reply of a transaction with one PING-like command.
  std::string Exec() {
    Run({"MULTI"});
    Run({"DBSIZE"});
    return Run({"EXEC"});
  }
};

TEST_F(WatchTest, AnothersWriteAborts) {
  Run({"SET", "k", "1"});
  Run({"WATCH", "k", "l"});
  RunAs(other, {"GET", "k"});
  EXPECT_EQ(Exec(), "[(integer) 1]");
  Run({"WATCH", "k", "l"});
  RunAs(other, {"SET", "l", "2"});
  EXPECT_EQ(Exec(), "(nil)");
  EXPECT_EQ(Exec(), "[(integer) 2]") << "the watch ended with EXEC";
}

TEST_F(WatchTest, OwnWritesAbortToo) {
  Run({"WATCH", "k"});
  Run({"SET", "k", "1"});
  EXPECT_EQ(Exec(), "(nil)");
}

TEST_F(WatchTest, WritesOfTheTransactionItselfDoNot) {
  Run({"WATCH", "k"});
  Run({"MULTI"});
  Run({"SET", "k", "1"});
  Run({"SET", "k", "2"});
  EXPECT_EQ(Run({"EXEC"}), "[OK, OK]");
}

TEST_F(WatchTest, UnwatchAndDiscardEndIt) {
  Run({"WATCH", "k"});
  RunAs(other, {"SET", "k", "1"});
  Run({"UNWATCH"});
  EXPECT_EQ(Exec(), "[(integer) 1]");
  Run({"WATCH", "k"});
  RunAs(other, {"SET", "k", "2"});
  Run({"MULTI"});
  Run({"DISCARD"});
  EXPECT_EQ(Exec(), "[(integer) 1]");
}

TEST_F(WatchTest, AnotherDatabasesKeyIsAnotherKey) {
  Run({"WATCH", "k"});
  RunAs(other, {"SELECT", "1"});
  RunAs(other, {"SET", "k", "1"});
  EXPECT_EQ(Exec(), "[(integer) 0]");
  Run({"WATCH", "k"});
  RunAs(other, {"MOVE", "k", "0"});
  EXPECT_EQ(Exec(), "(nil)");
}

TEST_F(WatchTest, ExpiryIsAChange) {
  Run({"SET", "k", "1", "PX", "10"});
  Run({"WATCH", "k"});
  Advance(10);
  EXPECT_EQ(Exec(), "(nil)");
  Run({"SET", "k", "1", "PX", "10"});
  Run({"WATCH", "k"});
  Advance(10);
  keyspace.RemoveExpired(1000);
  EXPECT_EQ(Exec(), "(nil)");
}

TEST_F(WatchTest, AKeyThatHadExpiredBeforeIsNoChange) {
  Run({"SET", "k", "1", "PX", "10"});
  Advance(10);
  Run({"WATCH", "k"});
  RunAs(other, {"GET", "k"});
  EXPECT_EQ(Exec(), "[(integer) 0]");
}

TEST_F(WatchTest, FlushingCountsForKeysThatWereThere) {
  Run({"SET", "k", "1"});
  Run({"WATCH", "k"});
  RunAs(other, {"FLUSHALL"});
  EXPECT_EQ(Exec(), "(nil)");
  Run({"WATCH", "k"});
  RunAs(other, {"SET", "l", "1"});
  RunAs(other, {"FLUSHDB"});
  EXPECT_EQ(Exec(), "[(integer) 0]");
}

TEST_F(WatchTest, SwappingDatabasesCountsOnBothSides) {
  RunAs(other, {"SELECT", "1"});
  RunAs(other, {"SET", "k", "1"});
  Run({"WATCH", "k"});
  RunAs(other, {"SWAPDB", "0", "1"});
  EXPECT_EQ(Exec(), "(nil)");
  Run({"WATCH", "k"});
  RunAs(other, {"SWAPDB", "0", "1"});
  EXPECT_EQ(Exec(), "(nil)");
  Run({"WATCH", "absent"});
  RunAs(other, {"SWAPDB", "0", "1"});
  EXPECT_EQ(Exec(), "[(integer) 1]");
}

TEST_F(WatchTest, RenameAndExpireAreChangesToo) {
  Run({"SET", "k", "1"});
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"EXPIRE", "k", "100"},
                                             {"PERSIST", "k"},
                                             {"APPEND", "k", "x"},
                                             {"RENAME", "k", "l"},
                                             {"COPY", "l", "k"},
                                             {"DEL", "k"}}) {
    Run({"WATCH", "k"});
    RunAs(other, command);
    EXPECT_EQ(Exec(), "(nil)") << command[0];
  }
}

TEST_F(WatchTest, ASessionThatLeavesTakesItsWatchesAlong) {
  Session gone;
  engine.clients().Add(gone);
  RunAs(gone, {"WATCH", "k", "other"});
  EXPECT_FALSE(engine.watches().empty());
  EXPECT_EQ(engine.watches().key_count(), 2);
  EXPECT_EQ(engine.watches().session_count(), 1);
  engine.Forget(gone);
  EXPECT_TRUE(engine.watches().empty());
  EXPECT_EQ(engine.watches().session_count(), 0);
  EXPECT_FALSE(keyspace.context().notify_changes);
}

// D1: the null reply tells that somebody wrote, so it waits for all writes.
TEST_F(WatchTest, AnAbortWaitsForTheWritesThatItReveals) {
  log.waits_for_sync = true;
  Run({"WATCH", "k"});
  RunAs(other, {"SET", "k", "1"});
  EXPECT_EQ(Exec(), "(nil)");
  EXPECT_EQ(session.depends_on, log.appended());
}

// Found by the differential run: it went through.
TEST_F(TransactionTest, AppendingNothingTouchesAWatchedKey) {
  Run({"SET", "k", "v"});
  Run({"WATCH", "k"});
  Session& other = NewSession();
  EXPECT_EQ(RunAs(other, {"APPEND", "k", ""}), "(integer) 1");
  Run({"MULTI"});
  Run({"GET", "k"});
  EXPECT_EQ(Run({"EXEC"}), "(nil)");
}

// A key past its deadline came with the exchange, and went when EXEC looked for it.
TEST_F(WatchTest, AStaleKeyOfAnExchangedDatabaseIsNoChange) {
  for (const bool both : {false, true}) {
    Run({"SET", "k", "1", "PX", "10"});
    RunAs(other, {"SELECT", "1"});
    if (both) RunAs(other, {"SET", "k", "2", "PX", "10"});
    Advance(10);
    Run({"SELECT", "1"});
    Run({"WATCH", "k"});
    Run({"SWAPDB", "0", "1"});
    EXPECT_EQ(Exec(), "[(integer) 0]") << both;
    Run({"SELECT", "0"});
  }
}

}  // namespace
}  // namespace kvasir
