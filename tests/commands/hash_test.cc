#include <gmock/gmock.h>

#include <map>

#include "src/base/random.h"
#include "tests/support/command_test.h"
#include "tests/support/error_replies.h"
#include "tests/support/reply_list.h"

namespace kvasir {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::UnorderedElementsAre;

class HashTest : public CommandTest {
 protected:
  // A key in each form, with the fields f0 to f19 and the values v0 to v19.
  void AddForms() {
    for (int i = 0; i < 20; ++i) {
      const std::string number = std::to_string(i);
      for (const std::string& key : forms) Run({"HSET", key, "f" + number, "v" + number});
    }
    Run({"HSET", "table", "long", std::string(65, 'x')});
    Run({"HDEL", "table", "long"});
    EXPECT_EQ(Run({"OBJECT", "ENCODING", "packed"}), "listpack");
    EXPECT_EQ(Run({"OBJECT", "ENCODING", "table"}), "hashtable");
    TakeLogged();
  }
  const std::vector<std::string> forms = {"packed", "table"};
};

TEST_F(HashTest, SetsAndGetsFields) {
  EXPECT_EQ(Run({"HSET", "h", "a", "1", "b", "2", "a", "3"}), "(integer) 2");
  EXPECT_EQ(Run({"HSET", "h", "a", "4"}), "(integer) 0");
  EXPECT_EQ(Run({"HMSET", "h", "c", ""}), "OK");
  EXPECT_EQ(Run({"HSETNX", "h", "c", "x"}), "(integer) 0");
  EXPECT_EQ(Run({"HSETNX", "h", "d", "x"}), "(integer) 1");
  EXPECT_EQ(Run({"HGET", "h", "a"}), "4");
  EXPECT_EQ(Run({"HGET", "h", "none"}), "(nil)");
  EXPECT_EQ(Run({"HMGET", "h", "a", "none", "c", "b"}), "[4, (nil), , 2]");
  EXPECT_EQ(Run({"HLEN", "h"}), "(integer) 4");
  EXPECT_EQ(Run({"HSTRLEN", "h", "d"}), "(integer) 1");
  EXPECT_EQ(Run({"HSTRLEN", "h", "none"}), "(integer) 0");
  EXPECT_EQ(Run({"HEXISTS", "h", "d"}), "(integer) 1");
  EXPECT_EQ(Run({"HEXISTS", "h", "4"}), "(integer) 0");
  EXPECT_EQ(Run({"HDEL", "h", "a", "none", "b"}), "(integer) 2");
  EXPECT_EQ(Run({"HDEL", "h", "none"}), "(integer) 0");
  EXPECT_EQ(Run({"HDEL", "h", "c", "d"}), "(integer) 2");
  EXPECT_EQ(Run({"EXISTS", "h"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("HSET h a 1 b 2 a 3", "HSET h a 4", "HMSET h c ",
                                        "HSETNX h d x", "HDEL h a none b", "HDEL h c d"));
}

TEST_F(HashTest, ReturnsAllFields) {
  AddForms();
  for (const std::string& key : forms) {
    EXPECT_EQ(ReplySet(Run({"HKEYS", key})).size(), 20U);
    EXPECT_TRUE(ReplySet(Run({"HVALS", key})).contains("v7"));
    const std::vector<std::string> all = ReplyElements(Run({"HGETALL", key}));
    ASSERT_EQ(all.size(), 40U);
    for (size_t i = 0; i < all.size(); i += 2) EXPECT_EQ(all[i].substr(1), all[i + 1].substr(1));
  }
  session.resp_version = 3;
  Run({"HSET", "one", "f", "v"});
  EXPECT_EQ(RunRaw(session, {"HGETALL", "one"}), "%1\r\n$1\r\nf\r\n$1\r\nv\r\n");
  EXPECT_EQ(RunRaw(session, {"HGETALL", "no"}), "%0\r\n");
  EXPECT_EQ(RunRaw(session, {"HKEYS", "one"}), "*1\r\n$1\r\nf\r\n");
  EXPECT_EQ(RunRaw(session, {"HRANDFIELD", "one", "1", "WITHVALUES"}),
            "*1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
}

TEST_F(HashTest, AbsentKeysAreEmptyHashes) {
  EXPECT_EQ(Run({"HGET", "no", "f"}), "(nil)");
  EXPECT_EQ(Run({"HMGET", "no", "f", "g"}), "[(nil), (nil)]");
  EXPECT_EQ(Run({"HGETALL", "no"}), "[]");
  EXPECT_EQ(Run({"HKEYS", "no"}), "[]");
  EXPECT_EQ(Run({"HLEN", "no"}), "(integer) 0");
  EXPECT_EQ(Run({"HDEL", "no", "f"}), "(integer) 0");
  EXPECT_EQ(Run({"HRANDFIELD", "no"}), "(nil)");
  EXPECT_EQ(Run({"HRANDFIELD", "no", "5"}), "[]");
  EXPECT_EQ(Run({"HSCAN", "no", "0", "NONSENSE"}), "[0, []]");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(HashTest, OtherTypesAndOddArgumentsAreRefused) {
  Run({"SET", "str", "x"});
  TakeLogged();
  const std::vector<std::vector<std::string>> commands = {
      {"HSET", "str", "f", "v"},
      {"HMSET", "str", "f", "v"},
      {"HSETNX", "str", "f", "v"},
      {"HGET", "str", "f"},
      {"HMGET", "str", "f"},
      {"HEXISTS", "str", "f"},
      {"HSTRLEN", "str", "f"},
      {"HLEN", "str"},
      {"HDEL", "str", "f"},
      {"HGETALL", "str"},
      {"HKEYS", "str"},
      {"HVALS", "str"},
      {"HINCRBY", "str", "f", "1"},
      {"HINCRBYFLOAT", "str", "f", "1"},
      {"HRANDFIELD", "str"},
      {"HSCAN", "str", "0"},
  };
  for (const auto& command : commands) EXPECT_EQ(Run(command), kWrongType) << command[0];
  EXPECT_EQ(Run({"HSET", "str", "f", "v", "g"}),
            "-ERR wrong number of arguments for 'hset' command");
  EXPECT_EQ(Run({"HMSET", "h", "f", "v", "g"}),
            "-ERR wrong number of arguments for 'hmset' command");
  EXPECT_EQ(Run({"HINCRBY", "str", "f", "x"}), kNotInteger);
  EXPECT_EQ(Run({"HRANDFIELD", "str", "x"}), kNotInteger);
  EXPECT_EQ(Run({"HRANDFIELD", "str", "1", "VALUES"}), kSyntax);
  EXPECT_EQ(Run({"HRANDFIELD", "str", "1", "WITHVALUES", "x"}), kSyntax);
  EXPECT_EQ(Run({"HRANDFIELD", "h", "-9223372036854775807"}), "-ERR value is out of range");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(HashTest, CountsInFields) {
  AddForms();
  for (const std::string& key : forms) {
    EXPECT_EQ(Run({"HINCRBY", key, "n", "5"}), "(integer) 5");
    EXPECT_EQ(Run({"HINCRBY", key, "n", "-15"}), "(integer) -10");
    EXPECT_EQ(Run({"HINCRBY", key, "f1", "1"}), "-ERR hash value is not an integer");
    Run({"HSET", key, "n", "9223372036854775807"});
    EXPECT_EQ(Run({"HINCRBY", key, "n", "1"}), "-ERR increment or decrement would overflow");
    EXPECT_EQ(Run({"HINCRBYFLOAT", key, "d", "0.5"}), "0.5");
    EXPECT_EQ(Run({"HINCRBYFLOAT", key, "d", "2.0e2"}), "200.5");
    EXPECT_EQ(Run({"HINCRBYFLOAT", key, "f1", "1"}), "-ERR hash value is not a float");
    EXPECT_EQ(Run({"HINCRBYFLOAT", key, "d", "x"}), "-ERR value is not a valid float");
    EXPECT_EQ(Run({"HINCRBYFLOAT", key, "d", "inf"}), "-ERR value is NaN or Infinity");
    Run({"HSET", key, "inf", "inf"});
    EXPECT_EQ(Run({"HINCRBYFLOAT", key, "inf", "1"}),
              "-ERR increment would produce NaN or Infinity");
  }
  const std::vector<std::string> logged = TakeLogged();
  EXPECT_THAT(logged, Contains("HSET table d 200.5"));
}

TEST_F(HashTest, RandomFields) {
  AddForms();
  for (const std::string& key : forms) {
    const auto names = ReplySet(Run({"HKEYS", key}));
    EXPECT_TRUE(names.contains(Run({"HRANDFIELD", key})));
    for (const char* count : {"0", "1", "5", "19", "20", "9223372036854775807"}) {
      const auto sample = ReplySet(Run({"HRANDFIELD", key, count}));
      EXPECT_THAT(sample, IsSubsetOf(names));
      EXPECT_EQ(sample.size(), std::min<size_t>(20, std::stoull(count)));
    }
    EXPECT_EQ(ReplyElements(Run({"HRANDFIELD", key, "-50"})).size(), 50U);
    EXPECT_EQ(ReplyElements(Run({"HRANDFIELD", key, "3", "WITHVALUES"})).size(), 6U);
    const auto pairs = ReplyElements(Run({"HRANDFIELD", key, "-30", "withvalues"}));
    ASSERT_EQ(pairs.size(), 60U);
    for (size_t i = 0; i < 60; i += 2) EXPECT_EQ(pairs[i].substr(1), pairs[i + 1].substr(1));
  }
  EXPECT_EQ(Run({"HRANDFIELD", "packed", "9223372036854775807", "WITHVALUES"}),
            "-ERR value is out of range");
}

TEST_F(HashTest, ScansAllThatStays) {
  AddForms();
  std::string cursor;
  for (const std::string& key : forms) {
    EXPECT_EQ(ScanReply(Run({"HSCAN", key, "0", "COUNT", "100"}), cursor).size(), 40U);
    EXPECT_EQ(cursor, "0");
    EXPECT_EQ(ScanReply(Run({"HSCAN", key, "0", "COUNT", "100", "NOVALUES"}), cursor).size(), 20U);
    EXPECT_EQ(ScanReply(Run({"HSCAN", key, "0", "MATCH", "f1?", "COUNT", "99"}), cursor).size(),
              20U);
  }
  for (int i = 0; i < 1000; ++i) Run({"HSET", "big", "stays" + std::to_string(i), "v"});
  std::set<std::string> seen;
  cursor = "0";
  int round = 0;
  do {
    for (const auto& name : ScanReply(Run({"HSCAN", "big", cursor, "NOVALUES"}), cursor)) {
      seen.insert(name);
    }
    for (int i = 0; i < 50; ++i) {
      const std::string extra = "extra" + std::to_string((round % 20) * 50 + i);
      if (round < 20) {
        Run({"HSET", "big", extra, "v"});
      } else {
        Run({"HDEL", "big", extra});
      }
    }
    ++round;
  } while (cursor != "0");
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.contains("stays" + std::to_string(i))) << i;
  EXPECT_EQ(Run({"HSCAN", "big", "x"}), "-ERR invalid cursor");
  EXPECT_EQ(Run({"HSCAN", "big", "0", "TYPE", "hash"}), kSyntax);
}

TEST_F(HashTest, SurvivesRenameMoveAndCopy) {
  AddForms();
  for (const std::string& key : forms) {
    Run({"PEXPIRE", key, "5000"});
    Run({"RENAME", key, "renamed"});
    Run({"COPY", "renamed", "copied"});
    Run({"HSET", "copied", "f1", "changed", "more", "1"});
    EXPECT_EQ(Run({"PTTL", "copied"}), "(integer) 5000");
    Run({"MOVE", "renamed", "1"});
    Run({"SWAPDB", "0", "1"});
    EXPECT_EQ(Run({"HGET", "renamed", "f1"}), "v1");
    Run({"DEL", "renamed"});
    Run({"SWAPDB", "0", "1"});
    EXPECT_EQ(Run({"HGET", "copied", "f1"}), "changed");
    Run({"DEL", "copied"});
  }
}

TEST_F(HashTest, RandomCommandsReplay) {
  const auto key = [] { return "k" + std::to_string(RandomBelow(5)); };
  const auto name = [] { return std::to_string(RandomBelow(800)); };
  for (int i = 0; i < 20'000; ++i) {
    switch (RandomBelow(9)) {
      case 0:
        Run({"HDEL", key(), name(), name()});
        break;
      case 1:
        Run({"HINCRBY", key(), name(), "7"});
        break;
      case 2:
        Run({"HINCRBYFLOAT", key(), name(), "0.25"});
        break;
      case 3:
        Run({"HSETNX", key(), name(), "nx"});
        break;
      case 4:
        Run({"HSET", key(), name(), std::string(RandomBelow(68), 'x')});
        break;
      case 5:
        if (RandomBelow(20) == 0) Run({"PEXPIRE", key(), std::to_string(RandomBelow(2000))});
        Advance(1);
        break;
      default:
        Run({"HSET", key(), name(), "1", name(), "2"});
    }
  }
}

}  // namespace
}  // namespace kvasir
