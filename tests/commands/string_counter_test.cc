#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StringCounterTest : public CommandTest {};

TEST_F(StringCounterTest, CountsFromZero) {
  EXPECT_EQ(Run({"INCR", "n"}), "(integer) 1");
  EXPECT_EQ(Run({"INCRBY", "n", "41"}), "(integer) 42");
  EXPECT_EQ(Run({"DECR", "n"}), "(integer) 41");
  EXPECT_EQ(Run({"DECRBY", "n", "-9"}), "(integer) 50");
  EXPECT_EQ(Run({"GET", "n"}), "50");
  EXPECT_THAT(TakeLogged(), ElementsAre("INCR n", "INCRBY n 41", "DECR n", "DECRBY n -9"));
}

TEST_F(StringCounterTest, KeepsTheDeadline) {
  Run({"SET", "n", "5", "PX", "1000"});
  EXPECT_EQ(Run({"INCR", "n"}), "(integer) 6");
  EXPECT_EQ(Run({"INCRBYFLOAT", "n", "0.5"}), "6.5");
  EXPECT_EQ(Run({"PTTL", "n"}), "(integer) 1000");
}

TEST_F(StringCounterTest, RefusesWhatDoesNotFit) {
  Run({"SET", "n", "9223372036854775807"});
  EXPECT_EQ(Run({"INCR", "n"}), "-ERR increment or decrement would overflow");
  EXPECT_EQ(Run({"DECRBY", "n", "-1"}), "-ERR increment or decrement would overflow");
  EXPECT_EQ(Run({"DECRBY", "n", "-9223372036854775808"}), "-ERR decrement would overflow");
  EXPECT_EQ(Run({"INCRBY", "n", "9223372036854775808"}),
            "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"INCRBY", "n", "-9223372036854775808"}), "(integer) -1");
  EXPECT_EQ(Run({"INCRBY", "n", "-9223372036854775807"}), "(integer) -9223372036854775808");
  EXPECT_EQ(Run({"DECR", "n"}), "-ERR increment or decrement would overflow");
}

TEST_F(StringCounterTest, RefusesWhatIsNoInteger) {
  for (const char* text : {"", "abc", " 1", "1 ", "+1", "1.0", "007"}) {
    Run({"SET", "k", text});
    EXPECT_EQ(Run({"INCR", "k"}), "-ERR value is not an integer or out of range") << text;
  }
  TakeLogged();
  EXPECT_EQ(Run({"INCRBY", "k", "1.5"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"INCR"}), "-ERR wrong number of arguments for 'incr' command");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(StringCounterTest, FloatsAreLoggedAsTheirResult) {
  EXPECT_EQ(Run({"INCRBYFLOAT", "f", "3.0e3"}), "3000");
  EXPECT_EQ(Run({"INCRBYFLOAT", "f", "0.5"}), "3000.5");
  EXPECT_EQ(Run({"INCRBYFLOAT", "f", "-3000.5"}), "0");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("SET f 3000 KEEPTTL", "SET f 3000.5 KEEPTTL", "SET f 0 KEEPTTL"));
}

TEST_F(StringCounterTest, FloatsHaveToBeFinite) {
  EXPECT_EQ(Run({"INCRBYFLOAT", "f", "inf"}), "-ERR increment would produce NaN or Infinity");
  EXPECT_EQ(Run({"INCRBYFLOAT", "f", "nan"}), "-ERR value is not a valid float");
  EXPECT_EQ(Run({"INCRBYFLOAT", "f", "1x"}), "-ERR value is not a valid float");
  Run({"SET", "f", "text"});
  EXPECT_EQ(Run({"INCRBYFLOAT", "f", "1"}), "-ERR value is not a valid float");
}

class StringIncrExTest : public CommandTest {};

TEST_F(StringIncrExTest, RepliesWithValueAndIncrement) {
  EXPECT_EQ(Run({"INCREX", "n"}), "[(integer) 1, (integer) 1]");
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "-5"}), "[(integer) -4, (integer) -5]");
  EXPECT_EQ(Run({"INCREX", "n", "BYFLOAT", "0.5"}), "[-3.5, 0.5]");
  EXPECT_EQ(Run({"INCREX", "n"}), "-ERR value is not an integer or out of range");
  session.resp_version = 3;
  EXPECT_EQ(Run({"INCREX", "n", "BYFLOAT", "1"}), "[(double) -2.5, (double) 1]");
  EXPECT_THAT(TakeLogged(), ElementsAre("SET n 1 KEEPTTL", "SET n -4 KEEPTTL", "SET n -3.5 KEEPTTL",
                                        "SET n -2.5 KEEPTTL"));
}

