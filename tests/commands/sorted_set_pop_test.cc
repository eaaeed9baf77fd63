// Taking members off the ends of sorted sets, at once and after a wait.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/error_replies.h"
#include "tests/support/sorted_set_forms.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SortedSetPopTest : public SortedSetFormsTest {
 protected:
  void Fill() override { Run({"ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d", "5", "e"}); }

  Session& a_ = NewSession();
  Session& b_ = NewSession();
};

TEST_F(SortedSetPopTest, PopsFromEitherEnd) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZPOPMIN", "z"}), "[a, 1]");
    EXPECT_EQ(Run({"ZPOPMAX", "z"}), "[e, 5]");
    EXPECT_EQ(Run({"ZPOPMAX", "z", "2"}), "[d, 4, c, 3]");
    EXPECT_EQ(Run({"ZPOPMIN", "z", "0"}), "[]");
    EXPECT_EQ(Run({"ZPOPMIN", "z", "9"}), "[b, 2]");
    EXPECT_EQ(Run({"EXISTS", "z"}), "(integer) 0");
    EXPECT_EQ(Run({"ZPOPMIN", "z"}), "[]");
    EXPECT_THAT(TakeLogged(), ElementsAre("ZPOPMIN z", "ZPOPMAX z", "ZPOPMAX z 2", "ZPOPMIN z 9"));
  });
}

TEST_F(SortedSetPopTest, Resp3NestsOnlyCountedPairs) {
  InBothForms([&] {
    Run({"HELLO", "3"});
    EXPECT_EQ(Run({"ZPOPMIN", "z"}), "[a, (double) 1]");
    EXPECT_EQ(Run({"ZPOPMIN", "z", "1"}), "[[b, (double) 2]]");
    EXPECT_EQ(Run({"ZMPOP", "1", "z", "MIN"}), "[z, [[c, (double) 3]]]");
    EXPECT_EQ(Run({"BZPOPMAX", "z", "0"}), "[z, e, (double) 5]");
    Run({"HELLO", "2"});
  });
}

TEST_F(SortedSetPopTest, PopRefuses) {
  Run({"SET", "s", "x"});
  const std::string range = "-ERR value is out of range, must be positive";
  EXPECT_EQ(Run({"ZPOPMIN", "s", "-1"}), range);
  EXPECT_EQ(Run({"ZPOPMIN", "s", "x"}), range);
  EXPECT_EQ(Run({"ZPOPMIN", "s", "1", "2"}), kSyntax);
  EXPECT_EQ(Run({"ZPOPMIN", "s"}), kWrongType);
  EXPECT_EQ(Run({"ZPOPMAX", "s", "0"}), kWrongType);
}

TEST_F(SortedSetPopTest, PopsFromTheFirstThatHasAny) {
  InBothForms([&] {
    EXPECT_EQ(Run({"ZMPOP", "2", "no", "z", "MIN"}), "[z, [[a, 1]]]");
    EXPECT_EQ(Run({"ZMPOP", "1", "z", "max", "count", "2"}), "[z, [[e, 5], [d, 4]]]");
    EXPECT_EQ(Run({"ZMPOP", "1", "z", "MIN", "COUNT", "100"}), "[z, [[b, 2], [c, 3]]]");
    EXPECT_EQ(RunRaw(session, {"ZMPOP", "2", "no", "z", "MIN"}), "*-1\r\n");
    EXPECT_THAT(TakeLogged(), ElementsAre("ZPOPMIN z 1", "ZPOPMAX z 2", "ZPOPMIN z 2"));
  });
}

TEST_F(SortedSetPopTest, MultiPopRefuses) {
  Run({"SET", "s", "x"});
  Run({"ZADD", "z", "1", "a"});
  EXPECT_EQ(Run({"ZMPOP", "0", "z", "MIN"}), "-ERR numkeys should be greater than 0");
  EXPECT_EQ(Run({"ZMPOP", "x", "z", "MIN"}), "-ERR numkeys should be greater than 0");
  EXPECT_EQ(Run({"ZMPOP", "2", "z", "MIN"}), kSyntax);
  EXPECT_EQ(Run({"ZMPOP", "9223372036854775807", "z", "MIN"}), kSyntax);
  EXPECT_EQ(Run({"ZMPOP", "1", "z", "MID"}), kSyntax);
  EXPECT_EQ(Run({"ZMPOP", "1", "z", "MIN", "COUNT"}), kSyntax);
  EXPECT_EQ(Run({"ZMPOP", "1", "z", "MIN", "COUNT", "0"}), "-ERR count should be greater than 0");
  EXPECT_EQ(Run({"ZMPOP", "1", "z", "MIN", "COUNT", "1", "COUNT", "1"}), kSyntax);
  EXPECT_EQ(Run({"ZMPOP", "2", "s", "z", "MIN"}), kWrongType);
  EXPECT_EQ(Run({"ZMPOP", "2", "z", "s", "MIN"}), "[z, [[a, 1]]]") << "the first is enough";
}

