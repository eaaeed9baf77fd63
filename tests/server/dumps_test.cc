// SYNC and PSYNC of a real process: dumps for redis-cli --rdb and the like, and what replicas get.
#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/redis_server.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string ShellOutput(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::string output;
  for (int c = 0; pipe != nullptr && (c = fgetc(pipe)) != EOF;) output += static_cast<char>(c);
  if (pipe != nullptr) pclose(pipe);
  return output;
}

class DumpsTest : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.end(), {"--enable-debug-command", "yes", "--save", ""});
    server.arguments() = std::move(arguments);
    ASSERT_NO_FATAL_FAILURE(server.Start());
  }
  static void Fill(Client& client) {
    client.Run({"DEBUG", "POPULATE", "20000", "key", "100"});
    for (int i = 0; i < 3000; ++i) {
      const std::string number = std::to_string(i);
      client.Run({"ZADD", "zset", number, "member:" + number});
    }
    client.Run({"FUNCTION", "LOAD",
                "#!lua name=lib\nredis.register_function('seven', function() return 7 end)"});
  }
  // `$<bytes>\r\n` and the file behind it.
  static std::string ReadFile(RawSocket& socket) {
    std::string head;
    while (head.size() < 30 && !head.ends_with("\r\n")) {
      const std::string next = socket.Read(1);
      if (next.empty()) return "closed behind " + head;
      head += next;
    }
    if (head[0] != '$') return head;
    return socket.Read(std::stoul(head.substr(1)));
  }
  // What a fresh server says of the file.
  static std::string DigestOf(const std::string& file) {
    ServerProcess other({"--appendonly", "no", "--enable-debug-command", "yes", "--save", ""});
    std::ofstream(other.directory() + "/dump.rdb", std::ios::binary) << file;
    other.Start();
    Client client(other);
    EXPECT_EQ(client.Run({"FCALL", "seven", "0"}), "(integer) 7");
    return client.Run({"DEBUG", "DIGEST"});
  }
  int CountFiles() const {
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(server.directory())) {
      if (file.path().filename().string().starts_with("temp-")) ++count;
    }
    return count;
  }

  ServerProcess server;
};

TEST_F(DumpsTest, SyncSendsTheDatasetAndCloses) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Client client(server);
  Fill(client);
  RawSocket socket(server.port());
  EXPECT_EQ(socket.Run({"REPLCONF", "rdb-only", "1"}), "OK");
  socket.Send("SYNC\r\n");
  const std::string file = ReadFile(socket);
  EXPECT_TRUE(socket.AtEnd());
  EXPECT_EQ(DigestOf(file), client.Run({"DEBUG", "DIGEST"}));
  EXPECT_EQ(CountFiles(), 0);
}

TEST_F(DumpsTest, PSyncSaysThatItSendsEverything) {
  ASSERT_NO_FATAL_FAILURE(Start({"--appendonly", "no"}));
  Client client(server);
  Fill(client);
  RawSocket socket(server.port());
  EXPECT_EQ(socket.Run({"REPLCONF", "listening-port", "1", "rdb-only", "1"}), "OK");
  socket.Send(EncodeRequest({"PSYNC", "?", "-1"}));
  EXPECT_THAT(socket.ReadReply(), StartsWith("+FULLRESYNC "));
  EXPECT_EQ(DigestOf(ReadFile(socket)), client.Run({"DEBUG", "DIGEST"}));
  EXPECT_TRUE(socket.AtEnd());
}

// Each gets one that holds what it wrote itself before.
TEST_F(DumpsTest, ManyAtOnceBesideASave) {
  ASSERT_NO_FATAL_FAILURE(Start({"--appendfsync", "always"}));
  Client client(server);
  Fill(client);
  client.Run({"BGSAVE"});
  RawSocket first(server.port());
  RawSocket second(server.port());
  first.Send("SYNC\r\n");
  second.Send("SET last one\r\nSYNC\r\n");
  EXPECT_EQ(second.ReadReply(), "+OK\r\n");
  EXPECT_THAT(ReadFile(first), StartsWith("REDIS"));
  EXPECT_EQ(DigestOf(ReadFile(second)), client.Run({"DEBUG", "DIGEST"}));
}

TEST_F(DumpsTest, AFilteredDumpHoldsFunctionsOnly) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Client client(server);
  Fill(client);
  RawSocket socket(server.port());
  EXPECT_EQ(socket.Run({"REPLCONF", "rdb-only", "1"}), "OK");
  EXPECT_EQ(socket.Run({"REPLCONF", "rdb-filter-only", "functions"}), "OK");
  socket.Send("SYNC\r\n");
  const std::string file = ReadFile(socket);
  EXPECT_TRUE(socket.AtEnd());
  EXPECT_LT(file.size(), 400U);
  EXPECT_EQ(DigestOf(file), std::string(40, '0'));
}

