#include <gmock/gmock.h>

#include "src/base/random.h"
#include "tests/support/command_test.h"
#include "tests/support/error_replies.h"
#include "tests/support/reply_list.h"

namespace kvasir {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::string kNoFields =
    "-ERR Mandatory argument FIELDS is missing or not at the right position";
const std::string kMismatch = "-ERR The `numfields` parameter must match the number of arguments";

class HashExpiryTest : public CommandTest {
 protected:
  void SetUp() override {
    Run({"HSET", "h", "a", "1", "b", "2", "c", "3"});
    Run({"HSET", "table", "a", "1", "b", "2", "c", std::string(100, 'x')});
    TakeLogged();
  }
  std::string Ttl(const std::string& key, const std::string& name) {
    return Run({"HPTTL", key, "FIELDS", "1", name});
  }
  const std::vector<std::string> keys = {"h", "table"};
};

TEST_F(HashExpiryTest, SetsAndTellsDeadlines) {
  for (const std::string& key : keys) {
    EXPECT_EQ(Run({"HEXPIRE", key, "10", "FIELDS", "3", "a", "none", "b"}),
              "[(integer) 1, (integer) -2, (integer) 1]");
    EXPECT_EQ(Run({"HPTTL", key, "FIELDS", "3", "a", "c", "none"}),
              "[(integer) 10000, (integer) -1, (integer) -2]");
    Advance(1);
    EXPECT_EQ(Run({"HTTL", key, "FIELDS", "1", "a"}), "[(integer) 10]");
    EXPECT_EQ(Run({"HPEXPIREAT", key, "1900000000001", "fields", "1", "b"}), "[(integer) 1]");
    EXPECT_EQ(Run({"HPEXPIRETIME", key, "FIELDS", "1", "b"}), "[(integer) 1900000000001]");
    EXPECT_EQ(Run({"HEXPIRETIME", key, "FIELDS", "1", "b"}), "[(integer) 1900000001]");
    EXPECT_EQ(Run({"HEXPIREAT", key, "1900000000", "FIELDS", "1", "b"}), "[(integer) 1]");
    EXPECT_EQ(Run({"HPEXPIRE", key, "99", "FIELDS", "1", "b"}), "[(integer) 1]");
    EXPECT_EQ(Ttl(key, "b"), "[(integer) 99]");
    EXPECT_EQ(Run({"HPERSIST", key, "FIELDS", "3", "b", "b", "none"}),
              "[(integer) 1, (integer) -1, (integer) -2]");
    EXPECT_EQ(Ttl(key, "b"), "[(integer) -1]");
  }
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "h"}), "listpackex");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "table"}), "hashtable");
}

TEST_F(HashExpiryTest, LogsAbsoluteTimes) {
  Run({"HEXPIRE", "h", "10", "FIELDS", "3", "a", "none", "b"});
  Run({"HPEXPIRE", "h", "0", "FIELDS", "2", "a", "b"});
  Run({"HEXPIRE", "h", "10", "XX", "FIELDS", "1", "c"});
  Run({"HGETEX", "h", "PX", "5", "FIELDS", "1", "c"});
  Run({"HGETEX", "h", "PERSIST", "FIELDS", "1", "c"});
  Run({"HGETEX", "h", "PERSIST", "FIELDS", "1", "c"});
  Run({"HGETEX", "h", "FIELDS", "1", "c"});
  Run({"HSETEX", "h", "EX", "1", "FIELDS", "2", "d", "4", "e", "5"});
  Run({"HSETEX", "h", "KEEPTTL", "FIELDS", "2", "d", "6", "c", "7"});
  Run({"HINCRBYFLOAT", "h", "d", "0.5"});
  Run({"HGETDEL", "h", "FIELDS", "2", "d", "none"});
  Run({"HPERSIST", "h", "FIELDS", "2", "e", "c"});
  EXPECT_THAT(
      TakeLogged(),
      ElementsAre("HPEXPIREAT h 1800000010000 FIELDS 2 a b", "HDEL h a b",
                  "HPEXPIREAT h 1800000000005 FIELDS 1 c", "HPERSIST h FIELDS 1 c",
                  "HSET h d 4 e 5", "HPEXPIREAT h 1800000001000 FIELDS 2 d e", "HSET h d 6 c 7",
                  "HPEXPIREAT h 1800000001000 FIELDS 1 d", "HSET h d 6.5",
                  "HPEXPIREAT h 1800000001000 FIELDS 1 d", "HDEL h d", "HPERSIST h FIELDS 1 e"));
}

