// Writing sorted sets, and asking for scores and ranks.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "tests/support/error_replies.h"
#include "tests/support/reply_list.h"
#include "tests/support/sorted_set_forms.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using SortedSetTest = SortedSetFormsTest;

TEST_F(SortedSetTest, AddsUpdatesAndCounts) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZADD", "z", "1", "a", "2", "b"}), "(integer) 2");
    EXPECT_EQ(Run({"ZADD", "z", "3", "a", "4", "c"}), "(integer) 1");
    EXPECT_EQ(Run({"ZADD", "z", "CH", "3", "a", "5", "c", "6", "d"}), "(integer) 2");
    EXPECT_EQ(Run({"ZADD", "z", "3", "a"}), "(integer) 0");
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "-1", "WITHSCORES"}), "[b, 2, a, 3, c, 5, d, 6]");
    EXPECT_EQ(Run({"ZCARD", "z"}), "(integer) 4");
    EXPECT_EQ(Run({"TYPE", "z"}), "zset");
    EXPECT_THAT(TakeLogged(),
                ElementsAre("ZADD z 1 a 2 b", "ZADD z 3 a 4 c", "ZADD z CH 3 a 5 c 6 d"));
  });
}

TEST_F(SortedSetTest, TheLastOfEqualMembersWins) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZADD", "z", "1", "a", "2", "a", "3", "a"}), "(integer) 1");
    EXPECT_EQ(Run({"ZSCORE", "z", "a"}), "3");
    EXPECT_EQ(Run({"ZADD", "z", "NX", "9", "a", "8", "b", "7", "b"}), "(integer) 1");
    EXPECT_EQ(Run({"ZMSCORE", "z", "a", "b", "c"}), "[3, 8, (nil)]");
  });
}

TEST_F(SortedSetTest, AddConditions) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZADD", "z", "XX", "1", "a"}), "(integer) 0");
    EXPECT_EQ(Run({"EXISTS", "z"}), "(integer) 0");
    EXPECT_EQ(Run({"ZADD", "z", "nx", "1", "a"}), "(integer) 1");
    EXPECT_EQ(Run({"ZADD", "z", "XX", "CH", "2", "a", "2", "b"}), "(integer) 1");
    EXPECT_EQ(Run({"ZADD", "z", "GT", "CH", "1", "a", "5", "c"}), "(integer) 1");
    EXPECT_EQ(Run({"ZADD", "z", "LT", "CH", "1", "a", "6", "c"}), "(integer) 1");
    EXPECT_EQ(Run({"ZADD", "z", "XX", "GT", "CH", "7", "a", "1", "d"}), "(integer) 1");
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "-1", "WITHSCORES"}), "[c, 5, a, 7]");
  });
}

TEST_F(SortedSetTest, AddWithIncrement) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZADD", "z", "INCR", "1.5", "a"}), "1.5");
    EXPECT_EQ(Run({"ZADD", "z", "INCR", "1.5", "a"}), "3");
    EXPECT_EQ(Run({"ZADD", "z", "INCR", "NX", "1", "a"}), "(nil)");
    EXPECT_EQ(Run({"ZADD", "z", "INCR", "XX", "1", "b"}), "(nil)");
    EXPECT_EQ(Run({"ZADD", "z", "INCR", "GT", "-1", "a"}), "(nil)");
    EXPECT_EQ(Run({"ZADD", "z", "INCR", "LT", "-1", "a"}), "2");
    EXPECT_EQ(Run({"ZADD", "z", "INCR", "0", "a"}), "2");
    EXPECT_EQ(Run({"ZADD", "z", "INCR", "XX", "1", "a"}), "3");
    EXPECT_THAT(TakeLogged(), ElementsAre("ZADD z INCR 1.5 a", "ZADD z INCR 1.5 a",
                                          "ZADD z INCR LT -1 a", "ZADD z INCR XX 1 a"));
  });
}

