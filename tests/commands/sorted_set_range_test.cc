// Ranges of sorted sets: returned, stored, removed.
#include <gmock/gmock.h>

#include "tests/support/error_replies.h"
#include "tests/support/sorted_set_forms.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SortedSetRangeTest : public SortedSetFormsTest {
 protected:
  // "z" with a to e scored 1 to 5, and "lex" with a to e scored 0.
  void Fill() override {
    Run({"ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d", "5", "e"});
    Run({"ZADD", "lex", "0", "a", "0", "b", "0", "c", "0", "d", "0", "e"});
  }
};

TEST_F(SortedSetRangeTest, ByRank) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "-1"}), "[a, b, c, d, e]");
    EXPECT_EQ(Run({"ZRANGE", "z", "1", "2"}), "[b, c]");
    EXPECT_EQ(Run({"ZRANGE", "z", "-2", "100"}), "[d, e]");
    EXPECT_EQ(Run({"ZRANGE", "z", "-100", "0"}), "[a]");
    EXPECT_EQ(Run({"ZRANGE", "z", "3", "1"}), "[]");
    EXPECT_EQ(Run({"ZRANGE", "z", "5", "9"}), "[]");
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "-6"}), "[]");
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "1", "REV", "WITHSCORES"}), "[e, 5, d, 4]");
    EXPECT_EQ(Run({"ZREVRANGE", "z", "1", "-2"}), "[d, c, b]");
    EXPECT_EQ(Run({"ZRANGE", "z", "-9223372036854775808", "9223372036854775807"}),
              "[a, b, c, d, e]");
    EXPECT_EQ(Run({"ZRANGE", "no", "0", "-1"}), "[]");
  });
}

TEST_F(SortedSetRangeTest, ByScore) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZRANGE", "z", "2", "4", "BYSCORE"}), "[b, c, d]");
    EXPECT_EQ(Run({"ZRANGE", "z", "(2", "(4", "byscore"}), "[c]");
    EXPECT_EQ(Run({"ZRANGE", "z", "4", "2", "BYSCORE", "REV"}), "[d, c, b]");
    EXPECT_EQ(Run({"ZRANGE", "z", "2", "4", "BYSCORE", "REV"}), "[]");
    EXPECT_EQ(Run({"ZRANGEBYSCORE", "z", "-inf", "+inf", "WITHSCORES", "LIMIT", "1", "2"}),
              "[b, 2, c, 3]");
    EXPECT_EQ(Run({"ZREVRANGEBYSCORE", "z", "+inf", "2", "LIMIT", "1", "2"}), "[d, c]");
    EXPECT_EQ(Run({"ZRANGEBYSCORE", "z", "1", "5", "LIMIT", "3", "-1"}), "[d, e]");
    EXPECT_EQ(Run({"ZRANGEBYSCORE", "z", "1", "5", "LIMIT", "5", "1"}), "[]");
    EXPECT_EQ(Run({"ZRANGEBYSCORE", "z", "1", "5", "LIMIT", "-1", "9"}), "[]");
    EXPECT_EQ(Run({"ZRANGEBYSCORE", "z", "1", "5", "LIMIT", "0", "0"}), "[]");
    EXPECT_EQ(Run({"ZREVRANGEBYSCORE", "z", "5", "1", "LIMIT", "4", "9"}), "[a]");
  });
}

TEST_F(SortedSetRangeTest, ByMember) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZRANGE", "lex", "-", "+", "BYLEX"}), "[a, b, c, d, e]");
    EXPECT_EQ(Run({"ZRANGE", "lex", "[b", "(d", "BYLEX"}), "[b, c]");
    EXPECT_EQ(Run({"ZRANGE", "lex", "(d", "[b", "BYLEX", "REV"}), "[c, b]");
    EXPECT_EQ(Run({"ZRANGEBYLEX", "lex", "(a", "+", "LIMIT", "1", "2"}), "[c, d]");
    EXPECT_EQ(Run({"ZREVRANGEBYLEX", "lex", "+", "-", "LIMIT", "1", "2"}), "[d, c]");
    EXPECT_EQ(Run({"ZRANGEBYLEX", "lex", "+", "-"}), "[]");
    EXPECT_EQ(Run({"ZRANGEBYLEX", "lex", "[", "[b"}), "[a, b]");
    EXPECT_EQ(Run({"ZLEXCOUNT", "lex", "[aa", "[cc"}), "(integer) 2");
  });
}