TEST_F(HashExpiryTest, Conditions) {
  const auto expire = [&](const char* ms, const char* condition) {
    return Run({"HPEXPIRE", "h", ms, condition, "FIELDS", "1", "a"});
  };
  EXPECT_EQ(expire("100", "XX"), "[(integer) 0]");
  EXPECT_EQ(expire("100", "GT"), "[(integer) 0]");
  EXPECT_EQ(expire("100", "nx"), "[(integer) 1]");
  EXPECT_EQ(expire("200", "NX"), "[(integer) 0]");
  EXPECT_EQ(expire("100", "GT"), "[(integer) 0]");
  EXPECT_EQ(expire("101", "GT"), "[(integer) 1]");
  EXPECT_EQ(expire("101", "LT"), "[(integer) 0]");
  EXPECT_EQ(expire("50", "LT"), "[(integer) 1]");
  EXPECT_EQ(expire("70", "XX"), "[(integer) 1]");
  Run({"HPERSIST", "h", "FIELDS", "1", "a"});
  EXPECT_EQ(expire("100", "LT"), "[(integer) 1]");
  EXPECT_EQ(expire("0", "GT"), "[(integer) 0]");
  EXPECT_EQ(expire("0", "LT"), "[(integer) 2]");
  EXPECT_EQ(expire("100", "NX"), "[(integer) -2]");
}

