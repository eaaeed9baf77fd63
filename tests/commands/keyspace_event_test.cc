// Keyspace events: which there are, in which order, and when they leave.
#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeyspaceEventTest : public CommandTest {
 protected:
  KeyspaceEventTest() {
    Run({"CONFIG", "SET", "notify-keyspace-events", "EA"});
    RunAs(listener, {"PSUBSCRIBE", "__key*"});
  }

  // What the listener has heard, as "event key".
  std::vector<std::string> Heard() {
    const std::string wire = listener.output.ToString();
    listener.output.Clear();
    std::vector<std::string> events;
    for (size_t position = 0; position < wire.size();) {
      const std::string message = DescribeReply(wire, &position);
      const size_t event = message.find("@") + 5;  // "@0__:"
      const size_t comma = message.find(", ", event);
      events.push_back(message.substr(event, comma - event) + " " +
                       message.substr(comma + 2, message.size() - comma - 3));
    }
    return events;
  }
  std::vector<std::string> EventsOf(const std::vector<std::string>& arguments) {
    Heard();
    Run(arguments);
    return Heard();
  }

  Session& listener = NewSession();
};

TEST_F(KeyspaceEventTest, ComeOnTheChannelsThatAreConfigured) {
  Run({"CONFIG", "SET", "notify-keyspace-events", "KEA"});
  Run({"SELECT", "3"});
  Run({"SET", "k", "v"});
  const std::string wire = listener.output.ToString();
  size_t position = 0;
  EXPECT_EQ(DescribeReply(wire, &position), "[pmessage, __key*, __keyspace@3__:k, set]");
  EXPECT_EQ(DescribeReply(wire, &position), "[pmessage, __key*, __keyevent@3__:set, k]");
  EXPECT_EQ(position, wire.size());
  Run({"CONFIG", "SET", "notify-keyspace-events", "A"});
  EXPECT_THAT(EventsOf({"SET", "k", "v"}), IsEmpty());
}

TEST_F(KeyspaceEventTest, OnlyWantedClassesCome) {
  Run({"CONFIG", "SET", "notify-keyspace-events", "Eg"});
  EXPECT_THAT(EventsOf({"SET", "k", "v", "EX", "100"}), ElementsAre("expire k"));
  EXPECT_THAT(EventsOf({"DEL", "k"}), ElementsAre("del k"));
}

TEST_F(KeyspaceEventTest, NothingIsPreparedForNobody) {
  EXPECT_NE(engine.wanted_events(), 0U);
  RunAs(listener, {"PUNSUBSCRIBE"});
  EXPECT_EQ(engine.wanted_events(), 0U);
  RunAs(listener, {"SSUBSCRIBE", "s"});
  EXPECT_EQ(engine.wanted_events(), 0U);
}