TEST_F(StringIncrExTest, OutOfBoundsIsSkippedOrSaturates) {
  Run({"SET", "n", "10"});
  TakeLogged();
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "5", "UBOUND", "12", "EX", "9"}),
            "[(integer) 10, (integer) 0]");
  EXPECT_EQ(Run({"INCREX", "new", "BYINT", "15", "UBOUND", "10"}), "[(integer) 0, (integer) 0]");
  EXPECT_EQ(Run({"EXISTS", "new"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "5", "UBOUND", "12", "SATURATE"}),
            "[(integer) 12, (integer) 2]");
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "5", "UBOUND", "3", "SATURATE"}),
            "[(integer) 3, (integer) -9]");
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "-1", "LBOUND", "20", "SATURATE"}),
            "[(integer) 20, (integer) 17]");
  EXPECT_EQ(Run({"INCREX", "n", "BYFLOAT", "1e9", "UBOUND", "20.5", "SATURATE"}), "[20.5, 0.5]");
}

TEST_F(StringIncrExTest, TypeLimitsAreBounds) {
  Run({"SET", "n", "9223372036854775800"});
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "100"}), "[(integer) 9223372036854775800, (integer) 0]");
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "100", "SATURATE"}),
            "[(integer) 9223372036854775807, (integer) 7]");
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "1", "UBOUND", "-9223372036854775808", "SATURATE"}),
            "-ERR applied increment would overflow");
}

TEST_F(StringIncrExTest, DecidesAboutTheDeadline) {
  Run({"SET", "n", "1"});
  TakeLogged();
  Run({"INCREX", "n", "PX", "100", "ENX"});
  Run({"INCREX", "n", "PX", "500", "ENX"});
  EXPECT_EQ(Run({"PTTL", "n"}), "(integer) 100");
  Run({"INCREX", "n"});
  EXPECT_EQ(Run({"PTTL", "n"}), "(integer) 100");
  Run({"INCREX", "n", "PERSIST"});
  EXPECT_EQ(Run({"PTTL", "n"}), "(integer) -1");
  EXPECT_EQ(Run({"INCREX", "n", "EXAT", "1"}), "[(integer) 6, (integer) 1]");
  EXPECT_EQ(Run({"INCREX", "n", "EXAT", "1"}), "[(integer) 1, (integer) 1]");
  EXPECT_EQ(Run({"EXISTS", "n"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("SET n 2 PXAT 1800000000100", "SET n 3 KEEPTTL",
                                        "SET n 4 KEEPTTL", "SET n 5", "DEL n"));
}

TEST_F(StringIncrExTest, RefusesWhatContradictsItself) {
  const std::string syntax = "-ERR syntax error";
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "1", "BYFLOAT", "1"}), syntax);
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "1", "BYINT", "1"}), syntax);
  EXPECT_EQ(Run({"INCREX", "n", "EX", "1", "PX", "1"}), syntax);
  EXPECT_EQ(Run({"INCREX", "n", "EX", "1", "PERSIST"}), syntax);
  EXPECT_EQ(Run({"INCREX", "n", "PERSIST", "ENX"}), syntax);
  EXPECT_EQ(Run({"INCREX", "n", "LBOUND"}), syntax);
  EXPECT_EQ(Run({"INCREX", "n", "ENX"}), "-ERR ENX flag requires an expiration");
  EXPECT_EQ(Run({"INCREX", "n", "EX", "0"}), "-ERR invalid expire time in 'increx' command");
  EXPECT_EQ(Run({"INCREX", "n", "BYINT", "x"}), "-ERR Increment is not an integer or out of range");
  EXPECT_EQ(Run({"INCREX", "n", "BYFLOAT", "x"}), "-ERR Increment is not a valid float");
  EXPECT_EQ(Run({"INCREX", "n", "BYFLOAT", "inf"}), "-ERR BYFLOAT increment cannot be Infinity");
  EXPECT_EQ(Run({"INCREX", "n", "UBOUND", "1.5"}), "-ERR UBOUND is not an integer or out of range");
  EXPECT_EQ(Run({"INCREX", "n", "LBOUND", "2", "UBOUND", "1"}),
            "-ERR LBOUND can't be greater than UBOUND");
  Run({"SET", "n", "inf"});
  EXPECT_EQ(Run({"INCREX", "n", "BYFLOAT", "1"}), "-ERR value cannot be Infinity");
}

}  // namespace
}  // namespace kvasir