TEST_F(HashExpiryTest, AnAbsentKeyHasNoFields) {
  EXPECT_EQ(Run({"HEXPIRE", "no", "10", "FIELDS", "2", "a", "b"}), "[(integer) -2, (integer) -2]");
  EXPECT_EQ(Run({"HTTL", "no", "FIELDS", "1", "a"}), "[(integer) -2]");
  EXPECT_EQ(Run({"HPERSIST", "no", "FIELDS", "1", "a"}), "[(integer) -2]");
  EXPECT_EQ(Run({"HGETEX", "no", "EX", "5", "FIELDS", "2", "a", "b"}), "[(nil), (nil)]");
  EXPECT_EQ(Run({"HGETDEL", "no", "FIELDS", "1", "a"}), "[(nil)]");
  EXPECT_EQ(Run({"HSETEX", "no", "FXX", "FIELDS", "1", "a", "v"}), "(integer) 0");
  EXPECT_EQ(Run({"HSETEX", "no", "PXAT", "5", "FIELDS", "1", "a", "v"}), "(integer) 1");
  EXPECT_EQ(Run({"EXISTS", "no"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(HashExpiryTest, ExpiredFieldsAreGone) {
  for (const std::string& key : keys) {
    Run({"HPEXPIRE", key, "10", "FIELDS", "2", "a", "b"});
    Advance(10);
    EXPECT_EQ(Run({"HGET", key, "a"}), "(nil)");
    EXPECT_EQ(Run({"HLEN", key}), "(integer) 1");
    EXPECT_EQ(Run({"HKEYS", key}), "[c]");
    EXPECT_EQ(Run({"HRANDFIELD", key}), "c");
    EXPECT_EQ(Run({"HEXISTS", key, "b"}), "(integer) 0");
    EXPECT_EQ(Run({"HTTL", key, "FIELDS", "1", "a"}), "[(integer) -2]");
    TakeLogged();
    EXPECT_EQ(Run({"HINCRBY", key, "a", "5"}), "(integer) 5");
    // Fields with one deadline go in any order.
    EXPECT_THAT(TakeLogged(), ElementsAre(AnyOf("HDEL " + key + " a b", "HDEL " + key + " b a"),
                                          "HINCRBY " + key + " a 5"));
    EXPECT_EQ(Ttl(key, "a"), "[(integer) -1]");
  }
}

TEST_F(HashExpiryTest, TheActiveCycleLogsWhatItRemoves) {
  Run({"HPEXPIRE", "h", "10", "FIELDS", "1", "a"});
  Run({"HPEXPIRE", "table", "10", "FIELDS", "2", "a", "b"});
  Run({"HSETEX", "whole", "PX", "20", "FIELDS", "2", "x", "1", "y", "2"});
  TakeLogged();
  EXPECT_LE(*keyspace.NextExpiryWakeMs(), now_ms + 10);
  EXPECT_THAT(Run({"INFO", "keyspace"}), HasSubstr("keys=3,expires=0,avg_ttl=0,subexpiry=3"));
  Advance(10);
  keyspace.RemoveExpired(1'000'000);
  EXPECT_THAT(TakeLogged(),
              UnorderedElementsAre("HDEL h a", AnyOf("HDEL table a b", "HDEL table b a")));
  Advance(10);
  keyspace.RemoveExpired(1'000'000);
  EXPECT_THAT(TakeLogged(), ElementsAre(AnyOf("HDEL whole x y", "HDEL whole y x")));
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 2");
  const std::string stats = Run({"INFO", "stats"});
  EXPECT_THAT(stats, HasSubstr("expired_subkeys:5\r\n"));
  EXPECT_THAT(stats, HasSubstr("expired_fields:5\r\n"));
  EXPECT_THAT(stats, HasSubstr("expired_keys:0\r\n"));
}

TEST_F(HashExpiryTest, ExpiryIsSeenByWatchers) {
  Run({"HPEXPIRE", "h", "10", "FIELDS", "1", "a"});
  Run({"WATCH", "h"});
  Advance(10);
  keyspace.RemoveExpired(1'000'000);
  Run({"MULTI"});
  Run({"SET", "x", "1"});
  EXPECT_EQ(Run({"EXEC"}), "(nil)");
}

TEST_F(HashExpiryTest, WritesClearOrKeepTheDeadline) {
  for (const std::string& key : keys) {
    const auto reset = [&] { Run({"HPEXPIRE", key, "1000", "FIELDS", "1", "a"}); };
    reset();
    Run({"HSET", key, "a", "5"});
    EXPECT_EQ(Ttl(key, "a"), "[(integer) -1]");
    reset();
    Run({"HSETNX", key, "a", "5"});
    EXPECT_EQ(Ttl(key, "a"), "[(integer) 1000]");
    Run({"HINCRBY", key, "a", "5"});
    Run({"HINCRBYFLOAT", key, "a", "0.5"});
    Run({"HSETEX", key, "KEEPTTL", "FIELDS", "1", "a", "7"});
    EXPECT_EQ(Ttl(key, "a"), "[(integer) 1000]");
    Run({"HSETEX", key, "FIELDS", "1", "a", "8"});
    EXPECT_EQ(Ttl(key, "a"), "[(integer) -1]");
    reset();
    Run({"HDEL", key, "a"});
    Run({"HSET", key, "a", "9"});
    EXPECT_EQ(Ttl(key, "a"), "[(integer) -1]");
  }
}

TEST_F(HashExpiryTest, HGetExAndHGetDel) {
  for (const std::string& key : keys) {
    EXPECT_EQ(Run({"HGETEX", key, "EX", "5", "FIELDS", "3", "a", "none", "b"}), "[1, (nil), 2]");
    EXPECT_EQ(Ttl(key, "b"), "[(integer) 5000]");
    EXPECT_EQ(Run({"HGETEX", key, "PXAT", "1", "FIELDS", "2", "a", "a"}), "[1, (nil)]");
    EXPECT_EQ(Run({"HGETEX", key, "EX", "0", "FIELDS", "1", "b"}), "[2]");
    EXPECT_EQ(Run({"HKEYS", key}), "[c]");
    Run({"HSET", key, "c", "3"});
    EXPECT_EQ(Run({"HGETDEL", key, "FIELDS", "2", "c", "c"}), "[3, (nil)]");
    EXPECT_EQ(Run({"EXISTS", key}), "(integer) 0");
  }
}

TEST_F(HashExpiryTest, HSetExConditions) {
  EXPECT_EQ(Run({"HSETEX", "h", "FNX", "FIELDS", "2", "new", "1", "a", "2"}), "(integer) 0");
  EXPECT_EQ(Run({"HSETEX", "h", "FXX", "FIELDS", "2", "new", "1", "a", "2"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
  EXPECT_EQ(Run({"HSETEX", "h", "EX", "9", "FNX", "FIELDS", "1", "new", "1"}), "(integer) 1");
  EXPECT_EQ(Run({"HSETEX", "h", "FXX", "PX", "5", "FIELDS", "2", "new", "1", "a", "2"}),
            "(integer) 1");
  EXPECT_EQ(Ttl("h", "new"), "[(integer) 5]");
  TakeLogged();
  EXPECT_EQ(Run({"HSETEX", "h", "EXAT", "5", "FIELDS", "2", "new", "1", "none", "2"}),
            "(integer) 1");
  EXPECT_THAT(TakeLogged(), ElementsAre("HDEL h new"));
}

TEST_F(HashExpiryTest, OddArgumentsAreRefused) {
  Run({"SET", "str", "x"});
  TakeLogged();
  const std::string greater = "-ERR Parameter `numFields` should be greater than 0";
  EXPECT_EQ(Run({"HEXPIRE", "str", "x", "FIELDS", "1", "a"}), kWrongType);
  EXPECT_EQ(Run({"HEXPIRE", "h", "x", "FIELDS", "1", "a"}), kNotInteger);
  EXPECT_EQ(Run({"HEXPIRE", "h", "-1", "FIELDS", "1", "a"}),
            "-ERR invalid expire time, must be >= 0");
  EXPECT_EQ(Run({"HEXPIRE", "h", "99999999999", "FIELDS", "1", "a"}),
            "-ERR invalid expire time in 'hexpire' command");
  EXPECT_EQ(Run({"HPEXPIREAT", "h", "9223372036854775807", "FIELDS", "1", "a"}),
            "-ERR invalid expire time in 'hpexpireat' command");
  EXPECT_EQ(Run({"HPEXPIRE", "h", "9223372036854775807", "FIELDS", "1", "a"}),
            "-ERR invalid expire time in 'hpexpire' command");
  EXPECT_EQ(Run({"HEXPIRE", "h", "1", "FIELD", "1", "a"}), kNoFields);
  EXPECT_EQ(Run({"HEXPIRE", "h", "1", "NX", "XX", "FIELDS", "1", "a"}), kNoFields);
  EXPECT_EQ(Run({"HEXPIRE", "h", "1", "NX", "FIELDS", "1"}), kNoFields);
  EXPECT_EQ(Run({"HEXPIRE", "h", "1", "FIELDS", "0", "a"}), greater);
  EXPECT_EQ(Run({"HEXPIRE", "h", "1", "FIELDS", "x", "a"}), greater);
  EXPECT_EQ(Run({"HEXPIRE", "h", "1", "FIELDS", "2", "a"}), kMismatch);
  EXPECT_EQ(Run({"HEXPIRE", "h", "1", "FIELDS", "9223372036854775807", "a"}), kMismatch);
  EXPECT_EQ(Run({"HTTL", "h", "FIELDS", "0", "a"}),
            "-ERR Number of fields must be a positive integer");
  EXPECT_EQ(Run({"HPERSIST", "str", "FIELDS", "1", "a"}), kWrongType);
  EXPECT_EQ(Run({"HTTL", "str", "FIELDS", "1", "a"}), kWrongType);
  EXPECT_EQ(Run({"HGETDEL", "h", "FIELDS", "3", "a"}), kMismatch);
  EXPECT_EQ(Run({"HGETEX", "h", "KEEPTTL", "FIELDS", "1", "a"}), kNoFields);
  EXPECT_EQ(Run({"HGETEX", "h", "EX", "x", "FIELDS", "1", "a"}), kNotInteger);
  EXPECT_EQ(Run({"HGETEX", "str", "FIELDS", "1", "a"}), kWrongType);
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(HashExpiryTest, HSetExRefusesOddArguments) {
  Run({"SET", "str", "x"});
  TakeLogged();
  const std::string one_time =
      "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified";
  EXPECT_EQ(Run({"HSETEX", "h", "BOGUS", "FIELDS", "1", "a", "v"}), "-ERR unknown argument: BOGUS");
  EXPECT_EQ(Run({"HSETEX", "h", "FNX", "FXX", "FIELDS", "1", "a", "v"}),
            "-ERR Only one of FXX or FNX arguments can be specified");
  EXPECT_EQ(Run({"HSETEX", "h", "EX", "60", "KEEPTTL", "FIELDS", "1", "a", "v"}), one_time);
  EXPECT_EQ(Run({"HSETEX", "h", "FIELDS", "x", "a", "v"}), "-ERR invalid number of fields");
  EXPECT_EQ(Run({"HSETEX", "h", "FIELDS", "0", "a", "v"}), "-ERR invalid number of fields");
  EXPECT_EQ(Run({"HSETEX", "h", "FIELDS", "2", "a", "v"}),
            "-ERR wrong number of arguments for 'hsetex' command");
  EXPECT_EQ(Run({"HSETEX", "h", "FNX", "KEEPTTL", "FIELDS", "1"}),
            "-ERR wrong number of arguments for 'hsetex' command");
  EXPECT_EQ(Run({"HSETEX", "h", "FNX", "KEEPTTL", "FNX", "EX"}),
            "-ERR Only one of FXX or FNX arguments can be specified");
  EXPECT_EQ(Run({"HSETEX", "h", "EX", "-1", "FIELDS", "1", "a", "v"}),
            "-ERR invalid expire time, must be >= 0");
  EXPECT_EQ(Run({"HSETEX", "str", "FIELDS", "1", "a", "v"}), kWrongType);
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(HashExpiryTest, FieldsFollowTheKey) {
  for (const std::string& key : keys) {
    Run({"HPEXPIRE", key, "100", "FIELDS", "1", "a"});
    Run({"PEXPIRE", key, "5000"});
    Run({"COPY", key, "copied"});
    Run({"PERSIST", key});
    Run({"RENAME", key, "renamed"});
    Run({"MOVE", "renamed", "1"});
    Run({"SWAPDB", "0", "1"});
    EXPECT_EQ(Ttl("renamed", "a"), "[(integer) 100]");
    Advance(100);
    TakeLogged();
    keyspace.RemoveExpired(1'000'000);
    EXPECT_THAT(TakeLogged(), UnorderedElementsAre("HDEL renamed a", "HDEL copied a"));
    Run({"FLUSHALL"});
    SetUp();
  }
}

// More fields are due than one command removes in passing, and the active cycle has not run.
TEST_F(HashExpiryTest, ABacklogOfExpiredFieldsIsInvisible) {
  std::vector<std::string> command = {"HSETEX", "big", "PX", "10", "FIELDS", "3000"};
  for (int i = 0; i < 3000; ++i) {
    command.push_back("f" + std::to_string(i));
    command.emplace_back("7");
  }
  EXPECT_EQ(Run(command), "(integer) 1");
  Run({"COPY", "big", "whole"});
  Run({"HSET", "big", "stays", "1"});
  Advance(10);
  EXPECT_EQ(Run({"HLEN", "big"}), "(integer) 1");
  EXPECT_EQ(Run({"HGETALL", "big"}), "[stays, 1]");
  EXPECT_EQ(Run({"HRANDFIELD", "big", "-3"}), "[stays, stays, stays]");
  EXPECT_EQ(Run({"HSCAN", "big", "0", "COUNT", "10000"}), "[0, [stays, 1]]");
  EXPECT_EQ(Run({"HRANDFIELD", "whole"}), "(nil)");
  EXPECT_EQ(Run({"HRANDFIELD", "whole", "2", "WITHVALUES"}), "[]");
  EXPECT_EQ(Run({"HGETALL", "whole"}), "[]");
  EXPECT_EQ(Run({"HINCRBY", "big", "f2999", "1"}), "(integer) 1");
  EXPECT_EQ(Run({"HSETNX", "big", "f2998", "new"}), "(integer) 1");
  EXPECT_EQ(Run({"HDEL", "big", "f2997"}), "(integer) 0");
  EXPECT_EQ(Run({"HPERSIST", "big", "FIELDS", "1", "f2996"}), "[(integer) -2]");
  EXPECT_EQ(Run({"HGETDEL", "big", "FIELDS", "1", "f2995"}), "[(nil)]");
  EXPECT_EQ(Run({"HSETEX", "big", "FXX", "FIELDS", "1", "f2994", "x"}), "(integer) 0");
  EXPECT_EQ(Run({"HLEN", "big"}), "(integer) 3");
  while (keyspace.RemoveExpired(1000)) continue;
  EXPECT_EQ(Run({"HLEN", "big"}), "(integer) 3");
  EXPECT_EQ(Run({"EXISTS", "whole"}), "(integer) 0");
}

TEST_F(HashExpiryTest, FormsFollowTheSettings) {
  Run({"CONFIG", "SET", "hash-max-listpack-entries", "2", "set-max-intset-entries", "2",
       "set-max-listpack-entries", "3", "set-max-listpack-value", "4"});
  Run({"HSET", "two", "a", "1", "b", "2"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "two"}), "listpack");
  Run({"HEXPIRE", "two", "100", "FIELDS", "1", "a"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "two"}), "listpackex");
  Run({"HSET", "two", "c", "3"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "two"}), "hashtable");
  EXPECT_EQ(Ttl("two", "a"), "[(integer) 100000]");
  Run({"SADD", "ints", "1", "2"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "ints"}), "intset");
  Run({"SADD", "ints", "3"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "ints"}), "hashtable");
  Run({"SADD", "mixed", "1"});
  Run({"SADD", "mixed", "text"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "mixed"}), "listpack");
  Run({"SADD", "mixed", "longer"});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "mixed"}), "hashtable");
}

