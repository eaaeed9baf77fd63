#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class DebugTest : public CommandTest {
 protected:
  DebugTest() { Allow(AccessLevel::kYes); }
  void Allow(AccessLevel level) {
    Settings settings = engine.settings();
    settings.enable_debug_command = level;
    engine.set_settings(settings);
  }
};

TEST_F(DebugTest, IsOffUnlessAllowed) {
  Allow(AccessLevel::kNo);
  EXPECT_THAT(Run({"DEBUG", "SLEEP", "0"}), StartsWith("-ERR DEBUG command not allowed."));
}

TEST_F(DebugTest, UnknownWordGetsTheOrdinaryError) {
  EXPECT_EQ(Run({"DEBUG", "JMAP"}),
            "-ERR unknown subcommand or wrong number of arguments for 'JMAP'. Try DEBUG HELP.");
  EXPECT_EQ(Run({"DEBUG", "SLEEP"}),
            "-ERR unknown subcommand or wrong number of arguments for 'SLEEP'. Try DEBUG HELP.");
  EXPECT_THAT(Run({"DEBUG", "HELP"}), HasSubstr("RELOAD [NOSAVE] [NOFLUSH] [MERGE]"));
}

TEST_F(DebugTest, ProtocolInBothVersions) {
  EXPECT_EQ(RunRaw(session, {"DEBUG", "PROTOCOL", "map"}),
            "*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n");
  EXPECT_EQ(Run({"DEBUG", "PROTOCOL", "push"}), "-ERR RESP2 is not supported by this command");
  EXPECT_EQ(Run({"DEBUG", "PROTOCOL", "attrib"}), "Some real reply following the attribute");
  session.resp_version = 3;
  EXPECT_EQ(RunRaw(session, {"DEBUG", "PROTOCOL", "double"}), ",3.141\r\n");
  EXPECT_EQ(RunRaw(session, {"DEBUG", "PROTOCOL", "bignum"}),
            "(1234567999999999999999999999999999999\r\n");
  EXPECT_EQ(RunRaw(session, {"DEBUG", "PROTOCOL", "verbatim"}),
            "=29\r\ntxt:This is a verbatim\nstring\r\n");
  EXPECT_EQ(RunRaw(session, {"DEBUG", "PROTOCOL", "attrib"}),
            "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n$39\r\nSome real reply "
            "following the attribute\r\n");
  EXPECT_EQ(RunRaw(session, {"DEBUG", "PROTOCOL", "push"}),
            ">2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n$40\r\nSome real reply following the push "
            "reply\r\n");
  for (const char* type : {"string", "integer", "null", "array", "set", "true", "false"}) {
    EXPECT_NE(Run({"DEBUG", "PROTOCOL", type}).substr(0, 1), "-") << type;
  }
  EXPECT_THAT(Run({"DEBUG", "PROTOCOL", "x"}), StartsWith("-ERR Wrong protocol type name."));
  EXPECT_EQ(Run({"DEBUG", "ERROR", "OOPS it"}), "-OOPS it");
}

TEST_F(DebugTest, ObjectTellsTheEncoding) {
  Run({"SET", "k", "hello"});
  Run({"SET", "n", "12345"});
  EXPECT_THAT(Run({"DEBUG", "OBJECT", "k"}),
              MatchesRegex("Value at:0x[0-9a-f]+ refcount:1 encoding:embstr serializedlength:6 "
                           "lru:[0-9]+ lru_seconds_idle:0"));
  EXPECT_THAT(Run({"DEBUG", "OBJECT", "n"}), HasSubstr("encoding:int serializedlength:3"));
  EXPECT_EQ(Run({"DEBUG", "OBJECT", "nosuch"}), "-ERR no such key");
  EXPECT_THAT(Run({"DEBUG", "SDSLEN", "k"}), HasSubstr("val_sds_len:5, val_sds_avail:0"));
  EXPECT_EQ(Run({"DEBUG", "SDSLEN", "n"}), "-ERR Not an sds encoded string.");
  EXPECT_EQ(Run({"DEBUG", "LISTPACK", "k"}), "-ERR Not a listpack encoded object.");
}

TEST_F(DebugTest, DigestsAreRedis) {
  Run({"SET", "k7801", "hello"});
  Run({"SET", "i7801", "12345"});
  EXPECT_EQ(Run({"DEBUG", "DIGEST"}), "bf9ec198ff27416fc72ac34b365f7a2fea08d938");
  EXPECT_EQ(Run({"DEBUG", "DIGEST-VALUE", "k7801", "nokey"}),
            "[36b23a1456b2dce2c3ed252c456761301dba8060, 0000000000000000000000000000000000000000]");
}

