#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

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

constexpr char kReasons[] =
    "\\{queue: .integer. ([0-9]+), execution: .integer. [0-9]+, expiry: .integer. ([0-9]+), "
    "eviction: .integer. ([0-9]+), growth: .integer. [0-9]+, fsync: (.*)\\}";

TEST_F(SlowLogTest, ReasonsComeToThoseWhoAsk) {
  session.resp_version = 3;
  log.durable_sequence = 1000;
  Run({"SET", "k", "v"});
  const std::string entry = "\\[\\[.*\\[SET, k, v\\], , ";
  EXPECT_THAT(Run({"SLOWLOG", "GET", "1"}), MatchesRegex(entry + "\\]\\]"));
  Run({"SET", "k", "v"});
  EXPECT_THAT(Run({"SLOWLOG", "GET", "1", "reasons"}),
              MatchesRegex(entry + ", " + kReasons + "\\]\\]"));
  Run({"SET", "k", "v"});
  EXPECT_THAT(Run({"SLOWLOG", "GET", "REASONS", "1"}), HasSubstr("fsync: (integer) 0}"));
  session.resp_version = 2;
  EXPECT_THAT(Run({"SLOWLOG", "GET", "REASONS"}), HasSubstr("[queue, (integer) "));
}

TEST_F(SlowLogTest, ReasonsTellWhatTheRequestWaitedFor) {
  session.resp_version = 3;
  engine.BeginTick(now_ms);
  session.arrived_ticks = 1;
  engine.loop_meter().AddExpiry(300);
  engine.loop_meter().AddEviction(20);
  Run({"GET", "k"});
  const std::string text = Run({"SLOWLOG", "GET", "1", "REASONS"});
  EXPECT_THAT(text, HasSubstr("expiry: (integer) 300, eviction: (integer) 20"));
  EXPECT_THAT(text, Not(HasSubstr("queue: (integer) 0,")));
}

TEST_F(SlowLogTest, WhatWaitsForTheLogIsCompletedLater) {
  session.resp_version = 3;
  log.durable_sequence = 0;
  Run({"SET", "k", "v"});
  EXPECT_THAT(Run({"SLOWLOG", "GET", "1", "REASONS"}), HasSubstr("fsync: (nil)}"));
  log.durable_sequence = 1000;
  engine.FinishTick();
  EXPECT_THAT(Run({"SLOWLOG", "GET", "2", "REASONS"}),
              MatchesRegex(".*fsync: .integer. [0-9]+.*fsync: .integer. [0-9]+.*"));
}

TEST_F(SlowLogTest, GrowthIsTimed) {
  session.resp_version = 3;
  std::vector<std::string> words = {"SADD", "s"};
  for (int i = 0; i < 40'000; ++i) words.push_back("member" + std::to_string(i));
  Run(words);
  EXPECT_THAT(Run({"SLOWLOG", "GET", "1", "REASONS"}), Not(HasSubstr("growth: (integer) 0,")));
}

TEST_F(SlowLogTest, RefusesWhatIsWrong) {
  const std::string error = "-ERR count should be greater than or equal to -1";
  EXPECT_EQ(Run({"SLOWLOG", "GET", "-5"}), error);
  EXPECT_EQ(Run({"SLOWLOG", "GET", "x"}), error);
  EXPECT_EQ(Run({"SLOWLOG", "GET", "1", "2"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SLOWLOG", "GET", "1", "REASONS", "2"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SLOWLOG", "GET", "REASONS", "1", "REASONS"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SLOWLOG", "FOO"}), "-ERR unknown subcommand 'FOO'. Try SLOWLOG HELP.");
}

}  // namespace
}  // namespace kvasir