TEST_F(KeyspaceEventTest, OfStrings) {
  EXPECT_THAT(EventsOf({"SET", "k", "1"}), ElementsAre("set k"));
  EXPECT_THAT(EventsOf({"SET", "k", "1", "PX", "100000"}), ElementsAre("set k", "expire k"));
  EXPECT_THAT(EventsOf({"SET", "k", "1", "NX"}), IsEmpty());
  EXPECT_THAT(EventsOf({"SETEX", "k", "100", "1"}), ElementsAre("set k", "expire k"));
  EXPECT_THAT(EventsOf({"SETNX", "n", "1"}), ElementsAre("set n"));
  EXPECT_THAT(EventsOf({"GETSET", "n", "1"}), ElementsAre("set n"));
  EXPECT_THAT(EventsOf({"MSET", "a", "1", "b", "2"}), ElementsAre("set a", "set b"));
  EXPECT_THAT(EventsOf({"APPEND", "a", "1"}), ElementsAre("append a"));
  EXPECT_THAT(EventsOf({"SETRANGE", "a", "1", ""}), IsEmpty());
  EXPECT_THAT(EventsOf({"SETRANGE", "a", "1", "3"}), ElementsAre("setrange a"));
  EXPECT_THAT(EventsOf({"DECR", "k"}), ElementsAre("incrby k"));
  EXPECT_THAT(EventsOf({"INCRBYFLOAT", "k", "1.5"}), ElementsAre("incrbyfloat k"));
  EXPECT_THAT(EventsOf({"INCREX", "c", "BYINT", "2", "EX", "100"}),
              ElementsAre("incrby c", "expire c"));
  EXPECT_THAT(EventsOf({"INCREX", "c", "BYINT", "2", "PERSIST"}),
              ElementsAre("incrby c", "persist c"));
  EXPECT_THAT(EventsOf({"MSETEX", "1", "m", "2", "EX", "100"}), ElementsAre("set m", "expire m"));
  EXPECT_THAT(EventsOf({"GETEX", "k"}), IsEmpty());
  EXPECT_THAT(EventsOf({"GETEX", "k", "EX", "100"}), ElementsAre("expire k"));
  EXPECT_THAT(EventsOf({"GETEX", "k", "PERSIST"}), ElementsAre("persist k"));
  EXPECT_THAT(EventsOf({"GETEX", "k", "PERSIST"}), IsEmpty());
  EXPECT_THAT(EventsOf({"GETEX", "k", "PXAT", "1"}), ElementsAre("del k"));
  EXPECT_THAT(EventsOf({"GETDEL", "n"}), ElementsAre("del n"));
  EXPECT_THAT(EventsOf({"DELEX", "m", "IFEQ", "no"}), IsEmpty());
  EXPECT_THAT(EventsOf({"DELEX", "m"}), ElementsAre("del m"));
  EXPECT_THAT(EventsOf({"DELEX", "m"}), IsEmpty());
  EXPECT_THAT(EventsOf({"DELIFEQ", "b", "2"}), ElementsAre("del b"));
}

TEST_F(KeyspaceEventTest, OfADeadlineInThePast) {
  EXPECT_THAT(EventsOf({"SET", "k", "v", "PXAT", "1"}),
              ElementsAre("set k", "expire k", "expired k"));
  Run({"SET", "k", "v"});
  EXPECT_THAT(EventsOf({"EXPIRE", "k", "-1"}), ElementsAre("del k"));
}

TEST_F(KeyspaceEventTest, OfKeys) {
  Run({"SET", "a", "1"});
  EXPECT_THAT(EventsOf({"EXPIRE", "a", "100"}), ElementsAre("expire a"));
  EXPECT_THAT(EventsOf({"PERSIST", "a"}), ElementsAre("persist a"));
  EXPECT_THAT(EventsOf({"PERSIST", "a"}), IsEmpty());
  EXPECT_THAT(EventsOf({"RENAME", "a", "b"}), ElementsAre("rename_from a", "rename_to b"));
  EXPECT_THAT(EventsOf({"RENAME", "b", "b"}), IsEmpty());
  EXPECT_THAT(EventsOf({"COPY", "b", "c"}), ElementsAre("copy_to c"));
  EXPECT_THAT(EventsOf({"MOVE", "c", "1"}), ElementsAre("move_from c", "move_to c"));
  EXPECT_THAT(EventsOf({"UNLINK", "b", "none"}), ElementsAre("del b"));
  Run({"SET", "a", "1"});
  size_t position = 0;
  const std::string dump = DescribeReply(RunRaw(session, {"DUMP", "a"}), &position);
  EXPECT_THAT(EventsOf({"RESTORE", "r", "0", dump}), ElementsAre("restore r"));
  EXPECT_THAT(EventsOf({"RESTORE", "r", "1", dump, "REPLACE", "ABSTTL"}), ElementsAre("del r"));
}

