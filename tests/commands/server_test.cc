#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

class ServerCommandTest : public CommandTest {};

TEST_F(ServerCommandTest, TellsTimeAndRole) {
  EXPECT_THAT(Run({"TIME"}), MatchesRegex("\\[[0-9]+, [0-9]+\\]"));
  EXPECT_EQ(Run({"ROLE"}), "[master, (integer) 0, []]");
  EXPECT_THAT(Run({"LASTSAVE"}), MatchesRegex(".integer. [0-9]+"));
}

TEST_F(ServerCommandTest, LolwutDraws) {
  EXPECT_THAT(Run({"LOLWUT"}), HasSubstr("Redis ver. "));
  EXPECT_THAT(Run({"LOLWUT", "VERSION", "5", "1", "2", "3"}), HasSubstr("Redis ver. "));
  EXPECT_EQ(Run({"LOLWUT", "VERSION", "x"}), "-ERR value is not an integer or out of range");
}

TEST_F(ServerCommandTest, MonitorSeesRequests) {
  Session& monitor = NewSession();
  EXPECT_EQ(RunAs(monitor, {"MONITOR"}), "OK");
  Run({"SET", "k", "a\nb"});
  Run({"CONFIG", "GET", "x"});
  EXPECT_THAT(monitor.output.ToString(),
              MatchesRegex("\\+[0-9]+\\.[0-9]+ \\[0 \\] \"SET\" \"k\" \"a.nb\"\r\n"));
}

TEST_F(ServerCommandTest, MonitorNotInsideMulti) {
  Run({"MULTI"});
  Run({"MONITOR"});
  EXPECT_EQ(Run({"EXEC"}), "[-ERR MONITOR isn't allowed for DENY BLOCKING client]");
}

TEST_F(ServerCommandTest, ShutdownPassesItsWords) {
  EXPECT_EQ(Run({"SHUTDOWN", "NOSAVE", "NOW", "FORCE"}), "(no reply)");
  ASSERT_THAT(host.shutdowns, SizeIs(1));
  EXPECT_EQ(host.shutdowns[0].save, ShutdownSave::kNoSave);
  EXPECT_TRUE(host.shutdowns[0].now && host.shutdowns[0].force);
  host.refusal = "disk";
  EXPECT_EQ(Run({"SHUTDOWN"}), "-ERR Errors trying to SHUTDOWN. Check logs.");
}

TEST_F(ServerCommandTest, ShutdownRefusesWhatIsWrong) {
  EXPECT_EQ(Run({"SHUTDOWN", "ABORT"}), "-ERR No shutdown in progress.");
  EXPECT_EQ(Run({"SHUTDOWN", "SAVE", "NOSAVE"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SHUTDOWN", "ABORT", "NOW"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SHUTDOWN", "x"}), "-ERR syntax error");
  Run({"MULTI"});
  EXPECT_EQ(Run({"SHUTDOWN"}), "-ERR Command not allowed inside a transaction");
  EXPECT_THAT(host.shutdowns, IsEmpty());
}

class WaitTest : public CommandTest {};

TEST_F(WaitTest, WithoutReplicasOnlyTheTimeEndsIt) {
  EXPECT_EQ(Run({"WAIT", "0", "1000"}), "(integer) 0");
  EXPECT_EQ(Run({"WAIT", "1", "50"}), "(no reply)");
  EXPECT_TRUE(session.blocked_now());
  Advance(50);
  engine.ServeBlocked();
  EXPECT_EQ(session.output.ToString(), ":0\r\n");
  session.output.Clear();
  EXPECT_EQ(Run({"WAIT", "0", "-1"}), "-ERR timeout is negative");
  EXPECT_EQ(Run({"WAIT", "x", "1"}), "-ERR value is not an integer or out of range");
}

TEST_F(WaitTest, NeverBlocksInsideMulti) {
  Run({"MULTI"});
  Run({"WAIT", "1", "0"});
  Run({"SET", "k", "v"});
  Run({"WAITAOF", "1", "0", "0"});
  EXPECT_EQ(Run({"EXEC"}), "[(integer) 0, OK, [(integer) 0, (integer) 0]]");
  EXPECT_FALSE(session.blocked_now());
}

TEST_F(WaitTest, WaitAofEndsWhenTheWriteIsDurable) {
  EXPECT_EQ(Run({"WAITAOF", "1", "0", "0"}), "[(integer) 1, (integer) 0]");
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"WAITAOF", "1", "0", "0"}), "(no reply)");
  engine.ServeBlocked();
  EXPECT_TRUE(session.blocked_now());
  log.durable_sequence = log.appended();
  engine.ServeBlocked();
  EXPECT_FALSE(session.blocked_now());
  EXPECT_EQ(session.output.ToString(), "*2\r\n:1\r\n:0\r\n");
}

TEST_F(WaitTest, WaitAofTimesOutWithWhatThereIs) {
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"WAITAOF", "1", "1", "20"}), "(no reply)");
  log.durable_sequence = log.appended();
  engine.ServeBlocked();
  EXPECT_TRUE(session.blocked_now()) << "a replica is still missing";
  Advance(20);
  engine.ServeBlocked();
  EXPECT_EQ(session.output.ToString(), "*2\r\n:1\r\n:0\r\n");
}

TEST_F(WaitTest, WaitAofRefusesWhatIsWrong) {
  EXPECT_EQ(Run({"WAITAOF", "2", "0", "0"}),
            "-ERR value is out of range, value must between 0 and 1");
  EXPECT_EQ(Run({"WAITAOF", "0", "-1", "0"}), "-ERR value is out of range, must be positive");
  EXPECT_EQ(Run({"WAITAOF", "0", "0", "-1"}), "-ERR timeout is negative");
  engine.set_log(nullptr);
  EXPECT_EQ(Run({"WAITAOF", "1", "0", "0"}),
            "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
}

}  // namespace
}  // namespace kvasir
