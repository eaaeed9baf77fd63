// Stopping, and coming back with the same data.
#include <gmock/gmock.h>

#include <string>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

TEST(StopTest, SigtermAndSigintEndWithCodeZeroAndKeepEverything) {
  ServerProcess server;
  for (const int number : {SIGTERM, SIGINT}) {
    const std::string key = "key" + std::to_string(number);
    server.Start();
    EXPECT_EQ(Client(server).Run({"SET", key, "value"}), "OK");
    EXPECT_EQ(server.Kill(number), 0);
  }
  server.Start();
  EXPECT_EQ(
      Client(server).Run({"MGET", "key" + std::to_string(SIGTERM), "key" + std::to_string(SIGINT)}),
      "[value, value]");
}

TEST(StopTest, ClientsThatWaitAreClosedAndDoNotHoldUpTheEnd) {
  ServerProcess server;
  server.Start();
  RawSocket idle(server.port());
  RawSocket half(server.port());
  RawSocket never_reads(server.port());
  ASSERT_TRUE(half.Send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\nabc"));
  EXPECT_EQ(idle.Run({"SET", "big", std::string(1 << 20, 'x')}), "OK");
  std::string gets;
  for (int i = 0; i < 64; ++i) gets += EncodeRequest({"GET", "big"});
  ASSERT_TRUE(never_reads.Send(gets));
  EXPECT_EQ(never_reads.Read(4), "$104");
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  EXPECT_TRUE(idle.AtEnd());
  EXPECT_TRUE(half.AtEnd());
}

TEST(StopTest, AWriteThatWasAnsweredBeforeSigtermIsThereAfterwards) {
  for (const std::string policy : {"always", "everysec", "no"}) {
    ServerProcess server({"--appendfsync", policy});
    server.Start();
    RawSocket client(server.port());
    std::string writes;
    constexpr int kWrites = 2000;
    for (int i = 0; i < kWrites; ++i) writes += EncodeRequest({"INCR", "counter"});
    ASSERT_TRUE(client.Send(writes));
    server.Signal(SIGTERM);
    int answered = 0;
    for (std::string reply; !(reply = client.ReadReply()).empty();) {
      if (reply[0] == ':') answered = std::stoi(reply.substr(1));
    }
    EXPECT_EQ(server.Wait(), 0);
    server.Start();
    const std::string after = Client(server).Run({"GET", "counter"});
    EXPECT_GE(after == "(nil)" ? 0 : std::stoi(after), answered) << policy;
  }
}

TEST(StopTest, ShutdownEndsWithCodeZeroAndKeepsEverything) {
  for (const char* how : {"NOSAVE", "SAVE", "NOW", "FORCE"}) {
    ServerProcess server;
    server.Start();
    {
      Client client(server);
      EXPECT_EQ(client.Run({"SET", "k", how}), "OK");
      EXPECT_EQ(client.Run({"SHUTDOWN", how}), "(closed)") << how;
    }
    EXPECT_EQ(server.Wait(), 0) << how;
    server.Start();
    EXPECT_EQ(Client(server).Run({"GET", "k"}), how);
  }
}

TEST(StopTest, ATornTailIsCutReportedAndKeptAside) {  // D4
  ServerProcess server;
  server.Start();
  EXPECT_EQ(Client(server).Run({"SET", "k", "v"}), "OK");
  server.Kill(SIGKILL);
  const std::string path = server.IncrementPath();
  WriteFile(path, ReadFile(path) + "#KV:9:30:0000");
  server.Start();
  EXPECT_THAT(server.Output(), HasSubstr("13 bytes"));
  EXPECT_EQ(Client(server).Run({"GET", "k"}), "v");
  EXPECT_THAT(DescribeTree(server.directory()), HasSubstr("#KV:9:30:0000"));
}

TEST(StopTest, DatabasesDeadlinesAndBinaryKeysComeBack) {
  ServerProcess server;
  const std::string key("\0\r\n\xff key", 8);
  server.Start();
  std::string deadline;
  {
    Client client(server);
    client.Run({"SET", key, std::string("\0\1\2", 3)});
    client.Run({"SELECT", "9"});
    client.Run({"SET", "in nine", "x", "EX", "1000"});
    deadline = client.Run({"PEXPIRETIME", "in nine"});
    client.Run({"SET", "gone", "x", "PX", "1"});
  }
  server.Kill(SIGKILL);
  server.Start();
  Client client(server);
  EXPECT_EQ(client.Run({"GET", key}), std::string("\0\1\2", 3));
  EXPECT_EQ(client.Run({"EXISTS", "in nine"}), "(integer) 0");
  client.Run({"SELECT", "9"});
  EXPECT_EQ(client.Run({"GET", "in nine"}), "x");
  EXPECT_EQ(client.Run({"PEXPIRETIME", "in nine"}), deadline);
  EXPECT_EQ(client.Run({"GET", "gone"}), "(nil)");
}

TEST(StopTest, RequestsDuringTheReplayGetLoading) {
  ServerProcess server({"--appendfsync", "no"});
  server.Start();
  {
    RawSocket client(server.port());
    std::string block;
    for (int i = 0; i < 4000; ++i) block += EncodeRequest({"APPEND", "k", "0123456789"});
    const size_t replies = 100;
    for (size_t i = 0; i < replies; ++i) {
      ASSERT_TRUE(client.Send(block));
      for (int reply = 0; reply < 4000; ++reply) ASSERT_FALSE(client.ReadReply().empty());
    }
  }
  const std::string length = Client(server).Run({"STRLEN", "k"});
  EXPECT_EQ(length, "(integer) 4000000");
  server.Kill(SIGKILL);
  server.Spawn();
  // Whether a request falls into the replay is up to the machine: many are sent until one does not.
  bool loading = false;
  std::string reply;
  do {
    RawSocket client(server.port());
    reply = client.connected() ? client.Run({"STRLEN", "k"}) : "(closed)";
    loading |= reply == "-LOADING Redis is loading the dataset in memory";
  } while (reply == "(closed)" || reply.starts_with("-LOADING"));
  EXPECT_EQ(reply, length);
  EXPECT_TRUE(loading);
}

}  // namespace
}  // namespace kvasir
