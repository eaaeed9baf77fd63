// Blocking commands, with those of lists: what waits, who is served, and what the log gets.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ListBlockingTest : public CommandTest {
 protected:
  Session& a_ = NewSession();
  Session& b_ = NewSession();
  Session& c_ = NewSession();
};

TEST_F(ListBlockingTest, TakesAtOnceWhatIsThere) {
  Run({"RPUSH", "k", "1", "2", "3", "4", "5", "6"});
  TakeLogged();
  EXPECT_EQ(Run({"BLPOP", "none", "k", "0"}), "[k, 1]");
  EXPECT_EQ(Run({"BRPOP", "k", "0.5"}), "[k, 6]");
  EXPECT_EQ(Run({"BLMPOP", "0", "2", "none", "k", "RIGHT", "COUNT", "2"}), "[k, [5, 4]]");
  EXPECT_EQ(Run({"BLMOVE", "k", "l", "LEFT", "RIGHT", "0"}), "2");
  EXPECT_EQ(Run({"BRPOPLPUSH", "k", "l", "0"}), "3");
  EXPECT_EQ(Run({"BLMOVEM", "l", "m", "LEFT", "RIGHT", "0", "COUNT", "9", "BULK"}), "[3, 2]");
  EXPECT_THAT(TakeLogged(), ElementsAre("LPOP k", "RPOP k", "RPOP k 2", "LMOVE k l LEFT RIGHT",
                                        "RPOPLPUSH k l", "LPOP l 2", "RPUSH m 3 2"));
}

TEST_F(ListBlockingTest, TheLongestWaitingIsServedFirst) {
  Wait(b_, {"BLPOP", "k", "0"});
  Wait(a_, {"BRPOP", "k", "0"});
  Wait(c_, {"BLPOP", "other", "k", "0"});
  TakeLogged();
  EXPECT_EQ(Run({"RPUSH", "k", "1", "2"}), "(integer) 2");
  EXPECT_EQ(Answer(b_), "[k, 1]");
  EXPECT_EQ(Answer(a_), "[k, 2]");
  EXPECT_TRUE(c_.blocked_now());
  EXPECT_THAT(host.resumed, ElementsAre(b_.id, a_.id));
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("RPUSH k 1 2", "LPOP k", "RPOP k"));
  Run({"RPUSH", "k", "3", "4"});
  EXPECT_EQ(Answer(c_), "[k, 3]");
  EXPECT_EQ(Run({"LLEN", "k"}), "(integer) 1");
  EXPECT_EQ(engine.blocking_key_count(), 0U);
}

TEST_F(ListBlockingTest, AnotherTypeServesNobody) {
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"SET", "k", "v"});
  EXPECT_TRUE(a_.blocked_now());
  Run({"DEL", "k"});
  Run({"LPUSH", "k", "v"});
  EXPECT_EQ(Answer(a_), "[k, v]");
}

TEST_F(ListBlockingTest, ATransactionIsOneEvent) {
  Wait(a_, {"BLPOP", "k", "0"});
  Wait(b_, {"BLPOP", "k", "0"});
  Run({"MULTI"});
  Run({"LPUSH", "k", "1"});
  Run({"DEL", "k"});
  Run({"EXEC"});
  EXPECT_TRUE(a_.blocked_now());
  Run({"MULTI"});
  Run({"RPUSH", "k", "1"});
  Run({"LPUSH", "k", "0"});
  TakeLogged();
  Run({"EXEC"});
  EXPECT_EQ(Answer(a_), "[k, 0]");
  EXPECT_EQ(Answer(b_), "[k, 1]");
  EXPECT_THAT(TakeLogged(), ElementsAre("RPUSH k 1", "LPUSH k 0", "LPOP k", "LPOP k"));
  EXPECT_EQ(log.groups.back(), "RPUSH LPUSH");
}

TEST_F(ListBlockingTest, DoesNotWaitInATransaction) {
  Run({"MULTI"});
  Run({"BLPOP", "k", "0"});
  Run({"BLMOVE", "k", "l", "LEFT", "LEFT", "0"});
  Run({"BRPOPLPUSH", "k", "l", "0"});
  Run({"BLMPOP", "0", "1", "k", "LEFT"});
  Run({"BLMOVEM", "k", "l", "LEFT", "LEFT", "0"});
  EXPECT_EQ(Run({"EXEC"}), "[(nil), (nil), (nil), (nil), (nil)]");
  EXPECT_FALSE(session.blocked_now());
}