TEST_F(SortedSetRangeTest, RefusesInRedissOrder) {
  Run({"SET", "s", "x"});
  EXPECT_EQ(Run({"ZRANGE", "s", "0", "1", "x"}), kSyntax);
  EXPECT_EQ(Run({"ZRANGE", "s", "0", "1", "LIMIT", "1"}), kSyntax);
  EXPECT_EQ(Run({"ZRANGE", "s", "0", "1", "BYLEX", "BYSCORE"}), kSyntax);
  EXPECT_EQ(Run({"ZRANGE", "s", "0", "1", "LIMIT", "x", "1"}), kNotInteger);
  EXPECT_EQ(Run({"ZRANGE", "s", "x", "1", "LIMIT", "0", "1"}),
            "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or "
            "BYLEX");
  EXPECT_EQ(Run({"ZRANGE", "s", "x", "1", "BYLEX", "WITHSCORES"}),
            "-ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  EXPECT_EQ(Run({"ZRANGE", "s", "x", "1"}), kNotInteger);
  EXPECT_EQ(Run({"ZRANGE", "s", "x", "1", "BYSCORE"}), "-ERR min or max is not a float");
  EXPECT_EQ(Run({"ZRANGE", "s", "x", "1", "BYLEX"}), "-ERR min or max not valid string range item");
  EXPECT_EQ(Run({"ZRANGE", "s", "0", "1"}), kWrongType);
  EXPECT_EQ(Run({"ZREVRANGE", "s", "0", "1", "REV"}), kSyntax);
  EXPECT_EQ(Run({"ZREVRANGE", "s", "0", "1", "BYSCORE"}), kSyntax);
  EXPECT_EQ(Run({"ZRANGEBYSCORE", "s", "0", "1", "BYSCORE"}), kSyntax);
  EXPECT_EQ(Run({"ZRANGESTORE", "d", "s", "0", "1", "WITHSCORES"}), kSyntax);
  EXPECT_EQ(Run({"ZRANGESTORE", "d", "s", "0", "1"}), kWrongType);
  EXPECT_EQ(Run({"ZREMRANGEBYSCORE", "s", "x", "1"}), "-ERR min or max is not a float");
  EXPECT_EQ(Run({"ZREMRANGEBYRANK", "s", "0", "x"}), kNotInteger);
  EXPECT_EQ(Run({"ZREMRANGEBYLEX", "s", "-", "+"}), kWrongType);
}

TEST_F(SortedSetRangeTest, Resp3NestsPairs) {
  InBothForms([&] {
    Run({"HELLO", "3"});
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "1", "WITHSCORES"}), "[[a, (double) 1], [b, (double) 2]]");
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "1"}), "[a, b]");
    EXPECT_EQ(Run({"ZREVRANGEBYSCORE", "z", "5", "5", "WITHSCORES"}), "[[e, (double) 5]]");
    Run({"HELLO", "2"});
  });
}

TEST_F(SortedSetRangeTest, Stores) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZRANGESTORE", "d", "z", "1", "3"}), "(integer) 3");
    EXPECT_EQ(Run({"ZRANGE", "d", "0", "-1", "WITHSCORES"}), "[b, 2, c, 3, d, 4]");
    EXPECT_EQ(Run({"ZRANGESTORE", "d", "z", "5", "(2", "BYSCORE", "REV", "LIMIT", "1", "2"}),
              "(integer) 2");
    EXPECT_EQ(Run({"ZRANGE", "d", "0", "-1"}), "[c, d]");
    EXPECT_EQ(Run({"ZRANGESTORE", "z", "z", "0", "1"}), "(integer) 2");
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "-1"}), "[a, b]");
    Run({"SET", "s", "x", "EX", "100"});
    EXPECT_EQ(Run({"ZRANGESTORE", "s", "lex", "[c", "+", "BYLEX"}), "(integer) 3");
    EXPECT_EQ(Run({"TTL", "s"}), "(integer) -1");
    TakeLogged();
    EXPECT_EQ(Run({"ZRANGESTORE", "s", "no", "0", "-1"}), "(integer) 0");
    EXPECT_EQ(Run({"EXISTS", "s"}), "(integer) 0");
    EXPECT_EQ(Run({"ZRANGESTORE", "s", "no", "0", "-1"}), "(integer) 0");
    EXPECT_THAT(TakeLogged(), ElementsAre("ZRANGESTORE s no 0 -1"));
  });
}

TEST_F(SortedSetRangeTest, Removes) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZREMRANGEBYRANK", "z", "-1", "-1"}), "(integer) 1");
    EXPECT_EQ(Run({"ZREMRANGEBYSCORE", "z", "(1", "3"}), "(integer) 2");
    EXPECT_EQ(Run({"ZRANGE", "z", "0", "-1"}), "[a, d]");
    EXPECT_EQ(Run({"ZREMRANGEBYLEX", "lex", "[b", "(d"}), "(integer) 2");
    EXPECT_EQ(Run({"ZREMRANGEBYLEX", "lex", "-", "+"}), "(integer) 3");
    EXPECT_EQ(Run({"EXISTS", "lex"}), "(integer) 0");
    TakeLogged();
    EXPECT_EQ(Run({"ZREMRANGEBYSCORE", "z", "5", "9"}), "(integer) 0");
    EXPECT_EQ(Run({"ZREMRANGEBYRANK", "no", "0", "-1"}), "(integer) 0");
    EXPECT_THAT(TakeLogged(), IsEmpty());
  });
}

TEST_F(SortedSetRangeTest, LongRangesCrossLeaves) {
  for (int i = 0; i < 3000; ++i) Run({"ZADD", "big", std::to_string(i), std::to_string(i)});
  EXPECT_EQ(Run({"ZCOUNT", "big", "(100", "(2100"}), "(integer) 1999");
  EXPECT_EQ(Run({"ZRANGEBYSCORE", "big", "1000", "+inf", "LIMIT", "1500", "2"}), "[2500, 2501]");
  EXPECT_EQ(Run({"ZREVRANGEBYSCORE", "big", "1000", "-inf", "LIMIT", "999", "5"}), "[1, 0]");
  EXPECT_EQ(Run({"ZREVRANGE", "big", "2998", "-1"}), "[1, 0]");
  EXPECT_EQ(Run({"ZREMRANGEBYRANK", "big", "10", "-11"}), "(integer) 2980");
  EXPECT_EQ(Run({"ZRANGE", "big", "8", "11"}), "[8, 9, 2990, 2991]");
  EXPECT_EQ(Run({"ZRANK", "big", "2999"}), "(integer) 19");
}

}  // namespace
}  // namespace kvasir
