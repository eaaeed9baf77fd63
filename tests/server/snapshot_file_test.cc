// dump.rdb at the start and the end, SAVE, and bases in RDB.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/client.h"
#include "tests/support/redis_server.h"
#include "tests/support/server_process.h"
#include "tests/support/temp_directory.h"

namespace kvasir {
namespace {

using testing::HasSubstr;

std::string Snapshot(const ServerProcess& server) { return server.directory() + "/dump.rdb"; }

void Fill(Client& client) {
  client.Run({"SET", "text", "value"});
  client.Run({"SET", "volatile", "value", "PXAT", "4000000000000"});
  client.Run({"RPUSH", "list", "a", "1", "b"});
  client.Run({"HSET", "hash", "f", "v"});
  client.Run({"SADD", "set", "1", "2", "x"});
  client.Run({"ZADD", "zset", "1.5", "a", "2", "b"});
}

TEST(SnapshotFileTest, SaveIsLoadedWhereThereIsNoLog) {
  ServerProcess server({"--appendonly", "no", "--save", "", "--enable-debug-command", "yes"});
  server.Start();
  std::string digest;
  {
    Client client(server);
    Fill(client);
    digest = client.Run({"DEBUG", "DIGEST"});
    EXPECT_EQ(client.Run({"SAVE"}), "OK");
    const std::string info = client.Run({"INFO", "persistence"});
    EXPECT_EQ(InfoField(info, "rdb_changes_since_last_save"), "0");
    EXPECT_EQ(InfoField(info, "rdb_saves"), "1");
    EXPECT_EQ(InfoField(info, "rdb_last_bgsave_status"), "ok");
    EXPECT_EQ("(integer) " + InfoField(info, "rdb_last_save_time"), client.Run({"LASTSAVE"}));
    client.Run({"SET", "later", "is lost"});
  }
  server.Kill(SIGKILL);
  server.Start();
  Client client(server);
  EXPECT_EQ(client.Run({"DEBUG", "DIGEST"}), digest);
  const std::string info = client.Run({"INFO", "persistence"});
  EXPECT_EQ(InfoField(info, "rdb_last_load_keys_loaded"), "6");
  EXPECT_EQ(InfoField(info, "rdb_changes_since_last_save"), "0");
  EXPECT_THAT(server.Output(), HasSubstr("Loaded 6 keys from ./dump.rdb"));
}

TEST(SnapshotFileTest, ShutdownSavesWhereThereIsNoLog) {
  ServerProcess server({"--appendonly", "no"});
  server.Start();
  Client(server).Run({"SET", "k", "v"});
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  server.Start();
  EXPECT_EQ(Client(server).Run({"GET", "k"}), "v");
  Client(server).Run({"SET", "l", "v"});
  Client(server).Run({"SHUTDOWN", "NOSAVE"});
  EXPECT_EQ(server.Wait(), 0);
  server.Start();
  EXPECT_EQ(Client(server).Run({"GET", "l"}), "(nil)");
}

TEST(SnapshotFileTest, ANewLogBeginsWithTheSnapshot) {
  ServerProcess server({"--appendonly", "no"});
  server.Start();
  Client(server).Run({"SET", "k", "v"});
  EXPECT_EQ(Client(server).Run({"SAVE"}), "OK");
  server.Kill(SIGKILL);
  server.arguments() = {"--appendonly", "yes"};
  server.Start();
  EXPECT_THAT(server.Output(), HasSubstr("The log begins with what was in dump.rdb"));
  Client(server).Run({"SET", "l", "v"});
  server.Kill(SIGKILL);
  EXPECT_TRUE(std::filesystem::exists(Snapshot(server)));
  // From now on the log tells it all, whatever the snapshot says.
  WriteFile(Snapshot(server), "garbage");
  server.Start();
  EXPECT_EQ(Client(server).Run({"MGET", "k", "l"}), "[v, v]");
}

TEST(SnapshotFileTest, ADamagedSnapshotIsRefusedAndNotTouched) {
  ServerProcess server({"--appendonly", "no"});
  server.Start();
  Client(server).Run({"SET", "key", "value"});
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  std::string bytes = ReadFile(Snapshot(server));
  bytes[bytes.find("value")] = 'V';
  for (const char* log : {"no", "yes"}) {
    WriteFile(Snapshot(server), bytes);
    server.arguments() = {"--appendonly", log};
    server.Spawn();
    EXPECT_EQ(server.Wait(), 1);
    EXPECT_THAT(server.Errors(), HasSubstr("./dump.rdb: at offset "));
    EXPECT_THAT(server.Errors(), HasSubstr("checksum"));
    EXPECT_EQ(ReadFile(Snapshot(server)), bytes);
  }
}

TEST(SnapshotFileTest, AFailedSaveIsAnErrorAndShowsInInfo) {
  ServerProcess server({"--appendonly", "no", "--save", ""});
  server.Start();
  Client client(server);
  // A directory of the temporary file's name is in the way.
  std::filesystem::create_directory(server.directory() + "/temp-" + std::to_string(server.pid()) +
                                    "-1.rdb");
  EXPECT_THAT(client.Run({"SAVE"}), HasSubstr("-ERR"));
  EXPECT_EQ(InfoField(client.Run({"INFO", "persistence"}), "rdb_last_bgsave_status"), "err");
  EXPECT_EQ(client.Run({"MULTI"}), "OK");
  EXPECT_THAT(client.Run({"SAVE"}), HasSubstr("-ERR"));
}

TEST(SnapshotFileTest, ALogOfRedisWithAnRdbPreambleIsLoaded) {
  if (!RedisServer::Present()) GTEST_SKIP() << "not installed";
  ServerProcess server({"--enable-debug-command", "yes"});
  std::string digest;
  {
    RedisServer redis(server.directory(), {"--appendonly", "yes"});
    for (int i = 0; i < 1000; ++i) redis.Run({"SET", "key:" + std::to_string(i), "v"});
    redis.Run({"ZADD", "zset", "1", "a"});
    redis.Run({"BGREWRITEAOF"});
    while (redis.Run({"INFO", "persistence"}).find("aof_rewrite_in_progress:0") ==
           std::string::npos) {
    }
    redis.Run({"SET", "behind", "v"});
    digest = redis.Digest();
  }
  ASSERT_THAT(DescribeTree(server.directory()), HasSubstr(".base.rdb"));
  server.Start();
  EXPECT_EQ(Client(server).Run({"DEBUG", "DIGEST"}), digest);
  // The same as one file, as before Redis 7: RDB first, then commands.
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  ServerProcess single({"--enable-debug-command", "yes"});
  const std::string directory = server.directory() + "/appendonlydir/";
  std::string content;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    if (file.path().string().ends_with(".base.rdb")) content = ReadFile(file.path()) + content;
    if (file.path().string().ends_with(".2.incr.aof")) content += ReadFile(file.path());
  }
  WriteFile(single.directory() + "/appendonly.aof", content);
  single.Start();
  EXPECT_EQ(Client(single).Run({"DEBUG", "DIGEST"}), digest);
}

TEST(SnapshotFileTest, RedisLoadsOurRewrittenLogAndWeItAgain) {
  ServerProcess server({"--enable-debug-command", "yes"});
  server.Start();
  std::string digest;
  {
    Client client(server);
    Fill(client);
    EXPECT_THAT(client.Run({"BGREWRITEAOF"}), HasSubstr("started"));
    while (InfoField(client.Run({"INFO", "persistence"}), "aof_rewrite_in_progress") != "0") {
    }
    client.Run({"SET", "behind", "v"});
    digest = client.Run({"DEBUG", "DIGEST"});
  }
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  ASSERT_THAT(DescribeTree(server.directory()), HasSubstr(".base.rdb"));
  if (RedisServer::Present()) {
    RedisServer redis(server.directory(), {"--appendonly", "yes"});
    EXPECT_EQ(redis.Digest(), digest);
  }
  server.Start();
  EXPECT_EQ(Client(server).Run({"DEBUG", "DIGEST"}), digest);
}

}  // namespace
}  // namespace kvasir