TEST_F(ListBlockingTest, MovesChain) {
  Wait(a_, {"BLMOVE", "k", "l", "LEFT", "RIGHT", "0"});
  Wait(b_, {"BRPOPLPUSH", "l", "m", "0"});
  Wait(c_, {"BLPOP", "m", "0"});
  TakeLogged();
  Run({"RPUSH", "k", "v"});
  EXPECT_EQ(Answer(a_), "v");
  EXPECT_EQ(Answer(b_), "v");
  EXPECT_EQ(Answer(c_), "[m, v]");
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("RPUSH k v", "LMOVE k l LEFT RIGHT", "RPOPLPUSH l m", "LPOP m"));
}

TEST_F(ListBlockingTest, MovesInACircleEnd) {
  Wait(a_, {"BLMOVE", "k", "l", "LEFT", "RIGHT", "0"});
  Wait(b_, {"BLMOVE", "l", "k", "LEFT", "RIGHT", "0"});
  Run({"RPUSH", "k", "v"});
  EXPECT_EQ(Answer(a_), "v");
  EXPECT_EQ(Answer(b_), "v");
  EXPECT_EQ(Run({"LRANGE", "k", "0", "-1"}), "[v]");
}

TEST_F(ListBlockingTest, AWrongTargetEndsTheWaitAndKeepsTheElement) {
  Run({"SET", "s", "v"});
  Wait(a_, {"BLMOVE", "k", "s", "LEFT", "RIGHT", "0"});
  Wait(b_, {"BLPOP", "k", "0"});
  Run({"RPUSH", "k", "v"});
  EXPECT_THAT(Answer(a_), HasSubstr("-WRONGTYPE"));
  EXPECT_EQ(Answer(b_), "[k, v]");
}

TEST_F(ListBlockingTest, WhoFindsTooLittleKeepsItsPlace) {
  Wait(a_, {"BLMOVEM", "k", "l", "LEFT", "RIGHT", "0", "EXACTLY", "3", "BULK"});
  Run({"RPUSH", "k", "1", "2"});
  EXPECT_TRUE(a_.blocked_now());
  Wait(b_, {"BLMOVEM", "k", "m", "LEFT", "RIGHT", "0", "EXACTLY", "4", "BULK"});
  Run({"RPUSH", "k", "3"});
  EXPECT_EQ(Answer(a_), "[1, 2, 3]");
  EXPECT_TRUE(b_.blocked_now());
  Run({"RPUSH", "k", "4", "5", "6", "7", "8"});
  EXPECT_EQ(Answer(b_), "[4, 5, 6, 7]");
}

TEST_F(ListBlockingTest, EveryWayToAKeyServesIt) {
  Run({"RPUSH", "x", "v"});
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"RENAME", "x", "k"});
  EXPECT_EQ(Answer(a_), "[k, v]");
  Run({"RPUSH", "x", "w"});
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"COPY", "x", "k"});
  EXPECT_EQ(Answer(a_), "[k, w]");
  RunAs(b_, {"SELECT", "5"});
  Wait(b_, {"BLPOP", "x", "0"});
  Run({"MOVE", "x", "5"});
  EXPECT_EQ(Answer(b_), "[x, w]");
  Run({"RPUSH", "y", "z"});
  Wait(b_, {"BLPOP", "y", "0"});
  Run({"SWAPDB", "0", "5"});
  EXPECT_EQ(Answer(b_), "[y, z]");
}

TEST_F(ListBlockingTest, DatabasesAreApart) {
  RunAs(a_, {"SELECT", "3"});
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"RPUSH", "k", "v"});
  EXPECT_TRUE(a_.blocked_now());
  Run({"SELECT", "3"});
  Run({"RPUSH", "k", "w"});
  EXPECT_EQ(Answer(a_), "[k, w]");
}

TEST_F(ListBlockingTest, TimesOut) {
  Wait(a_, {"BLPOP", "k", "0.05"});
  Wait(b_, {"BLMOVE", "k", "l", "LEFT", "LEFT", "0.0501"});
  Advance(49);
  engine.ServeBlocked();
  EXPECT_TRUE(a_.blocked_now());
  Advance(1);
  engine.ServeBlocked();
  EXPECT_EQ(a_.output.ToString(), "*-1\r\n");
  EXPECT_TRUE(b_.blocked_now());
  Advance(1);
  engine.ServeBlocked();
  EXPECT_EQ(Answer(b_), "(nil)");
  Run({"RPUSH", "k", "v"});
  EXPECT_EQ(Run({"LLEN", "k"}), "(integer) 1");
}

