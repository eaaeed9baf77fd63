#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

using SortTest = CommandTest;

TEST_F(SortTest, NumbersInBothDirections) {
  Run({"RPUSH", "l", "3", "10", "2.5", "-1"});
  EXPECT_EQ(Run({"SORT", "l"}), "[-1, 2.5, 3, 10]");
  EXPECT_EQ(Run({"SORT", "l", "DESC"}), "[10, 3, 2.5, -1]");
  EXPECT_EQ(Run({"SORT_RO", "l", "LIMIT", "1", "2"}), "[2.5, 3]");
  EXPECT_EQ(Run({"SORT", "l", "LIMIT", "-5", "-1", "ASC"}), "[-1, 2.5, 3, 10]");
  EXPECT_EQ(Run({"SORT", "l", "LIMIT", "9", "2"}), "[]");
  EXPECT_EQ(Run({"SORT", "absent"}), "[]");
}

TEST_F(SortTest, TextsByTheirBytes) {
  Run({"SADD", "s", "b", "a", "10", "9", ""});
  EXPECT_EQ(Run({"SORT", "s", "ALPHA"}), "[, 10, 9, a, b]");
  EXPECT_EQ(Run({"SORT", "s", "ALPHA", "DESC", "LIMIT", "0", "2"}), "[b, a]");
  EXPECT_EQ(Run({"SORT", "s"}), "-ERR One or more scores can't be converted into double");
}

TEST_F(SortTest, EqualNumbersAreOrderedByText) {
  Run({"RPUSH", "l", "1.0", "1", "01"});
  EXPECT_EQ(Run({"SORT", "l"}), "[01, 1, 1.0]");
}

TEST_F(SortTest, ByKeysAndFields) {
  Run({"RPUSH", "l", "a", "b", "c"});
  Run({"MSET", "w_a", "3", "w_b", "1"});
  Run({"HSET", "h_a", "f", "x"});
  Run({"HSET", "h_b", "f", "z"});
  EXPECT_EQ(Run({"SORT", "l", "BY", "w_*"}), "[c, b, a]");
  EXPECT_EQ(Run({"SORT", "l", "BY", "h_*->f", "ALPHA", "DESC"}), "[b, a, c]");
  EXPECT_EQ(Run({"SORT", "l", "BY", "w_*", "GET", "#", "GET", "w_*", "GET", "h_*->f"}),
            "[c, (nil), (nil), b, 1, z, a, 3, x]");
  EXPECT_EQ(Run({"SORT", "l", "BY", "nosort", "GET", "plain"}), "[(nil), (nil), (nil)]");
}

TEST_F(SortTest, PatternsThatLeadToOtherTypesLeadToNothing) {
  Run({"RPUSH", "l", "1"});
  Run({"RPUSH", "w_1", "x"});
  Run({"SET", "h_1", "x"});
  EXPECT_EQ(Run({"SORT", "l", "GET", "w_*", "GET", "h_*->f", "GET", "l->*"}),
            "[(nil), (nil), (nil)]");
}

TEST_F(SortTest, AnArrowAtTheEndIsPartOfTheKey) {
  Run({"RPUSH", "l", "1"});
  Run({"SET", "k1->", "v"});
  EXPECT_EQ(Run({"SORT", "l", "GET", "k*->"}), "[v]");
}

TEST_F(SortTest, WithoutAnOrderListsAndSortedSetsKeepTheirs) {
  Run({"RPUSH", "l", "c", "a", "b"});
  Run({"ZADD", "z", "3", "x", "1", "y", "2", "w"});
  EXPECT_EQ(Run({"SORT", "l", "BY", "nosort"}), "[c, a, b]");
  EXPECT_EQ(Run({"SORT", "l", "BY", "nosort", "LIMIT", "1", "1"}), "[a]");
  EXPECT_EQ(Run({"SORT", "z", "BY", "nosort"}), "[y, w, x]");
  EXPECT_EQ(Run({"SORT", "z", "BY", "nosort", "DESC", "LIMIT", "0", "2"}), "[x, w]");
  EXPECT_EQ(Run({"SORT", "z", "ALPHA"}), "[w, x, y]");
}

