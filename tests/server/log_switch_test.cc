// The log switched on, off and to other policies while clients write.
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

class LogSwitchTest : public ::testing::Test {
 protected:
  void Start(const std::vector<std::string>& arguments) {
    server.arguments() = arguments;
    ASSERT_NO_FATAL_FAILURE(server.Start());
  }
  void Restart() {
    server.Kill(SIGKILL);
    ASSERT_NO_FATAL_FAILURE(StartLogged());
  }
  void StartLogged() {
    server.arguments() = {"--enable-debug-command", "yes"};
    ASSERT_NO_FATAL_FAILURE(server.Start());
  }
  // Until the log has its first base it counts for nothing.
  static void WaitForBase(Client& client) {
    for (int waited_ms = 0; waited_ms < kPatienceMs; waited_ms += 5) {
      const std::string info = client.Run({"INFO", "persistence"});
      if (info.find("aof_rewrite_in_progress:0") != std::string::npos &&
          info.find("aof_rewrite_scheduled:0") != std::string::npos) {
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    FAIL() << "no base came";
  }
  std::vector<std::string> LogFiles() const {
    std::vector<std::string> names;
    for (const auto& file :
         std::filesystem::directory_iterator(server.directory() + "/appendonlydir")) {
      names.push_back(file.path().filename().string());
    }
    return names;
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
    WaitForBase(client);
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
    WaitForBase(client);
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
  WaitForBase(client);
  server.Kill(SIGKILL);
  writer.join();
  server.arguments().clear();
  ASSERT_NO_FATAL_FAILURE(server.Start());
  const int found = std::stoi(Client(server).Run({"GET", "counter"}));
  EXPECT_GE(found, acknowledged);
  EXPECT_LE(found, acknowledged + 1);
}

TEST_F(LogSwitchTest, ItRepliesBeforeItsFirstBaseIsWritten) {
  ASSERT_NO_FATAL_FAILURE(Start({"--appendonly", "no", "--enable-debug-command", "yes"}));
  std::string digest;
  {
    Client client(server);
    client.Run({"DEBUG", "POPULATE", "500000"});
    client.Run({"FUNCTION", "LOAD",
                "#!lua name=lib\nredis.register_function('seven', function() return 7 end)"});
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
    const std::string info = client.Run({"INFO", "persistence"});
    EXPECT_THAT(info, HasSubstr("aof_enabled:1"));
    EXPECT_THAT(info, HasSubstr("aof_rewrite_in_progress:1"));
    client.Run({"SET", "key:1", "changed"});
    client.Run({"DEL", "key:499999"});
    EXPECT_EQ(client.Run({"BGREWRITEAOF"}),
              "-ERR Background append only file rewriting already in progress");
    WaitForBase(client);
    EXPECT_THAT(client.Run({"INFO", "persistence"}), HasSubstr("aof_last_bgrewrite_status:ok"));
    digest = client.Run({"DEBUG", "DIGEST"});
  }
  EXPECT_EQ(LogFiles().size(), 3U);
  ASSERT_NO_FATAL_FAILURE(Restart());
  Client client(server);
  EXPECT_EQ(client.Run({"DEBUG", "DIGEST"}), digest);
  EXPECT_EQ(client.Run({"FCALL", "seven", "0"}), "(integer) 7");
}

TEST_F(LogSwitchTest, KilledBeforeItsFirstBaseTheFormerLogLoads) {
  ASSERT_NO_FATAL_FAILURE(Start({"--enable-debug-command", "yes"}));
  {
    Client client(server);
    client.Run({"SET", "logged", "1"});
    client.Run({"CONFIG", "SET", "appendonly", "no"});
    client.Run({"DEBUG", "POPULATE", "500000"});
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
    client.Run({"SET", "in between", "2"});
    EXPECT_THAT(client.Run({"INFO", "persistence"}), HasSubstr("aof_rewrite_in_progress:1"));
  }
  ASSERT_NO_FATAL_FAILURE(Restart());
  Client client(server);
  EXPECT_EQ(client.Run({"DBSIZE"}), "(integer) 1");
  EXPECT_EQ(client.Run({"GET", "logged"}), "1");
}

// Its increment looked like that of a log whose manifest was lost, and the start was refused.
TEST_F(LogSwitchTest, KilledBeforeItsFirstBaseInAFreshDirectoryItStarts) {
  ASSERT_NO_FATAL_FAILURE(Start({"--appendonly", "no", "--enable-debug-command", "yes"}));
  {
    Client client(server);
    client.Run({"DEBUG", "POPULATE", "500000"});
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
    EXPECT_EQ(client.Run({"SET", "in between", std::string(1000, 'x')}), "OK");
    EXPECT_THAT(client.Run({"INFO", "persistence"}), HasSubstr("aof_rewrite_in_progress:1"));
  }
  ASSERT_NO_FATAL_FAILURE(Restart());
  EXPECT_EQ(Client(server).Run({"DBSIZE"}), "(integer) 0");
}

TEST_F(LogSwitchTest, StoppedBeforeItsFirstBaseItHasAll) {
  ASSERT_NO_FATAL_FAILURE(
      Start({"--appendonly", "no", "--enable-debug-command", "yes", "--save", ""}));
  std::string digest;
  {
    Client client(server);
    client.Run({"DEBUG", "POPULATE", "500000"});
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
    client.Run({"SET", "in between", "2"});
    digest = client.Run({"DEBUG", "DIGEST"});
  }
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  ASSERT_NO_FATAL_FAILURE(StartLogged());
  EXPECT_EQ(Client(server).Run({"DEBUG", "DIGEST"}), digest);
}

TEST_F(LogSwitchTest, SwitchedOffBeforeItsFirstBaseNothingIsLeft) {
  ASSERT_NO_FATAL_FAILURE(Start({"--appendonly", "no", "--enable-debug-command", "yes"}));
  Client client(server);
  client.Run({"DEBUG", "POPULATE", "500000"});
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
    EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "no"}), "OK");
    EXPECT_EQ(client.Run({"SET", "k", "w"}), "OK");
  }
  // The base's thread removes its own file.
  for (int waited_ms = 0; waited_ms < kPatienceMs && !LogFiles().empty(); waited_ms += 5) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_THAT(LogFiles(), ::testing::IsEmpty());
}