TEST_F(SortedSetPopTest, BlockingOnesTakeAtOnceWhatIsThere) {
  InBothForms([&] {
    EXPECT_EQ(Run({"BZPOPMIN", "no", "z", "0"}), "[z, a, 1]");
    EXPECT_EQ(Run({"BZPOPMAX", "z", "0.5"}), "[z, e, 5]");
    EXPECT_EQ(Run({"BZMPOP", "0", "2", "no", "z", "MAX", "COUNT", "2"}), "[z, [[d, 4], [c, 3]]]");
    EXPECT_THAT(TakeLogged(), ElementsAre("ZPOPMIN z 1", "ZPOPMAX z 1", "ZPOPMAX z 2"));
  });
}

TEST_F(SortedSetPopTest, WhoWaitsGetsWhatComes) {
  Wait(a_, {"BZPOPMIN", "z", "0"});
  Wait(b_, {"BZMPOP", "0", "2", "y", "z", "MAX", "COUNT", "5"});
  EXPECT_EQ(Run({"ZADD", "z", "1", "a", "2", "b", "3", "c"}), "(integer) 3");
  EXPECT_EQ(Answer(a_), "[z, a, 1]");
  EXPECT_EQ(Answer(b_), "[z, [[c, 3], [b, 2]]]");
  EXPECT_EQ(Run({"EXISTS", "z"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("ZADD z 1 a 2 b 3 c", "ZPOPMIN z 1", "ZPOPMAX z 2"));
}

TEST_F(SortedSetPopTest, StoresWakeAsWell) {
  Wait(a_, {"BZPOPMAX", "d", "0"});
  Run({"ZADD", "z", "1", "a", "2", "b"});
  Run({"ZUNIONSTORE", "d", "1", "z"});
  EXPECT_EQ(Answer(a_), "[d, b, 2]");
  Wait(b_, {"BZPOPMIN", "e", "0"});
  Run({"SADD", "e", "m"});
  EXPECT_EQ(Answer(b_), "(no reply)") << "a set is not what it waits for";
  Run({"DEL", "e"});
  Run({"RENAME", "z", "e"});
  EXPECT_EQ(Answer(b_), "[e, a, 1]");
}

TEST_F(SortedSetPopTest, WaitingEnds) {
  Wait(a_, {"BZPOPMIN", "z", "0.01"});
  Wait(b_, {"BZMPOP", "0.02", "1", "z", "MIN"});
  Advance(10);
  engine.ServeBlocked();
  EXPECT_EQ(Answer(a_), "(nil)");
  EXPECT_EQ(Answer(b_), "(no reply)");
  Advance(10);
  engine.ServeBlocked();
  EXPECT_EQ(Answer(b_), "(nil)");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(SortedSetPopTest, InsideATransactionNothingWaits) {
  Run({"MULTI"});
  Run({"BZPOPMIN", "z", "0"});
  Run({"BZMPOP", "0", "1", "z", "MIN"});
  EXPECT_EQ(Run({"EXEC"}), "[(nil), (nil)]");
}

TEST_F(SortedSetPopTest, BlockingOnesRefuse) {
  Run({"SET", "s", "x"});
  const std::string not_float = "-ERR timeout is not a float or out of range";
  EXPECT_EQ(Run({"BZPOPMIN", "s", "x"}), not_float);
  EXPECT_EQ(Run({"BZPOPMIN", "s", "-1"}), "-ERR timeout is negative");
  EXPECT_EQ(Run({"BZPOPMIN", "s", "0"}), kWrongType);
  EXPECT_EQ(Run({"BZMPOP", "x", "0", "s", "MIN"}), "-ERR numkeys should be greater than 0");
  EXPECT_EQ(Run({"BZMPOP", "x", "1", "s", "MID"}), kSyntax);
  EXPECT_EQ(Run({"BZMPOP", "x", "1", "s", "MIN"}), not_float);
  EXPECT_EQ(Run({"BZMPOP", "0", "1", "s", "MIN"}), kWrongType);
}

}  // namespace
}  // namespace kvasir
