// XREAD and XREADGROUP that wait.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class StreamBlockingTest : public CommandTest {
 protected:
  Session& a_ = NewSession();
  Session& b_ = NewSession();
};

TEST_F(StreamBlockingTest, AllWhoReadAreServed) {
  Run({"XADD", "s", "1-1", "f", "v"});
  EXPECT_EQ(Run({"XREAD", "BLOCK", "0", "STREAMS", "s", "0"}), "[[s, [[1-1, [f, v]]]]]");
  Wait(a_, {"XREAD", "BLOCK", "0", "STREAMS", "s", "t", "$", "$"});
  Wait(b_, {"XREAD", "BLOCK", "0", "COUNT", "1", "STREAMS", "s", "1-5"});
  Run({"XADD", "s", "1-4", "f", "w"});
  EXPECT_EQ(Answer(a_), "[[s, [[1-4, [f, w]]]]]");
  // It waits for more than the key.
  EXPECT_TRUE(b_.blocked_now());
  Run({"XADD", "s", "1-6", "f", "x"});
  EXPECT_EQ(Answer(b_), "[[s, [[1-6, [f, x]]]]]");
  EXPECT_EQ(engine.blocking_key_count(), 0U);
}

TEST_F(StreamBlockingTest, TheEndOfAnAbsentStreamIsItsBeginning) {
  Wait(a_, {"XREAD", "BLOCK", "0", "STREAMS", "s", "$"});
  Run({"SET", "s", "v"});
  EXPECT_TRUE(a_.blocked_now());
  Run({"DEL", "s"});
  Run({"XADD", "s", "1-1", "f", "v"});
  EXPECT_EQ(Answer(a_), "[[s, [[1-1, [f, v]]]]]");
}

TEST_F(StreamBlockingTest, ATransactionIsSeenAsAWhole) {
  Wait(a_, {"XREAD", "BLOCK", "0", "STREAMS", "s", "$"});
  Run({"MULTI"});
  Run({"XADD", "s", "1-1", "f", "v"});
  Run({"XADD", "s", "1-2", "f", "w"});
  Run({"XREAD", "BLOCK", "0", "STREAMS", "t", "$"});
  EXPECT_EQ(Run({"EXEC"}), "[1-1, 1-2, (nil)]");
  EXPECT_EQ(Answer(a_), "[[s, [[1-1, [f, v]], [1-2, [f, w]]]]]");
}

TEST_F(StreamBlockingTest, TheTimeRunsOut) {
  Wait(a_, {"XREAD", "BLOCK", "50", "STREAMS", "s", "$"});
  Advance(50);
  engine.ServeBlocked();
  EXPECT_EQ(Answer(a_), "(nil)");
}

