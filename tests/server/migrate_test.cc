// Keys that move between real servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::StartsWith;

// Asks for the move of "k" and returns once the client waits for it.
void SendMigrate(RawSocket& client, const ServerProcess& from, const ServerProcess& to,
                 std::string_view timeout_ms) {
  const std::string port = std::to_string(to.port());
  ASSERT_TRUE(client.Send(EncodeRequest({"MIGRATE", "127.0.0.1", port, "k", "0", timeout_ms})));
  Client other(from.port());
  while (other.Run({"INFO", "clients"}).find("blocked_clients:1\r\n") == std::string::npos) {
    ASSERT_TRUE(other.connected());
  }
}

TEST(ServerMigrateTest, KeysOfEveryTypeMoveWithTheirDeadlines) {
  ServerProcess from;
  ServerProcess to({"--requirepass", "pw"});
  from.Start();
  to.Start();
  Client here(from.port());
  Client there(to.port());
  EXPECT_EQ(there.Run({"AUTH", "pw"}), "OK");
  here.Run({"SET", "string", std::string(100'000, 'x'), "EX", "1000"});
  here.Run({"RPUSH", "list", "a", "b"});
  here.Run({"HSET", "hash", "f", "v"});
  here.Run({"ZADD", "zset", "1.5", "m"});
  const std::string port = std::to_string(to.port());
  EXPECT_THAT(here.Run({"MIGRATE", "127.0.0.1", port, "list", "2", "1000"}),
              StartsWith("-ERR Target instance replied with error: NOAUTH"));
  EXPECT_EQ(here.Run({"MIGRATE", "127.0.0.1", port, "", "2", "1000", "AUTH", "pw", "KEYS", "string",
                      "list", "hash", "zset"}),
            "OK");
  EXPECT_EQ(here.Run({"DBSIZE"}), "(integer) 0");
  EXPECT_EQ(there.Run({"SELECT", "2"}), "OK");
  EXPECT_EQ(there.Run({"DBSIZE"}), "(integer) 4");
  EXPECT_EQ(there.Run({"STRLEN", "string"}), "(integer) 100000");
  EXPECT_THAT(there.Run({"TTL", "string"}), testing::AnyOf("(integer) 1000", "(integer) 999"));
  EXPECT_EQ(there.Run({"LRANGE", "list", "0", "-1"}), "[a, b]");
  here.Run({"RPUSH", "list", "c"});
  EXPECT_EQ(here.Run({"MIGRATE", "127.0.0.1", port, "list", "2", "1000", "AUTH", "pw"}),
            "-ERR Target instance replied with error: BUSYKEY Target key name already exists.");
  EXPECT_EQ(here.Run({"MIGRATE", "127.0.0.1", port, "list", "2", "1000", "REPLACE", "AUTH", "pw"}),
            "OK");
  EXPECT_EQ(there.Run({"LRANGE", "list", "0", "-1"}), "[c]");
}

TEST(ServerMigrateTest, WhatCannotBeReachedKeepsTheKeysHere) {
  ServerProcess server;
  server.Start();
  Client client(server.port());
  client.Run({"SET", "k", "v"});
  EXPECT_EQ(client.Run({"MIGRATE", "127.0.0.1", "1", "k", "0", "1000"}),
            "-IOERR error or timeout connecting to the client");
  EXPECT_EQ(client.Run({"MIGRATE", "no such host", "1", "k", "0", "1000"}),
            "-IOERR error or timeout connecting to the client");
  EXPECT_EQ(client.Run({"GET", "k"}), "v");
}

// A server that stops answering holds nobody but the client that asked.
TEST(ServerMigrateTest, ASilentServerEndsInATimeoutAndHoldsNobodyElse) {
  ServerProcess from;
  ServerProcess to;
  from.Start();
  to.Start();
  Client here(from.port());
  here.Run({"SET", "k", "v"});
  to.Signal(SIGSTOP);
  RawSocket waiting(from.port());
  SendMigrate(waiting, from, to, "1000");
  Client other(from.port());
  EXPECT_EQ(other.Run({"SET", "x", "y"}), "OK");
  EXPECT_EQ(waiting.ReadReply(), "-IOERR error or timeout reading from target instance\r\n");
  EXPECT_EQ(other.Run({"GET", "k"}), "v");
  to.Signal(SIGCONT);
}

TEST(ServerMigrateTest, TheServerMayStopWhileKeysAreOnTheirWay) {
  ServerProcess from;
  ServerProcess to;
  from.Start();
  to.Start();
  Client here(from.port());
  here.Run({"SET", "k", "v"});
  to.Signal(SIGSTOP);
  RawSocket waiting(from.port());
  SendMigrate(waiting, from, to, "100000");
  EXPECT_EQ(from.Kill(SIGTERM), 0);
  to.Signal(SIGCONT);
  from.Start();
  EXPECT_EQ(Client(from.port()).Run({"GET", "k"}), "v");
}

}  // namespace
}  // namespace kvasir
