// Libraries of functions are part of the dataset: they come back from everything that it comes back
// from.
#include <gmock/gmock.h>

#include <string>

#include "tests/support/client.h"
#include "tests/support/redis_server.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

constexpr char kLibrary[] =
    "#!lua name=lib\nredis.register_function('twice', function(keys, args) return args[1] * 2 end)";

void Load(ServerProcess& server) {
  EXPECT_EQ(Client(server).Run({"FUNCTION", "LOAD", kLibrary}), "lib");
}

void ExpectThere(ServerProcess& server) {
  EXPECT_EQ(Client(server).Run({"FCALL", "twice", "0", "21"}), "(integer) 42");
}

void Restart(ServerProcess& server) {
  server.Kill(SIGKILL);
  server.Start();
}

TEST(FunctionsTest, ComeBackFromTheLog) {
  ServerProcess server;
  server.Start();
  Load(server);
  Restart(server);
  ExpectThere(server);
  EXPECT_EQ(Client(server).Run({"FLUSHALL"}), "OK");
  Restart(server);
  ExpectThere(server);
  EXPECT_EQ(Client(server).Run({"FUNCTION", "DELETE", "lib"}), "OK");
  Restart(server);
  EXPECT_EQ(Client(server).Run({"FUNCTION", "LIST"}), "[]");
}

TEST(FunctionsTest, ComeBackFromABaseOfEitherForm) {
  for (const std::string preamble : {"yes", "no"}) {
    ServerProcess server({"--aof-use-rdb-preamble", preamble});
    server.Start();
    Load(server);
    Client client(server);
    client.Run({"SET", "k", "v"});
    client.Run({"BGREWRITEAOF"});
    for (int i = 0; i < 10'000; ++i) {
      const std::string info = client.Run({"INFO", "persistence"});
      if (InfoField(info, "aof_rewrite_in_progress") == "0" &&
          InfoField(info, "aof_rewrite_scheduled") == "0") {
        break;
      }
    }
    Restart(server);
    ExpectThere(server);
  }
}

TEST(FunctionsTest, ComeBackFromASnapshotAndThenFromALog) {
  ServerProcess server({"--appendonly", "no"});
  server.Start();
  Load(server);
  EXPECT_EQ(Client(server).Run({"SAVE"}), "OK");
  Restart(server);
  ExpectThere(server);
  EXPECT_EQ(Client(server).Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
  server.arguments() = {"--appendonly", "yes"};
  Restart(server);
  ExpectThere(server);
}

TEST(FunctionsTest, ASnapshotOfFunctionsAloneBeginsTheLog) {
  ServerProcess server({"--appendonly", "no"});
  server.Start();
  Load(server);
  EXPECT_EQ(Client(server).Run({"SAVE"}), "OK");
  server.arguments() = {"--appendonly", "yes"};
  Restart(server);
  ExpectThere(server);
  Restart(server);
  ExpectThere(server);
}

TEST(FunctionsTest, RedisServerTakesOurDumpAndWeTakeIts) {
  if (!RedisServer::Present()) GTEST_SKIP() << "redis-server is not installed";
  ServerProcess server;
  server.Start();
  Load(server);
  TempDirectory directory;
  RedisServer redis(directory.path(), {"--appendonly", "no"});
  const std::string ours = Client(server).Run({"FUNCTION", "DUMP"});
  EXPECT_EQ(redis.Run({"FUNCTION", "RESTORE", ours}), "OK");
  EXPECT_EQ(redis.Run({"FCALL", "twice", "0", "21"}), "(integer) 42");
  const std::string theirs = redis.Run({"FUNCTION", "DUMP"});
  EXPECT_EQ(Client(server).Run({"FUNCTION", "RESTORE", theirs, "FLUSH"}), "OK");
  ExpectThere(server);
}

}  // namespace
}  // namespace kvasir