TEST_F(StreamBlockingTest, OneConsumerGetsAnEntry) {
  Run({"XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"});
  TakeLogged();
  Wait(a_, {"XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">"});
  Wait(b_, {"XREADGROUP", "GROUP", "g", "b", "BLOCK", "0", "STREAMS", "s", ">"});
  EXPECT_THAT(TakeLogged(),
              ElementsAre("XGROUP CREATECONSUMER s g a", "XGROUP CREATECONSUMER s g b"));
  Run({"XADD", "s", "1-1", "f", "v"});
  EXPECT_EQ(Answer(a_), "[[s, [[1-1, [f, v]]]]]");
  EXPECT_TRUE(b_.blocked_now());
  EXPECT_THAT(
      TakeLogged(),
      ElementsAre("XADD s 1-1 f v",
                  "XCLAIM s g a 0 1-1 TIME 1800000000000 RETRYCOUNT 1 FORCE JUSTID LASTID 1-1",
                  "XGROUP SETID s g 1-1 ENTRIESREAD 1"));
  Run({"XADD", "s", "1-2", "f", "w"});
  EXPECT_EQ(Answer(b_), "[[s, [[1-2, [f, w]]]]]");
}

TEST_F(StreamBlockingTest, WhoClaimsIsServedWhenAnEntryIsOldEnough) {
  Run({"XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"});
  Run({"XADD", "s", "1-1", "f", "v"});
  Run({"XREADGROUP", "GROUP", "g", "other", "STREAMS", "s", ">"});
  Advance(30);
  Run({"XADD", "s", "1-2", "f", "w"});
  Run({"XREADGROUP", "GROUP", "g", "other", "STREAMS", "s", ">"});
  const std::vector<std::string> read = {"XREADGROUP", "GROUP", "g",       "a", "BLOCK", "200",
                                         "CLAIM",      "100",   "STREAMS", "s", ">"};
  Wait(a_, read);
  EXPECT_EQ(engine.blocked().NextDeadlineMs(), now_ms + 70);
  Advance(69);
  engine.ServeBlocked();
  EXPECT_TRUE(a_.blocked_now());
  Advance(1);
  engine.ServeBlocked();
  EXPECT_EQ(Answer(a_), "[[s, [[1-1, [f, v], (integer) 100, (integer) 1]]]]");
  // Who acknowledges changes how long there is to wait; and what is gone is not waited for.
  Wait(a_, read);
  EXPECT_EQ(engine.blocked().NextDeadlineMs(), now_ms + 30);
  Run({"XACK", "s", "g", "1-2"});
  EXPECT_EQ(engine.blocked().NextDeadlineMs(), now_ms + 100);
  Run({"XDEL", "s", "1-1"});
  EXPECT_EQ(engine.blocked().NextDeadlineMs(), now_ms + 200);
  Advance(200);
  engine.ServeBlocked();
  EXPECT_EQ(Answer(a_), "(nil)");
  EXPECT_EQ(engine.blocked().NextDeadlineMs(), std::nullopt);
}

TEST_F(StreamBlockingTest, WhoClaimsIsServedBehindAPause) {
  Run({"XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"});
  Run({"XADD", "s", "1-1", "f", "v"});
  Run({"XREADGROUP", "GROUP", "g", "other", "STREAMS", "s", ">"});
  Wait(a_, {"XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "CLAIM", "10", "STREAMS", "s", ">"});
  Run({"CLIENT", "PAUSE", "50", "ALL"});
  Advance(20);
  engine.ServeBlocked();
  EXPECT_TRUE(a_.blocked_now());
  EXPECT_GT(engine.blocked().NextDeadlineMs(), now_ms);
  Advance(150);
  engine.ServeBlocked();
  EXPECT_EQ(Answer(a_), "[[s, [[1-1, [f, v], (integer) 170, (integer) 1]]]]");
}

TEST_F(StreamBlockingTest, WhoClaimsIsServedByARelease) {
  Run({"XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"});
  Run({"XADD", "s", "1-1", "f", "v"});
  Run({"XREADGROUP", "GROUP", "g", "other", "STREAMS", "s", ">"});
  Wait(a_, {"XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "CLAIM", "99999", "STREAMS", "s", ">"});
  Run({"XNACK", "s", "g", "SILENT", "IDS", "1", "1-1"});
  EXPECT_EQ(Answer(a_), "[[s, [[1-1, [f, v], (integer) 1800000000000, (integer) 0]]]]");
}

TEST_F(StreamBlockingTest, AWaitEndsWithItsGroup) {
  Run({"XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"});
  Wait(a_, {"XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">"});
  Run({"XGROUP", "DESTROY", "s", "g"});
  EXPECT_EQ(Answer(a_),
            "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option");
  EXPECT_FALSE(a_.blocked_now());
}

TEST_F(StreamBlockingTest, AWaitEndsWithItsKey) {
  for (const char* what : {"DEL", "SET", "FLUSHALL", "RENAME"}) {
    Run({"XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"});
    Wait(a_, {"XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">"});
    Wait(b_, {"XREAD", "BLOCK", "0", "STREAMS", "s", "$"});
    if (what == std::string("SET")) {
      Run({"SET", "s", "v"});
    } else if (what == std::string("RENAME")) {
      Run({"RENAME", "s", "t"});
    } else if (what == std::string("DEL")) {
      Run({"DEL", "s"});
    } else {
      Run({"FLUSHALL"});
    }
    EXPECT_THAT(Answer(a_), StartsWith(what == std::string("SET") ? "-WRONGTYPE" : "-NOGROUP"))
        << what;
    // Who reads without a group waits for the next stream.
    EXPECT_TRUE(b_.blocked_now());
    Run({"DEL", "s"});
    Run({"XADD", "s", "1-1", "f", "v"});
    EXPECT_EQ(Answer(b_), "[[s, [[1-1, [f, v]]]]]");
    Run({"DEL", "s"});
  }
}

// As Redis 7.2 and later: the one that now stands there is read.
TEST_F(StreamBlockingTest, AWaitGoesOnWithTheStreamThatTookTheKey) {
  Run({"XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"});
  Wait(a_, {"XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">"});
  Run({"XGROUP", "CREATE", "t", "g", "$", "MKSTREAM"});
  Run({"XADD", "t", "1-1", "f", "v"});
  Run({"RENAME", "t", "s"});
  EXPECT_EQ(Answer(a_), "[[s, [[1-1, [f, v]]]]]");
}

TEST_F(StreamBlockingTest, AConsumerThatIsRemovedWhileItWaitsStaysAway) {
  Run({"XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"});
  Wait(a_, {"XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">"});
  EXPECT_EQ(Run({"XGROUP", "DELCONSUMER", "s", "g", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"XINFO", "CONSUMERS", "s", "g"}), "[]");
  Run({"XADD", "s", "1-1", "f", "v"});
  EXPECT_EQ(Answer(a_), "[[s, [[1-1, [f, v]]]]]");
}

TEST_F(StreamBlockingTest, InfoCountsTheKeysWhoseEndSomebodyHearsOf) {
  Wait(a_, {"BLPOP", "s", "0"});
  EXPECT_EQ(engine.needed_key_count(), 0U);
  Run({"XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"});
  Wait(b_, {"XREADGROUP", "GROUP", "g", "b", "BLOCK", "0", "STREAMS", "s", ">"});
  EXPECT_EQ(engine.blocking_key_count(), 1U);
  EXPECT_EQ(engine.needed_key_count(), 1U);
  Run({"DEL", "s"});
  EXPECT_EQ(engine.needed_key_count(), 0U);
}

}  // namespace
}  // namespace kvasir