TEST_F(KeyspaceEventTest, OfLists) {
  EXPECT_THAT(EventsOf({"RPUSH", "l", "a", "b", "c", "d"}), ElementsAre("rpush l"));
  EXPECT_THAT(EventsOf({"LPUSHX", "none", "a"}), IsEmpty());
  EXPECT_THAT(EventsOf({"LINSERT", "l", "BEFORE", "b", "x"}), ElementsAre("linsert l"));
  EXPECT_THAT(EventsOf({"LSET", "l", "0", "y"}), ElementsAre("lset l"));
  EXPECT_THAT(EventsOf({"LREM", "l", "0", "x"}), ElementsAre("lrem l"));
  EXPECT_THAT(EventsOf({"LPOP", "l"}), ElementsAre("lpop l"));
  EXPECT_THAT(EventsOf({"LMOVE", "l", "m", "RIGHT", "LEFT"}), ElementsAre("lpush m", "rpop l"));
  EXPECT_THAT(EventsOf({"RPOPLPUSH", "m", "m"}), ElementsAre("lpush m", "rpop m"));
  EXPECT_THAT(EventsOf({"LMPOP", "1", "m", "RIGHT"}), ElementsAre("rpop m", "del m"));
  EXPECT_THAT(EventsOf({"LTRIM", "l", "0", "0"}), ElementsAre("ltrim l"));
  EXPECT_THAT(EventsOf({"LTRIM", "l", "5", "9"}), ElementsAre("ltrim l", "del l"));
  Run({"RPUSH", "l", "a", "b"});
  EXPECT_THAT(EventsOf({"LMOVEM", "l", "m", "LEFT", "RIGHT"}), ElementsAre("lpop l", "rpush m"));
  EXPECT_THAT(EventsOf({"SORT", "l", "ALPHA", "STORE", "s"}), ElementsAre("sortstore s"));
  EXPECT_THAT(EventsOf({"SORT", "none", "STORE", "s"}), ElementsAre("del s"));
  EXPECT_THAT(EventsOf({"SORT", "none", "STORE", "s"}), IsEmpty());
}

TEST_F(KeyspaceEventTest, OfSomebodyWhoWaited) {
  Session& waiter = NewSession();
  Wait(waiter, {"BLPOP", "l", "0"});
  EXPECT_THAT(EventsOf({"RPUSH", "l", "a"}), ElementsAre("rpush l", "lpop l", "del l"));
  EXPECT_EQ(Answer(waiter), "[l, a]");
  Wait(waiter, {"BLMOVE", "l", "m", "LEFT", "RIGHT", "0"});
  EXPECT_THAT(EventsOf({"RPUSH", "l", "a"}), ElementsAre("rpush l", "rpush m", "lpop l", "del l"));
}

TEST_F(KeyspaceEventTest, OfSets) {
  EXPECT_THAT(EventsOf({"SADD", "s", "a", "b"}), ElementsAre("sadd s"));
  EXPECT_THAT(EventsOf({"SADD", "s", "a"}), IsEmpty());
  EXPECT_THAT(EventsOf({"SMOVE", "s", "t", "a"}), ElementsAre("srem s", "sadd t"));
  EXPECT_THAT(EventsOf({"SMOVE", "s", "t", "b"}), ElementsAre("srem s", "del s", "sadd t"));
  EXPECT_THAT(EventsOf({"SUNIONSTORE", "u", "s", "t"}), ElementsAre("sunionstore u"));
  EXPECT_THAT(EventsOf({"SINTERSTORE", "u", "s", "t"}), ElementsAre("del u"));
  EXPECT_THAT(EventsOf({"SDIFFSTORE", "u", "s", "t"}), IsEmpty());
  EXPECT_THAT(EventsOf({"SPOP", "t"}), ElementsAre("spop t"));
  EXPECT_THAT(EventsOf({"SPOP", "t", "9"}), ElementsAre("spop t", "del t"));
  Run({"SADD", "s", "a"});
  EXPECT_THAT(EventsOf({"SREM", "s", "b"}), IsEmpty());
  EXPECT_THAT(EventsOf({"SREM", "s", "a"}), ElementsAre("srem s", "del s"));
}

