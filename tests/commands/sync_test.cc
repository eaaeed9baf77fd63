// REPLCONF, SYNC and PSYNC where there is nothing that could send a dump; what they send is tested
// with a real process in tests/server/dumps_test.cc.
#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

class SyncTest : public CommandTest {};

TEST_F(SyncTest, ReplConfTakesWhatReplicasSay) {
  EXPECT_EQ(Run({"REPLCONF"}), "OK");
  EXPECT_EQ(Run({"REPLCONF", "listening-port", "6380"}), "OK");
  EXPECT_EQ(Run({"REPLCONF", "ip-address", "10.0.0.1"}), "OK");
  EXPECT_EQ(Run({"REPLCONF", "capa", "eof", "CAPA", "psync2"}), "OK");
  EXPECT_EQ(Run({"REPLCONF", "version", "8.0.1"}), "OK");
  EXPECT_EQ(Run({"REPLCONF", "rdb-only", "1"}), "OK");
  EXPECT_EQ(Run({"REPLCONF", "rdb-only", "0"}), "OK");
  EXPECT_EQ(Run({"REPLCONF", "rdb-filter-only", ""}), "OK");
  EXPECT_EQ(Run({"REPLCONF", "rdb-filter-only", " functions  FUNCTIONS"}), "OK");
}

TEST_F(SyncTest, ReplConfSaysWhatIsWrong) {
  EXPECT_EQ(Run({"REPLCONF", "capa"}), "-ERR syntax error");
  EXPECT_EQ(Run({"REPLCONF", "listening-port", "x"}),
            "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"REPLCONF", "rdb-only", "2"}),
            "-ERR value is out of range, value must between 0 and 1");
  EXPECT_EQ(Run({"REPLCONF", "rdb-filter-only", "functions data"}),
            "-ERR Unsupported rdb-filter-only option: functions data");
  EXPECT_EQ(Run({"REPLCONF", "capa", "eof", "other", "x"}),
            "-ERR Unrecognized REPLCONF option: other");
}

TEST_F(SyncTest, WithoutAHostThatCanThereIsNoDump) {
  EXPECT_THAT(Run({"SYNC"}), HasSubstr("-ERR no replication here"));
  EXPECT_THAT(Run({"PSYNC", "?", "-1"}), HasSubstr("-ERR no replication here"));
  EXPECT_EQ(Run({"PSYNC", "?", "x"}), "-ERR value is not an integer or out of range");
}

TEST_F(SyncTest, InATransactionEachRequestHasItsReply) {
  Run({"MULTI"});
  EXPECT_EQ(Run({"SYNC"}), "-ERR Command not allowed inside a transaction");
  Run({"DISCARD"});
  Run({"MULTI"});
  Run({"REPLCONF", "ACK", "0"});
  EXPECT_EQ(Run({"EXEC"}), "[-ERR Unrecognized REPLCONF option: ACK]");
}

}  // namespace
}  // namespace kvasir
