#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConfigTest : public CommandTest {};

TEST_F(ConfigTest, GetTakesPatterns) {
  EXPECT_EQ(Run({"CONFIG", "GET", "maxmemory"}), "[maxmemory, 0]");
  EXPECT_EQ(Run({"CONFIG", "GET", "maxmemory-p*", "databases"}),
            "[maxmemory-policy, noeviction, databases, 16]");
  EXPECT_EQ(Run({"CONFIG", "GET", "nosuch"}), "[]");
  session.resp_version = 3;
  EXPECT_EQ(Run({"CONFIG", "GET", "maxmemory"}), "{maxmemory: 0}");
}

TEST_F(ConfigTest, SetIsAllOrNothing) {
  EXPECT_EQ(Run({"CONFIG", "SET", "maxmemory", "100mb", "slowlog-max-len", "5"}), "OK");
  EXPECT_THAT(host.changed_settings, ElementsAre("maxmemory", "slowlog-max-len"));
  EXPECT_EQ(engine.settings().maxmemory_bytes, 100U << 20);
  EXPECT_EQ(Run({"CONFIG", "SET", "maxmemory", "1gb", "nosuch", "1"}),
            "-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'");
  EXPECT_EQ(Run({"CONFIG", "SET", "maxmemory"}),
            "-ERR wrong number of arguments for 'config|set' command");
  EXPECT_EQ(Run({"CONFIG", "SET", "maxmemory", "1", "x"}), "-ERR syntax error");
  EXPECT_EQ(engine.settings().maxmemory_bytes, 100U << 20);
}

TEST_F(ConfigTest, SetFailsWhenTheProcessRefuses) {
  host.refusal = "Address already in use";
  EXPECT_EQ(Run({"CONFIG", "SET", "port", "7000"}),
            "-ERR CONFIG SET failed (possibly related to argument 'port') - Address already in "
            "use");
  EXPECT_EQ(engine.settings().port, 6379);
}

TEST_F(ConfigTest, ProtectedNeedsPermission) {
  EXPECT_THAT(Run({"CONFIG", "SET", "dir", "/"}), HasSubstr("can't set protected config"));
  Settings settings = engine.settings();
  settings.enable_protected_configs = AccessLevel::kYes;
  engine.set_settings(settings);
  EXPECT_EQ(Run({"CONFIG", "SET", "dir", "/"}), "OK");
}

TEST_F(ConfigTest, SecretsStayOutOfTheSlowLog) {
  Run({"CONFIG", "SET", "slowlog-log-slower-than", "0"});
  Run({"CONFIG", "SET", "requirepass", "secret", "slowlog-max-len", "10"});
  EXPECT_THAT(engine.slow_log().records().front().arguments,
              ElementsAre("CONFIG", "SET", "requirepass", "(redacted)", "slowlog-max-len", "10"));
}

TEST_F(ConfigTest, RewriteNeedsAFile) {
  EXPECT_EQ(Run({"CONFIG", "REWRITE"}), "-ERR The server is running without a config file");
}

TEST_F(ConfigTest, ResetStatCountsFromZero) {
  Run({"GET", "k"});
  Run({"NOSUCH"});
  EXPECT_EQ(Run({"CONFIG", "RESETSTAT"}), "OK");
  EXPECT_EQ(keyspace.context().stats.misses, 0U);
  EXPECT_THAT(engine.statistics().errors, IsEmpty());
  EXPECT_EQ(engine.commands().FindByName("get")->calls, 0U);
  EXPECT_NE(engine.statistics().startup_memory, 0U);
}

TEST_F(ConfigTest, HelpListsTheSubcommands) {
  EXPECT_THAT(Run({"CONFIG", "HELP"}), HasSubstr("GET <parameter>"));
}

// Subscribers of "evicted" saw nothing until somebody wrote.
TEST_F(ConfigTest, ALowerMemoryLimitIsKeptWithoutAWrite) {
  EXPECT_FALSE(engine.eviction_pending());
  Run({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_TRUE(engine.eviction_pending());
  Run({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_FALSE(engine.eviction_pending());
}

}  // namespace
}  // namespace kvasir
