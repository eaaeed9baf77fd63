#include <gmock/gmock.h>

#include "src/base/random.h"
#include "tests/support/command_test.h"
#include "tests/support/error_replies.h"
#include "tests/support/reply_list.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class SetTest : public CommandTest {
 protected:
  // A key in each of the three forms, with 20 members: 0 to 19, or m0 to m19.
  void AddForms() {
    for (int i = 0; i < 20; ++i) {
      const std::string number = std::to_string(i);
      Run({"SADD", "ints", number});
      Run({"SADD", "packed", "m" + number});
      Run({"SADD", "table", "m" + number});
    }
    Run({"SADD", "table", std::string(65, 'x')});
    Run({"SREM", "table", std::string(65, 'x')});
    EXPECT_EQ(Run({"OBJECT", "ENCODING", "ints"}), "intset");
    EXPECT_EQ(Run({"OBJECT", "ENCODING", "packed"}), "listpack");
    EXPECT_EQ(Run({"OBJECT", "ENCODING", "table"}), "hashtable");
    TakeLogged();
  }
  const std::vector<std::string> forms = {"ints", "packed", "table"};
};

TEST_F(SetTest, AddsAndRemovesMembers) {
  EXPECT_EQ(Run({"SADD", "s", "a", "b", "a"}), "(integer) 2");
  EXPECT_EQ(Run({"SADD", "s", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"SCARD", "s"}), "(integer) 2");
  EXPECT_EQ(Run({"SISMEMBER", "s", "b"}), "(integer) 1");
  EXPECT_EQ(Run({"SMISMEMBER", "s", "b", "c"}), "[(integer) 1, (integer) 0]");
  EXPECT_EQ(Run({"SREM", "s", "b", "c"}), "(integer) 1");
  EXPECT_EQ(Run({"SREM", "s", "c"}), "(integer) 0");
  EXPECT_EQ(Run({"SREM", "s", "a"}), "(integer) 1");
  EXPECT_EQ(Run({"EXISTS", "s"}), "(integer) 0");
  EXPECT_EQ(Run({"TYPE", "s"}), "none");
  EXPECT_THAT(TakeLogged(), ElementsAre("SADD s a b a", "SREM s b c", "SREM s a"));
}

