#include <gmock/gmock.h>

#include "tests/support/command_test.h"
#include "tests/support/test_collection.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeyMoveTest : public CommandTest {
 protected:
  // A list-like value under "c", which no command could have logged.
  void AddCollection() {
    snapshot_budget = 0;  // it is nothing that could be written
    check_replay = false;
    InsertCollection(keyspace.database(0), "c", ValueType::kList, 7, &alive);
  }
  const Collection* CollectionAt(int database, std::string_view key) {
    const Entry* entry = keyspace.database(database).Peek(Key::Of(key));
    return entry == nullptr ? nullptr : static_cast<const Collection*>(entry->pointer());
  }
  int alive = 0;
};

TEST_F(KeyMoveTest, RenameTakesTheDeadlineAlong) {
  Run({"SET", "a", "1", "PX", "100"});
  Run({"SET", "b", "2"});
  EXPECT_EQ(Run({"RENAME", "a", "b"}), "OK");
  EXPECT_EQ(Run({"MGET", "a", "b"}), "[(nil), 1]");
  EXPECT_EQ(Run({"PTTL", "b"}), "(integer) 100");
  Run({"SET", "c", "3"});
  Run({"RENAME", "c", "b"});
  EXPECT_EQ(Run({"PTTL", "b"}), "(integer) -1");
  Advance(200);
  EXPECT_EQ(Run({"GET", "b"}), "3");
}