TEST_F(DumpsTest, AReplicaIsRefusedAndTheServerGoesOn) {
  ASSERT_NO_FATAL_FAILURE(Start());
  RawSocket socket(server.port());
  EXPECT_EQ(socket.Run({"REPLCONF", "listening-port", "6380"}), "OK");
  EXPECT_THAT(socket.Run({"PSYNC", "?", "-1"}), StartsWith("-ERR no replication here"));
  EXPECT_THAT(socket.Run({"SYNC"}), StartsWith("-ERR no replication here"));
  EXPECT_EQ(socket.Run({"PING"}), "PONG");
}

TEST_F(DumpsTest, OnlyWhoMayAsksForOne) {
  ASSERT_NO_FATAL_FAILURE(Start({"--requirepass", "secret"}));
  RawSocket socket(server.port());
  EXPECT_THAT(socket.Run({"SYNC"}), StartsWith("-NOAUTH"));
  EXPECT_THAT(socket.Run({"REPLCONF", "rdb-only", "1"}), StartsWith("-NOAUTH"));
  EXPECT_EQ(socket.Run({"AUTH", "secret"}), "OK");
  EXPECT_EQ(socket.Run({"ACL", "SETUSER", "reader", "on", "nopass", "+@all", "-@dangerous", "~*"}),
            "OK");
  EXPECT_EQ(socket.Run({"AUTH", "reader", "x"}), "OK");
  EXPECT_THAT(socket.Run({"SYNC"}), StartsWith("-NOPERM"));
}

TEST_F(DumpsTest, WhoDoesNotReadCostsLittleAndStopsNobody) {
  ASSERT_NO_FATAL_FAILURE(Start({"--rdbcompression", "no"}));
  Client client(server);
  client.Run({"DEBUG", "POPULATE", "100000", "key", "1000"});
  const auto used = [&] {
    return std::stoull(InfoField(client.Run({"INFO", "memory"}), "used_memory"));
  };
  const uint64_t before = used();
  RawSocket lazy(server.port());
  lazy.Send("SYNC\r\n");
  EXPECT_EQ(lazy.Read(1), "$");
  EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
  EXPECT_LT(used(), before + (uint64_t{16} << 20));
  RawSocket other(server.port());
  other.Send("SYNC\r\n");
  EXPECT_GT(ReadFile(other).size(), 100'000'000U);
  lazy.Abort();
  EXPECT_EQ(client.Run({"GET", "k"}), "v");
}

TEST_F(DumpsTest, GivenUpWhenNobodyWaits) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Client client(server);
  client.Run({"DEBUG", "POPULATE", "500000"});
  {
    RawSocket socket(server.port());
    socket.Send("SYNC\r\n");
    while (InfoField(client.Run({"INFO", "persistence"}), "rdb_bgsave_in_progress") != "1") {
    }
  }
  for (int i = 0; i < 1000 && CountFiles() > 0; ++i) client.Run({"DEBUG", "SLEEP", "0.01"});
  EXPECT_EQ(CountFiles(), 0);
}

TEST_F(DumpsTest, AFlushBeginsItAnew) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Client client(server);
  client.Run({"DEBUG", "POPULATE", "500000"});
  RawSocket socket(server.port());
  socket.Send("SYNC\r\n");
  client.Run({"FLUSHALL"});
  const std::string file = ReadFile(socket);
  EXPECT_THAT(file, StartsWith("REDIS"));
}

TEST_F(DumpsTest, RedisCliTakesDumps) {
  if (system("command -v redis-cli > /dev/null") != 0) GTEST_SKIP() << "not installed";
  ASSERT_NO_FATAL_FAILURE(Start());
  Client client(server);
  Fill(client);
  const std::string cli = "redis-cli -p " + std::to_string(server.port());
  const std::string path = server.directory() + "/from-cli.rdb";
  EXPECT_THAT(ShellOutput(cli + " --rdb " + path), HasSubstr("Transfer finished with success"));
  std::ifstream in(path, std::ios::binary);
  EXPECT_EQ(DigestOf({std::istreambuf_iterator<char>(in), {}}), client.Run({"DEBUG", "DIGEST"}));
  const std::string functions = server.directory() + "/functions.rdb";
  EXPECT_THAT(ShellOutput(cli + " --functions-rdb " + functions),
              HasSubstr("Transfer finished with success"));
  EXPECT_LT(std::filesystem::file_size(functions), 400U);
}

TEST_F(DumpsTest, ARedisServerAsReplicaSaysWhyItCannotFollow) {
  if (!RedisServer::Present()) GTEST_SKIP() << "not installed";
  ASSERT_NO_FATAL_FAILURE(Start());
  Client client(server);
  Fill(client);
  TempDirectory directory;
  RedisServer redis(directory.path(), {"--appendonly", "no"});
  EXPECT_EQ(redis.Run({"REPLICAOF", "127.0.0.1", std::to_string(server.port())}), "OK");
  for (int i = 0; i < 1000 && redis.Log().find("no replication here") == std::string::npos; ++i) {
    client.Run({"DEBUG", "SLEEP", "0.01"});
  }
  EXPECT_THAT(redis.Log(), HasSubstr("no replication here"));
  EXPECT_EQ(client.Run({"PING"}), "PONG");
}

}  // namespace
}  // namespace kvasir