TEST_F(SortedSetTest, AddRefusesInRedissOrder) {
  Run({"SET", "s", "x"});
  TakeLogged();
  EXPECT_EQ(Run({"ZADD", "z", "1"}), "-ERR wrong number of arguments for 'zadd' command");
  EXPECT_EQ(Run({"ZADD", "z", "1", "a", "2"}), kSyntax);
  EXPECT_EQ(Run({"ZADD", "z", "NX", "CH", "INCR"}), kSyntax);
  EXPECT_EQ(Run({"ZADD", "s", "NX", "XX", "x", "a"}),
            "-ERR XX and NX options at the same time are not compatible");
  const std::string clash = "-ERR GT, LT, and/or NX options at the same time are not compatible";
  EXPECT_EQ(Run({"ZADD", "s", "NX", "GT", "1", "a"}), clash);
  EXPECT_EQ(Run({"ZADD", "s", "NX", "LT", "1", "a"}), clash);
  EXPECT_EQ(Run({"ZADD", "s", "LT", "GT", "1", "a"}), clash);
  EXPECT_EQ(Run({"ZADD", "s", "INCR", "1", "a", "2", "b"}),
            "-ERR INCR option supports a single increment-element pair");
  EXPECT_EQ(Run({"ZADD", "s", "x", "a"}), kNotFloat);
  EXPECT_EQ(Run({"ZADD", "z", "1", "a", "nan", "b"}), kNotFloat);
  EXPECT_EQ(Run({"EXISTS", "z"}), "(integer) 0") << "not even the first pair";
  EXPECT_EQ(Run({"ZADD", "s", "1", "a"}), kWrongType);
  EXPECT_EQ(Run({"ZADD", "s", "INCR", "1", "a"}), kWrongType);
  EXPECT_EQ(Run({"ZINCRBY", "s", "x", "a"}), kNotFloat);
  EXPECT_EQ(Run({"ZINCRBY", "s", "1", "a"}), kWrongType);
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(SortedSetTest, InfinitiesAndTheirSum) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZADD", "z", "inf", "a", "-inf", "b", "+Infinity", "c", "1e308", "d"}),
              "(integer) 4");
    EXPECT_EQ(Run({"ZINCRBY", "z", "-inf", "a"}), "-ERR resulting score is not a number (NaN)");
    EXPECT_EQ(Run({"ZADD", "z", "INCR", "inf", "b"}), "-ERR resulting score is not a number (NaN)");
    EXPECT_EQ(Run({"ZINCRBY", "z", "1e308", "d"}), "inf");
    EXPECT_EQ(Run({"ZINCRBY", "z", "5", "b"}), "-inf");
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "-1", "WITHSCORES"}), "[b, -inf, a, inf, c, inf, d, inf]");
    EXPECT_EQ(TakeLogged().size(), 2U);
  });
}

TEST_F(SortedSetTest, ScoresInRedissDigits) {
  Run({"ZADD", "z", "0.1", "a", "1e17", "b", "123456789012345678", "c", "0x10", "d"});
  EXPECT_EQ(Run({"ZMSCORE", "z", "a", "b", "c", "d"}),
            "[0.10000000000000001, 1e+17, 1.2345678901234568e+17, 16]");
  Run({"HELLO", "3"});
  EXPECT_EQ(Run({"ZSCORE", "z", "a"}), "(double) 0.10000000000000001");
  EXPECT_EQ(Run({"ZINCRBY", "z", "inf", "b"}), "(double) inf");
  EXPECT_EQ(Run({"ZMSCORE", "z", "d", "no"}), "[(double) 16, (nil)]");
}

TEST_F(SortedSetTest, Removes) {
  InBothForms([&] {
    Run({"ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "10"});
    TakeLogged();
    EXPECT_EQ(Run({"ZREM", "z", "no"}), "(integer) 0");
    EXPECT_EQ(Run({"ZREM", "z", "b", "no", "b", "10"}), "(integer) 2");
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "-1"}), "[a, c]");
    EXPECT_EQ(Run({"ZREM", "z", "a", "c"}), "(integer) 2");
    EXPECT_EQ(Run({"EXISTS", "z"}), "(integer) 0");
    EXPECT_EQ(Run({"ZREM", "z", "a"}), "(integer) 0");
    EXPECT_THAT(TakeLogged(), ElementsAre("ZREM z b no b 10", "ZREM z a c"));
  });
}

