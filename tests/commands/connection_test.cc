#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ConnectionTest : public CommandTest {
 protected:
  void SetPassword(const std::string& password) {
    Settings settings = engine.settings();
    settings.requirepass = password;
    engine.set_settings(settings);
  }
};

constexpr const char* kWrongPass = "-WRONGPASS invalid username-password pair or user is disabled.";

TEST_F(ConnectionTest, PingEchoesItsMessage) {
  EXPECT_EQ(Run({"PING"}), "PONG");
  EXPECT_EQ(Run({"PING", "x"}), "x");
  EXPECT_EQ(Run({"PING", "x", "y"}), "-ERR wrong number of arguments for 'ping' command");
  EXPECT_EQ(Run({"ECHO", "x"}), "x");
}

TEST_F(ConnectionTest, AuthWithoutPasswordConfigured) {
  EXPECT_EQ(Run({"AUTH", "x"}),
            "-ERR AUTH <password> called without any password configured for the default user. Are "
            "you sure your configuration is correct?");
  EXPECT_EQ(Run({"AUTH", "default", "x"}), "OK");
  EXPECT_EQ(Run({"AUTH", "other", "x"}), kWrongPass);
  EXPECT_EQ(Run({"AUTH", "a", "b", "c"}), "-ERR syntax error");
  EXPECT_EQ(Run({"AUTH"}), "-ERR wrong number of arguments for 'auth' command");
}

TEST_F(ConnectionTest, AuthOpensTheGate) {
  SetPassword("secret");
  Session& client = NewSession();
  client.Deauthenticate();
  EXPECT_EQ(RunAs(client, {"GET", "k"}), "-NOAUTH Authentication required.");
  EXPECT_EQ(RunAs(client, {"AUTH", "secre"}), kWrongPass);
  EXPECT_EQ(RunAs(client, {"AUTH", "secretsecret"}), kWrongPass);
  EXPECT_EQ(RunAs(client, {"AUTH", ""}), kWrongPass);
  EXPECT_EQ(RunAs(client, {"AUTH", "nobody", "secret"}), kWrongPass);
  EXPECT_EQ(RunAs(client, {"GET", "k"}), "-NOAUTH Authentication required.");
  EXPECT_EQ(RunAs(client, {"AUTH", "secret"}), "OK");
  EXPECT_EQ(RunAs(client, {"GET", "k"}), "(nil)");
  // A failed attempt later takes nothing away.
  EXPECT_EQ(RunAs(client, {"AUTH", "wrong"}), kWrongPass);
  EXPECT_EQ(RunAs(client, {"GET", "k"}), "(nil)");
  EXPECT_EQ(engine.statistics().acl_access_denied_auth, 5U);
}

TEST_F(ConnectionTest, PasswordSetLaterConcernsNewClientsOnly) {
  SetPassword("secret");
  EXPECT_EQ(Run({"GET", "k"}), "(nil)");
}

TEST_F(ConnectionTest, MonitorsDoNotSeePasswords) {
  Session& monitor = NewSession();
  engine.StartMonitor(monitor);
  SetPassword("secret");
  Run({"AUTH", "default", "secret"});
  Run({"HELLO", "3", "AUTH", "default", "secret", "SETNAME", "me"});
  const std::string seen = monitor.output.ToString();
  EXPECT_THAT(seen, HasSubstr("\"AUTH\" \"(redacted)\" \"(redacted)\""));
  EXPECT_THAT(seen, HasSubstr("\"3\" \"AUTH\" \"(redacted)\" \"(redacted)\" \"SETNAME\" \"me\""));
}

TEST_F(ConnectionTest, HelloChoosesTheProtocol) {
  const std::string in_map = Run({"HELLO", "3"});
  EXPECT_THAT(in_map, StartsWith("{server: redis, version: 7."));
  EXPECT_THAT(in_map, HasSubstr("proto: (integer) 3, id: (integer) 1, mode: standalone"));
  EXPECT_THAT(in_map, HasSubstr("role: master, modules: []}"));
  EXPECT_EQ(session.resp_version, 3);
  EXPECT_THAT(Run({"HELLO"}), StartsWith("{server"));
  EXPECT_THAT(Run({"HELLO", "2", "SETNAME", "me"}), StartsWith("[server, redis"));
  EXPECT_EQ(session.name, "me");
}

TEST_F(ConnectionTest, HelloRefusesWhatIsWrong) {
  EXPECT_EQ(Run({"HELLO", "4"}), "-NOPROTO unsupported protocol version");
  EXPECT_EQ(Run({"HELLO", "x"}), "-ERR Protocol version is not an integer or out of range");
  EXPECT_EQ(Run({"HELLO", "3", "FOO"}), "-ERR Syntax error in HELLO option 'FOO'");
  EXPECT_EQ(Run({"HELLO", "3", "AUTH", "a"}), "-ERR Syntax error in HELLO option 'AUTH'");
  EXPECT_EQ(Run({"HELLO", "3", "SETNAME", "a b"}),
            "-ERR Client names cannot contain spaces, newlines or special characters.");
  EXPECT_EQ(session.resp_version, 2);
}

TEST_F(ConnectionTest, HelloAuthenticates) {
  SetPassword("secret");
  Session& client = NewSession();
  client.Deauthenticate();
  EXPECT_THAT(RunAs(client, {"HELLO", "3"}), StartsWith("-NOAUTH HELLO must be called with"));
  EXPECT_EQ(RunAs(client, {"HELLO", "3", "AUTH", "default", "x", "SETNAME", "n"}), kWrongPass);
  EXPECT_EQ(client.name, "");
  EXPECT_EQ(client.resp_version, 2);
  EXPECT_THAT(RunAs(client, {"HELLO", "3", "AUTH", "default", "secret"}), StartsWith("{server"));
  EXPECT_EQ(RunAs(client, {"GET", "k"}), "(nil)");
}

TEST_F(ConnectionTest, QuitClosesBehindItsReply) {
  Run({"MULTI"});
  EXPECT_EQ(Run({"QUIT", "now"}), "OK");
  EXPECT_TRUE(session.close_after_reply);
}

TEST_F(ConnectionTest, ResetStartsOver) {
  SetPassword("secret");
  Session& client = NewSession();
  RunAs(client, {"HELLO", "3", "AUTH", "default", "secret", "SETNAME", "me"});
  RunAs(client, {"CLIENT", "SETINFO", "LIB-NAME", "lib"});
  RunAs(client, {"CLIENT", "NO-TOUCH", "ON"});
  RunAs(client, {"SELECT", "3"});
  RunAs(client, {"WATCH", "k"});
  RunAs(client, {"MULTI"});
  EXPECT_EQ(RunAs(client, {"RESET"}), "RESET");
  EXPECT_FALSE(client.in_transaction());
  EXPECT_EQ(client.database, 0);
  EXPECT_EQ(client.resp_version, 2);
  EXPECT_EQ(client.name, "");
  EXPECT_EQ(client.library_name, "lib");
  EXPECT_FALSE(client.no_touch);
  EXPECT_EQ(RunAs(client, {"GET", "k"}), "-NOAUTH Authentication required.");
}

TEST_F(ConnectionTest, ResetEndsMonitoringAndSilence) {
  engine.StartMonitor(session);
  Run({"CLIENT", "REPLY", "OFF"});
  EXPECT_EQ(Run({"RESET"}), "RESET");
  EXPECT_FALSE(session.is_monitor);
  EXPECT_EQ(Run({"PING"}), "PONG");
}

}  // namespace
}  // namespace kvasir
