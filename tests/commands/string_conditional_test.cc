#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StringConditionalTest : public CommandTest {};

TEST_F(StringConditionalTest, MSetExStoresAllOrNothing) {
  EXPECT_EQ(Run({"MSETEX", "2", "a", "1", "b", "2", "PX", "500"}), "(integer) 1");
  EXPECT_EQ(Run({"PTTL", "b"}), "(integer) 500");
  EXPECT_EQ(Run({"MSETEX", "2", "c", "3", "a", "4", "NX"}), "(integer) 0");
  EXPECT_EQ(Run({"MSETEX", "2", "a", "3", "c", "4", "XX"}), "(integer) 0");
  EXPECT_EQ(Run({"MSETEX", "2", "a", "3", "b", "4", "XX", "KEEPTTL"}), "(integer) 1");
  EXPECT_EQ(Run({"MGET", "a", "b", "c"}), "[3, 4, (nil)]");
  EXPECT_THAT(TakeLogged(), ElementsAre("SET a 1 PXAT 1800000000500", "SET b 2 PXAT 1800000000500",
                                        "SET a 3 KEEPTTL", "SET b 4 KEEPTTL"));
}

TEST_F(StringConditionalTest, MSetExWithADeadlineInThePastRemoves) {
  Run({"SET", "a", "1"});
  TakeLogged();
  EXPECT_EQ(Run({"MSETEX", "2", "a", "1", "b", "2", "EXAT", "1"}), "(integer) 1");
  EXPECT_EQ(Run({"EXISTS", "a", "b"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL a"));
}

TEST_F(StringConditionalTest, MSetExRefusesWhatDoesNotFit) {
  for (const char* count : {"0", "-1", "x", "2147483648"}) {
    EXPECT_EQ(Run({"MSETEX", count, "a", "1"}), "-ERR invalid numkeys value") << count;
  }
  EXPECT_EQ(Run({"MSETEX", "2", "a", "1", "b"}), "-ERR wrong number of key-value pairs");
  EXPECT_EQ(Run({"MSETEX", "2147483647", "a", "1"}), "-ERR wrong number of key-value pairs");
  EXPECT_EQ(Run({"MSETEX", "1", "a", "1", "FOO"}), "-ERR syntax error");
  EXPECT_EQ(Run({"MSETEX", "1", "a", "1", "NX", "XX"}), "-ERR syntax error");
  EXPECT_EQ(Run({"MSETEX", "1", "a", "1", "EX", "1", "KEEPTTL"}), "-ERR syntax error");
  EXPECT_EQ(Run({"MSETEX", "1", "a", "1", "EX", "0"}),
            "-ERR invalid expire time in 'msetex' command");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(StringConditionalTest, DelExComparesFirst) {
  Run({"SET", "k", "v"});
  TakeLogged();
  EXPECT_EQ(Run({"DELEX", "k", "IFEQ", "w"}), "(integer) 0");
  EXPECT_EQ(Run({"DELEX", "k", "IFNE", "v"}), "(integer) 0");
  EXPECT_EQ(Run({"DELEX", "absent", "IFNE", "v"}), "(integer) 0");
  EXPECT_EQ(Run({"DELEX", "k", "IFDNE", Run({"DIGEST", "k"})}), "(integer) 0");
  EXPECT_EQ(Run({"DELEX", "k", "IFDEQ", Run({"DIGEST", "k"})}), "(integer) 1");
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"DELEX", "k", "IFEQ", "v"}), "(integer) 1");
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"DELEX", "k"}), "(integer) 1");
  EXPECT_EQ(Run({"DELEX", "k"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL k", "SET k v", "DEL k", "SET k v", "DEL k"));
}

TEST_F(StringConditionalTest, DelExRefusesOtherConditions) {
  EXPECT_EQ(Run({"DELEX", "k", "IFEQ"}), "-ERR wrong number of arguments for 'delex' command");
  EXPECT_EQ(Run({"DELEX", "k", "FOO", "v"}),
            "-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
}

TEST_F(StringConditionalTest, DelIfEq) {
  Run({"SET", "k", "12"});
  EXPECT_EQ(Run({"DELIFEQ", "k", "012"}), "(integer) 0");
  EXPECT_EQ(Run({"DELIFEQ", "k", "12"}), "(integer) 1");
  EXPECT_EQ(Run({"DELIFEQ", "k", "12"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("SET k 12", "DEL k"));
}

TEST_F(StringConditionalTest, DigestIsSixteenDigits) {
  EXPECT_EQ(Run({"DIGEST", "k"}), "(nil)");
  Run({"SET", "k", ""});
  EXPECT_EQ(Run({"DIGEST", "k"}), "2d06800538d394c2");
}

class LcsTest : public CommandTest {
 protected:
  void SetUp() override { Run({"MSET", "a", "ohmytext", "b", "mynewtext"}); }
};

TEST_F(LcsTest, FindsTheSubsequence) {
  EXPECT_EQ(Run({"LCS", "a", "b"}), "mytext");
  EXPECT_EQ(Run({"LCS", "a", "b", "LEN"}), "(integer) 6");
  EXPECT_EQ(Run({"LCS", "a", "absent"}), "");
  EXPECT_EQ(Run({"LCS", "a", "absent", "LEN"}), "(integer) 0");
}

TEST_F(LcsTest, TellsThePositionsFromTheEnd) {
  EXPECT_EQ(Run({"LCS", "a", "b", "IDX"}),
            "[matches, [[[(integer) 4, (integer) 7], [(integer) 5, (integer) 8]], "
            "[[(integer) 2, (integer) 3], [(integer) 0, (integer) 1]]], len, (integer) 6]");
  EXPECT_EQ(Run({"LCS", "a", "b", "IDX", "MINMATCHLEN", "4", "WITHMATCHLEN"}),
            "[matches, [[[(integer) 4, (integer) 7], [(integer) 5, (integer) 8], (integer) 4]], "
            "len, (integer) 6]");
}

TEST_F(LcsTest, RefusesOddOptionsAndHugeTables) {
  EXPECT_EQ(Run({"LCS", "a", "b", "IDX", "LEN"}),
            "-ERR If you want both the length and indexes, please just use IDX.");
  EXPECT_EQ(Run({"LCS", "a", "b", "FOO"}), "-ERR syntax error");
  EXPECT_EQ(Run({"LCS", "a", "b", "MINMATCHLEN"}), "-ERR syntax error");
  Run({"SETRANGE", "a", "20000", "x"});
  Run({"SETRANGE", "b", "20000", "x"});
  EXPECT_EQ(Run({"LCS", "a", "b"}),
            "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
}

}  // namespace
}  // namespace kvasir
