// Saves and rewrites of a real process, while clients write (D7).
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class BackgroundSaveTest : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.end(), {"--enable-debug-command", "yes", "--save", ""});
    server.arguments() = std::move(arguments);
    ASSERT_NO_FATAL_FAILURE(server.Start());
  }
  void Restart() {
    server.Kill(SIGKILL);
    ASSERT_NO_FATAL_FAILURE(server.Start());
  }
  static void WaitFor(Client& client, const std::string& line) {
    for (int waited_ms = 0; waited_ms < kPatienceMs; waited_ms += 10) {
      if (client.Run({"INFO", "persistence"}).find(line) != std::string::npos) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    FAIL() << line << " did not come:\n" << client.Run({"INFO", "persistence"});
  }
  std::string LogFiles() const {
    std::string names;
    for (const auto& file :
         std::filesystem::directory_iterator(server.directory() + "/appendonlydir")) {
      names += file.path().filename().string() + " ";
    }
    return names;
  }

  ServerProcess server;
};

// Commands that give another result when they are run twice, or not at all.
class Writer {
 public:
  explicit Writer(int port) : thread_([this, port] { Run(port); }) {}
  ~Writer() { Stop(); }
  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Run(int port) {
    RawSocket socket(port);
    for (int i = 0; !stop_; ++i) {
      const std::string number = std::to_string(i % 3000);
      socket.Run({"INCR", "counter:" + number});
      socket.Run({"RPUSH", "list", "element:" + number});
      socket.Run({"LPOP", "list"});
      socket.Run({"ZINCRBY", "zset", "1.5", number});
      socket.Run({"HINCRBY", "hash", number, "3"});
      socket.Run({"APPEND", "string:" + number, "tail"});
      socket.Run({"RENAME", "counter:" + number, "counter:" + std::to_string(i % 2999)});
      socket.Run({"SADD", "set", "member:" + number});
      socket.Run({"SREM", "set", "member:" + std::to_string((i * 7) % 3000)});
    }
  }

  std::atomic<bool> stop_{false};
  std::thread thread_;
};

constexpr std::string_view kLibrary =
    "#!lua name=lib\nredis.register_function('seven', function() return 7 end)";

void Fill(Client& client) {
  client.Run({"DEBUG", "POPULATE", "50000", "key", "30"});
  for (int i = 0; i < 6000; i += 100) {
    std::vector<std::string> list = {"RPUSH", "list"};
    std::vector<std::string> set = {"SADD", "set"};
    std::vector<std::string> hash = {"HSET", "hash"};
    std::vector<std::string> zset = {"ZADD", "zset"};
    for (int k = i; k < i + 100; ++k) {
      const std::string number = std::to_string(k);
      list.push_back("element:" + number);
      set.push_back("member:" + number);
      hash.insert(hash.end(), {number, number});
      zset.insert(zset.end(), {number, number});
    }
    for (const auto& command : {list, set, hash, zset}) {
      client.Run(std::vector<std::string_view>(command.begin(), command.end()));
    }
  }
}

TEST_F(BackgroundSaveTest, RewritesUnderWritesKeepEverythingExactly) {
  ASSERT_NO_FATAL_FAILURE(Start());
  std::string digest;
  {
    Client client(server);
    Fill(client);
    Writer writer(server.port());
    for (int round = 1; round <= 5; ++round) {
      EXPECT_EQ(client.Run({"BGREWRITEAOF"}), "Background append only file rewriting started");
      WaitFor(client, "aof_rewrites:" + std::to_string(round));
    }
    writer.Stop();
    digest = client.Run({"DEBUG", "DIGEST"});
  }
  EXPECT_THAT(LogFiles(), HasSubstr("appendonly.aof.5.base.rdb"));
  EXPECT_THAT(LogFiles(), Not(HasSubstr("appendonly.aof.4.base.rdb")));
  ASSERT_NO_FATAL_FAILURE(Restart());
  EXPECT_EQ(Client(server).Run({"DEBUG", "DIGEST"}), digest);
}

TEST_F(BackgroundSaveTest, KilledDuringARewriteItComesBackWithAll) {
  ASSERT_NO_FATAL_FAILURE(Start());
  {
    Client client(server);
    Fill(client);
  }
  for (int round = 0; round < 5; ++round) {
    std::string digest;
    {
      Client client(server);
      Writer writer(server.port());
      client.Run({"BGREWRITEAOF"});
      std::this_thread::sleep_for(std::chrono::milliseconds(3 * round));
      writer.Stop();
      digest = client.Run({"DEBUG", "DIGEST"});
    }
    ASSERT_NO_FATAL_FAILURE(Restart());
    EXPECT_EQ(Client(server).Run({"DEBUG", "DIGEST"}), digest);
  }
}

TEST_F(BackgroundSaveTest, OneJobAtATime) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Client client(server);
  client.Run({"DEBUG", "POPULATE", "300000"});
  EXPECT_EQ(client.Run({"BGREWRITEAOF"}), "Background append only file rewriting started");
  EXPECT_EQ(client.Run({"BGREWRITEAOF"}),
            "-ERR Background append only file rewriting already in progress");
  EXPECT_THAT(client.Run({"BGSAVE"}), HasSubstr("Use BGSAVE SCHEDULE"));
  EXPECT_EQ(client.Run({"BGSAVE", "SCHEDULE"}), "Background saving scheduled");
  WaitFor(client, "rdb_saves:1");
  EXPECT_TRUE(std::filesystem::exists(server.directory() + "/dump.rdb"));
}

