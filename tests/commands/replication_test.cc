// What a server without replicas, modules and cluster answers to those who ask for them.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

constexpr char kNoCluster[] = "-ERR This instance has cluster support disabled";
constexpr char kNoReplication[] = "-ERR this server has no replication";

using ReplicationTest = CommandTest;

TEST_F(ReplicationTest, WithoutAClusterEveryWordOfItSaysSo) {
  const std::vector<std::vector<std::string>> requests = {{"CLUSTER", "ADDSLOTS", "1"},
                                                          {"CLUSTER", "INFO"},
                                                          {"CLUSTER", "SLOTS"},
                                                          {"CLUSTER", "SHARDS"},
                                                          {"CLUSTER", "NODES"},
                                                          {"CLUSTER", "MYID"},
                                                          {"CLUSTER", "KEYSLOT", "k"},
                                                          {"CLUSTER", "RESET", "HARD"},
                                                          {"CLUSTER", "HELP"},
                                                          {"CLUSTER", "GETKEYSINSLOT", "1", "2"},
                                                          {"CLUSTER", "SETSLOT", "1", "x"},
                                                          {"CLUSTER", "MEET", "127.0.0.1", "1"},
                                                          {"CLUSTER", "COUNTKEYSINSLOT", "1"}};
  for (const auto& request : requests) EXPECT_EQ(Run(request), kNoCluster) << request[1];
  EXPECT_EQ(Run({"ASKING"}), kNoCluster);
  EXPECT_EQ(Run({"READONLY"}), kNoCluster);
  EXPECT_EQ(Run({"READWRITE"}), kNoCluster);
  EXPECT_EQ(Run({"CLUSTER"}), "-ERR wrong number of arguments for 'cluster' command");
  EXPECT_EQ(Run({"CLUSTER", "FOO"}), "-ERR unknown subcommand 'FOO'. Try CLUSTER HELP.");
  EXPECT_EQ(Run({"CLUSTER", "KEYSLOT"}),
            "-ERR wrong number of arguments for 'cluster|keyslot' command");
}

TEST_F(ReplicationTest, AServerMayBeToldThatItIsAMaster) {
  EXPECT_EQ(Run({"REPLICAOF", "NO", "one"}), "OK");
  EXPECT_EQ(Run({"SLAVEOF", "no", "ONE"}), "OK");
  EXPECT_EQ(Run({"REPLICAOF", "127.0.0.1", "6379"}), kNoReplication);
  EXPECT_EQ(Run({"SLAVEOF", "host", "1"}), kNoReplication);
}

TEST_F(ReplicationTest, NoReplicaCanTakeOver) {
  EXPECT_EQ(Run({"FAILOVER"}), "-ERR FAILOVER requires connected replicas.");
  EXPECT_EQ(Run({"FAILOVER", "ABORT"}), "-ERR No failover in progress.");
}

TEST_F(ReplicationTest, ThereAreNoModules) {
  EXPECT_EQ(Run({"MODULE", "LIST"}), "[]");
  const char* failed = "-ERR Error loading the extension. Please check the server logs.";
  EXPECT_EQ(Run({"MODULE", "LOAD", "/m.so"}), failed);
  EXPECT_EQ(Run({"MODULE", "LOADEX", "/m.so", "ARGS", "a"}), failed);
  EXPECT_EQ(Run({"MODULE", "UNLOAD", "m"}),
            "-ERR Error unloading module: no such module with that name");
  EXPECT_THAT(Run({"MODULE", "HELP"}), HasSubstr("UNLOAD <name>"));
}

TEST_F(ReplicationTest, ScriptsMayNotResetACluster) {
  EXPECT_THAT(Run({"EVAL", "return redis.call('cluster', 'reset')", "0"}),
              HasSubstr("not allowed from script"));
}

TEST_F(ReplicationTest, TheDocumentsNameTheGroup) {
  EXPECT_THAT(Run({"COMMAND", "DOCS", "readonly"}), HasSubstr("group, cluster"));
}

}  // namespace
}  // namespace kvasir