TEST_F(ListBlockingTest, TimeoutsAreChecked) {
  const auto run = [&](const char* timeout) { return Run({"BLPOP", "k", timeout}); };
  EXPECT_EQ(run("x"), "-ERR timeout is not a float or out of range");
  EXPECT_EQ(run("nan"), "-ERR timeout is not a float or out of range");
  EXPECT_EQ(run(""), "-ERR timeout is not a float or out of range");
  EXPECT_EQ(run("-1"), "-ERR timeout is negative");
  EXPECT_EQ(run("-inf"), "-ERR timeout is negative");
  EXPECT_EQ(run("inf"), "-ERR timeout is out of range");
  EXPECT_EQ(run("9223372036854775"), "-ERR timeout is out of range");
  EXPECT_EQ(run("1e300"), "-ERR timeout is out of range");
  EXPECT_FALSE(session.blocked_now());
  EXPECT_EQ(Run({"BLMPOP", "x", "1", "k", "LEFT"}), "-ERR timeout is not a float or out of range");
  EXPECT_EQ(Run({"BLMOVE", "k", "l", "LEFT", "LEFT", "-1"}), "-ERR timeout is negative");
  EXPECT_EQ(Run({"BRPOPLPUSH", "k", "l", "-1"}), "-ERR timeout is negative");
}

TEST_F(ListBlockingTest, ClientUnblockEndsIt) {
  Wait(a_, {"BLPOP", "k", "0"});
  EXPECT_EQ(Run({"CLIENT", "UNBLOCK", std::to_string(a_.id)}), "(integer) 1");
  EXPECT_EQ(Answer(a_), "(nil)");
  Wait(a_, {"BLPOP", "k", "0"});
  EXPECT_EQ(Run({"CLIENT", "UNBLOCK", std::to_string(a_.id), "ERROR"}), "(integer) 1");
  EXPECT_EQ(Answer(a_), "-UNBLOCKED client unblocked via CLIENT UNBLOCK");
  Run({"RPUSH", "k", "v"});
  EXPECT_EQ(Run({"LLEN", "k"}), "(integer) 1");
  EXPECT_EQ(engine.blocking_key_count(), 0U);
}

TEST_F(ListBlockingTest, WhoLeavesIsForgotten) {
  Wait(a_, {"BLPOP", "k", "l", "0"});
  EXPECT_EQ(engine.blocking_key_count(), 2U);
  engine.Forget(a_);
  EXPECT_EQ(engine.blocking_key_count(), 0U);
  EXPECT_EQ(engine.blocked().size(), 0U);
  Run({"RPUSH", "k", "v"});
  EXPECT_EQ(Run({"LLEN", "k"}), "(integer) 1");
}

TEST_F(ListBlockingTest, APauseHoldsThoseWhoWait) {
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"MULTI"});
  Run({"RPUSH", "k", "v"});
  Run({"CLIENT", "PAUSE", "100000", "WRITE"});
  Run({"EXEC"});
  EXPECT_TRUE(a_.blocked_now());
  EXPECT_EQ(Run({"CLIENT", "UNPAUSE"}), "OK");
  EXPECT_EQ(Answer(a_), "[k, v]");
}

TEST_F(ListBlockingTest, APauseThatEndsByItselfServesThem) {
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"MULTI"});
  Run({"RPUSH", "k", "v"});
  Run({"CLIENT", "PAUSE", "100", "ALL"});
  Run({"EXEC"});
  Advance(100);
  engine.ServeBlocked();
  EXPECT_EQ(Answer(a_), "[k, v]");
}

TEST_F(ListBlockingTest, IsCountedOnce) {
  const auto stats = [&] { return Run({"INFO", "commandstats"}); };
  Wait(a_, {"BLPOP", "k", "0"});
  EXPECT_EQ(stats().find("cmdstat_blpop"), std::string::npos);
  Run({"RPUSH", "k", "v"});
  EXPECT_THAT(stats(), HasSubstr("cmdstat_blpop:calls=1,"));
  EXPECT_EQ(Answer(a_), "[k, v]");
  Wait(a_, {"BLPOP", "k", "1"});
  Advance(1000);
  engine.ServeBlocked();
  EXPECT_THAT(stats(), HasSubstr("cmdstat_blpop:calls=2,"));
}