TEST_F(LogSwitchTest, WithinATransactionOrBesideASaveTheBaseComesLater) {
  ASSERT_NO_FATAL_FAILURE(Start({"--appendonly", "no", "--enable-debug-command", "yes"}));
  std::string digest;
  {
    Client client(server);
    client.Run({"DEBUG", "POPULATE", "300000"});
    client.Run({"BGSAVE"});
    client.Run({"MULTI"});
    client.Run({"SET", "before", "1"});
    client.Run({"CONFIG", "SET", "appendonly", "yes"});
    client.Run({"SET", "after", "2"});
    EXPECT_EQ(client.Run({"EXEC"}), "[OK, OK, OK]");
    EXPECT_THAT(client.Run({"INFO", "persistence"}), HasSubstr("aof_rewrite_scheduled:1"));
    WaitForBase(client);
    digest = client.Run({"DEBUG", "DIGEST"});
  }
  ASSERT_NO_FATAL_FAILURE(Restart());
  EXPECT_EQ(Client(server).Run({"DEBUG", "DIGEST"}), digest);
}

TEST_F(LogSwitchTest, LoadedAgainBeforeItsFirstBaseNothingIsMissing) {
  ASSERT_NO_FATAL_FAILURE(Start({"--appendonly", "no", "--enable-debug-command", "yes"}));
  Client client(server);
  client.Run({"DEBUG", "POPULATE", "300000"});
  EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
  const std::string digest = client.Run({"DEBUG", "DIGEST"});
  EXPECT_EQ(client.Run({"DEBUG", "LOADAOF"}), "OK");
  EXPECT_EQ(client.Run({"DEBUG", "DIGEST"}), digest);
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