TEST_F(SortedSetTest, Ranks) {
  InBothForms([&] {
    Run({"ZADD", "z", "1", "a", "2", "b", "2", "c", "3.5", "d"});
    EXPECT_EQ(Run({"ZRANK", "z", "a"}), "(integer) 0");
    EXPECT_EQ(Run({"ZRANK", "z", "c"}), "(integer) 2");
    EXPECT_EQ(Run({"ZREVRANK", "z", "c"}), "(integer) 1");
    EXPECT_EQ(Run({"ZRANK", "z", "no"}), "(nil)");
    EXPECT_EQ(Run({"ZRANK", "no", "a"}), "(nil)");
    EXPECT_EQ(Run({"ZRANK", "z", "d", "withscore"}), "[(integer) 3, 3.5]");
    EXPECT_EQ(Run({"ZREVRANK", "z", "d", "WITHSCORE"}), "[(integer) 0, 3.5]");
    EXPECT_EQ(RunRaw(session, {"ZRANK", "z", "no", "WITHSCORE"}), "*-1\r\n");
    EXPECT_EQ(RunRaw(session, {"ZRANK", "z", "no"}), "$-1\r\n");
  });
  EXPECT_EQ(Run({"ZRANK", "z", "a", "x"}), kSyntax);
  EXPECT_EQ(Run({"ZRANK", "z", "a", "b", "c"}),
            "-ERR wrong number of arguments for 'zrank' command");
  Run({"HELLO", "3"});
  EXPECT_EQ(Run({"ZRANK", "z", "d", "WITHSCORE"}), "[(integer) 3, (double) 3.5]");
}

TEST_F(SortedSetTest, Counts) {
  InBothForms([&] {
    Run({"ZADD", "z", "1", "a", "2", "b", "2", "c", "3.5", "d"});
    EXPECT_EQ(Run({"ZCOUNT", "z", "-inf", "+inf"}), "(integer) 4");
    EXPECT_EQ(Run({"ZCOUNT", "z", "(1", "2"}), "(integer) 2");
    EXPECT_EQ(Run({"ZCOUNT", "z", "2", "(3.5"}), "(integer) 2");
    EXPECT_EQ(Run({"ZCOUNT", "z", "3", "1"}), "(integer) 0");
    EXPECT_EQ(Run({"ZCOUNT", "z", "", "1e400"}), "(integer) 4") << "bounds are read kindly";
    EXPECT_EQ(Run({"ZCOUNT", "no", "1", "2"}), "(integer) 0");
  });
  EXPECT_EQ(Run({"ZCOUNT", "no", "x", "2"}), "-ERR min or max is not a float");
  EXPECT_EQ(Run({"ZCOUNT", "no", "1", "(nan"}), "-ERR min or max is not a float");
  EXPECT_EQ(Run({"ZLEXCOUNT", "no", "a", "+"}), "-ERR min or max not valid string range item");
}

TEST_F(SortedSetTest, AbsentKeysAreEmpty) {
  EXPECT_EQ(Run({"ZCARD", "no"}), "(integer) 0");
  EXPECT_EQ(Run({"ZSCORE", "no", "a"}), "(nil)");
  EXPECT_EQ(Run({"ZMSCORE", "no", "a", "b"}), "[(nil), (nil)]");
  EXPECT_EQ(Run({"ZLEXCOUNT", "no", "-", "+"}), "(integer) 0");
  EXPECT_EQ(Run({"ZSCAN", "no", "0"}), "[0, []]");
  EXPECT_EQ(Run({"ZRANDMEMBER", "no"}), "(nil)");
  EXPECT_EQ(Run({"ZRANDMEMBER", "no", "5"}), "[]");
}

TEST_F(SortedSetTest, OtherTypesAreRefused) {
  Run({"SET", "s", "x"});
  TakeLogged();
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"ZCARD", "s"},
                                             {"ZSCORE", "s", "a"},
                                             {"ZMSCORE", "s", "a"},
                                             {"ZRANK", "s", "a"},
                                             {"ZREVRANK", "s", "a"},
                                             {"ZCOUNT", "s", "1", "2"},
                                             {"ZLEXCOUNT", "s", "-", "+"},
                                             {"ZREM", "s", "a"},
                                             {"ZRANDMEMBER", "s"},
                                             {"ZRANDMEMBER", "s", "1"},
                                             {"ZSCAN", "s", "0"}}) {
    EXPECT_EQ(Run(command), kWrongType) << command[0];
  }
  Run({"ZADD", "z", "1", "a"});
  EXPECT_EQ(Run({"GET", "z"}), kWrongType);
  EXPECT_EQ(Run({"SADD", "z", "a"}), kWrongType);
  EXPECT_EQ(Run({"SET", "z", "x"}), "OK");
}

