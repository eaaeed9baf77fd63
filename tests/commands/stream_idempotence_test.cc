// XADD IDMP and IDMPAUTO, XCFGSET, XIDMPRECORD.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class StreamIdempotenceTest : public CommandTest {
 protected:
  std::string Add(const std::string& producer, const std::string& iid) {
    return Run({"XADD", "s", "IDMP", producer, iid, "*", "f", "v"});
  }
};

TEST_F(StreamIdempotenceTest, ARepeatedEntryIsNotAddedAgain) {
  EXPECT_EQ(Add("p", "a"), "1800000000000-0");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("XADD s 1800000000000-0 f v", "XIDMPRECORD s p a 1800000000000-0"));
  EXPECT_EQ(Run({"XADD", "s", "IDMP", "p", "a", "*", "g", "w"}), "1800000000000-0");
  EXPECT_THAT(TakeLogged(), ElementsAre());
  EXPECT_EQ(Add("p", "b"), "1800000000000-1");
  EXPECT_EQ(Add("q", "a"), "1800000000000-2");
  EXPECT_EQ(Add("p", "a"), "1800000000000-0");
  EXPECT_EQ(Run({"XLEN", "s"}), "(integer) 3");
  EXPECT_THAT(Run({"XINFO", "STREAM", "s"}),
              HasSubstr("idmp-duration, (integer) 100, idmp-maxsize, (integer) 100, pids-tracked, "
                        "(integer) 2, iids-tracked, (integer) 3, iids-added, (integer) 3, "
                        "iids-duplicates, (integer) 2"));
  // Also where the entry is gone by now, and in a copy.
  Run({"XTRIM", "s", "MAXLEN", "0"});
  EXPECT_EQ(Add("p", "b"), "1800000000000-1");
  Run({"COPY", "s", "t"});
  EXPECT_EQ(Run({"XADD", "t", "IDMP", "q", "a", "*", "f", "v"}), "1800000000000-2");
  Run({"XADD", "plain", "1-1", "f", "v"});
  EXPECT_THAT(Run({"XINFO", "STREAM", "plain", "FULL"}), Not(HasSubstr("idmp")));
}

TEST_F(StreamIdempotenceTest, FieldsMakeAnIdOfTheirOwn) {
  const auto add = [&](std::initializer_list<std::string> fields) {
    std::vector<std::string> words = {"XADD",   "s", "NOMKSTREAM", "IDMPAUTO", "p",
                                      "MAXLEN", "~", "9",          "*"};
    words.insert(words.end(), fields);
    return Run(words);
  };
  EXPECT_EQ(add({"a", "1"}), "(nil)");
  Run({"XADD", "s", "1-1", "f", "v"});
  const std::string id = add({"a", "1", "b", "2"});
  EXPECT_EQ(add({"a", "1", "b", "2"}), id);
  EXPECT_EQ(add({"b", "2", "a", "1"}), id);
  EXPECT_NE(add({"a1", "", "b", "2"}), id);
  EXPECT_NE(add({"a", "1", "b", "3"}), id);
  EXPECT_NE(Run({"XADD", "s", "IDMPAUTO", "q", "*", "a", "1", "b", "2"}), id);
}

TEST_F(StreamIdempotenceTest, IdsAreForgottenWithTimeAndWhenThereAreTooMany) {
  Run({"XADD", "s", "1-1", "f", "v"});
  EXPECT_EQ(Run({"XCFGSET", "s", "IDMP-MAXSIZE", "2", "IDMP-DURATION", "10"}), "OK");
  const std::string a = Add("p", "a");
  const std::string b = Add("p", "b");
  const std::string c = Add("p", "c");
  EXPECT_EQ(Add("p", "b"), b);
  EXPECT_EQ(Add("p", "c"), c);
  EXPECT_NE(Add("p", "a"), a);
  Advance(5000);
  const std::string late = Add("q", "x");
  Advance(5000);
  EXPECT_THAT(Run({"XINFO", "STREAM", "s"}), HasSubstr("iids-tracked, (integer) 1"));
  EXPECT_EQ(Add("q", "x"), late);
  EXPECT_NE(Add("p", "c"), c);
  EXPECT_THAT(Run({"XINFO", "STREAM", "s"}),
              HasSubstr("pids-tracked, (integer) 2, iids-tracked, (integer) 2"));
}