TEST_F(HashExpiryTest, RandomCommandsReplay) {
  const auto key = [] { return "k" + std::to_string(RandomBelow(4)); };
  const auto name = [] { return std::to_string(RandomBelow(700)); };
  const auto ms = [] { return std::to_string(RandomBelow(400)); };
  for (int i = 0; i < 20'000; ++i) {
    switch (RandomBelow(12)) {
      case 0:
        Run({"HPEXPIRE", key(), ms(), "FIELDS", "2", name(), name()});
        break;
      case 1:
        Run({"HGETEX", key(), "PX", ms(), "FIELDS", "1", name()});
        break;
      case 2:
        Run({"HSETEX", key(), "PX", ms(), "FIELDS", "2", name(), "1", name(), "2"});
        break;
      case 3:
        Run({"HSETEX", key(), "KEEPTTL", "FIELDS", "1", name(), "3"});
        break;
      case 4:
        Run({"HPERSIST", key(), "FIELDS", "1", name()});
        break;
      case 5:
        Run({"HINCRBYFLOAT", key(), name(), "1.5"});
        break;
      case 6:
        Run({"HINCRBY", key(), name(), "2"});
        break;
      case 7:
        Run({"HGETDEL", key(), "FIELDS", "1", name()});
        break;
      case 8:
        Advance(static_cast<int64_t>(RandomBelow(5)));
        if (RandomBelow(3) == 0) keyspace.RemoveExpired(1000);
        break;
      case 9:
        if (RandomBelow(100) == 0) Run({"RENAME", key(), key()});
        break;
      default:
        Run({"HSET", key(), name(), "1", name(), "2"});
    }
  }
}

}  // namespace
}  // namespace kvasir