TEST_F(SortedSetTest, EncodingsFollowTheThresholds) {
  Run({"CONFIG", "SET", "zset-max-listpack-entries", "3", "zset-max-listpack-value", "5"});
  Run({"ZADD", "z", "1", "a", "2", "b", "3", "12345"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "z"}), "listpack");
  Run({"ZADD", "z", "1", "x"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "z"}), "skiplist");
  Run({"ZADD", "long", "1", "123456"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "long"}), "skiplist");
  Run({"ZUNIONSTORE", "small", "1", "z", "WEIGHTS", "2"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "small"}), "skiplist");
  Run({"ZRANGESTORE", "small", "z", "0", "1"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "small"}), "listpack");
}

TEST_F(SortedSetTest, DeadlinesStayWithTheKey) {
  Run({"ZADD", "z", "1", "a"});
  Run({"PEXPIRE", "z", "100"});
  Run({"ZADD", "z", "2", "b"});
  Run({"ZREM", "z", "a"});
  EXPECT_EQ(Run({"PTTL", "z"}), "(integer) 100");
  Advance(100);
  EXPECT_EQ(Run({"ZCARD", "z"}), "(integer) 0");
  EXPECT_EQ(Run({"ZADD", "z", "3", "c"}), "(integer) 1");
  EXPECT_EQ(Run({"TTL", "z"}), "(integer) -1");
}

TEST_F(SortedSetTest, KeysMoveAndCopyWithTheirSets) {
  InBothForms([&] {
    Run({"ZADD", "z", "1", "a", "2", "b"});
    EXPECT_EQ(Run({"COPY", "z", "y"}), "(integer) 1");
    EXPECT_EQ(Run({"RENAME", "y", "x"}), "OK");
    EXPECT_EQ(Run({"MOVE", "x", "1"}), "(integer) 1");
    Run({"ZADD", "z", "9", "a"});
    Run({"SELECT", "1"});
    EXPECT_EQ(Run({"ZRANGE", "x", "0", "-1", "WITHSCORES"}), "[a, 1, b, 2]");
    Run({"SELECT", "0"});
  });
}

TEST_F(SortedSetTest, ScanShowsEveryMemberOnce) {
  InBothForms([&] {
    std::set<std::string> expected;
    for (int i = 0; i < 100; ++i) {
      Run({"ZADD", "z", std::to_string(i) + ".5", "m" + std::to_string(i)});
      expected.insert("m" + std::to_string(i));
    }
    for (const std::vector<std::string>& options :
         std::vector<std::vector<std::string>>{{}, {"COUNT", "1"}, {"COUNT", "1000"}}) {
      std::multiset<std::string> members;
      std::string cursor = "0";
      do {
        std::vector<std::string> command = {"ZSCAN", "z", cursor};
        command.insert(command.end(), options.begin(), options.end());
        const std::vector<std::string> page = ScanReply(Run(command), cursor);
        for (size_t i = 0; i + 1 < page.size(); i += 2) {
          members.insert(page[i]);
          EXPECT_EQ(page[i].substr(1) + ".5", page[i + 1]);
        }
      } while (cursor != "0");
      EXPECT_EQ(members, std::multiset<std::string>(expected.begin(), expected.end()));
    }
    EXPECT_EQ(Run({"ZSCAN", "z", "0", "MATCH", "m7", "COUNT", "1000"}), "[0, [m7, 7.5]]");
    EXPECT_EQ(Run({"ZSCAN", "z", "0", "COUNT", "1000", "MATCH", "m7", "NOSCORES"}), "[0, [m7]]");
  });
  EXPECT_EQ(Run({"ZSCAN", "z", "x"}), "-ERR invalid cursor");
  EXPECT_EQ(Run({"ZSCAN", "z", "0", "COUNT", "0"}), kSyntax);
  EXPECT_EQ(Run({"ZSCAN", "z", "0", "NOVALUES"}), kSyntax);
}