TEST_F(StreamIdempotenceTest, OtherLimitsForgetAllIds) {
  const std::string a = Add("p", "a");
  EXPECT_EQ(Run({"XCFGSET", "s", "IDMP-DURATION", "100"}), "OK");
  EXPECT_EQ(Add("p", "a"), a);
  TakeLogged();
  EXPECT_EQ(Run({"XCFGSET", "s", "IDMP-DURATION", "101"}), "OK");
  EXPECT_THAT(TakeLogged(), ElementsAre("XCFGSET s IDMP-DURATION 101"));
  EXPECT_NE(Add("p", "a"), a);
  EXPECT_EQ(Run({"XCFGSET", "none", "IDMP-DURATION", "5"}), "-ERR no such key");
  EXPECT_EQ(Run({"XCFGSET", "s"}), "-ERR At least one parameter must be specified");
  EXPECT_EQ(Run({"XCFGSET", "s", "IDMP-DURATION"}), "-ERR syntax error");
  EXPECT_EQ(Run({"XCFGSET", "s", "WHAT", "5"}), "-ERR syntax error");
  EXPECT_EQ(Run({"XCFGSET", "s", "IDMP-MAXSIZE", "x"}),
            "-ERR value is not an integer or out of range");
  for (const char* wrong : {"0", "86401", "-1"}) {
    EXPECT_EQ(Run({"XCFGSET", "s", "IDMP-DURATION", wrong}),
              "-ERR IDMP-DURATION must be between 1 and 86400 seconds");
  }
  for (const char* wrong : {"0", "10001"}) {
    EXPECT_EQ(Run({"XCFGSET", "s", "IDMP-MAXSIZE", wrong}),
              "-ERR IDMP-MAXSIZE must be between 1 and 10000 entries");
  }
}

TEST_F(StreamIdempotenceTest, TheLogsWordsForItCanBeSaid) {
  Run({"XADD", "s", "5-1", "f", "v"});
  Run({"XADD", "s", "6-1", "f", "v"});
  EXPECT_EQ(Run({"XIDMPRECORD", "s", "p", "a", "5-1"}), "OK");
  TakeLogged();
  EXPECT_EQ(Run({"XIDMPRECORD", "s", "p", "a", "5-1"}), "OK");
  EXPECT_THAT(TakeLogged(), ElementsAre());
  EXPECT_EQ(Run({"XIDMPRECORD", "s", "p", "a", "6-1"}),
            "-ERR The specified IDMP producer-id/idempotent-id pair maps to a different stream ID");
  EXPECT_EQ(Run({"XIDMPRECORD", "s", "p", "b", "7-1"}),
            "-ERR The specified stream ID was deleted or doesn't exist");
  EXPECT_THAT(Run({"XIDMPRECORD", "s", "", "b", "5-1"}), HasSubstr("non-empty producer"));
  EXPECT_THAT(Run({"XIDMPRECORD", "s", "p", "", "5-1"}), HasSubstr("non-empty idempotent"));
  EXPECT_EQ(Run({"XIDMPRECORD", "none", "p", "a", "5-1"}), "-ERR no such key");
  EXPECT_THAT(Run({"XIDMPRECORD", "s", "p", "a", "x"}), HasSubstr("-ERR Invalid stream ID"));
}

TEST_F(StreamIdempotenceTest, WrongArgumentsAreRefused) {
  EXPECT_EQ(Run({"XADD", "s", "IDMP", "p", "*", "f", "v"}),
            "-ERR Invalid stream ID specified as stream command argument");
  EXPECT_EQ(Run({"XADD", "s", "IDMP", "p", "i", "1-1", "f", "v"}),
            "-ERR IDMP/IDMPAUTO can be used only with auto-generated IDs");
  EXPECT_EQ(Run({"XADD", "s", "IDMP", "p", "i", "IDMPAUTO", "q", "*", "f", "v"}),
            "-ERR IDMP/IDMPAUTO specified multiple times");
  EXPECT_EQ(Run({"XADD", "s", "IDMP", "", "i", "*", "f", "v"}),
            "-ERR IDMP requires a non-empty producer ID");
  EXPECT_EQ(Run({"XADD", "s", "IDMP", "p", "", "*", "f", "v"}),
            "-ERR IDMP requires a non-empty idempotent ID");
  EXPECT_EQ(Run({"XADD", "s", "IDMPAUTO", "", "*", "f", "v"}),
            "-ERR IDMPAUTO requires a non-empty producer ID");
  EXPECT_EQ(Run({"EXISTS", "s"}), "(integer) 0");
}

}  // namespace
}  // namespace kvasir
