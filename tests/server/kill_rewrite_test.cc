// kill -9 at a random moment of a rewrite (D3, D5): what was acknowledged comes back, and without
// writes under way the whole dataset does, to the last bit. KVASIR_KILL_ROUNDS says how many rounds
// there are.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "src/base/random.h"
#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

int Rounds() {
  const char* text = getenv("KVASIR_KILL_ROUNDS");
  return text == nullptr ? 100 : std::max(1, atoi(text));
}

void FillWithAllTypes(Client& client) {
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    client.Run({"SET", "string" + n, std::string(200, 's') + n});
    client.Run({"SET", "volatile" + n, n, "EX", "10000"});
    client.Run({"RPUSH", "list" + std::to_string(i % 7), n, std::string(300, 'l')});
    client.Run({"SADD", "set" + std::to_string(i % 7), n, "member" + n});
    client.Run({"HSET", "hash" + std::to_string(i % 7), "field" + n, n});
    client.Run({"ZADD", "zset" + std::to_string(i % 7), n, "member" + n});
  }
}

// Sends transactions, each of which sets `done` to its number and appends that to a list, until the
// server dies.
class TransactionWriter {
 public:
  TransactionWriter(int port, int last) : sent_(last), acknowledged_(last), socket_(port) {
    thread_ = std::thread([this] { Write(); });
  }
  ~TransactionWriter() { Join(); }
  void Join() {
    if (thread_.joinable()) thread_.join();
  }
  // The last one that was sent, and the last one that was answered. REQUIRES: joined.
  int sent() const { return sent_; }
  int acknowledged() const { return acknowledged_; }

 private:
  void Write() {
    while (true) {
      const std::string number = std::to_string(++sent_);
      const bool sent =
          socket_.Send(EncodeRequest({"MULTI"}) + EncodeRequest({"SET", "done", number}) +
                       EncodeRequest({"RPUSH", "numbers", number}) + EncodeRequest({"EXEC"}));
      if (!sent) return;
      for (int i = 0; i < 4; ++i) {
        const std::string reply = socket_.ReadReply();
        if (reply.empty()) return;
        EXPECT_NE(reply[0], '-') << reply;
      }
      ++acknowledged_;
    }
  }

  int sent_;
  int acknowledged_;
  RawSocket socket_;
  std::thread thread_;
};

class KillRewriteTest : public ::testing::TestWithParam<const char*> {
 protected:
  void BeginRewriteAndKillWithin(int us_max) {
    {
      Client client(server);
      EXPECT_THAT(client.Run({"BGREWRITEAOF"}), HasSubstr("rewriting"));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(RandomBelow(us_max)));
    EXPECT_EQ(server.Kill(SIGKILL), 128 + SIGKILL);
  }
  static std::string Digest(Client& client) { return client.Run({"DEBUG", "DIGEST"}); }

  // Most rewrites of so little end within this.
  static constexpr int kRewriteUsMax = 25'000;

  ServerProcess server{
      {"--appendfsync", GetParam(), "--enable-debug-command", "yes", "--save", ""}};
};

TEST_P(KillRewriteTest, TheDatasetComesBackToTheLastBit) {
  ASSERT_NO_FATAL_FAILURE(server.Start());
  {
    Client client(server);
    FillWithAllTypes(client);
  }
  for (int round = 0; round < Rounds() / 2; ++round) {
    std::string digest;
    {
      Client client(server);
      client.Run({"HSET", "hash0", "round", std::to_string(round)});
      client.Run({"LPOP", "list" + std::to_string(round % 7)});
      digest = Digest(client);
    }
    BeginRewriteAndKillWithin(kRewriteUsMax);
    ASSERT_NO_FATAL_FAILURE(server.Start());
    Client client(server);
    ASSERT_EQ(Digest(client), digest) << "round " << round;
  }
}

TEST_P(KillRewriteTest, AcknowledgedTransactionsComeBackWhole) {
  ASSERT_NO_FATAL_FAILURE(server.Start());
  {
    Client client(server);
    FillWithAllTypes(client);
    client.Run({"SET", "done", "0"});
  }
  int last = 0;
  for (int round = 0; round < Rounds() / 2; ++round) {
    TransactionWriter writer(server.port(), last);
    BeginRewriteAndKillWithin(kRewriteUsMax);
    writer.Join();
    ASSERT_NO_FATAL_FAILURE(server.Start());
    Client client(server);
    last = std::stoi(client.Run({"GET", "done"}));
    ASSERT_GE(last, writer.acknowledged()) << "round " << round;
    ASSERT_LE(last, writer.sent());
    ASSERT_EQ(client.Run({"LLEN", "numbers"}), "(integer) " + std::to_string(last));
    const std::string newest = last == 0 ? "(nil)" : std::to_string(last);
    ASSERT_EQ(client.Run({"LINDEX", "numbers", "-1"}), newest);
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, KillRewriteTest, ::testing::Values("always", "everysec"),
                         [](const auto& policy) { return std::string(policy.param); });

}  // namespace
}  // namespace kvasir