TEST_F(KeyspaceEventTest, OfHashes) {
  EXPECT_THAT(EventsOf({"HSET", "h", "a", "1", "b", "2"}), ElementsAre("hset h"));
  EXPECT_THAT(EventsOf({"HSETNX", "h", "a", "1"}), IsEmpty());
  EXPECT_THAT(EventsOf({"HINCRBY", "h", "a", "1"}), ElementsAre("hincrby h"));
  EXPECT_THAT(EventsOf({"HINCRBYFLOAT", "h", "a", "1"}), ElementsAre("hincrbyfloat h"));
  EXPECT_THAT(EventsOf({"HEXPIRE", "h", "100", "FIELDS", "1", "a"}), ElementsAre("hexpire h"));
  EXPECT_THAT(EventsOf({"HEXPIRE", "h", "100", "FIELDS", "1", "none"}), IsEmpty());
  EXPECT_THAT(EventsOf({"HPERSIST", "h", "FIELDS", "1", "a"}), ElementsAre("hpersist h"));
  EXPECT_THAT(EventsOf({"HGETEX", "h", "EX", "100", "FIELDS", "1", "a"}), ElementsAre("hexpire h"));
  EXPECT_THAT(EventsOf({"HSETEX", "h", "EX", "100", "FIELDS", "1", "c", "1"}),
              ElementsAre("hset h", "hexpire h"));
  EXPECT_THAT(EventsOf({"HGETDEL", "h", "FIELDS", "1", "c"}), ElementsAre("hdel h"));
  EXPECT_THAT(EventsOf({"HDEL", "h", "none"}), IsEmpty());
  EXPECT_THAT(EventsOf({"HEXPIRE", "h", "0", "FIELDS", "1", "b"}), ElementsAre("hdel h"));
  EXPECT_THAT(EventsOf({"HDEL", "h", "a"}), ElementsAre("hdel h", "del h"));
}

TEST_F(KeyspaceEventTest, OfFieldsThatAreOver) {
  Run({"HSET", "h", "a", "1", "b", "2"});
  Run({"HPEXPIRE", "h", "50", "FIELDS", "1", "a"});
  Run({"HPEXPIRE", "h", "90", "FIELDS", "1", "b"});
  Heard();
  Advance(60);
  keyspace.RemoveExpired(1'000'000);
  EXPECT_THAT(Heard(), ElementsAre("hexpired h"));
  Advance(60);
  keyspace.RemoveExpired(1'000'000);
  EXPECT_THAT(Heard(), ElementsAre("hexpired h", "del h"));
}

TEST_F(KeyspaceEventTest, OfSortedSets) {
  EXPECT_THAT(EventsOf({"ZADD", "z", "1", "a", "2", "b", "3", "c"}), ElementsAre("zadd z"));
  EXPECT_THAT(EventsOf({"ZADD", "z", "1", "a"}), IsEmpty());
  EXPECT_THAT(EventsOf({"ZADD", "z", "4", "d"}), ElementsAre("zadd z"));
  EXPECT_THAT(EventsOf({"ZINCRBY", "z", "1", "d"}), ElementsAre("zincr z"));
  EXPECT_THAT(EventsOf({"ZREM", "z", "d"}), ElementsAre("zrem z"));
  EXPECT_THAT(EventsOf({"ZRANGESTORE", "y", "z", "0", "-1"}), ElementsAre("zrangestore y"));
  EXPECT_THAT(EventsOf({"ZRANGESTORE", "y", "none", "0", "-1"}), ElementsAre("del y"));
  EXPECT_THAT(EventsOf({"ZUNIONSTORE", "y", "1", "z"}), ElementsAre("zunionstore y"));
  EXPECT_THAT(EventsOf({"ZINTERSTORE", "y", "2", "z", "none"}), ElementsAre("del y"));
  EXPECT_THAT(EventsOf({"ZDIFFSTORE", "y", "1", "none"}), IsEmpty());
  EXPECT_THAT(EventsOf({"ZPOPMIN", "z"}), ElementsAre("zpopmin z"));
  EXPECT_THAT(EventsOf({"BZPOPMAX", "z", "0"}), ElementsAre("zpopmax z"));
  EXPECT_THAT(EventsOf({"ZREMRANGEBYSCORE", "z", "9", "9"}), IsEmpty());
  EXPECT_THAT(EventsOf({"ZREMRANGEBYRANK", "z", "0", "-1"}),
              ElementsAre("zremrangebyrank z", "del z"));
}