TEST_F(SortTest, StoresAListInPlaceOfWhateverIsThere) {
  Run({"SADD", "s", "3", "1", "2"});
  Run({"SET", "target", "x"});
  EXPECT_EQ(Run({"SORT", "s", "STORE", "target", "GET", "#", "GET", "none_*"}), "(integer) 6");
  EXPECT_EQ(Run({"LRANGE", "target", "0", "-1"}), "[1, , 2, , 3, ]");
  EXPECT_EQ(Run({"SORT", "s", "BY", "nosort", "STORE", "s"}), "(integer) 3");
  EXPECT_EQ(Run({"TYPE", "s"}), "list");
  EXPECT_EQ(Run({"SORT", "absent", "STORE", "target"}), "(integer) 0");
  EXPECT_EQ(Run({"EXISTS", "target"}), "(integer) 0");
}

TEST_F(SortTest, RefusesWhatItCannotSort) {
  Run({"SET", "string", "x"});
  Run({"HSET", "hash", "f", "v"});
  EXPECT_THAT(Run({"SORT", "string"}), HasSubstr("-WRONGTYPE"));
  EXPECT_THAT(Run({"SORT", "hash"}), HasSubstr("-WRONGTYPE"));
  Run({"RPUSH", "l", "1"});
  EXPECT_EQ(Run({"SORT", "l", "LIMIT", "1"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SORT", "l", "LIMIT", "x", "1"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"SORT_RO", "l", "STORE", "k"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SORT", "l", "NOSUCH"}), "-ERR syntax error");
}

TEST_F(SortTest, AFailureLeavesTheDestinationAlone) {
  Run({"RPUSH", "l", "a"});
  Run({"SET", "target", "x"});
  EXPECT_THAT(Run({"SORT", "l", "STORE", "target"}), HasSubstr("-ERR One or more"));
  EXPECT_EQ(Run({"GET", "target"}), "x");
}

TEST_F(SortTest, LargeCollections) {
  std::vector<std::string> push = {"RPUSH", "l"};
  for (int i = 0; i < 5000; ++i) push.push_back(std::to_string(i * 7919 % 5000));
  Run(push);
  EXPECT_EQ(Run({"SORT", "l", "LIMIT", "2500", "3"}), "[2500, 2501, 2502]");
  EXPECT_EQ(Run({"SORT", "l", "BY", "nosort", "DESC", "LIMIT", "0", "1"}), "[2081]");
}

// What is found as the key that SORT writes to is what permissions are checked for.
TEST_F(SortTest, OnlyTheLastStoreNamesAKey) {
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "SORT", "k", "STORE", "a", "STORE", "b"}), "[k, b]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "SORT", "k", "STORE", "a", "GET", "store", "ASC"}),
            "[k, a]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "SORT", "k", "BY", "store", "LIMIT", "store", "store"}),
            "[k]");
  Run({"ACL", "SETUSER", "u", "on", "nopass", "+@all", "%R~*", "~a"});
  Run({"AUTH", "u", ""});
  EXPECT_EQ(Run({"SORT", "k", "STORE", "a", "STORE", "b"}),
            "-NOPERM No permissions to access a key");
  EXPECT_EQ(Run({"SORT", "k", "STORE", "a", "GET", "store", "ASC"}), "(integer) 0");
}

TEST_F(SortTest, ScriptsGetASetInOrder) {
  Run({"SADD", "s", "c", "aa", "b", "a"});
  EXPECT_EQ(Run({"EVAL", "return redis.call('sort', KEYS[1], 'by', '_')", "1", "s"}),
            "[a, aa, b, c]");
}

}  // namespace
}  // namespace kvasir
