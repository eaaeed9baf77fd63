#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Fault = MigrationOutcome::Fault;

class MigrateTest : public CommandTest {
 protected:
  // Whoever keeps migrations lets go of them before the engine ends.
  ~MigrateTest() override { host.migrations.clear(); }

  std::string Migrate(const std::vector<std::string>& arguments, const MigrationOutcome& outcome) {
    Wait(session, arguments);
    EXPECT_EQ(host.migrations.size(), 1U);
    host.migrations[0].second(outcome);
    host.migrations.clear();
    return Answer(session);
  }
};

TEST_F(MigrateTest, AKeyThatArrivedIsRemoved) {
  Run({"SET", "k", "v", "PX", "5000"});
  TakeLogged();
  Wait(session, {"MIGRATE", "there", "7", "k", "3", "50"});
  ASSERT_EQ(host.migrations.size(), 1U);
  const MigrationOrder& order = host.migrations[0].first;
  EXPECT_EQ(order.host, "there");
  EXPECT_EQ(order.port, "7");
  EXPECT_EQ(order.timeout_ms, 50);
  EXPECT_EQ(order.replies, 2U);
  EXPECT_THAT(order.requests, StartsWith("*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n*4\r\n$7\r\nRESTORE\r\n"
                                         "$1\r\nk\r\n$4\r\n5000\r\n"));
  EXPECT_EQ(Answer(session), "(no reply)");
  host.migrations[0].second({Fault::kNone, {"+OK", "+OK"}});
  EXPECT_EQ(Answer(session), "OK");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL k"));
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
}

TEST_F(MigrateTest, WithCopyItStays) {
  Run({"SET", "k", "v"});
  EXPECT_EQ(Migrate({"MIGRATE", "h", "1", "k", "0", "1", "COPY", "REPLACE"},
                    {Fault::kNone, {"+OK", "+OK"}}),
            "OK");
  EXPECT_EQ(Run({"GET", "k"}), "v");
}

TEST_F(MigrateTest, OfSeveralKeysThoseThatArrivedAreRemoved) {
  Run({"MSET", "a", "1", "b", "2", "c", "3"});
  const std::vector<std::string> request = {"MIGRATE", "h", "1",    "",  "0", "1", "AUTH2",
                                            "u",       "p", "KEYS", "a", "b", "x", "c"};
  EXPECT_EQ(Migrate(request, {Fault::kReading, {"+OK", "+OK", "+OK", "-BUSYKEY there"}}),
            "-ERR Target instance replied with error: BUSYKEY there");
  EXPECT_EQ(Run({"EXISTS", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"EXISTS", "b", "c"}), "(integer) 2");
}

TEST_F(MigrateTest, NothingIsRemovedBehindAFailedGreeting) {
  Run({"SET", "k", "v"});
  EXPECT_EQ(Migrate({"MIGRATE", "h", "1", "k", "0", "1", "AUTH", "p"},
                    {Fault::kNone, {"-WRONGPASS no", "+OK", "+OK"}}),
            "-ERR Target instance replied with error: WRONGPASS no");
  EXPECT_EQ(Run({"GET", "k"}), "v");
}

TEST_F(MigrateTest, AKeyThatIsWrittenMeanwhileStays) {
  Run({"MSET", "a", "1", "b", "2"});
  Session& other = NewSession();
  Wait(session, {"MIGRATE", "h", "1", "", "0", "1", "KEYS", "a", "b"});
  EXPECT_EQ(RunAs(other, {"SET", "a", "new"}), "OK");
  host.migrations[0].second({Fault::kNone, {"+OK", "+OK", "+OK"}});
  EXPECT_EQ(Answer(session), "-ERR a key changed while it was sent and is on both servers now");
  EXPECT_EQ(Run({"GET", "a"}), "new");
  EXPECT_EQ(Run({"EXISTS", "b"}), "(integer) 0");
}

TEST_F(MigrateTest, Faults) {
  Run({"SET", "k", "v"});
  const std::vector<std::string> request = {"MIGRATE", "h", "1", "k", "0", "1"};
  EXPECT_EQ(Migrate(request, {Fault::kConnecting, {}}),
            "-IOERR error or timeout connecting to the client");
  EXPECT_EQ(Migrate(request, {Fault::kWriting, {}}),
            "-IOERR error or timeout writing to target instance");
  EXPECT_EQ(Migrate(request, {Fault::kReading, {"+OK"}}),
            "-IOERR error or timeout reading from target instance");
  EXPECT_EQ(Run({"GET", "k"}), "v");
}

TEST_F(MigrateTest, AClientThatLeavesDoesNotStopIt) {
  Run({"SET", "k", "v"});
  Session& leaving = NewSession();
  Wait(leaving, {"MIGRATE", "h", "1", "k", "0", "1"});
  engine.Forget(leaving);
  host.migrations[0].second({Fault::kNone, {"+OK", "+OK"}});
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
}

TEST_F(MigrateTest, AClientThatIsUnblockedHearsOfNoSuccess) {
  Run({"SET", "k", "v"});
  Session& other = NewSession();
  Wait(session, {"MIGRATE", "h", "1", "k", "0", "1"});
  EXPECT_EQ(RunAs(other, {"CLIENT", "UNBLOCK", std::to_string(session.id)}), "(integer) 1");
  EXPECT_THAT(Answer(session), StartsWith("-UNBLOCKED"));
  host.migrations[0].second({Fault::kNone, {"+OK", "+OK"}});
  EXPECT_EQ(RunAs(other, {"EXISTS", "k"}), "(integer) 0");
}

TEST_F(MigrateTest, NothingToMove) {
  EXPECT_EQ(Run({"MIGRATE", "h", "1", "k", "0", "1"}), "NOKEY");
  EXPECT_EQ(Run({"MIGRATE", "h", "1", "", "0", "1", "KEYS", "a", "b"}), "NOKEY");
}

TEST_F(MigrateTest, ItsKeysAreFoundInBothForms) {
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "MIGRATE", "h", "1", "k", "0", "1"}), "[k]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "MIGRATE", "h", "1", "", "0", "1", "KEYS", "a", "b"}),
            "[a, b]");
}

TEST_F(MigrateTest, BadArguments) {
  EXPECT_EQ(
      Run({"MIGRATE", "h", "1", "k", "0", "1", "KEYS", "a"}),
      "-ERR When using MIGRATE KEYS option, the key argument must be set to the empty string");
  EXPECT_EQ(Run({"MIGRATE", "h", "1", "k", "x", "1"}),
            "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"MIGRATE", "h", "1", "k", "0", "1", "FOO"}), "-ERR syntax error");
  EXPECT_EQ(Run({"MIGRATE", "h", "1", "k", "0", "1", "AUTH"}), "-ERR syntax error");
  Run({"SET", "k", "v"});
  Run({"MULTI"});
  Run({"MIGRATE", "h", "1", "k", "0", "1"});
  EXPECT_THAT(Run({"EXEC"}), HasSubstr("neither EXEC nor a script can"));
}

}  // namespace
}  // namespace kvasir
