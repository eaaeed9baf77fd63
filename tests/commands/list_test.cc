#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/command_test.h"
#include "tests/support/error_replies.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ListTest : public CommandTest {
 protected:
  std::string All(std::string_view key) { return Run({"LRANGE", key, "0", "-1"}); }
};

TEST_F(ListTest, PushesOneByOne) {
  EXPECT_EQ(Run({"LPUSH", "k", "a", "b", "c"}), "(integer) 3");
  EXPECT_EQ(Run({"RPUSH", "k", "1", ""}), "(integer) 5");
  EXPECT_EQ(All("k"), "[c, b, a, 1, ]");
  EXPECT_EQ(Run({"LLEN", "k"}), "(integer) 5");
  EXPECT_EQ(Run({"LPUSHX", "k", "x", "y"}), "(integer) 7");
  EXPECT_EQ(Run({"RPUSHX", "k", "z"}), "(integer) 8");
  EXPECT_EQ(Run({"TYPE", "k"}), "list");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "k"}), "listpack");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("LPUSH k a b c", "RPUSH k 1 ", "LPUSHX k x y", "RPUSHX k z"));
}

TEST_F(ListTest, PushesNothingWhereNoListIs) {
  EXPECT_EQ(Run({"LPUSHX", "k", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"RPUSHX", "k", "a", "b"}), "(integer) 0");
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(ListTest, PopsFromEitherEnd) {
  Run({"RPUSH", "k", "a", "b", "c", "d", "e"});
  EXPECT_EQ(Run({"LPOP", "k"}), "a");
  EXPECT_EQ(Run({"RPOP", "k"}), "e");
  EXPECT_EQ(Run({"LPOP", "k", "0"}), "[]");
  EXPECT_EQ(Run({"RPOP", "k", "2"}), "[d, c]");
  EXPECT_EQ(Run({"LPOP", "k", "100"}), "[b]");
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
  EXPECT_EQ(RunRaw(session, {"LPOP", "k"}), "$-1\r\n");
  EXPECT_EQ(RunRaw(session, {"LPOP", "k", "0"}), "*-1\r\n");
  EXPECT_EQ(RunRaw(session, {"RPOP", "k", "3"}), "*-1\r\n");
  session.resp_version = 3;
  EXPECT_EQ(RunRaw(session, {"RPOP", "k", "3"}), "_\r\n");
}

TEST_F(ListTest, PopRefusesWhatIsWrong) {
  EXPECT_EQ(Run({"LPOP", "k", "-1"}), "-ERR value is out of range, must be positive");
  EXPECT_EQ(Run({"LPOP", "k", "x"}), "-ERR value is out of range, must be positive");
  EXPECT_EQ(Run({"RPOP", "k", "1", "2"}), "-ERR wrong number of arguments for 'rpop' command");
}

TEST_F(ListTest, OtherTypesAreRefused) {
  Run({"SET", "s", "v"});
  Run({"RPUSH", "k", "a"});
  TakeLogged();
  using Arguments = std::vector<std::string>;
  const std::vector<Arguments> requests = {{"LPUSH", "s", "a"},
                                           {"RPUSH", "s", "a"},
                                           {"LPUSHX", "s", "a"},
                                           {"RPUSHX", "s", "a"},
                                           {"LPOP", "s"},
                                           {"RPOP", "s"},
                                           {"LPOP", "s", "0"},
                                           {"LLEN", "s"},
                                           {"LINDEX", "s", "0"},
                                           {"LINDEX", "s", "x"},
                                           {"LSET", "s", "0", "a"},
                                           {"LSET", "s", "x", "a"},
                                           {"LRANGE", "s", "0", "1"},
                                           {"LTRIM", "s", "0", "1"},
                                           {"LINSERT", "s", "BEFORE", "a", "b"},
                                           {"LREM", "s", "0", "a"},
                                           {"LPOS", "s", "a"},
                                           {"LMOVE", "s", "k", "LEFT", "LEFT"},
                                           {"LMOVE", "k", "s", "LEFT", "LEFT"},
                                           {"RPOPLPUSH", "k", "s"},
                                           {"LMPOP", "1", "s", "LEFT"},
                                           {"LMPOP", "2", "none", "s", "LEFT"},
                                           {"BLPOP", "s", "k", "0"},
                                           {"BRPOP", "none", "s", "0"},
                                           {"BLMOVE", "s", "k", "LEFT", "LEFT", "0"},
                                           {"BLMOVE", "k", "s", "LEFT", "LEFT", "0"},
                                           {"BRPOPLPUSH", "k", "s", "0"},
                                           {"BLMPOP", "0", "1", "s", "LEFT"},
                                           {"LMOVEM", "k", "s", "LEFT", "LEFT"},
                                           {"BLMOVEM", "s", "k", "LEFT", "LEFT", "0"}};
  for (const Arguments& request : requests) {
    EXPECT_EQ(Run(request), kWrongType) << request[0];
  }
  EXPECT_EQ(Run({"LMOVE", "none", "s", "LEFT", "LEFT"}), "(nil)");
  EXPECT_EQ(Run({"GET", "k"}), kWrongType);
  EXPECT_EQ(All("k"), "[a]");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(ListTest, IndexesCountFromEitherEnd) {
  Run({"RPUSH", "k", "a", "7", "c"});
  EXPECT_EQ(Run({"LINDEX", "k", "0"}), "a");
  EXPECT_EQ(Run({"LINDEX", "k", "-2"}), "7");
  EXPECT_EQ(Run({"LINDEX", "k", "3"}), "(nil)");
  EXPECT_EQ(Run({"LINDEX", "k", "-4"}), "(nil)");
  EXPECT_EQ(Run({"LINDEX", "k", "x"}), kNotInteger);
  EXPECT_EQ(Run({"LINDEX", "none", "x"}), "(nil)");
  EXPECT_EQ(Run({"LSET", "k", "-1", "z"}), "OK");
  EXPECT_EQ(Run({"LSET", "k", "0", "100"}), "OK");
  EXPECT_EQ(Run({"LSET", "k", "3", "z"}), "-ERR index out of range");
  EXPECT_EQ(Run({"LSET", "k", "x", "z"}), kNotInteger);
  EXPECT_EQ(Run({"LSET", "none", "x", "z"}), "-ERR no such key");
  EXPECT_EQ(All("k"), "[100, 7, z]");
}

TEST_F(ListTest, RangesAreClamped) {
  Run({"RPUSH", "k", "a", "b", "c", "d"});
  EXPECT_EQ(Run({"LRANGE", "k", "1", "2"}), "[b, c]");
  EXPECT_EQ(Run({"LRANGE", "k", "-100", "100"}), "[a, b, c, d]");
  EXPECT_EQ(Run({"LRANGE", "k", "-2", "-1"}), "[c, d]");
  EXPECT_EQ(Run({"LRANGE", "k", "3", "1"}), "[]");
  EXPECT_EQ(Run({"LRANGE", "k", "4", "9"}), "[]");
  EXPECT_EQ(Run({"LRANGE", "k", "0", "-5"}), "[]");
  EXPECT_EQ(Run({"LRANGE", "none", "0", "-1"}), "[]");
  EXPECT_EQ(Run({"LRANGE", "k", "0", "x"}), kNotInteger);
  EXPECT_EQ(Run({"LRANGE", "k", "-9223372036854775808", "9223372036854775807"}), "[a, b, c, d]");
}

TEST_F(ListTest, TrimKeepsARange) {
  Run({"RPUSH", "k", "a", "b", "c", "d", "e"});
  TakeLogged();
  EXPECT_EQ(Run({"LTRIM", "k", "0", "-1"}), "OK");
  EXPECT_THAT(TakeLogged(), IsEmpty());
  EXPECT_EQ(Run({"LTRIM", "k", "1", "-2"}), "OK");
  EXPECT_EQ(All("k"), "[b, c, d]");
  EXPECT_EQ(Run({"LTRIM", "k", "2", "1"}), "OK");
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
  EXPECT_EQ(Run({"LTRIM", "k", "0", "1"}), "OK");
  EXPECT_EQ(Run({"LTRIM", "k", "0", "1.5"}), kNotInteger);
}

TEST_F(ListTest, InsertsNextToAPivot) {
  Run({"RPUSH", "k", "a", "b", "a"});
  EXPECT_EQ(Run({"LINSERT", "k", "before", "a", "1"}), "(integer) 4");
  EXPECT_EQ(Run({"LINSERT", "k", "AFTER", "b", "2"}), "(integer) 5");
  EXPECT_EQ(Run({"LINSERT", "k", "AFTER", "no", "3"}), "(integer) -1");
  EXPECT_EQ(Run({"LINSERT", "none", "AFTER", "b", "2"}), "(integer) 0");
  EXPECT_EQ(Run({"LINSERT", "k", "BESIDE", "b", "2"}), "-ERR syntax error");
  EXPECT_EQ(All("k"), "[1, a, b, 2, a]");
}

TEST_F(ListTest, RemovesFromEitherEnd) {
  Run({"RPUSH", "k", "a", "b", "a", "c", "a", "a"});
  EXPECT_EQ(Run({"LREM", "k", "1", "a"}), "(integer) 1");
  EXPECT_EQ(Run({"LREM", "k", "-2", "a"}), "(integer) 2");
  EXPECT_EQ(All("k"), "[b, a, c]");
  EXPECT_EQ(Run({"LREM", "k", "0", "no"}), "(integer) 0");
  EXPECT_EQ(Run({"LREM", "none", "0", "no"}), "(integer) 0");
  EXPECT_EQ(Run({"LREM", "k", "x", "a"}), kNotInteger);
  for (const char* element : {"a", "b", "c"}) Run({"LREM", "k", "0", element});
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
}

TEST_F(ListTest, FindsPositions) {
  Run({"RPUSH", "k", "a", "b", "c", "1", "2", "3", "c", "c"});
  EXPECT_EQ(Run({"LPOS", "k", "c"}), "(integer) 2");
  EXPECT_EQ(Run({"LPOS", "k", "c", "RANK", "-1"}), "(integer) 7");
  EXPECT_EQ(Run({"LPOS", "k", "c", "COUNT", "2"}), "[(integer) 2, (integer) 6]");
  EXPECT_EQ(Run({"LPOS", "k", "c", "COUNT", "0", "RANK", "-2"}), "[(integer) 6, (integer) 2]");
  EXPECT_EQ(Run({"LPOS", "k", "c", "MAXLEN", "2"}), "(nil)");
  EXPECT_EQ(Run({"LPOS", "k", "c", "MAXLEN", "2", "COUNT", "0"}), "[]");
  EXPECT_EQ(Run({"LPOS", "none", "c", "COUNT", "0"}), "[]");
  EXPECT_EQ(Run({"LPOS", "none", "c"}), "(nil)");
}

TEST_F(ListTest, PositionOptionsAreChecked) {
  EXPECT_EQ(
      Run({"LPOS", "k", "c", "RANK", "0"}),
      "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or "
      "use negative to start from the end of the list");
  EXPECT_EQ(Run({"LPOS", "k", "c", "RANK", "-9223372036854775808"}),
            "-ERR value is out of range, value must between -9223372036854775807 and "
            "9223372036854775807");
  EXPECT_EQ(Run({"LPOS", "k", "c", "RANK", "x"}), kNotInteger);
  EXPECT_EQ(Run({"LPOS", "k", "c", "COUNT", "-1"}), "-ERR COUNT can't be negative");
  EXPECT_EQ(Run({"LPOS", "k", "c", "MAXLEN", "x"}), "-ERR MAXLEN can't be negative");
  EXPECT_EQ(Run({"LPOS", "k", "c", "MAXLEN"}), "-ERR syntax error");
  EXPECT_EQ(Run({"LPOS", "k", "c", "SIZE", "1"}), "-ERR syntax error");
}

TEST_F(ListTest, MovesBetweenLists) {
  Run({"RPUSH", "k", "a", "b", "c"});
  EXPECT_EQ(Run({"LMOVE", "k", "l", "LEFT", "RIGHT"}), "a");
  EXPECT_EQ(Run({"RPOPLPUSH", "k", "l"}), "c");
  EXPECT_EQ(Run({"LMOVE", "k", "l", "right", "right"}), "b");
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
  EXPECT_EQ(All("l"), "[c, a, b]");
  EXPECT_EQ(Run({"LMOVE", "l", "l", "LEFT", "RIGHT"}), "c");
  EXPECT_EQ(Run({"LMOVE", "l", "l", "LEFT", "LEFT"}), "a");
  EXPECT_EQ(Run({"RPOPLPUSH", "l", "l"}), "c");
  EXPECT_EQ(All("l"), "[c, a, b]");
  EXPECT_EQ(Run({"LMOVE", "none", "l", "LEFT", "LEFT"}), "(nil)");
  EXPECT_EQ(Run({"LMOVE", "k", "l", "LEFT", "UP"}), "-ERR syntax error");
}

TEST_F(ListTest, AListThatMovesWithinItselfKeepsItsDeadline) {
  Run({"RPUSH", "k", "a"});
  Run({"PEXPIRE", "k", "5000"});
  EXPECT_EQ(Run({"LMOVE", "k", "k", "LEFT", "RIGHT"}), "a");
  EXPECT_EQ(Run({"RPOPLPUSH", "k", "k"}), "a");
  EXPECT_EQ(Run({"LMOVEM", "k", "k", "LEFT", "LEFT", "COUNT", "5", "OBO"}), "[a]");
  EXPECT_EQ(Run({"LMOVEM", "k", "k", "LEFT", "RIGHT", "COUNT", "5", "BULK"}), "[a]");
  EXPECT_EQ(Run({"PTTL", "k"}), "(integer) 5000");
  Run({"RPUSH", "k", "b", "c"});
  EXPECT_EQ(Run({"LMOVEM", "k", "k", "RIGHT", "RIGHT", "COUNT", "5", "OBO"}), "[c, b, a]");
  EXPECT_EQ(All("k"), "[c, b, a]");
  EXPECT_EQ(Run({"LMOVEM", "k", "k", "LEFT", "LEFT", "EXACTLY", "3", "OBO"}), "[a, b, c]");
  EXPECT_EQ(Run({"PTTL", "k"}), "(integer) 5000");
}

TEST_F(ListTest, MovesSeveral) {
  const auto moved = [&](const char* from, const char* to, const char* order) {
    Run({"DEL", "k", "l"});
    Run({"RPUSH", "k", "1", "2", "3", "4"});
    Run({"RPUSH", "l", "x"});
    const std::string reply = Run({"LMOVEM", "k", "l", from, to, "COUNT", "3", order});
    return reply + " " + All("l");
  };
  EXPECT_EQ(moved("LEFT", "LEFT", "OBO"), "[3, 2, 1] [3, 2, 1, x]");
  EXPECT_EQ(moved("LEFT", "LEFT", "BULK"), "[1, 2, 3] [1, 2, 3, x]");
  EXPECT_EQ(moved("LEFT", "RIGHT", "OBO"), "[1, 2, 3] [x, 1, 2, 3]");
  EXPECT_EQ(moved("RIGHT", "LEFT", "OBO"), "[2, 3, 4] [2, 3, 4, x]");
  EXPECT_EQ(moved("RIGHT", "RIGHT", "OBO"), "[4, 3, 2] [x, 4, 3, 2]");
  EXPECT_EQ(moved("RIGHT", "RIGHT", "BULK"), "[2, 3, 4] [x, 2, 3, 4]");
  EXPECT_EQ(Run({"LMOVEM", "k", "l", "LEFT", "LEFT"}), "[1]");
  EXPECT_EQ(Run({"LMOVEM", "k", "l", "LEFT", "LEFT"}), "[]");
  EXPECT_EQ(RunRaw(session, {"LMOVEM", "k", "l", "LEFT", "LEFT", "EXACTLY", "1", "OBO"}),
            "*-1\r\n");
  EXPECT_EQ(Run({"LMOVEM", "l", "k", "LEFT", "LEFT", "EXACTLY", "9", "OBO"}), "(nil)");
  EXPECT_EQ(Run({"LMOVEM", "l", "k", "LEFT", "LEFT", "COUNT", "0", "OBO"}),
            "-ERR count should be greater than 0");
  EXPECT_EQ(Run({"LMOVEM", "l", "k", "LEFT", "LEFT", "COUNT", "1"}), "-ERR syntax error");
  EXPECT_EQ(Run({"LMOVEM", "l", "k", "LEFT", "LEFT", "COUNT", "1", "ALL"}), "-ERR syntax error");
}

TEST_F(ListTest, SeveralMovesAreLoggedAsWhatOlderServersKnow) {
  Run({"RPUSH", "k", "1", "2", "3"});
  TakeLogged();
  Run({"LMOVEM", "k", "l", "LEFT", "LEFT", "COUNT", "2", "BULK"});
  EXPECT_THAT(TakeLogged(), ElementsAre("LPOP k 2", "LPUSH l 2 1"));
  EXPECT_EQ(log.groups.back(), "LPOP LPUSH");
}

TEST_F(ListTest, PopsFromTheFirstThatHasAny) {
  Run({"RPUSH", "k", "a", "b", "c"});
  EXPECT_EQ(Run({"LMPOP", "2", "none", "k", "LEFT"}), "[k, [a]]");
  EXPECT_EQ(Run({"LMPOP", "1", "k", "RIGHT", "COUNT", "9"}), "[k, [c, b]]");
  EXPECT_EQ(RunRaw(session, {"LMPOP", "1", "k", "RIGHT"}), "*-1\r\n");
  EXPECT_EQ(Run({"LMPOP", "0", "k", "LEFT"}), "-ERR numkeys should be greater than 0");
  EXPECT_EQ(Run({"LMPOP", "x", "k", "LEFT"}), "-ERR numkeys should be greater than 0");
  EXPECT_EQ(Run({"LMPOP", "9", "k", "LEFT"}), "-ERR syntax error");
  EXPECT_EQ(Run({"LMPOP", "9223372036854775807", "k", "LEFT"}), "-ERR syntax error");
  EXPECT_EQ(Run({"LMPOP", "1", "k", "UP"}), "-ERR syntax error");
  EXPECT_EQ(Run({"LMPOP", "1", "k", "LEFT", "COUNT"}), "-ERR syntax error");
  EXPECT_EQ(Run({"LMPOP", "1", "k", "LEFT", "COUNT", "0"}), "-ERR count should be greater than 0");
  EXPECT_EQ(Run({"LMPOP", "1", "k", "LEFT", "COUNT", "1", "COUNT", "1"}), "-ERR syntax error");
}

TEST_F(ListTest, KeysAreFoundAmongTheArguments) {
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "BLPOP", "a", "b", "0"}), "[a, b]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "BLMPOP", "0", "2", "a", "b", "LEFT"}), "[a, b]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "LMPOP", "1", "a", "LEFT"}), "[a]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "BLMOVE", "a", "b", "LEFT", "LEFT", "0"}), "[a, b]");
}