TEST_F(KeyMoveTest, RenameOfAbsentKeysAndToItself) {
  EXPECT_EQ(Run({"RENAME", "x", "y"}), "-ERR no such key");
  EXPECT_EQ(Run({"RENAMENX", "x", "x"}), "-ERR no such key");
  Run({"SET", "a", "1"});
  TakeLogged();
  EXPECT_EQ(Run({"RENAME", "a", "a"}), "OK");
  EXPECT_EQ(Run({"RENAMENX", "a", "a"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(KeyMoveTest, RenameNxSparesTheTarget) {
  Run({"MSET", "a", "1", "b", "2"});
  EXPECT_EQ(Run({"RENAMENX", "a", "b"}), "(integer) 0");
  EXPECT_EQ(Run({"RENAMENX", "a", "c"}), "(integer) 1");
  EXPECT_EQ(Run({"MGET", "a", "b", "c"}), "[(nil), 2, 1]");
}

TEST_F(KeyMoveTest, AnExpiredTargetIsAbsent) {
  Run({"SET", "a", "1"});
  Run({"SET", "b", "2", "PX", "10"});
  Advance(10);
  TakeLogged();
  EXPECT_EQ(Run({"RENAMENX", "a", "b"}), "(integer) 1");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL b", "RENAMENX a b"));
  EXPECT_EQ(Run({"PTTL", "b"}), "(integer) -1");
}

TEST_F(KeyMoveTest, LongKeysAndLargeValues) {
  const std::string key(70000, 'k');
  const std::string value(5000, 'v');
  Run({"SET", "a", value, "PX", "100"});
  EXPECT_EQ(Run({"RENAME", "a", key}), "OK");
  EXPECT_EQ(Run({"COPY", key, "b"}), "(integer) 1");
  EXPECT_EQ(Run({"APPEND", "b", "w"}), "(integer) 5001");
  EXPECT_EQ(Run({"GET", key}), value);
  EXPECT_EQ(Run({"GET", "b"}), value + "w");
  EXPECT_EQ(Run({"RENAME", key, "c"}), "OK");
  EXPECT_EQ(Run({"PTTL", "c"}), "(integer) 100");
}

TEST_F(KeyMoveTest, RenameMovesACollectionItself) {
  AddCollection();
  const Collection* before = CollectionAt(0, "c");
  EXPECT_EQ(Run({"RENAME", "c", "d"}), "OK");
  EXPECT_EQ(CollectionAt(0, "d"), before);
  EXPECT_EQ(Run({"MOVE", "d", "4"}), "(integer) 1");
  EXPECT_EQ(CollectionAt(4, "d"), before);
  EXPECT_EQ(alive, 1);
}

TEST_F(KeyMoveTest, CopyClonesACollection) {
  AddCollection();
  EXPECT_EQ(Run({"COPY", "c", "d"}), "(integer) 1");
  EXPECT_EQ(alive, 2);
  EXPECT_NE(CollectionAt(0, "d"), CollectionAt(0, "c"));
  EXPECT_EQ(static_cast<const TestCollection*>(CollectionAt(0, "d"))->value(), 7);
  EXPECT_EQ(Run({"TYPE", "d"}), "list");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "d"}), "listpack");
  EXPECT_EQ(Run({"GET", "d"}),
            "-WRONGTYPE Operation against a key holding the wrong kind of value");
  EXPECT_EQ(Run({"DELEX", "d", "IFEQ", "x"}),
            "-ERR Key should be of string type if conditions are specified");
  EXPECT_EQ(Run({"LCS", "c", "d"}), "-ERR The specified keys must contain string values");
  EXPECT_EQ(Run({"SET", "d", "x"}), "OK");
  EXPECT_EQ(alive, 1);
  EXPECT_EQ(Run({"DEL", "c"}), "(integer) 1");
  EXPECT_EQ(alive, 0);
}

TEST_F(KeyMoveTest, CopyKeepsTheDeadlineAndSparesTheTarget) {
  Run({"SET", "a", "1", "PX", "100"});
  EXPECT_EQ(Run({"COPY", "a", "b"}), "(integer) 1");
  EXPECT_EQ(Run({"PTTL", "b"}), "(integer) 100");
  Run({"SET", "c", "3"});
  EXPECT_EQ(Run({"COPY", "a", "c"}), "(integer) 0");
  EXPECT_EQ(Run({"COPY", "a", "c", "REPLACE"}), "(integer) 1");
  EXPECT_EQ(Run({"GET", "c"}), "1");
  EXPECT_EQ(Run({"COPY", "x", "c"}), "(integer) 0");
  EXPECT_EQ(Run({"COPY", "a", "a", "DB", "2"}), "(integer) 1");
  Run({"SELECT", "2"});
  EXPECT_EQ(Run({"GET", "a"}), "1");
}

TEST_F(KeyMoveTest, CopyRefusesOddTargets) {
  EXPECT_EQ(Run({"COPY", "a", "a"}), "-ERR source and destination objects are the same");
  EXPECT_EQ(Run({"COPY", "a", "b", "DB", "16"}), "-ERR DB index is out of range");
  EXPECT_EQ(Run({"COPY", "a", "b", "DB", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"COPY", "a", "b", "FOO"}), "-ERR syntax error");
}

TEST_F(KeyMoveTest, MoveTakesTheDeadlineAlong) {
  Run({"SET", "a", "1", "PX", "100"});
  EXPECT_EQ(Run({"MOVE", "a", "1"}), "(integer) 1");
  EXPECT_EQ(Run({"MOVE", "a", "1"}), "(integer) 0");
  Run({"SET", "a", "2"});
  EXPECT_EQ(Run({"MOVE", "a", "1"}), "(integer) 0");
  EXPECT_EQ(Run({"MOVE", "a", "0"}), "-ERR source and destination objects are the same");
  EXPECT_EQ(Run({"MOVE", "a", "99"}), "-ERR DB index is out of range");
  Run({"SELECT", "1"});
  EXPECT_EQ(Run({"PTTL", "a"}), "(integer) 100");
  Advance(100);
  keyspace.RemoveExpired(1000);
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 0");
}

class DatabaseTest : public CommandTest {};

TEST_F(DatabaseTest, SelectRefusesWhatIsNoDatabase) {
  EXPECT_EQ(Run({"SELECT", "15"}), "OK");
  EXPECT_EQ(Run({"SELECT", "16"}), "-ERR DB index is out of range");
  EXPECT_EQ(Run({"SELECT", "-1"}), "-ERR DB index is out of range");
  EXPECT_EQ(Run({"SELECT", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"SELECT", "99999999999"}),
            "-ERR value is out of range, value must between -2147483648 and 2147483647");
  EXPECT_EQ(session.database, 15);
}

TEST_F(DatabaseTest, FlushDbSparesTheOthers) {
  Run({"SET", "a", "1", "PX", "100"});
  Run({"SELECT", "1"});
  Run({"SET", "a", "1"});
  EXPECT_EQ(Run({"FLUSHDB", "ASYNC"}), "OK");
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 0");
  TakeLogged();
  EXPECT_EQ(Run({"FLUSHDB"}), "OK");
  EXPECT_THAT(TakeLogged(), IsEmpty());
  Run({"SELECT", "0"});
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 1");
  EXPECT_EQ(Run({"FLUSHALL", "SYNC"}), "OK");
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 0");
  EXPECT_EQ(Run({"FLUSHALL", "NOW"}), "-ERR syntax error");
  EXPECT_EQ(Run({"FLUSHALL", "SYNC", "ASYNC"}), "-ERR syntax error");
}

TEST_F(DatabaseTest, SwapDbTakesDeadlinesAlong) {
  Run({"SET", "a", "0", "PX", "100"});
  Run({"SELECT", "1"});
  Run({"SET", "a", "1"});
  EXPECT_EQ(Run({"SWAPDB", "0", "1"}), "OK");
  EXPECT_EQ(Run({"PTTL", "a"}), "(integer) 100");
  Advance(100);
  EXPECT_EQ(Run({"GET", "a"}), "(nil)");
  Run({"SELECT", "0"});
  EXPECT_EQ(Run({"GET", "a"}), "1");
  EXPECT_EQ(Run({"SWAPDB", "0", "0"}), "OK");
  EXPECT_EQ(Run({"SWAPDB", "x", "0"}), "-ERR invalid first DB index");
  EXPECT_EQ(Run({"SWAPDB", "0", "x"}), "-ERR invalid second DB index");
  EXPECT_EQ(Run({"SWAPDB", "0", "16"}), "-ERR DB index is out of range");
}

class ObjectTest : public CommandTest {};

TEST_F(ObjectTest, EncodingsHaveRedissNames) {
  Run({"SET", "int", "12"});
  Run({"SET", "embstr", std::string(44, 'x')});
  Run({"SET", "raw", std::string(45, 'x')});
  Run({"SET", "large", std::string(5000, 'x')});
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "int"}), "int");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "embstr"}), "embstr");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "raw"}), "raw");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "large"}), "raw");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "absent"}), "(nil)");
  EXPECT_EQ(Run({"OBJECT", "REFCOUNT", "int"}), "(integer) 1");
}

