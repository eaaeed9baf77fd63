// A real server is started from another one's log, up to a point before a mistake.
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "src/base/clock.h"
#include "tests/support/client.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

class RestoreTest : public ::testing::Test {
 protected:
  // Values of all types, some of them with deadlines.
  static void WriteAllTypes(Client& client, int round) {
    const std::string n = std::to_string(round);
    client.Run({"SET", "string" + n, "value" + n});
    client.Run({"SET", "volatile", n, "EX", "10000"});
    client.Run({"RPUSH", "list", "a" + n, "b" + n});
    client.Run({"SADD", "set", "member" + n, n});
    client.Run({"HSET", "hash", "field" + n, n});
    client.Run({"ZADD", "zset", n, "member" + n});
    client.Run({"MULTI"});
    client.Run({"INCR", "counter"});
    client.Run({"INCR", "counter"});
    EXPECT_EQ(client.Run({"EXEC"}), "[(integer) " + std::to_string(2 * round + 1) + ", (integer) " +
                                        std::to_string(2 * round + 2) + "]");
  }
  static std::string Digest(Client& client) { return client.Run({"DEBUG", "DIGEST"}); }
  static std::string Sequence(Client& client) {
    const std::string info = client.Run({"INFO", "persistence"});
    const std::string name = "aof_appended_sequence:";
    const size_t at = info.find(name) + name.size();
    return info.substr(at, info.find('\r', at) - at);
  }
  // A time between what was written and what comes.
  static std::string Now() {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const int64_t now_ms = UnixTimeMs();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return std::to_string(now_ms);
  }

  // What a server that restores to `point` holds; the line with which it refuses otherwise.
  std::string DigestAt(const std::string& point) {
    ServerProcess restored({"--enable-debug-command", "yes", "--restore-from", server.directory(),
                            "--restore-to", point});
    restored.Spawn();
    if (!restored.WaitUntilReady()) return restored.Errors();
    std::string digest;
    {
      Client client(restored);
      digest = Digest(client);
      EXPECT_EQ(client.Run({"SET", "goes", "on"}), "OK");
    }
    // What was restored is a log as any other.
    restored.Kill(SIGKILL);
    restored.arguments() = {"--enable-debug-command", "yes"};
    restored.Start();
    Client client(restored);
    EXPECT_EQ(client.Run({"DEL", "goes"}), "(integer) 1");
    EXPECT_EQ(Digest(client), digest);
    return digest;
  }

  ServerProcess server{{"--enable-debug-command", "yes", "--aof-keep-history", "2"}};
};

TEST_F(RestoreTest, TheStateBeforeAMistakeComesBackByTimeAndByNumber) {
  ASSERT_NO_FATAL_FAILURE(server.Start());
  struct Point {
    std::string time;
    std::string sequence;
    std::string digest;
  };
  std::vector<Point> points;
  {
    Client client(server);
    for (int round = 0; round < 6; ++round) {
      WriteAllTypes(client, round);
      points.push_back({Now(), "seq:" + Sequence(client), Digest(client)});
      if (round % 2 == 1) {
        EXPECT_THAT(client.Run({"BGREWRITEAOF"}), HasSubstr("rewriting"));
        for (int i = 0; i < kPatienceMs / 10; ++i) {
          if (client.Run({"INFO", "persistence"}).find("aof_rewrite_in_progress:0") !=
              std::string::npos) {
            break;
          }
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
      }
    }
    EXPECT_EQ(client.Run({"FLUSHALL"}), "OK");
  }
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  const std::string before = DescribeTree(server.directory());
  // Two replaced bases are kept, so the first rounds lie before the oldest one.
  EXPECT_THAT(DigestAt(points[0].time), HasSubstr("the oldest base that is kept"));
  for (size_t i = 2; i < points.size(); ++i) {
    EXPECT_EQ(DigestAt(points[i].time), points[i].digest) << i;
    EXPECT_EQ(DigestAt(points[i].sequence), points[i].digest) << i;
  }
  EXPECT_THAT(DigestAt("seq:1000000"), HasSubstr("the log ends with record"));
  EXPECT_EQ(DescribeTree(server.directory()), before) << "the old directory is only read";
}

TEST_F(RestoreTest, OnlyAFreshDirectoryIsFilled) {
  ASSERT_NO_FATAL_FAILURE(server.Start());
  Client(server).Run({"SET", "k", "v"});
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  ServerProcess other;
  ASSERT_NO_FATAL_FAILURE(other.Start());
  Client(other).Run({"SET", "other", "v"});
  EXPECT_EQ(other.Kill(SIGTERM), 0);
  const std::string before = DescribeTree(other.directory() + "/appendonlydir");
  other.arguments() = {"--restore-from", server.directory()};
  other.Spawn();
  EXPECT_EQ(other.Wait(), 1);
  EXPECT_THAT(other.Errors(), HasSubstr("fills a fresh directory"));
  EXPECT_EQ(DescribeTree(other.directory() + "/appendonlydir"), before);
  // Into its own directory: the same.
  server.arguments() = {"--restore-from", server.directory()};
  server.Spawn();
  EXPECT_EQ(server.Wait(), 1);
  EXPECT_THAT(server.Errors(), HasSubstr("fills a fresh directory"));
}

TEST_F(RestoreTest, WhatCannotBeReadLeavesNothingBehind) {
  ServerProcess restored({"--restore-from", server.root() + "/nowhere"});
  restored.Spawn();
  EXPECT_EQ(restored.Wait(), 1);
  EXPECT_THAT(restored.Errors(), HasSubstr("there is no log"));
  EXPECT_FALSE(std::filesystem::exists(restored.directory() + "/appendonlydir"));
  restored.arguments() = {"--restore-from", server.directory(), "--appendonly", "no"};
  restored.Spawn();
  EXPECT_EQ(restored.Wait(), 1);
  EXPECT_THAT(restored.Errors(), HasSubstr("needs appendonly yes"));
}

}  // namespace
}  // namespace kvasir
