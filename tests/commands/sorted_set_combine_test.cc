// Union, intersection and difference of sorted sets and sets.
#include <gmock/gmock.h>

#include "tests/support/error_replies.h"
#include "tests/support/sorted_set_forms.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SortedSetCombineTest : public SortedSetFormsTest {
 protected:
  // x: a 1, b 2, c 3; y: b 10, c 20, d 30; s: the set of a, b and 7.
  void Fill() override {
    Run({"ZADD", "x", "1", "a", "2", "b", "3", "c"});
    Run({"ZADD", "y", "10", "b", "20", "c", "30", "d"});
    Run({"SADD", "s", "a", "b", "7"});
  }
  std::string Stored(const std::string& key) {
    return Run({"ZRANGE", key, "0", "-1", "WITHSCORES"});
  }
};

TEST_F(SortedSetCombineTest, Unions) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZUNION", "2", "x", "y"}), "[a, b, c, d]");
    EXPECT_EQ(Run({"ZUNION", "2", "x", "y", "WITHSCORES"}), "[a, 1, b, 12, c, 23, d, 30]");
    EXPECT_EQ(Run({"ZUNION", "3", "x", "no", "y", "AGGREGATE", "MAX", "WITHSCORES"}),
              "[a, 1, b, 10, c, 20, d, 30]");
    EXPECT_EQ(
        Run({"ZUNION", "2", "x", "y", "aggregate", "min", "weights", "20", "1", "WITHSCORES"}),
        "[b, 10, a, 20, c, 20, d, 30]");
    EXPECT_EQ(Run({"ZUNION", "2", "x", "s", "WITHSCORES"}), "[7, 1, a, 2, b, 3, c, 3]");
    EXPECT_EQ(Run({"ZUNION", "2", "x", "x", "WITHSCORES"}), "[a, 2, b, 4, c, 6]");
    EXPECT_EQ(Run({"ZUNION", "1", "no"}), "[]");
  });
}

TEST_F(SortedSetCombineTest, Intersections) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZINTER", "2", "x", "y", "WITHSCORES"}), "[b, 12, c, 23]");
    EXPECT_EQ(Run({"ZINTER", "2", "x", "y", "WEIGHTS", "2", "-1", "WITHSCORES"}),
              "[c, -14, b, -6]");
    EXPECT_EQ(Run({"ZINTER", "3", "x", "y", "s", "AGGREGATE", "MIN", "WITHSCORES"}), "[b, 1]");
    EXPECT_EQ(Run({"ZINTER", "2", "x", "no"}), "[]");
    EXPECT_EQ(Run({"ZINTERCARD", "2", "x", "y"}), "(integer) 2");
    EXPECT_EQ(Run({"ZINTERCARD", "2", "x", "y", "LIMIT", "1"}), "(integer) 1");
    EXPECT_EQ(Run({"ZINTERCARD", "2", "x", "y", "LIMIT", "0"}), "(integer) 2");
    EXPECT_EQ(Run({"ZINTERCARD", "2", "s", "s"}), "(integer) 3");
    EXPECT_EQ(Run({"ZINTERCARD", "2", "no", "x"}), "(integer) 0");
  });
}

TEST_F(SortedSetCombineTest, Differences) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZDIFF", "2", "x", "y", "WITHSCORES"}), "[a, 1]");
    EXPECT_EQ(Run({"ZDIFF", "2", "y", "x"}), "[d]");
    EXPECT_EQ(Run({"ZDIFF", "3", "x", "y", "s"}), "[]");
    EXPECT_EQ(Run({"ZDIFF", "2", "s", "x", "WITHSCORES"}), "[7, 1]");
    EXPECT_EQ(Run({"ZDIFF", "1", "x"}), "[a, b, c]");
    EXPECT_EQ(Run({"ZDIFF", "2", "no", "x"}), "[]");
  });
}

TEST_F(SortedSetCombineTest, NotANumberCountsAsZero) {
  Run({"ZADD", "p", "inf", "a", "0", "b"});
  Run({"ZADD", "q", "-inf", "a", "1", "b"});
  EXPECT_EQ(Run({"ZUNION", "2", "p", "q", "WITHSCORES"}), "[a, 0, b, 1]");
  EXPECT_EQ(Run({"ZINTER", "2", "p", "q", "WITHSCORES"}), "[a, 0, b, 1]");
  EXPECT_EQ(Run({"ZUNION", "1", "p", "WEIGHTS", "0", "WITHSCORES"}), "[a, 0, b, 0]");
  EXPECT_EQ(Run({"ZUNION", "1", "p", "WEIGHTS", "inf", "WITHSCORES"}), "[b, 0, a, inf]");
}

TEST_F(SortedSetCombineTest, Stores) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZUNIONSTORE", "d", "2", "x", "y"}), "(integer) 4");
    EXPECT_EQ(Stored("d"), "[a, 1, b, 12, c, 23, d, 30]");
    EXPECT_EQ(Run({"ZINTERSTORE", "x", "2", "x", "y", "WEIGHTS", "2", "0.5"}), "(integer) 2");
    EXPECT_EQ(Stored("x"), "[b, 9, c, 16]");
    EXPECT_EQ(Run({"ZDIFFSTORE", "s", "2", "s", "x"}), "(integer) 2");
    EXPECT_EQ(Stored("s"), "[7, 1, a, 1]");
    Run({"SET", "t", "x", "EX", "100"});
    EXPECT_EQ(Run({"ZUNIONSTORE", "t", "1", "y"}), "(integer) 3");
    EXPECT_EQ(Run({"TTL", "t"}), "(integer) -1");
    TakeLogged();
    EXPECT_EQ(Run({"ZINTERSTORE", "t", "2", "y", "no"}), "(integer) 0");
    EXPECT_EQ(Run({"EXISTS", "t"}), "(integer) 0");
    EXPECT_EQ(Run({"ZINTERSTORE", "t", "2", "y", "no"}), "(integer) 0");
    EXPECT_THAT(TakeLogged(), ElementsAre("ZINTERSTORE t 2 y no"));
  });
}

