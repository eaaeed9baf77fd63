#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::MatchesRegex;

class SlowLogTest : public CommandTest {
 protected:
  SlowLogTest() { Run({"CONFIG", "SET", "slowlog-log-slower-than", "0"}); }
};

TEST_F(SlowLogTest, NewestComesFirst) {
  session.name = "me";
  Run({"SLOWLOG", "RESET"});
  Run({"SET", "k", "v"});
  EXPECT_THAT(Run({"SLOWLOG", "GET", "1"}),
              MatchesRegex("\\[\\[.integer. [0-9]+, .integer. 1800000000, .integer. [0-9]+, "
                           "\\[SET, k, v\\], , me\\]\\]"));
  EXPECT_EQ(Run({"SLOWLOG", "GET", "0"}), "[]");
}

TEST_F(SlowLogTest, ShowsTenUnlessTold) {
  for (int i = 0; i < 20; ++i) Run({"PING"});
  session.resp_version = 2;
  EXPECT_EQ(RunRaw(session, {"SLOWLOG", "GET"}).substr(0, 5), "*10\r\n");
  EXPECT_EQ(RunRaw(session, {"SLOWLOG", "GET", "-1"}).substr(0, 5), "*22\r\n");
  EXPECT_EQ(RunRaw(session, {"SLOWLOG", "GET", "15"}).substr(0, 5), "*15\r\n");
}

TEST_F(SlowLogTest, CountsAndForgets) {
  Run({"SLOWLOG", "RESET"});
  Run({"PING"});
  EXPECT_EQ(Run({"SLOWLOG", "LEN"}), "(integer) 2");
  EXPECT_EQ(Run({"SLOWLOG", "RESET"}), "OK");
}

TEST_F(SlowLogTest, RefusesWhatIsWrong) {
  const std::string error = "-ERR count should be greater than or equal to -1";
  EXPECT_EQ(Run({"SLOWLOG", "GET", "-5"}), error);
  EXPECT_EQ(Run({"SLOWLOG", "GET", "x"}), error);
  EXPECT_EQ(Run({"SLOWLOG", "GET", "1", "2"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SLOWLOG", "FOO"}), "-ERR unknown subcommand 'FOO'. Try SLOWLOG HELP.");
}

}  // namespace
}  // namespace kvasir