TEST_F(KeyspaceEventTest, OfMissesAndNewKeysWhenAskedFor) {
  Run({"CONFIG", "SET", "notify-keyspace-events", "EAmn"});
  EXPECT_THAT(EventsOf({"GET", "k"}), ElementsAre("keymiss k"));
  EXPECT_THAT(EventsOf({"OBJECT", "ENCODING", "k"}), IsEmpty());
  EXPECT_THAT(EventsOf({"SET", "k", "v"}), ElementsAre("new k", "set k"));
  EXPECT_THAT(EventsOf({"SET", "k", "w"}), ElementsAre("set k"));
  EXPECT_THAT(EventsOf({"ZADD", "z", "1", "a"}), ElementsAre("new z", "zadd z"));
  EXPECT_THAT(EventsOf({"COPY", "z", "k", "REPLACE"}), ElementsAre("new k", "copy_to k"));
  EXPECT_THAT(EventsOf({"RENAME", "z", "k"}), ElementsAre("new k", "rename_from z", "rename_to k"));
  Run({"CONFIG", "SET", "notify-keyspace-events", "EA"});
  EXPECT_THAT(EventsOf({"GET", "none"}), IsEmpty());
}

TEST_F(KeyspaceEventTest, OfKeysThatExpire) {
  Run({"SET", "k", "v", "PX", "50"});
  Run({"SET", "l", "v", "PX", "50"});
  Heard();
  Advance(60);
  EXPECT_THAT(EventsOf({"GET", "k"}), ElementsAre("expired k"));
  keyspace.RemoveExpired(1'000'000);
  EXPECT_THAT(Heard(), ElementsAre("expired l"));
}

TEST_F(KeyspaceEventTest, OfKeysThatAreEvicted) {
  Run({"CONFIG", "SET", "maxmemory-policy", "allkeys-random"});
  Run({"SET", "k", "v"});
  Run({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_THAT(EventsOf({"GET", "none"}), ElementsAre("evicted k"));
}

// Nobody hears of a write that a crash takes back (D1), but of an expired key at once.
TEST_F(KeyspaceEventTest, WaitForTheLogLikeTheReply) {
  Run({"SET", "k", "v", "PX", "50"});
  EXPECT_EQ(listener.depends_on, 0U);
  engine.FinishTick();
  EXPECT_EQ(listener.depends_on, log.appended());
  listener.depends_on = 0;
  Advance(60);
  Run({"GET", "k"});
  engine.FinishTick();
  EXPECT_EQ(listener.depends_on, 0U);
  Run({"PUBLISH", "__key", "m"});
  engine.FinishTick();
  EXPECT_EQ(listener.depends_on, 0U);
}

TEST_F(KeyspaceEventTest, ASessionHearsOfItsOwnWritesBehindTheReply) {
  Run({"HELLO", "3"});
  Run({"SUBSCRIBE", "__keyevent@0__:set"});
  Run({"MULTI"});
  Run({"SET", "k", "v"});
  const std::string wire = RunRaw(session, {"EXEC"});
  EXPECT_EQ(wire, "*1\r\n+OK\r\n>3\r\n$7\r\nmessage\r\n$18\r\n__keyevent@0__:set\r\n$1\r\nk\r\n");
}

}  // namespace
}  // namespace kvasir
