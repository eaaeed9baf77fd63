// XNACK, and what becomes of released entries.
#include <gmock/gmock.h>

#include <string>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class StreamReleaseTest : public CommandTest {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 4; ++i) {
      Run({"XADD", "s", std::to_string(i) + "-0", "f", std::to_string(i)});
    }
    Run({"XGROUP", "CREATE", "s", "g", "0"});
    Run({"XREADGROUP", "GROUP", "g", "a", "COUNT", "3", "STREAMS", "s", ">"});
    Advance(50);
    TakeLogged();
  }
  std::string Pending() { return Run({"XPENDING", "s", "g", "-", "+", "10"}); }
};

TEST_F(StreamReleaseTest, ReleasedEntriesAreNobodys) {
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "IDS", "3", "1-0", "4-0", "9-9"}), "(integer) 1");
  EXPECT_THAT(TakeLogged(), ElementsAre("XNACK s g FAIL IDS 3 1-0 4-0 9-9"));
  EXPECT_EQ(Run({"XNACK", "s", "g", "silent", "ids", "1", "2-0"}), "(integer) 1");
  EXPECT_EQ(Run({"XNACK", "s", "g", "FATAL", "IDS", "1", "3-0"}), "(integer) 1");
  EXPECT_EQ(Pending(),
            "[[1-0, , (integer) -1, (integer) 1], [2-0, , (integer) -1, (integer) 0], "
            "[3-0, , (integer) -1, (integer) 9223372036854775807]]");
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 3, 1-0, 3-0, []]");
  EXPECT_EQ(Run({"XPENDING", "s", "g", "IDLE", "9999", "-", "+", "1"}),
            "[[1-0, , (integer) -1, (integer) 1]]");
  EXPECT_THAT(Run({"XINFO", "CONSUMERS", "s", "g"}), HasSubstr("pending, (integer) 0"));
  EXPECT_THAT(Run({"XINFO", "STREAM", "s", "FULL"}),
              HasSubstr("pel-count, (integer) 3, nacked-count, (integer) 3, pending, "
                        "[[1-0, , (integer) 0, (integer) 1]"));
  EXPECT_EQ(Run({"XACK", "s", "g", "1-0", "2-0", "3-0"}), "(integer) 3");
  EXPECT_THAT(Run({"XINFO", "STREAM", "s", "FULL"}), Not(HasSubstr("nacked-count")));
  TakeLogged();
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "IDS", "1", "1-0"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre());
}

TEST_F(StreamReleaseTest, TheyAreClaimedFirstInTheOrderOfTheirRelease) {
  Run({"XNACK", "s", "g", "FAIL", "IDS", "2", "3-0", "1-0"});
  Run({"XNACK", "s", "g", "FAIL", "IDS", "1", "3-0"});
  EXPECT_EQ(
      Run({"XREADGROUP", "GROUP", "g", "b", "COUNT", "3", "CLAIM", "50", "STREAMS", "s", ">"}),
      "[[s, [[1-0, [f, 1], (integer) 1800000000050, (integer) 1], "
      "[3-0, [f, 3], (integer) 1800000000050, (integer) 1], "
      "[2-0, [f, 2], (integer) 50, (integer) 1]]]]");
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 3, 1-0, 3-0, [[b, 3]]]");
}

TEST_F(StreamReleaseTest, EveryWayToClaimFindsThem) {
  Run({"XNACK", "s", "g", "FAIL", "IDS", "3", "1-0", "2-0", "3-0"});
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "999999999999999", "1-0", "JUSTID"}), "[1-0]");
  EXPECT_EQ(Run({"XAUTOCLAIM", "s", "g", "c", "999999999999999", "0", "COUNT", "1", "JUSTID"}),
            "[3-0, [2-0], []]");
  EXPECT_EQ(Run({"XGROUP", "DELCONSUMER", "s", "g", "b"}), "(integer) 1");
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 2, 2-0, 3-0, [[c, 1]]]");
  // What is gone from the stream is forgotten by whoever comes upon it.
  Run({"XDEL", "s", "3-0"});
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "0", "3-0"}), "[]");
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 1, 2-0, 2-0, [[c, 1]]]");
}

TEST_F(StreamReleaseTest, OtherCommandsMindThem) {
  Run({"XNACK", "s", "g", "FAIL", "IDS", "3", "2-0", "1-0", "3-0"});
  EXPECT_EQ(Run({"COPY", "s", "t"}), "(integer) 1");
  EXPECT_EQ(Run({"XACKDEL", "s", "g", "DELREF", "IDS", "1", "1-0"}), "[(integer) 1]");
  EXPECT_EQ(Run({"XDELEX", "s", "DELREF", "IDS", "1", "2-0"}), "[(integer) 1]");
  EXPECT_EQ(Pending(), "[[3-0, , (integer) -1, (integer) 1]]");
  EXPECT_EQ(Run({"XREADGROUP", "GROUP", "g", "b", "COUNT", "1", "CLAIM", "1", "STREAMS", "t", ">"}),
            "[[t, [[2-0, [f, 2], (integer) 1800000000050, (integer) 1]]]]");
  EXPECT_EQ(Run({"XGROUP", "DESTROY", "s", "g"}), "(integer) 1");
}

TEST_F(StreamReleaseTest, ForceMakesEntriesPendingForNobody) {
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "IDS", "2", "4-0", "9-0", "FORCE"}), "(integer) 1");
  EXPECT_EQ(Run({"XNACK", "s", "g", "SILENT", "IDS", "1", "1-0", "RETRYCOUNT", "7", "FORCE"}),
            "(integer) 1");
  EXPECT_THAT(Pending(), HasSubstr("[4-0, , (integer) -1, (integer) 0]"));
  EXPECT_THAT(Pending(), HasSubstr("[1-0, , (integer) -1, (integer) 7]"));
  EXPECT_EQ(Run({"XNACK", "s", "g", "SILENT", "IDS", "1", "4-0"}), "(integer) 1");
  EXPECT_THAT(Pending(), HasSubstr("[4-0, , (integer) -1, (integer) 0]"));
}

TEST_F(StreamReleaseTest, WrongArgumentsAreRefused) {
  const std::string syntax = "-ERR syntax error";
  EXPECT_EQ(Run({"XNACK", "s", "g", "LOUD", "IDS", "1", "1-0"}), syntax);
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "ID", "1", "1-0"}), syntax);
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "IDS", "1", "1-0", "WHAT"}), syntax);
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "IDS", "1", "1-0", "RETRYCOUNT"}), syntax);
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "IDS", "1", "1-0", "RETRYCOUNT", "-1"}),
            "-ERR Invalid RETRYCOUNT option argument for XNACK");
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "IDS", "0", "1-0"}),
            "-ERR Number of IDs must be a positive integer");
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "IDS", "2", "1-0"}),
            "-ERR The `numids` parameter must match the number of arguments");
  EXPECT_EQ(Run({"XNACK", "s", "g", "FAIL", "IDS", "1", "x"}),
            "-ERR Invalid stream ID specified as stream command argument");
  EXPECT_THAT(Run({"XNACK", "s", "h", "FAIL", "IDS", "1", "1-0"}), HasSubstr("-NOGROUP"));
  EXPECT_THAT(Run({"XNACK", "none", "g", "FAIL", "IDS", "1", "1-0"}), HasSubstr("-NOGROUP"));
  Run({"SET", "k", "v"});
  EXPECT_THAT(Run({"XNACK", "k", "g", "FAIL", "IDS", "1", "1-0"}), HasSubstr("-WRONGTYPE"));
}

}  // namespace
}  // namespace kvasir