// redis-server 7 would not load it as it was asked for.
TEST_F(SortedSetCombineTest, CountIsLoggedAsItsOutcome) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZUNION", "3", "x", "y", "s", "AGGREGATE", "COUNT", "WITHSCORES"}),
              "[7, 1, d, 1, a, 2, c, 2, b, 3]");
    EXPECT_EQ(
        Run({"ZINTER", "2", "x", "y", "AGGREGATE", "COUNT", "WEIGHTS", "2", "5", "WITHSCORES"}),
        "[b, 7, c, 7]");
    EXPECT_EQ(Run({"ZUNIONSTORE", "d", "2", "x", "y", "WEIGHTS", "1", "0.1", "AGGREGATE", "COUNT"}),
              "(integer) 4");
    EXPECT_THAT(TakeLogged(), ElementsAre("DEL d",
                                          "ZADD d 0.10000000000000001 d 1 a 1.1000000000000001 b "
                                          "1.1000000000000001 c"));
    EXPECT_EQ(Run({"ZINTERSTORE", "d", "1", "no", "AGGREGATE", "COUNT"}), "(integer) 0");
    EXPECT_THAT(TakeLogged(), ElementsAre("DEL d"));
    EXPECT_EQ(Run({"ZINTERSTORE", "d", "1", "no", "AGGREGATE", "COUNT"}), "(integer) 0");
    EXPECT_THAT(TakeLogged(), IsEmpty());
  });
}

TEST_F(SortedSetCombineTest, ManyMembersGoThrough) {
  for (int i = 0; i < 1000; ++i) {
    Run({"ZADD", "p", std::to_string(i), std::to_string(i)});
    if (i % 3 == 0) Run({"ZADD", "q", "1", std::to_string(i)});
    if (i % 5 == 0) Run({"SADD", "r", std::to_string(i)});
  }
  EXPECT_EQ(Run({"ZINTERCARD", "3", "p", "q", "r"}), "(integer) 67");
  EXPECT_EQ(Run({"ZUNIONSTORE", "d", "3", "p", "q", "r", "AGGREGATE", "COUNT"}), "(integer) 1000");
  EXPECT_EQ(Run({"ZCOUNT", "d", "3", "3"}), "(integer) 67");
  EXPECT_EQ(Run({"ZDIFFSTORE", "d", "3", "p", "q", "r"}), "(integer) 533");
  EXPECT_EQ(Run({"ZRANGE", "d", "0", "4"}), "[1, 2, 4, 7, 8]");
}

TEST_F(SortedSetCombineTest, RefusesInRedissOrder) {
  InBothForms([&] {
    Run({"SET", "t", "x"});
    TakeLogged();
    EXPECT_EQ(Run({"ZUNION", "0", "x"}),
              "-ERR at least 1 input key is needed for 'zunion' command");
    EXPECT_EQ(Run({"ZINTERSTORE", "d", "-1", "x"}),
              "-ERR at least 1 input key is needed for 'zinterstore' command");
    EXPECT_EQ(Run({"ZUNION", "x", "x"}), "-ERR value is not an integer or out of range");
    EXPECT_EQ(Run({"ZUNION", "2", "x"}), kSyntax);
    EXPECT_EQ(Run({"ZUNION", "2", "x", "t", "foo"}), kWrongType);
    EXPECT_EQ(Run({"ZUNION", "2", "x", "y", "foo"}), kSyntax);
    EXPECT_EQ(Run({"ZUNION", "2", "x", "y", "WEIGHTS", "1"}), kSyntax);
    EXPECT_EQ(Run({"ZUNION", "2", "x", "y", "WEIGHTS", "1", "x"}),
              "-ERR weight value is not a float");
    EXPECT_EQ(Run({"ZUNION", "1", "x", "AGGREGATE", "AVG"}), kSyntax);
    EXPECT_EQ(Run({"ZDIFF", "1", "x", "WEIGHTS", "1"}), kSyntax);
    EXPECT_EQ(Run({"ZUNIONSTORE", "d", "1", "x", "WITHSCORES"}), kSyntax);
    EXPECT_EQ(Run({"ZINTERCARD", "1", "x", "WITHSCORES"}), kSyntax);
    EXPECT_EQ(Run({"ZINTERCARD", "1", "x", "LIMIT", "-1"}), "-ERR LIMIT can't be negative");
    EXPECT_EQ(Run({"ZINTERCARD", "1", "x", "LIMIT", "x"}), "-ERR LIMIT can't be negative");
    EXPECT_THAT(TakeLogged(), IsEmpty());
  });
}

TEST_F(SortedSetCombineTest, Resp3NestsPairs) {
  InBothForms([&] {
    Run({"HELLO", "3"});
    EXPECT_EQ(Run({"ZINTER", "2", "x", "y", "WITHSCORES"}), "[[b, (double) 12], [c, (double) 23]]");
    EXPECT_EQ(Run({"ZDIFF", "2", "x", "y"}), "[a]");
    Run({"HELLO", "2"});
  });
}

}  // namespace
}  // namespace kvasir
