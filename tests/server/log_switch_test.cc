// The log switched on, off and to other policies while clients write.
#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <thread>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

class LogSwitchTest : public ::testing::Test {
 protected:
  void Start(const std::vector<std::string>& arguments) {
    server.arguments() = arguments;
    ASSERT_NO_FATAL_FAILURE(server.Start());
  }
  void Restart() {
    server.Kill(SIGKILL);
    server.arguments().clear();
    ASSERT_NO_FATAL_FAILURE(server.Start());
  }

  ServerProcess server;
};

TEST_F(LogSwitchTest, SwitchedOnItHoldsWhatWasThereBeforeAndWhatCameAfter) {
  ASSERT_NO_FATAL_FAILURE(Start({"--appendonly", "no"}));
  std::string deadline;
  {
    Client client(server);
    client.Run({"SET", "before", "1"});
    client.Run({"SET", "volatile", "x", "EX", "1000"});
    deadline = client.Run({"PEXPIRETIME", "volatile"});
    client.Run({"SELECT", "5"});
    client.Run({"SET", "in five", std::string(50'000, 'x')});
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
    client.Run({"SET", "after", "2"});
  }
  ASSERT_NO_FATAL_FAILURE(Restart());
  Client client(server);
  EXPECT_EQ(client.Run({"GET", "before"}), "1");
  EXPECT_EQ(client.Run({"PEXPIRETIME", "volatile"}), deadline);
  client.Run({"SELECT", "5"});
  EXPECT_EQ(client.Run({"STRLEN", "in five"}), "(integer) 50000");
  EXPECT_EQ(client.Run({"GET", "after"}), "2");
}

TEST_F(LogSwitchTest, SwitchedOffWritesGoOnAndSwitchedOnAgainNothingIsMissing) {
  ASSERT_NO_FATAL_FAILURE(Start({}));
  {
    Client client(server);
    client.Run({"SET", "a", "1"});
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "no"}), "OK");
    EXPECT_EQ(client.Run({"SET", "b", "2"}), "OK");
    client.Run({"DEL", "a"});
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
    EXPECT_EQ(client.Run({"SET", "c", "3"}), "OK");
  }
  ASSERT_NO_FATAL_FAILURE(Restart());
  EXPECT_EQ(Client(server).Run({"MGET", "a", "b", "c"}), "[(nil), 2, 3]");
}

TEST_F(LogSwitchTest, NoAcknowledgedWriteIsLostWhilePolicyAndLogAreSwitched) {
  ASSERT_NO_FATAL_FAILURE(Start({}));
  int acknowledged = 0;
  std::thread writer([&] {
    RawSocket socket(server.port());
    for (int i = 1;; ++i) {
      if (socket.Run({"SET", "counter", std::to_string(i)}) != "OK") return;
      acknowledged = i;
    }
  });
  Client client(server);
  for (int round = 0; round < 10; ++round) {
    for (const char* policy : {"always", "no", "everysec"}) {
      EXPECT_EQ(client.Run({"CONFIG", "SET", "appendfsync", policy}), "OK");
    }
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "no"}), "OK");
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes", "appendfsync", "always"}), "OK");
  }
  server.Kill(SIGKILL);
  writer.join();
  server.arguments().clear();
  ASSERT_NO_FATAL_FAILURE(server.Start());
  const int found = std::stoi(Client(server).Run({"GET", "counter"}));
  EXPECT_GE(found, acknowledged);
  EXPECT_LE(found, acknowledged + 1);
}

TEST_F(LogSwitchTest, SwitchingOnInADirectoryInUseIsRefused) {  // D9
  ASSERT_NO_FATAL_FAILURE(Start({"--appendonly", "no"}));
  ServerProcess other({"--dir", server.directory()});
  ASSERT_NO_FATAL_FAILURE(other.Start());
  Client client(server);
  const std::string reply = client.Run({"CONFIG", "SET", "appendonly", "yes"});
  EXPECT_TRUE(reply.starts_with("-ERR ")) << reply;
  EXPECT_EQ(client.Run({"CONFIG", "GET", "appendonly"}), "[appendonly, no]");
  EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
  EXPECT_EQ(Client(other).Run({"SET", "k", "w"}), "OK");
}

}  // namespace
}  // namespace kvasir