TEST_F(SortedSetTest, RandomMembers) {
  InBothForms([&] {
    for (int i = 0; i < 50; ++i) Run({"ZADD", "z", std::to_string(i), std::to_string(i)});
    std::set<std::string> seen;
    for (int i = 0; i < 1500; ++i) seen.insert(Run({"ZRANDMEMBER", "z"}));
    EXPECT_EQ(seen.size(), 50U);
    const std::vector<std::string> ten = ReplyElements(Run({"ZRANDMEMBER", "z", "10"}));
    EXPECT_EQ(std::set<std::string>(ten.begin(), ten.end()).size(), 10U);
    EXPECT_EQ(ReplyElements(Run({"ZRANDMEMBER", "z", "99"})).size(), 50U);
    EXPECT_EQ(ReplyElements(Run({"ZRANDMEMBER", "z", "-99"})).size(), 99U);
    const std::vector<std::string> pairs =
        ReplyElements(Run({"ZRANDMEMBER", "z", "-20", "WITHSCORES"}));
    ASSERT_EQ(pairs.size(), 40U);
    for (size_t i = 0; i < 40; i += 2) EXPECT_EQ(pairs[i], pairs[i + 1]);
    EXPECT_EQ(Run({"ZRANDMEMBER", "z", "0"}), "[]");
  });
  EXPECT_EQ(Run({"ZRANDMEMBER", "z", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"ZRANDMEMBER", "z", "1", "x"}), kSyntax);
  EXPECT_EQ(Run({"ZRANDMEMBER", "z", "1", "WITHSCORES", "x"}), kSyntax);
  // Redis would write replies until its memory is full.
  EXPECT_EQ(Run({"ZRANDMEMBER", "z", "-9223372036854775807"}), "-ERR value is out of range");
  Run({"ZADD", "one", "1", "m"});
  Run({"HELLO", "3"});
  EXPECT_EQ(Run({"ZRANDMEMBER", "one", "-2", "WITHSCORES"}), "[[m, (double) 1], [m, (double) 1]]");
}

TEST_F(SortedSetTest, RandomCommandsReplay) {
  Run({"CONFIG", "SET", "zset-max-listpack-entries", "10"});
  std::mt19937 random(11);
  const std::vector<std::string> scores = {"0",    "-0",  "1",    "-1.5", "inf",
                                           "-inf", "0.1", "1e17", "3",    "1e-300"};
  const auto key = [&] { return "k" + std::to_string(random() % 4); };
  const auto score = [&] { return scores[random() % scores.size()]; };
  const auto member = [&] { return std::to_string(random() % 30); };
  for (int i = 0; i < 8000; ++i) {
    switch (random() % 12) {
      case 0:
        Run({"ZINCRBY", key(), score(), member()});
        break;
      case 1:
        Run({"ZREM", key(), member(), member()});
        break;
      case 2:
        Run({"ZADD", key(), random() % 2 ? "GT" : "LT", "CH", score(), member()});
        break;
      case 3:
        Run({"ZREMRANGEBYRANK", key(), "0", std::to_string(random() % 3)});
        break;
      case 4:
        Run({"ZREMRANGEBYSCORE", key(), "(" + score(), score()});
        break;
      case 5:
        Run({random() % 2 ? "ZPOPMIN" : "ZPOPMAX", key(), std::to_string(random() % 3)});
        break;
      case 6:
        Run({random() % 2 ? "ZUNIONSTORE" : "ZINTERSTORE", key(), "2", key(), key(), "WEIGHTS",
             score(), "0.5", "AGGREGATE", random() % 2 ? "MIN" : "COUNT"});
        break;
      case 7:
        Run({"ZDIFFSTORE", key(), "2", key(), key()});
        break;
      case 8:
        Run({"ZRANGESTORE", key(), key(), "-inf", score(), "BYSCORE", "LIMIT", "1", "20"});
        break;
      case 9:
        Run({"ZMPOP", "2", key(), key(), "MAX", "COUNT", "2"});
        break;
      default:
        Run({"ZADD", key(), score(), member(), score(), member(), score(), member()});
    }
  }
}

}  // namespace
}  // namespace kvasir
