#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StringTest : public CommandTest {};

TEST_F(StringTest, SetThenGet) {
  EXPECT_EQ(Run({"SET", "k", "v"}), "OK");
  EXPECT_EQ(Run({"GET", "k"}), "v");
  EXPECT_EQ(Run({"GET", "other"}), "(nil)");
  EXPECT_THAT(TakeLogged(), ElementsAre("SET k v"));
}

TEST_F(StringTest, SetConditionsHoldBackTheWrite) {
  EXPECT_EQ(Run({"SET", "k", "v", "XX"}), "(nil)");
  EXPECT_EQ(Run({"SET", "k", "v", "NX"}), "OK");
  EXPECT_EQ(Run({"SET", "k", "w", "NX"}), "(nil)");
  EXPECT_EQ(Run({"SET", "k", "w", "XX", "GET"}), "v");
  EXPECT_EQ(Run({"SET", "k", "x", "IFEQ", "v"}), "(nil)");
  EXPECT_EQ(Run({"SET", "k", "x", "IFEQ", "w"}), "OK");
  EXPECT_EQ(Run({"SET", "k", "y", "IFNE", "x"}), "(nil)");
  EXPECT_EQ(Run({"SET", "k", "y", "NX", "XX"}), "-ERR syntax error");
  EXPECT_THAT(TakeLogged(), ElementsAre("SET k v", "SET k w", "SET k x"));
}

TEST_F(StringTest, ReadsLogNothing) {
  Run({"GET", "k"});
  Run({"MGET", "k", "l"});
  Run({"SETRANGE", "k", "0", ""});
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(StringTest, RangesCountFromBothEnds) {
  Run({"SET", "k", "Hello World"});
  EXPECT_EQ(Run({"GETRANGE", "k", "0", "-1"}), "Hello World");
  EXPECT_EQ(Run({"GETRANGE", "k", "-5", "-1"}), "World");
  EXPECT_EQ(Run({"SUBSTR", "k", "5", "3"}), "");
  EXPECT_EQ(Run({"SETRANGE", "k", "6", "Redis"}), "(integer) 11");
  EXPECT_EQ(Run({"SETRANGE", "new", "3", "x"}), "(integer) 4");
  EXPECT_EQ(Run({"GET", "new"}), std::string("\0\0\0x", 4));
  EXPECT_EQ(Run({"SETRANGE", "k", "-1", "x"}), "-ERR offset is out of range");
  EXPECT_EQ(Run({"SETRANGE", "k", "536870912", "x"}),
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)");
}

TEST_F(StringTest, AppendCrossesEveryForm) {
  std::string expected = "12";
  Run({"SET", "k", "12"});
  for (int i = 0; i < 400; ++i) {
    expected += "abcdefg";
    EXPECT_EQ(Run({"APPEND", "k", "abcdefg"}), "(integer) " + std::to_string(expected.size()));
  }
  EXPECT_EQ(Run({"GET", "k"}), expected);
  EXPECT_EQ(Run({"STRLEN", "k"}), "(integer) " + std::to_string(expected.size()));
}

TEST_F(StringTest, MultipleKeysInOneCommand) {
  EXPECT_EQ(Run({"MSET", "a", "1", "b", "2"}), "OK");
  EXPECT_EQ(Run({"MGET", "a", "b", "c"}), "[1, 2, (nil)]");
  EXPECT_EQ(Run({"MSETNX", "c", "3", "a", "4"}), "(integer) 0");
  EXPECT_EQ(Run({"MSETNX", "c", "3", "d", "4"}), "(integer) 1");
  EXPECT_EQ(Run({"MSET", "a"}), "-ERR wrong number of arguments for 'mset' command");
  EXPECT_EQ(Run({"MSET", "a", "1", "b"}), "-ERR wrong number of arguments for 'mset' command");
}

TEST_F(StringTest, RelativeExpiryIsLoggedAsAbsoluteTime) {
  EXPECT_EQ(Run({"SET", "k", "v", "PX", "1500"}), "OK");
  EXPECT_EQ(Run({"SETEX", "j", "1", "v"}), "OK");
  EXPECT_EQ(Run({"SET", "k", "v", "EX", "0"}), "-ERR invalid expire time in 'set' command");
  EXPECT_EQ(Run({"SET", "k", "v", "EX", "9223372036854775807"}),
            "-ERR invalid expire time in 'set' command");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("SET k v PXAT 1800000001500", "SET j v PXAT 1800000001000"));
  Advance(1000);
  EXPECT_EQ(Run({"GET", "j"}), "(nil)");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL j"));
  EXPECT_EQ(Run({"GET", "k"}), "v");
}

TEST_F(StringTest, OlderNamesOfSet) {
  EXPECT_EQ(Run({"GETSET", "k", "v"}), "(nil)");
  EXPECT_EQ(Run({"PSETEX", "k", "5000", "w"}), "OK");
  EXPECT_EQ(Run({"PTTL", "k"}), "(integer) 5000");
  EXPECT_EQ(Run({"GETSET", "k", "x"}), "w");
  EXPECT_EQ(Run({"TTL", "k"}), "(integer) -1");
  EXPECT_EQ(Run({"PSETEX", "k", "0", "w"}), "-ERR invalid expire time in 'psetex' command");
  EXPECT_EQ(Run({"GET", "k"}), "x");
}

TEST_F(StringTest, SyntaxErrorsComeBeforeWrongTimes) {
  EXPECT_EQ(Run({"SET", "k", "v", "EX", "x", "FOO"}), "-ERR syntax error");
  EXPECT_EQ(Run({"GETEX", "absent", "EX", "x"}), "(nil)");
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"GETEX", "k", "EX", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"GETEX", "k", "EX", "0"}), "-ERR invalid expire time in 'getex' command");
}

TEST_F(StringTest, GetExChangesOnlyTheDeadline) {
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"GETEX", "k", "PX", "100"}), "v");
  EXPECT_EQ(Run({"GETEX", "k", "PERSIST"}), "v");
  EXPECT_EQ(Run({"GETEX", "k"}), "v");
  EXPECT_EQ(Run({"GETEX", "k", "PERSIST", "EX", "1"}), "-ERR syntax error");
  EXPECT_EQ(Run({"GETDEL", "k"}), "v");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("SET k v", "PEXPIREAT k 1800000000100", "PERSIST k", "DEL k"));
}

}  // namespace
}  // namespace kvasir