TEST_F(BackgroundSaveTest, ACancelledSaveLeavesNoFile) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Client client(server);
  client.Run({"DEBUG", "POPULATE", "300000"});
  EXPECT_EQ(client.Run({"BGSAVE"}), "Background saving started");
  EXPECT_EQ(client.Run({"BGSAVE", "CANCEL"}), "Background saving cancelled");
  EXPECT_EQ(client.Run({"BGSAVE", "CANCEL"}),
            "-ERR Background saving is currently not in progress or scheduled");
  WaitFor(client, "rdb_bgsave_in_progress:0");
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  for (const auto& file : std::filesystem::directory_iterator(server.directory())) {
    EXPECT_NE(file.path().extension(), ".rdb") << file.path();
  }
}

TEST_F(BackgroundSaveTest, SavePointsAndGrowthBeginByThemselves) {
  ASSERT_NO_FATAL_FAILURE(Start({"--auto-aof-rewrite-min-size", "100kb"}));
  Client client(server);
  client.Run({"CONFIG", "SET", "save", "1 100"});
  for (int i = 0; i < 300; ++i)
    client.Run({"SET", "k" + std::to_string(i), std::string(1000, 'x')});
  WaitFor(client, "aof_rewrites:1");
  WaitFor(client, "rdb_saves:1");
  EXPECT_THAT(client.Run({"INFO", "persistence"}), HasSubstr("rdb_last_bgsave_status:ok"));
}

TEST_F(BackgroundSaveTest, TurnedOffDuringARewriteTheLogEndsCleanly) {
  ASSERT_NO_FATAL_FAILURE(Start());
  std::string digest;
  {
    Client client(server);
    Fill(client);
    client.Run({"BGREWRITEAOF"});
    client.Run({"SET", "last", "one"});
    digest = client.Run({"DEBUG", "DIGEST"});
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "no"}), "OK");
    EXPECT_EQ(client.Run({"FLUSHALL"}), "OK");
  }
  ASSERT_NO_FATAL_FAILURE(Restart());
  EXPECT_EQ(Client(server).Run({"DEBUG", "DIGEST"}), digest);
}

TEST_F(BackgroundSaveTest, AFlushBeginsItAnew) {
  ASSERT_NO_FATAL_FAILURE(Start());
  {
    Client client(server);
    client.Run({"DEBUG", "POPULATE", "500000"});
    client.Run({"BGREWRITEAOF"});
    client.Run({"FLUSHALL"});
    client.Run({"SET", "k", "v"});
    WaitFor(client, "aof_rewrites:1");
    EXPECT_THAT(client.Run({"INFO", "persistence"}), HasSubstr("aof_last_bgrewrite_status:ok"));
  }
  ASSERT_NO_FATAL_FAILURE(Restart());
  EXPECT_EQ(Client(server).Run({"KEYS", "*"}), "[k]");
}

TEST_F(BackgroundSaveTest, WithoutRdbPreambleTheBaseHoldsCommands) {
  ASSERT_NO_FATAL_FAILURE(Start({"--aof-use-rdb-preamble", "no"}));
  std::string digest;
  {
    Client client(server);
    Fill(client);
    for (int i = 0; i < 3000; ++i) {
      client.Run({"XADD", "stream", std::to_string(i + 1) + "-1", "number", std::to_string(i)});
    }
    client.Run({"XGROUP", "CREATE", "stream", "group", "0"});
    client.Run({"XREADGROUP", "GROUP", "group", "me", "COUNT", "2000", "STREAMS", "stream", ">"});
    client.Run({"XDEL", "stream", "1-1", "17-1", "3000-1"});
    client.Run({"FUNCTION", "LOAD", kLibrary});
    client.Run({"PEXPIREAT", "zset", "4000000000123"});
    Writer writer(server.port());
    for (int round = 1; round <= 3; ++round) {
      EXPECT_EQ(client.Run({"BGREWRITEAOF"}), "Background append only file rewriting started");
      client.Run({"XADD", "stream", "*", "round", std::to_string(round)});
      WaitFor(client, "aof_rewrites:" + std::to_string(round));
    }
    writer.Stop();
    digest = client.Run({"DEBUG", "DIGEST"});
  }
  EXPECT_THAT(LogFiles(), HasSubstr("appendonly.aof.3.base.aof"));
  ASSERT_NO_FATAL_FAILURE(Restart());
  Client client(server);
  EXPECT_EQ(client.Run({"DEBUG", "DIGEST"}), digest);
  EXPECT_EQ(client.Run({"FCALL", "seven", "0"}), "(integer) 7");
}

TEST_F(BackgroundSaveTest, AFailedSaveStopsWritesUntilOneSucceeds) {
  ASSERT_NO_FATAL_FAILURE(Start({"--dbfilename", "occupied"}));
  Client client(server);
  client.Run({"CONFIG", "SET", "save", "3600 1"});
  // A directory cannot be replaced by a file.
  std::filesystem::create_directories(server.directory() + "/occupied/inside");
  EXPECT_EQ(client.Run({"BGSAVE"}), "Background saving started");
  WaitFor(client, "rdb_last_bgsave_status:err");
  EXPECT_THAT(client.Run({"SET", "k", "v"}), HasSubstr("-MISCONF"));
  EXPECT_EQ(client.Run({"GET", "k"}), "(nil)");
  std::filesystem::remove_all(server.directory() + "/occupied");
  EXPECT_EQ(client.Run({"BGSAVE"}), "Background saving started");
  WaitFor(client, "rdb_saves:1");
  EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
}

}  // namespace
}  // namespace kvasir
