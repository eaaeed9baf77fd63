// maxmemory on a real server: refusals, evictions, and that the log knows of both.
#include <gmock/gmock.h>

#include <string>

#include "tests/support/client.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

constexpr const char* kOutOfMemory = "-OOM command not allowed when used memory > 'maxmemory'.";

class MemoryLimitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "the sanitizer's allocator does not say what is used";
  }
  static std::string KeyOf(int i) { return "key" + std::to_string(i); }
};

TEST_F(MemoryLimitTest, WithoutEvictionWritesAreRefusedAndReadsAndDeletesGoOn) {
  ServerProcess server({"--maxmemory", "20mb"});
  server.Start();
  Client client(server);
  const std::string value(10'000, 'v');
  int stored = 0;
  std::string reply;
  while ((reply = client.Run({"SET", KeyOf(stored), value})) == "OK") ++stored;
  EXPECT_EQ(reply, kOutOfMemory);
  EXPECT_GT(stored, 500);
  EXPECT_LT(stored, 2100);
  EXPECT_EQ(client.Run({"GET", KeyOf(0)}), value);
  EXPECT_EQ(client.Run({"MULTI"}), "OK");
  EXPECT_EQ(client.Run({"SET", "k", "v"}), kOutOfMemory);
  EXPECT_EQ(client.Run({"EXEC"}), "-EXECABORT Transaction discarded because of previous errors.");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.Run({"DEL", KeyOf(i)}), "(integer) 1");
  EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
  EXPECT_EQ(client.Run({"CONFIG", "SET", "maxmemory", "0"}), "OK");
  EXPECT_EQ(client.Run({"SET", KeyOf(0), value}), "OK");
}

TEST_F(MemoryLimitTest, EvictedKeysStayGoneAfterAKill) {
  for (const char* policy : {"allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-ttl"}) {
    ServerProcess server(
        {"--maxmemory", "20mb", "--maxmemory-policy", policy, "--enable-debug-command", "yes"});
    server.Start();
    std::string digest;
    {
      Client client(server);
      const std::string value(10'000, 'v');
      constexpr int kWrites = 4000;
      for (int i = 0; i < kWrites; ++i) client.Queue({"SET", KeyOf(i), value, "EX", "100000"});
      for (int i = 0; i < kWrites; ++i) ASSERT_EQ(client.Next(), "OK") << policy;
      const std::string evicted = InfoField(client.Run({"INFO", "stats"}), "evicted_keys");
      EXPECT_GT(std::stoi(evicted), 1000) << policy;
      // Nothing is evicted behind the digest's back any more.
      EXPECT_EQ(client.Run({"CONFIG", "SET", "maxmemory", "0"}), "OK");
      digest = client.Run({"DEBUG", "DIGEST"});
      EXPECT_EQ(client.Run({"SET", "last", "write"}), "OK");
      EXPECT_EQ(client.Run({"DEL", "last"}), "(integer) 1");
    }
    server.Kill(SIGKILL);
    server.arguments() = {"--enable-debug-command", "yes"};
    server.Start();
    EXPECT_EQ(Client(server).Run({"DEBUG", "DIGEST"}), digest) << policy;
  }
}

}  // namespace
}  // namespace kvasir
