#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class InfoTest : public CommandTest {};

TEST_F(InfoTest, SectionsComeByName) {
  EXPECT_EQ(Run({"INFO", "nosuch"}), "");
  EXPECT_EQ(Run({"INFO", "CLUSTER"}), "# Cluster\r\ncluster_enabled:0\r\n");
  EXPECT_EQ(Run({"INFO", "cluster", "modules", "nosuch"}),
            "# Modules\r\n\r\n# Cluster\r\ncluster_enabled:0\r\n");
}

TEST_F(InfoTest, TheLoopIsMeasured) {
  engine.BeginTick(now_ms);
  Run({"PING"});
  engine.EndTick();
  engine.loop_meter().AddLateness(12);
  const std::string text = Run({"INFO", "stats"});
  EXPECT_THAT(text, ContainsRegex("eventloop_cycles:1\r\neventloop_duration_sum:[0-9]+\r\n"
                                  "eventloop_duration_cmd_sum:[0-9]+\r\n"
                                  "instantaneous_eventloop_cycles_per_sec:0\r\n"
                                  "instantaneous_eventloop_duration_usec:0\r\n"));
  EXPECT_THAT(text, ContainsRegex("eventloop_duration_usec:p50=[0-9]+,p99=[0-9]+,p99.9=[0-9]+,"
                                  "max=[0-9]+\r\n"));
  EXPECT_THAT(text, HasSubstr("eventloop_lateness_usec:p50=12,p99=12,p99.9=12,max=12\r\n"));
  // Only for those who name it.
  EXPECT_THAT(Run({"INFO", "everything"}), Not(HasSubstr("# Debug")));
  EXPECT_THAT(Run({"INFO", "debug"}), StartsWith("# Debug\r\neventloop_duration_cron_sum:0\r\n"));
  Run({"CONFIG", "RESETSTAT"});
  EXPECT_THAT(Run({"INFO", "stats"}), HasSubstr("eventloop_cycles:0\r\n"));
}

TEST_F(InfoTest, CollectiveNames) {
  Run({"PING"});
  EXPECT_THAT(Run({"INFO"}), AllOf(StartsWith("# Server\r\n"), HasSubstr("# Keyspace"),
                                   Not(HasSubstr("# Commandstats"))));
  EXPECT_THAT(Run({"INFO", "all"}), HasSubstr("# Commandstats\r\ncmdstat_"));
  EXPECT_THAT(Run({"INFO", "everything"}), HasSubstr("# Latencystats\r\n"));
  EXPECT_THAT(Run({"INFO", "default", "commandstats"}), HasSubstr("cmdstat_ping:calls=1,usec="));
}

TEST_F(InfoTest, CommandsAreCounted) {
  Run({"SET", "k", "v"});
  Run({"SET", "k"});
  Run({"SET", "k", "v", "FOO"});
  const std::string text = Run({"INFO", "commandstats", "errorstats", "latencystats"});
  EXPECT_THAT(text, ContainsRegex("cmdstat_set:calls=2,usec=[0-9]+,usec_per_call=[0-9]+\\.[0-9]"
                                  "[0-9],rejected_calls=1,failed_calls=1\r\n"));
  EXPECT_THAT(text, HasSubstr("errorstat_ERR:count=2\r\n"));
  EXPECT_THAT(text, ContainsRegex("latency_percentiles_usec_set:p50=[0-9.]+,p99=[0-9.]+,p99.9="));
}

TEST_F(InfoTest, MemoryIsTold) {
  const std::string text = Run({"INFO", "memory"});
  EXPECT_THAT(text, ContainsRegex("used_memory:[1-9][0-9]+\r\nused_memory_human:[0-9.]+[KMG]\r\n"));
  EXPECT_THAT(text, HasSubstr("maxmemory:0\r\nmaxmemory_human:0B\r\n"
                              "maxmemory_policy:noeviction\r\n"));
  EXPECT_THAT(text, ContainsRegex("mem_fragmentation_ratio:[0-9]+\\.[0-9][0-9]\r\n"));
  EXPECT_THAT(text, ContainsRegex("used_memory_peak_perc:[0-9]+\\.[0-9][0-9]%\r\n"));
}

TEST_F(InfoTest, StatsCountKeys) {
  Run({"SET", "k", "v", "PX", "10"});
  Run({"GET", "k"});
  Run({"GET", "nosuch"});
  Advance(35);
  keyspace.RemoveExpired(1000000);
  const std::string text = Run({"INFO", "stats"});
  EXPECT_THAT(text, HasSubstr("keyspace_hits:1\r\nkeyspace_misses:1\r\n"));
  EXPECT_THAT(text, HasSubstr("expired_keys:1\r\n"));
  EXPECT_THAT(text, ContainsRegex("expired_lag_ms:p50=2[0-9],p99=2[0-9],max=25\r\n"));
}

TEST_F(InfoTest, StatsCountFields) {
  Run({"HSET", "h", "a", "1", "b", "2", "c", "3"});
  Run({"HPEXPIRE", "h", "10", "FIELDS", "1", "a"});
  Run({"HPEXPIRE", "h", "30", "FIELDS", "1", "b"});
  Advance(35);
  keyspace.RemoveExpired(1000000);
  const std::string text = Run({"INFO", "stats"});
  EXPECT_THAT(text, HasSubstr("expired_fields:2\r\n"));
  EXPECT_THAT(text, ContainsRegex("expired_fields_lag_ms:p50=2[0-9],p99=2[0-9],max=25\r\n"));
  Run({"CONFIG", "RESETSTAT"});
  EXPECT_THAT(Run({"INFO", "stats"}), HasSubstr("expired_fields_lag_ms:p50=0,p99=0,max=0\r\n"));
}

TEST_F(InfoTest, KeyspaceListsDatabasesInUse) {
  Run({"SET", "a", "1"});
  Run({"SET", "b", "1", "PX", "1000"});
  Run({"SELECT", "9"});
  Run({"SET", "c", "1"});
  EXPECT_EQ(Run({"INFO", "keyspace"}),
            "# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=1000,subexpiry=0\r\n"
            "db9:keys=1,expires=0,avg_ttl=0,subexpiry=0\r\n");
}

TEST_F(InfoTest, ReplicationNamesTheHistory) {
  EXPECT_THAT(Run({"INFO", "replication"}),
              ContainsRegex("role:master\r\nconnected_slaves:0\r\n"
                            "master_failover_state:no-failover\r\nmaster_replid:[0-9a-f]+\r\n"));
  EXPECT_EQ(engine.replication_id().size(), 40U);
}

TEST_F(InfoTest, Resp3IsVerbatim) {
  session.resp_version = 3;
  EXPECT_THAT(RunRaw(session, {"INFO", "cluster"}), StartsWith("=34\r\ntxt:# Cluster"));
}

}  // namespace
}  // namespace kvasir
