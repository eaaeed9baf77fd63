// Blocking commands on a real server: what waits in the socket, and what is in the log.
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

void WaitForBlocked(Client& client, const std::string& count) {
  while (InfoField(client.Run({"INFO", "clients"}), "blocked_clients") != count) {
  }
}

TEST(BlockingTest, WhatStandsBehindItWaitsToo) {
  ServerProcess server;
  server.Start();
  Client client(server);
  RawSocket waiting(server.port());
  waiting.Send(EncodeRequest({"BLPOP", "k", "0"}) + EncodeRequest({"RPUSH", "after", "x"}) +
               EncodeRequest({"PING"}));
  WaitForBlocked(client, "1");
  EXPECT_EQ(client.Run({"EXISTS", "after"}), "(integer) 0");
  EXPECT_EQ(client.Run({"RPUSH", "k", "v"}), "(integer) 1");
  EXPECT_EQ(waiting.ReadReply(), "*2\r\n$1\r\nk\r\n$1\r\nv\r\n");
  EXPECT_EQ(waiting.ReadReply(), ":1\r\n");
  EXPECT_EQ(waiting.ReadReply(), "+PONG\r\n");
  WaitForBlocked(client, "0");
}

TEST(BlockingTest, ArgumentsOutliveTheReadBuffer) {
  ServerProcess server;
  server.Start();
  Client client(server);
  RawSocket waiting(server.port());
  const std::string key(50000, 'k');
  waiting.Send(EncodeRequest({"BLMOVE", key, "target", "LEFT", "LEFT", "0"}));
  WaitForBlocked(client, "1");
  client.Run({"SET", "noise", std::string(60000, 'n')});
  client.Run({"RPUSH", key, "v"});
  EXPECT_EQ(waiting.ReadReply(), "$1\r\nv\r\n");
  EXPECT_EQ(client.Run({"LRANGE", "target", "0", "-1"}), "[v]");
}

TEST(BlockingTest, TimesOutByItself) {
  ServerProcess server;
  server.Start();
  RawSocket waiting(server.port());
  EXPECT_EQ(waiting.Run({"BLPOP", "k", "0.01"}), "(nil)");
  EXPECT_EQ(waiting.Run({"PING"}), "PONG");
}

TEST(BlockingTest, WhoLeavesTakesNothing) {
  ServerProcess server;
  server.Start();
  Client client(server);
  {
    RawSocket waiting(server.port());
    waiting.Send(EncodeRequest({"BLPOP", "k", "0"}));
    WaitForBlocked(client, "1");
  }
  WaitForBlocked(client, "0");
  client.Run({"RPUSH", "k", "v"});
  EXPECT_EQ(client.Run({"LLEN", "k"}), "(integer) 1");
}

TEST(BlockingTest, WhatWasTakenStaysTaken) {
  for (const char* policy : {"always", "everysec"}) {
    ServerProcess server({"--appendfsync", policy});
    server.Start();
    {
      Client client(server);
      RawSocket first(server.port());
      RawSocket second(server.port());
      first.Send(EncodeRequest({"BLMOVE", "k", "l", "LEFT", "RIGHT", "0"}));
      WaitForBlocked(client, "1");
      second.Send(EncodeRequest({"BRPOP", "l", "0"}));
      WaitForBlocked(client, "2");
      client.Run({"RPUSH", "k", "1", "2"});
      EXPECT_EQ(first.ReadReply(), "$1\r\n1\r\n");
      EXPECT_EQ(second.ReadReply(), "*2\r\n$1\r\nl\r\n$1\r\n1\r\n");
    }
    server.Kill(SIGKILL);
    server.Start();
    Client client(server);
    EXPECT_EQ(client.Run({"LRANGE", "k", "0", "-1"}), "[2]");
    EXPECT_EQ(client.Run({"EXISTS", "l"}), "(integer) 0");
  }
}

TEST(BlockingTest, LoadingAgainServesOnlyAfterwards) {
  ServerProcess server({"--enable-debug-command", "yes"});
  server.Start();
  Client client(server);
  client.Run({"RPUSH", "k", "1", "2"});
  client.Run({"LPOP", "k", "2"});
  RawSocket waiting(server.port());
  waiting.Send(EncodeRequest({"BLPOP", "k", "0"}));
  WaitForBlocked(client, "1");
  EXPECT_EQ(client.Run({"DEBUG", "LOADAOF"}), "OK");
  EXPECT_EQ(client.Run({"RPUSH", "k", "3"}), "(integer) 1");
  EXPECT_EQ(waiting.ReadReply(), "*2\r\n$1\r\nk\r\n$1\r\n3\r\n");
}

TEST(BlockingTest, ListsComeBackFromARewrittenLog) {
  ServerProcess server({"--enable-debug-command", "yes"});
  server.Start();
  Client client(server);
  for (int i = 0; i < 3000; ++i) {
    client.Queue({"RPUSH", "long", "element" + std::to_string(i), std::to_string(i * 1000)});
  }
  for (int i = 0; i < 3000; ++i) client.Next();
  client.Run({"RPUSH", "short", "", "1", "x"});
  client.Run({"PEXPIREAT", "short", "99999999999999"});
  const std::string before = client.Run({"DEBUG", "DIGEST"});
  EXPECT_EQ(client.Run({"DEBUG", "RELOAD"}), "OK");
  EXPECT_EQ(client.Run({"DEBUG", "DIGEST"}), before);
  EXPECT_EQ(client.Run({"LLEN", "long"}), "(integer) 6000");
  EXPECT_EQ(client.Run({"PEXPIRETIME", "short"}), "(integer) 99999999999999");
}

}  // namespace
}  // namespace kvasir