TEST_F(DebugTest, PopulateMakesKeysAndLogsThem) {
  Run({"SET", "p:1", "mine"});
  TakeLogged();
  EXPECT_EQ(Run({"DEBUG", "POPULATE", "3", "p", "10"}), "OK");
  EXPECT_EQ(Run({"GET", "p:0"}), std::string("value:0\0\0\0", 10));
  EXPECT_EQ(Run({"GET", "p:1"}), "mine");
  EXPECT_EQ(TakeLogged().size(), 2U);
  EXPECT_EQ(Run({"DEBUG", "POPULATE", "2"}), "OK");
  EXPECT_EQ(Run({"GET", "key:1"}), "value:1");
  EXPECT_EQ(Run({"DEBUG", "POPULATE", "x"}), "-ERR value is out of range, must be positive");
}

TEST_F(DebugTest, ActiveExpiryCanBeTurnedOff) {
  Run({"SET", "k", "v", "PX", "10"});
  EXPECT_EQ(Run({"DEBUG", "SET-ACTIVE-EXPIRE", "0"}), "OK");
  Advance(100);
  keyspace.RemoveExpired(1000000);
  EXPECT_EQ(keyspace.size(), 1U);
  EXPECT_FALSE(keyspace.NextExpiryWakeMs().has_value());
  EXPECT_EQ(Run({"DEBUG", "SET-ACTIVE-EXPIRE", "1"}), "OK");
  keyspace.RemoveExpired(1000000);
  EXPECT_EQ(keyspace.size(), 0U);
}

TEST_F(DebugTest, ReloadGoesThroughTheLog) {
  EXPECT_EQ(Run({"DEBUG", "RELOAD"}), "OK");
  EXPECT_EQ(host.log_rewrites, 1);
  EXPECT_EQ(Run({"DEBUG", "RELOAD", "NOSAVE"}), "OK");
  EXPECT_EQ(Run({"DEBUG", "LOADAOF"}), "OK");
  EXPECT_EQ(host.log_rewrites, 1);
  EXPECT_EQ(host.log_reloads, 3);
  EXPECT_EQ(Run({"DEBUG", "RELOAD", "FOO"}),
            "-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
  Run({"MULTI"});
  Run({"DEBUG", "RELOAD"});
  EXPECT_EQ(Run({"EXEC"}), "[-ERR Command not allowed inside a transaction]");
}

TEST_F(DebugTest, SwitchesOfTestSuites) {
  for (const char* word : {"SET-DISABLE-DENY-SCRIPTS", "PAUSE-CRON", "DICT-RESIZING",
                           "CLIENT-ENFORCE-REPLY-LIST", "QUICKLIST-PACKED-THRESHOLD"}) {
    EXPECT_EQ(Run({"DEBUG", word, "1"}), "OK") << word;
  }
  EXPECT_EQ(Run({"DEBUG", "REPLYBUFFER", "RESIZING", "0"}), "OK");
  EXPECT_THAT(Run({"DEBUG", "QUICKLIST-PACKED-THRESHOLD", "x"}), StartsWith("-ERR argument must"));
  EXPECT_EQ(Run({"DEBUG", "STRINGMATCH-LEN", "100", "a*a*a*b"}), "(integer) 0");
  EXPECT_EQ(Run({"DEBUG", "STRINGMATCH-LEN", "100", "a*a"}), "(integer) 1");
  EXPECT_EQ(Run({"DEBUG", "STRINGMATCH-TEST"}), "Apparently Redis did not crash: test passed");
  EXPECT_EQ(Run({"DEBUG", "SLEEP", "0.001"}), "OK");
  EXPECT_EQ(Run({"DEBUG", "LOG", "hello"}), "OK");
  EXPECT_THAT(Run({"DEBUG", "STRUCTSIZE"}), HasSubstr("bits:64"));
  EXPECT_THAT(Run({"DEBUG", "HTSTATS", "0"}), HasSubstr("[Dictionary HT]"));
  EXPECT_EQ(Run({"DEBUG", "HTSTATS", "99"}), "-ERR Out of range database");
  const std::string id = engine.replication_id();
  EXPECT_EQ(Run({"DEBUG", "CHANGE-REPL-ID"}), "OK");
  EXPECT_NE(engine.replication_id(), id);
}

TEST_F(DebugTest, ObjectShowsAKeyPastItsDeadline) {
  Run({"DEBUG", "SET-ACTIVE-EXPIRE", "0"});
  Run({"SET", "k", "v", "PX", "10"});
  Advance(10);
  EXPECT_THAT(Run({"DEBUG", "OBJECT", "k"}), StartsWith("Value at:"));
  EXPECT_EQ(Run({"GET", "k"}), "(nil)");
  EXPECT_EQ(Run({"DEBUG", "OBJECT", "k"}), "-ERR no such key");
}

}  // namespace
}  // namespace kvasir