TEST_F(ListBlockingTest, ShowsWhileItWaits) {
  Wait(a_, {"BLPOP", "k", "0"});
  EXPECT_THAT(Run({"CLIENT", "LIST", "ID", std::to_string(a_.id)}),
              testing::AllOf(HasSubstr(" flags=b "), HasSubstr(" cmd=blpop ")));
}

TEST_F(ListBlockingTest, MonitorsSeeItOnce) {
  RunAs(b_, {"MONITOR"});
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"RPUSH", "k", "v"});
  const std::string seen = b_.output.ToString();
  EXPECT_EQ(seen.find("blpop"), std::string::npos);
  EXPECT_EQ(seen.find("BLPOP"), seen.rfind("BLPOP"));
  EXPECT_NE(seen.find("BLPOP"), std::string::npos);
}

TEST_F(ListBlockingTest, RepliesThatAreOffStayOff) {
  RunAs(a_, {"CLIENT", "REPLY", "SKIP"});
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"RPUSH", "k", "v"});
  EXPECT_FALSE(a_.blocked_now());
  EXPECT_EQ(Answer(a_), "(no reply)");
  EXPECT_EQ(RunAs(a_, {"PING"}), "PONG");
  RunAs(a_, {"CLIENT", "REPLY", "OFF"});
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"CLIENT", "UNBLOCK", std::to_string(a_.id)});
  EXPECT_EQ(Answer(a_), "(no reply)");
  EXPECT_EQ(RunAs(a_, {"CLIENT", "REPLY", "ON"}), "OK");
}

TEST_F(ListBlockingTest, WatchersSeeWhatIsTaken) {
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"WATCH", "k"});
  RunAs(b_, {"RPUSH", "k", "v"});
  Run({"MULTI"});
  EXPECT_EQ(Run({"EXEC"}), "(nil)");
}

// D1: what was taken is gone for good only when the log says so on the disk.
TEST_F(ListBlockingTest, TheReplyWaitsForTheLog) {
  log.waits_for_sync = true;
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"RPUSH", "k", "v"});
  EXPECT_EQ(session.depends_on, 1U);
  EXPECT_EQ(a_.depends_on, 2U);
}

TEST_F(ListBlockingTest, ALogThatRefusesEndsTheWait) {
  Run({"CLIENT", "PAUSE", "100", "WRITE"});
  Run({"CLIENT", "UNPAUSE"});
  Wait(a_, {"BLPOP", "k", "0"});
  Run({"MULTI"});
  Run({"RPUSH", "k", "v"});
  Run({"CLIENT", "PAUSE", "100000", "WRITE"});
  Run({"EXEC"});
  log.refusal = "MISCONF no";
  Run({"CLIENT", "UNPAUSE"});
  EXPECT_EQ(Answer(a_), "-MISCONF no");
  log.refusal.clear();
}

TEST_F(ListBlockingTest, ExpiryServesNobodyAndDisturbsNobody) {
  Run({"RPUSH", "k", "v"});
  Run({"PEXPIRE", "k", "10"});
  Advance(20);
  Wait(a_, {"BLPOP", "k", "0"});
  EXPECT_TRUE(a_.blocked_now());
  Run({"RPUSH", "k", "w"});
  EXPECT_EQ(Answer(a_), "[k, w]");
}

TEST_F(ListBlockingTest, ManyWaitForOne) {
  std::vector<Session*> waiting;
  for (int i = 0; i < 2000; ++i) {
    waiting.push_back(&NewSession());
    Wait(*waiting.back(), {"BLPOP", "k", "0"});
  }
  std::vector<std::string> push = {"RPUSH", "k"};
  for (int i = 0; i < 1500; ++i) push.push_back(std::to_string(i));
  Run(push);
  for (int i = 0; i < 1500; ++i) {
    EXPECT_EQ(Answer(*waiting[static_cast<size_t>(i)]), "[k, " + std::to_string(i) + "]");
  }
  EXPECT_EQ(engine.blocked().size(), 500U);
}

}  // namespace
}  // namespace kvasir