TEST_F(ListTest, FormsChangeAndValuesStay) {
  Run({"CONFIG", "SET", "list-max-listpack-size", "3"});
  Run({"RPUSH", "k", "a", "b", "c"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "k"}), "listpack");
  Run({"RPUSH", "k", "d"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "k"}), "quicklist");
  EXPECT_EQ(Run({"COPY", "k", "l"}), "(integer) 1");
  EXPECT_EQ(Run({"RENAME", "k", "m"}), "OK");
  EXPECT_EQ(All("l"), All("m"));
  Run({"LTRIM", "m", "3", "3"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "m"}), "listpack");
  EXPECT_EQ(All("m"), "[d]");
}

// What DEBUG DIGEST-VALUE of redis-server 7.0 says about the same lists.
TEST_F(ListTest, DigestIsRedisDigest) {
  check_replay = false;
  Run({"CONFIG", "SET", "enable-debug-command", "yes"});
  session.is_replay = true;
  Run({"RPUSH", "k", "a", "1", "-70000", ""});
  EXPECT_EQ(Run({"DEBUG", "DIGEST-VALUE", "k"}), "[efbc327102c064a7ace7a0d899228782eca38779]");
}

TEST_F(ListTest, RandomCommandsComeBackFromTheLog) {
  std::mt19937 random(3);
  const std::vector<std::vector<std::string>> templates = {
      {"LPUSH", "K", "V", "V"},
      {"RPUSH", "K", "V", "V", "V"},
      {"RPUSH", "K", "V"},
      {"LPOP", "K"},
      {"RPOP", "K"},
      {"RPOP", "K", "2"},
      {"LSET", "K", "1", "V"},
      {"LINSERT", "K", "BEFORE", "V", "V"},
      {"LREM", "K", "-1", "V"},
      {"LTRIM", "K", "0", "40"},
      {"LMOVE", "K", "K", "LEFT", "RIGHT"},
      {"RPOPLPUSH", "K", "K"},
      {"LMPOP", "2", "K", "K", "RIGHT"},
      {"LMOVEM", "K", "K", "LEFT", "LEFT", "COUNT", "3", "OBO"},
      {"COPY", "K", "K", "REPLACE"},
      {"PEXPIRE", "K", "50000"},
      {"BLPOP", "K", "K", "0"},
      {"RENAME", "K", "K"}};
  Run({"CONFIG", "SET", "list-max-listpack-size", "8"});
  for (int i = 0; i < 8000; ++i) {
    std::vector<std::string> request = templates[random() % templates.size()];
    for (std::string& argument : request) {
      if (argument == "K") argument = std::string(1, static_cast<char>('a' + random() % 4));
      if (argument == "V") argument = std::to_string(random() % 12 * 1000);
    }
    if (request[0] == "BLPOP") request.back() = "0.001";
    Run(request);
    if (session.blocked_now()) engine.EndBlock(session, {});
    session.output.Clear();
  }
}

}  // namespace
}  // namespace kvasir
