// Large elements, large replies that nobody reads, and deep pipelines of commands that wait: each
// costs bounded memory and disturbs nobody.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

constexpr uint64_t kMiB = 1024 * 1024;

class HostileCollectionsTest : public ::testing::Test {
 protected:
  void SetUp() override { server.Start(); }
  void TearDown() override { EXPECT_EQ(RawSocket(server.port()).Run({"PING"}), "PONG"); }

  // Each of the collections "l", "s", "h" and "z" with elements of 100 bytes, about 1 MB of reply.
  void AddCollections() {
    Client client(server);
    for (int i = 0; i < 10'000; ++i) {
      std::string element = std::to_string(i);
      element.resize(100, 'x');
      const std::string half = element.substr(0, 50);
      client.Queue({"RPUSH", "l", element});
      client.Queue({"SADD", "s", element});
      client.Queue({"HSET", "h", half, half});
      client.Queue({"ZADD", "z", "1", element});
      for (int replies = 0; replies < 4; ++replies) client.Next();
    }
  }

  ServerProcess server{{"--appendonly", "no"}};
};

TEST_F(HostileCollectionsTest, AnElementOf64MegabytesCostsAFewCopiesAtMost) {
  constexpr size_t kSize = 64 * kMiB;
  const std::string large(kSize, 'z');
  const uint64_t start_bytes = server.ResidentBytes();
  RawSocket client(server.port());
  EXPECT_EQ(client.Run({"SADD", "k", large}), "(integer) 1");
  EXPECT_EQ(client.Run({"SISMEMBER", "k", large}), "(integer) 1");
  EXPECT_EQ(client.Run({"DEL", "k"}), "(integer) 1");
  EXPECT_EQ(client.Run({"RPUSH", "k", large}), "(integer) 1");
  EXPECT_EQ(client.Run({"LREM", "k", "1", large}), "(integer) 1");
  EXPECT_EQ(client.Run({"HSET", "k", "field", large}), "(integer) 1");
  EXPECT_EQ(client.Run({"HSTRLEN", "k", "field"}), "(integer) 67108864");
  EXPECT_EQ(client.Run({"DEL", "k"}), "(integer) 1");
  EXPECT_EQ(client.Run({"HSET", "k", large, "value"}), "(integer) 1");
  EXPECT_EQ(client.Run({"HDEL", "k", large}), "(integer) 1");
  EXPECT_EQ(client.Run({"ZADD", "k", "1", large}), "(integer) 1");
  EXPECT_EQ(client.Run({"ZREM", "k", large}), "(integer) 1");
  EXPECT_EQ(client.Run({"EXISTS", "k"}), "(integer) 0");
  // What arrives, what is kept, and what the background has not given back yet.
  if (!kSanitized) {
    EXPECT_LT(server.PeakResidentBytes(), start_bytes + 4 * kSize);
  }
}

TEST_F(HostileCollectionsTest, LargeRepliesThatNobodyReadsAreHeldBack) {
  AddCollections();
  for (const std::string& request :
       {EncodeRequest({"LRANGE", "l", "0", "-1"}), EncodeRequest({"SMEMBERS", "s"}),
        EncodeRequest({"HGETALL", "h"}), EncodeRequest({"ZRANGE", "z", "0", "-1"})}) {
    std::string requests;
    while (requests.size() < kMiB) requests += request;
    const uint64_t start_bytes = server.ResidentBytes();
    RawSocket first(server.port());
    RawSocket second(server.port());
    RawSocket bystander(server.port());
    for (int round = 0; round < 32; ++round) {
      first.SendSome(requests);
      second.SendSome(requests);
      ASSERT_EQ(bystander.Run({"PING"}), "PONG");
    }
    // 16 MB each, the reply that passed them, and what the allocator keeps in huge pages.
    if (!kSanitized) {
      EXPECT_LT(server.ResidentBytes(), start_bytes + 2 * 32 * kMiB) << request;
    }
    // They are not lost: more than what was held back comes.
    EXPECT_EQ(first.Skip(32 * kMiB), 32 * kMiB);
  }
}

TEST_F(HostileCollectionsTest, ADeepPipelineOfWaitingCommandsIsServedInOrder) {
  constexpr int kCommands = 20'000;
  std::string requests;
  for (int i = 0; i < kCommands; ++i) requests += EncodeRequest({"BLPOP", "k", "0"});
  RawSocket waiting(server.port());
  // The server takes only a little of it; the rest comes as the first ones are served.
  std::string_view left = requests;
  left.remove_prefix(waiting.SendSome(left));
  RawSocket pushing(server.port());
  int served = 0;
  for (int pushed = 0; pushed < kCommands; ++pushed) {
    ASSERT_TRUE(pushing.Send(EncodeRequest({"RPUSH", "k", std::to_string(pushed)})));
    if (pushed % 100 != 99) continue;
    for (; served <= pushed; ++served) {
      if (!left.empty()) left.remove_prefix(waiting.SendSome(left));
      const std::string text = std::to_string(served);
      ASSERT_EQ(waiting.ReadReply(),
                "*2\r\n$1\r\nk\r\n$" + std::to_string(text.size()) + "\r\n" + text + "\r\n");
    }
  }
  EXPECT_EQ(RawSocket(server.port()).Run({"LLEN", "k"}), "(integer) 0");
}

}  // namespace
}  // namespace kvasir
