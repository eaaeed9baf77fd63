// Changing the log's settings at run time left clients waiting, numbers that went back, or a log in
// a directory that nobody would look into.
#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"
#include "tests/support/temp_directory.h"

namespace kvasir {
namespace {

using ::testing::StartsWith;

TEST(ChangedLogSettingsTest, ALogThatIsTurnedOnAgainCountsOn) {
  ServerProcess server;
  server.Start();
  Client client(server);
  for (int i = 0; i < 10; ++i) client.Run({"INCR", "counter"});
  EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "no"}), "OK");
  EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
  EXPECT_EQ(client.Run({"WAITAOF", "1", "0", "5000"}), "[(integer) 1, (integer) 0]");
}

TEST(ChangedLogSettingsTest, WhoWaitsForALogThatIsTurnedOffIsTold) {
  ServerProcess server({"--appendfsync", "no"});
  server.Start();
  RawSocket waiting(server.port());
  EXPECT_EQ(waiting.Run({"SET", "k", "v"}), "OK");
  ASSERT_TRUE(waiting.Send(EncodeRequest({"WAITAOF", "1", "0", "0"})));
  Client client(server);
  for (std::string blocked; blocked != "1";) {
    blocked = InfoField(client.Run({"INFO", "clients"}), "blocked_clients");
  }
  EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "no"}), "OK");
  EXPECT_THAT(waiting.ReadReply(), StartsWith("-ERR WAITAOF cannot be used"));
}

TEST(ChangedLogSettingsTest, NoReplyIsLeftBehindWhenThePolicyChanges) {
  ServerProcess server({"--appendfsync", "always"});
  server.Start();
  Client client(server);
  RawSocket writer(server.port());
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) {
    ASSERT_TRUE(writer.Send(EncodeRequest({"INCR", "counter"})));
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendfsync", i % 2 == 0 ? "no" : "always"}), "OK");
    EXPECT_EQ(writer.ReadReply(), ":" + std::to_string(i + 1) + "\r\n");
  }
}

TEST(ChangedLogSettingsTest, TheDirectoryStaysWhileItHoldsTheLog) {
  ServerProcess server({"--enable-protected-configs", "yes"});
  server.Start();
  Client client(server);
  EXPECT_THAT(client.Run({"CONFIG", "SET", "dir", server.root()}), StartsWith("-ERR CONFIG SET"));
  EXPECT_EQ(client.Run({"BGREWRITEAOF"}), "Background append only file rewriting started");
  EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
  EXPECT_EQ(server.Kill(SIGKILL), 128 + SIGKILL);
  server.Start();
  EXPECT_EQ(Client(server).Run({"GET", "k"}), "v");
}

TEST(ChangedLogSettingsTest, AFailedChangeOfSeveralLeavesAllAsItWas) {
  ServerProcess server({"--enable-protected-configs", "yes", "--appendonly", "no"});
  server.Start();
  Client client(server);
  TempDirectory other;
  // Where the log's directory should come, there is a file.
  WriteFile(other.path() + "/appendonlydir", "x");
  const std::string before = client.Run({"CONFIG", "GET", "dir"});
  EXPECT_THAT(client.Run({"CONFIG", "SET", "dir", other.path(), "appendonly", "yes"}),
              StartsWith("-ERR CONFIG SET failed"));
  EXPECT_EQ(client.Run({"CONFIG", "GET", "dir"}), before);
  EXPECT_EQ(client.Run({"CONFIG", "GET", "appendonly"}), "[appendonly, no]");
  EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
  EXPECT_TRUE(std::filesystem::exists(server.directory() + "/appendonlydir"));
}

}  // namespace
}  // namespace kvasir