TEST_F(SetTest, AbsentKeysAreEmptySets) {
  EXPECT_EQ(Run({"SCARD", "no"}), "(integer) 0");
  EXPECT_EQ(Run({"SMEMBERS", "no"}), "[]");
  EXPECT_EQ(Run({"SISMEMBER", "no", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"SMISMEMBER", "no", "a", "b"}), "[(integer) 0, (integer) 0]");
  EXPECT_EQ(Run({"SREM", "no", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"SPOP", "no"}), "(nil)");
  EXPECT_EQ(Run({"SPOP", "no", "3"}), "[]");
  EXPECT_EQ(Run({"SRANDMEMBER", "no"}), "(nil)");
  EXPECT_EQ(Run({"SRANDMEMBER", "no", "-3"}), "[]");
  EXPECT_EQ(Run({"SSCAN", "no", "0", "NONSENSE"}), "[0, []]");
  EXPECT_EQ(Run({"SMOVE", "no", "t", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"SINTERCARD", "2", "no", "no2"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(SetTest, OtherTypesAreRefused) {
  Run({"SET", "str", "x"});
  Run({"SADD", "s", "a"});
  TakeLogged();
  const std::vector<std::vector<std::string>> commands = {
      {"SADD", "str", "a"},
      {"SREM", "str", "a"},
      {"SISMEMBER", "str", "a"},
      {"SMISMEMBER", "str", "a"},
      {"SCARD", "str"},
      {"SMEMBERS", "str"},
      {"SPOP", "str"},
      {"SPOP", "str", "0"},
      {"SRANDMEMBER", "str"},
      {"SRANDMEMBER", "str", "5"},
      {"SMOVE", "str", "s", "a"},
      {"SMOVE", "s", "str", "a"},
      {"SSCAN", "str", "0"},
      {"SINTER", "s", "str"},
      {"SINTER", "no", "str"},
      {"SINTERSTORE", "d", "no", "str"},
      {"SINTERCARD", "2", "no", "str"},
      {"SUNION", "s", "str"},
      {"SUNIONSTORE", "d", "s", "str"},
      {"SDIFF", "no", "str"},
      {"SDIFFSTORE", "d", "s", "str"},
      {"SUNIONCARD", "1", "str"},
      {"SDIFFCARD", "1", "str"},
  };
  for (const auto& command : commands) EXPECT_EQ(Run(command), kWrongType) << command[0];
  EXPECT_EQ(Run({"GET", "s"}), kWrongType);
  EXPECT_EQ(Run({"INCR", "s"}), kWrongType);
  EXPECT_EQ(Run({"SMOVE", "no", "str", "a"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
  EXPECT_EQ(Run({"SET", "s", "string now"}), "OK");
}

TEST_F(SetTest, RepliesAreSetsInResp3) {
  Run({"SADD", "s", "a"});
  session.resp_version = 3;
  EXPECT_EQ(RunRaw(session, {"SMEMBERS", "s"}), "~1\r\n$1\r\na\r\n");
  EXPECT_EQ(RunRaw(session, {"SMEMBERS", "no"}), "~0\r\n");
  EXPECT_EQ(RunRaw(session, {"SUNION", "s", "no"}), "~1\r\n$1\r\na\r\n");
  EXPECT_EQ(RunRaw(session, {"SINTER", "s", "no"}), "~0\r\n");
  EXPECT_EQ(RunRaw(session, {"SDIFF", "s"}), "~1\r\n$1\r\na\r\n");
  EXPECT_EQ(RunRaw(session, {"SRANDMEMBER", "s", "-1"}), "*1\r\n$1\r\na\r\n");
  EXPECT_EQ(RunRaw(session, {"SSCAN", "s", "0"}), "*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n");
  EXPECT_EQ(RunRaw(session, {"SPOP", "no"}), "_\r\n");
  EXPECT_EQ(RunRaw(session, {"SPOP", "no", "1"}), "~0\r\n");
  EXPECT_EQ(RunRaw(session, {"SPOP", "s", "1"}), "~1\r\n$1\r\na\r\n");
}

TEST_F(SetTest, MovesAMember) {
  Run({"SADD", "a", "x", "y"});
  Run({"SADD", "b", "y"});
  TakeLogged();
  EXPECT_EQ(Run({"SMOVE", "a", "b", "z"}), "(integer) 0");
  EXPECT_EQ(Run({"SMOVE", "a", "a", "x"}), "(integer) 1");
  EXPECT_EQ(Run({"SMOVE", "a", "a", "z"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
  EXPECT_EQ(Run({"SMOVE", "a", "b", "y"}), "(integer) 1");
  EXPECT_EQ(Run({"SMOVE", "a", "new", "x"}), "(integer) 1");
  EXPECT_EQ(Run({"EXISTS", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"SMEMBERS", "new"}), "[x]");
  EXPECT_THAT(TakeLogged(), ElementsAre("SMOVE a b y", "SMOVE a new x"));
}

TEST_F(SetTest, MovesToATargetThatIsOver) {
  for (int i = 0; i < 40; ++i) Run({"SET", "other" + std::to_string(i), "v"});
  Run({"SADD", "a", "x", "y"});
  Run({"SADD", "b", "z"});
  Run({"PEXPIRE", "b", "10"});
  Advance(10);
  EXPECT_EQ(Run({"SMOVE", "a", "b", "x"}), "(integer) 1");
  EXPECT_EQ(Run({"SMEMBERS", "b"}), "[x]");
  EXPECT_EQ(Run({"PTTL", "b"}), "(integer) -1");
}

TEST_F(SetTest, KeepsTheDeadline) {
  Run({"SADD", "s", "a"});
  Run({"PEXPIRE", "s", "1000"});
  Run({"SADD", "s", "b"});
  for (int i = 0; i < 200; ++i) Run({"SADD", "s", "m" + std::to_string(i)});
  Run({"SREM", "s", "a"});
  EXPECT_EQ(Run({"PTTL", "s"}), "(integer) 1000");
  Advance(1000);
  EXPECT_EQ(Run({"SCARD", "s"}), "(integer) 0");
  EXPECT_EQ(Run({"SADD", "s", "new"}), "(integer) 1");
  EXPECT_EQ(Run({"PTTL", "s"}), "(integer) -1");
}

TEST_F(SetTest, PopsAndLogsWhatItPopped) {
  AddForms();
  for (const std::string& key : forms) {
    const std::string one = Run({"SPOP", key});
    EXPECT_THAT(TakeLogged(), ElementsAre("SREM " + key + " " + one));
    EXPECT_EQ(Run({"SISMEMBER", key, one}), "(integer) 0");
    EXPECT_EQ(ReplySet(Run({"SPOP", key, "9"})).size(), 9U);
    EXPECT_THAT(TakeLogged(), ElementsAre(StartsWith("SREM " + key)));
    EXPECT_EQ(Run({"SPOP", key, "0"}), "[]");
    EXPECT_EQ(Run({"SCARD", key}), "(integer) 10");
    EXPECT_EQ(ReplySet(Run({"SPOP", key, "100"})).size(), 10U);
    EXPECT_THAT(TakeLogged(), ElementsAre("DEL " + key));
  }
  Run({"SADD", "single", "x"});
  TakeLogged();
  EXPECT_EQ(Run({"SPOP", "single"}), "x");
  EXPECT_THAT(TakeLogged(), ElementsAre("SREM single x"));
  EXPECT_EQ(Run({"EXISTS", "single"}), "(integer) 0");
}

TEST_F(SetTest, PopsMoreThanOneLoggedCommandHolds) {
  std::vector<std::string> command = {"SADD", "s"};
  for (int i = 0; i < 5000; ++i) command.push_back("m" + std::to_string(i));
  Run(command);
  TakeLogged();
  EXPECT_EQ(ReplySet(Run({"SPOP", "s", "2100"})).size(), 2100U);
  EXPECT_EQ(TakeLogged().size(), 3U);
  EXPECT_THAT(log.groups, ElementsAre("SREM SREM SREM"));
  EXPECT_EQ(Run({"SCARD", "s"}), "(integer) 2900");
}

TEST_F(SetTest, RandomMembersStay) {
  AddForms();
  for (const std::string& key : forms) {
    const auto all = ReplySet(Run({"SMEMBERS", key}));
    EXPECT_TRUE(all.contains(Run({"SRANDMEMBER", key})));
    EXPECT_EQ(Run({"SRANDMEMBER", key, "0"}), "[]");
    for (const char* count : {"1", "6", "19", "20", "21", "9223372036854775807"}) {
      const auto sample = ReplySet(Run({"SRANDMEMBER", key, count}));
      EXPECT_THAT(sample, IsSubsetOf(all));
      EXPECT_EQ(sample.size(), std::min<size_t>(20, std::stoull(count)));
    }
    EXPECT_EQ(ReplySet(Run({"SRANDMEMBER", key, "-50"})).size(), 50U);
    EXPECT_EQ(Run({"SCARD", key}), "(integer) 20");
  }
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(SetTest, OddCountsAreRefused) {
  Run({"SADD", "s", "a"});
  EXPECT_EQ(Run({"SPOP", "s", "-1"}), "-ERR value is out of range, must be positive");
  EXPECT_EQ(Run({"SPOP", "s", "x"}), "-ERR value is out of range, must be positive");
  EXPECT_EQ(Run({"SPOP", "s", "x", "1"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SRANDMEMBER", "s", "1.5"}), kNotInteger);
  EXPECT_EQ(Run({"SRANDMEMBER", "s", "x", "1"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SRANDMEMBER", "s", "-9223372036854775808"}),
            "-ERR value is out of range, value must between -9223372036854775807 and "
            "9223372036854775807");
  // A reply that fits no memory.
  EXPECT_EQ(Run({"SRANDMEMBER", "s", "-9223372036854775807"}), "-ERR value is out of range");
}

TEST_F(SetTest, ScansAllThatStays) {
  AddForms();
  for (const std::string& key : forms) {
    std::string cursor = "0";
    EXPECT_EQ(ScanReply(Run({"SSCAN", key, "0", "COUNT", "100"}), cursor).size(), 20U);
    EXPECT_EQ(cursor, "0");
  }
  for (int i = 0; i < 1000; ++i) Run({"SADD", "big", "stays" + std::to_string(i)});
  std::set<std::string> seen;
  std::string cursor = "0";
  int round = 0;
  do {
    for (const auto& member : ScanReply(Run({"SSCAN", "big", cursor}), cursor)) seen.insert(member);
    for (int i = 0; i < 50; ++i) {
      const std::string extra = "extra" + std::to_string((round % 20) * 50 + i);
      Run({round < 20 ? "SADD" : "SREM", "big", extra});
    }
    ++round;
  } while (cursor != "0");
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.contains("stays" + std::to_string(i))) << i;
  EXPECT_EQ(ScanReply(Run({"SSCAN", "ints", "0", "MATCH", "1?"}), cursor).size(), 10U);
  EXPECT_EQ(Run({"SSCAN", "ints", "0", "COUNT", "0"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SSCAN", "ints", "0", "NOVALUES"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SSCAN", "ints", "0", "TYPE", "set"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SSCAN", "no", "x"}), "-ERR invalid cursor");
}

TEST_F(SetTest, Intersects) {
  Run({"SADD", "a", "1", "2", "3", "x"});
  Run({"SADD", "b", "2", "3", "4", "x"});
  Run({"SADD", "c", "3", "4"});
  EXPECT_THAT(ReplySet(Run({"SINTER", "a", "b"})), UnorderedElementsAre("2", "3", "x"));
  EXPECT_EQ(Run({"SINTER", "a", "b", "c"}), "[3]");
  EXPECT_EQ(Run({"SINTERCARD", "2", "a", "b"}), "(integer) 3");
  EXPECT_EQ(Run({"SINTERCARD", "2", "a", "b", "LIMIT", "2"}), "(integer) 2");
  EXPECT_EQ(Run({"SINTERCARD", "2", "a", "b", "LIMIT", "0"}), "(integer) 3");
  EXPECT_EQ(Run({"SINTERSTORE", "d", "a", "b", "c"}), "(integer) 1");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "d"}), "intset");
  EXPECT_EQ(Run({"SINTERSTORE", "a", "a", "b"}), "(integer) 3");
  EXPECT_EQ(Run({"SINTERSTORE", "a", "a", "no"}), "(integer) 0");
  EXPECT_EQ(Run({"EXISTS", "a"}), "(integer) 0");
}

TEST_F(SetTest, UnitesAndSubtracts) {
  Run({"SADD", "a", "1", "2", "x"});
  Run({"SADD", "b", "2", "3"});
  Run({"SET", "old", "value", "PX", "100"});
  EXPECT_THAT(ReplySet(Run({"SUNION", "a", "b"})), UnorderedElementsAre("1", "2", "3", "x"));
  EXPECT_THAT(ReplySet(Run({"SDIFF", "a", "b"})), UnorderedElementsAre("1", "x"));
  EXPECT_EQ(Run({"SUNIONSTORE", "old", "a", "b"}), "(integer) 4");
  EXPECT_EQ(Run({"PTTL", "old"}), "(integer) -1");
  EXPECT_EQ(Run({"SDIFFSTORE", "old", "a", "b"}), "(integer) 2");
  EXPECT_EQ(Run({"SDIFFSTORE", "a", "a", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"EXISTS", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"SUNIONCARD", "2", "old", "b"}), "(integer) 4");
  EXPECT_EQ(Run({"SUNIONCARD", "3", "old", "b", "b", "LIMIT", "3", "APPROX"}), "(integer) 3");
  EXPECT_EQ(Run({"SDIFFCARD", "2", "old", "b"}), "(integer) 2");
  EXPECT_EQ(Run({"SDIFFCARD", "2", "old", "b", "LIMIT", "1"}), "(integer) 1");
  TakeLogged();
  EXPECT_EQ(Run({"SDIFFSTORE", "no", "no", "b"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(SetTest, OddCardinalityArgumentsAreRefused) {
  Run({"SADD", "a", "1"});
  const std::string many = "-ERR Number of keys can't be greater than number of args";
  const std::string few = "-ERR numkeys should be greater than 0";
  EXPECT_EQ(Run({"SINTERCARD", "0", "a"}), few);
  EXPECT_EQ(Run({"SINTERCARD", "x", "a"}), few);
  EXPECT_EQ(Run({"SINTERCARD", "2", "a"}), many);
  EXPECT_EQ(Run({"SINTERCARD", "9223372036854775807", "a"}), many);
  EXPECT_EQ(Run({"SINTERCARD", "1", "a", "LIMIT"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SINTERCARD", "1", "a", "b"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SINTERCARD", "1", "a", "LIMIT", "-1"}), "-ERR LIMIT can't be negative");
  EXPECT_EQ(Run({"SINTERCARD", "1", "a", "LIMIT", "x"}), "-ERR LIMIT can't be negative");
  EXPECT_EQ(Run({"SINTERCARD", "1", "a", "APPROX"}), "-ERR syntax error");
}

TEST_F(SetTest, SurvivesRenameMoveAndCopy) {
  AddForms();
  for (const std::string& key : forms) {
    const auto all = ReplySet(Run({"SMEMBERS", key}));
    Run({"RENAME", key, "renamed"});
    Run({"COPY", "renamed", "copied"});
    Run({"MOVE", "renamed", "1"});
    EXPECT_EQ(ReplySet(Run({"SMEMBERS", "copied"})), all);
    Run({"SADD", "copied", "extra"});
    Run({"SWAPDB", "0", "1"});
    EXPECT_EQ(ReplySet(Run({"SMEMBERS", "renamed"})), all);
    Run({"SWAPDB", "0", "1"});
    Run({"DEL", "copied"});
    Run({"SELECT", "1"});
    Run({"DEL", "renamed"});
    Run({"SELECT", "0"});
  }
}

// The log of whatever happened gives the same sets: TearDown compares.
TEST_F(SetTest, RandomCommandsReplay) {
  const auto key = [] { return "k" + std::to_string(RandomBelow(6)); };
  const auto member = [] {
    const std::string number = std::to_string(RandomBelow(300));
    return RandomBelow(3) == 0 ? "m" + number : number;
  };
  for (int i = 0; i < 20'000; ++i) {
    switch (RandomBelow(12)) {
      case 0:
        Run({"SREM", key(), member(), member()});
        break;
      case 1:
        Run({"SPOP", key()});
        break;
      case 2:
        Run({"SPOP", key(), std::to_string(RandomBelow(20))});
        break;
      case 3:
        Run({"SMOVE", key(), key(), member()});
        break;
      case 4:
        if (RandomBelow(5) == 0) Run({"SINTERSTORE", key(), key(), key()});
        break;
      case 5:
        if (RandomBelow(5) == 0) Run({"SDIFFSTORE", key(), key(), key(), key()});
        break;
      case 6:
        if (RandomBelow(5) == 0) Run({"SUNIONSTORE", key(), key(), key()});
        break;
      case 7:
        if (RandomBelow(10) == 0) Run({"PEXPIRE", key(), std::to_string(RandomBelow(1000))});
        Advance(1);
        break;
      default:
        Run({"SADD", key(), member(), member(), member()});
    }
  }
}

}  // namespace
}  // namespace kvasir