TEST_F(ObjectTest, LookingDoesNotCountAsUse) {
  Run({"SET", "k", "v"});
  Advance(5000);
  Run({"OBJECT", "ENCODING", "k"});
  Run({"TTL", "k"});
  Run({"TYPE", "k"});
  Run({"EXISTS", "k"});
  EXPECT_EQ(Run({"OBJECT", "IDLETIME", "k"}), "(integer) 5");
  Run({"TOUCH", "k"});
  EXPECT_EQ(Run({"OBJECT", "IDLETIME", "k"}), "(integer) 0");
}

TEST_F(ObjectTest, ThePolicyDecidesWhatIsTracked) {
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"OBJECT", "FREQ", "k"}),
            "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please "
            "note that when switching between policies at runtime LRU and LFU data will take some "
            "time to adjust.");
  Settings settings = engine.settings();
  settings.maxmemory_policy = EvictionPolicy::kAllKeysLfu;
  engine.set_settings(settings);
  EXPECT_EQ(Run({"OBJECT", "IDLETIME", "k"}),
            "-ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that "
            "when switching between policies at runtime LRU and LFU data will take some time to "
            "adjust.");
  Run({"SET", "l", "v"});
  EXPECT_EQ(Run({"OBJECT", "FREQ", "l"}), "(integer) 5");
}

TEST_F(ObjectTest, HelpIsMadeFromTheRows) {
  EXPECT_EQ(
      Run({"OBJECT", "HELP"}),
      "[OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:, "
      "ENCODING <key>,     Tell in which form the value of a key is held., "
      "FREQ <key>,     Tell how often a key is used, as a logarithmic counter from 0 to 255., "
      "IDLETIME <key>,     Tell how many seconds ago a key was used last., "
      "REFCOUNT <key>,     Tell how many references a value has., "
      "HELP,     Print this help.]");
  EXPECT_EQ(Run({"OBJECT", "FOO"}), "-ERR unknown subcommand 'FOO'. Try OBJECT HELP.");
  EXPECT_EQ(Run({"OBJECT"}), "-ERR wrong number of arguments for 'object' command");
  EXPECT_EQ(Run({"OBJECT", "FREQ"}), "-ERR wrong number of arguments for 'object|freq' command");
}

}  // namespace
}  // namespace kvasir
