// What no honest client sends: each has a defined answer, costs bounded memory and disturbs nobody.
#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr uint64_t kMiB = 1024 * 1024;

class HostileInputTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server.Start();
    before_bytes = server.ResidentBytes();
  }
  void TearDown() override {
    if (server.running()) {
      EXPECT_EQ(RawSocket(server.port()).Run({"PING"}), "PONG");
    }
  }
  // Resident memory that came on top since the start, at its peak.
  void ExpectPeakBelow(uint64_t bytes) {
    if (!kSanitized) {
      EXPECT_LT(server.PeakResidentBytes(), before_bytes + bytes);
    }
  }

  ServerProcess server{{"--appendfsync", "no"}};
  uint64_t before_bytes = 0;
};

TEST_F(HostileInputTest, BrokenLengthsGetOneErrorAndTheEnd) {
  const std::pair<std::string, std::string> broken[] = {
      {"*1\r\n$1000000000000000000\r\n", "invalid bulk length"},
      {"*1\r\n$-1\r\n", "invalid bulk length"},
      {"*1\r\n$-1000000000000000000\r\n", "invalid bulk length"},
      {"*1\r\n$99999999999999999999\r\n", "invalid bulk length"},
      {"*1\r\n$536870913\r\n", "invalid bulk length"},
      {"*1\r\n$\r\n", "invalid bulk length"},
      {"*1\r\n$1 \r\n", "invalid bulk length"},
      {"*2147483648\r\n", "invalid multibulk length"},
      {"*1000000000000000000\r\n", "invalid multibulk length"},
      {"*x\r\n", "invalid multibulk length"},
      {"*1\r\n+OK\r\n", "expected '$', got '+'"},
      {"*1\r\n:1\r\n", "expected '$', got ':'"},
      {"*" + std::string(64 * 1024, '1'), "too big mbulk count string"},
      {"*1\r\n$" + std::string(64 * 1024, '1'), "too big bulk count string"},
  };
  for (const auto& [request, text] : broken) {
    RawSocket client(server.port());
    // What stands before the broken request is answered, what stands behind it is not.
    ASSERT_TRUE(client.Send(EncodeRequest({"PING"}) + request));
    EXPECT_EQ(client.ReadReply(), "+PONG\r\n") << request.substr(0, 40);
    EXPECT_EQ(client.ReadToEnd(), "-ERR Protocol error: " + text + "\r\n") << request.substr(0, 40);
  }
  ExpectPeakBelow(16 * kMiB);
}

TEST_F(HostileInputTest, EmptyAndNegativeCountsArePassedOver) {
  RawSocket client(server.port());
  ASSERT_TRUE(
      client.Send("*0\r\n*-1\r\n*-1000000000000000000\r\n\r\n\n   \r\n" + EncodeRequest({"PING"})));
  EXPECT_EQ(client.ReadReply(), "+PONG\r\n");
}

TEST_F(HostileInputTest, DeclaredCountsAndLengthsCostNothingByThemselves) {
  std::vector<RawSocket> clients;
  for (int i = 0; i < 200; ++i) {
    clients.emplace_back(server.port());
    const bool count = i % 2 == 0;
    ASSERT_TRUE(clients.back().Send(count ? "*2147483647\r\n$4\r\nMSET\r\n$1\r\nk\r\n"
                                          : "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870912\r\nabc"));
  }
  EXPECT_EQ(RawSocket(server.port()).Run({"SET", "k", "v"}), "OK");
  // 64 KiB to start with for each large argument.
  ExpectPeakBelow(48 * kMiB);
}

TEST_F(HostileInputTest, ArgumentErrorsGetRedissTexts) {
  RawSocket client(server.port());
  EXPECT_EQ(client.Run({"GET"}), "-ERR wrong number of arguments for 'get' command");
  EXPECT_EQ(client.Run({"get", "a", "b"}), "-ERR wrong number of arguments for 'get' command");
  EXPECT_EQ(client.Run({"NOSUCH", "a", "b"}),
            "-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ");
  EXPECT_EQ(client.Run({"SET", "k", "v", "EX", "9223372036854775807"}),
            "-ERR invalid expire time in 'set' command");
  EXPECT_EQ(client.Run({"SET", "k", "v", "EX", "99999999999999999999"}),
            "-ERR value is not an integer or out of range");
  EXPECT_EQ(client.Run({"SET", "k", "v", "EX", "-1"}), "-ERR invalid expire time in 'set' command");
  EXPECT_EQ(client.Run({"SETRANGE", "k", "536870912", "x"}),
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  EXPECT_EQ(client.Run({"SELECT", "16"}), "-ERR DB index is out of range");
  EXPECT_EQ(client.Run({"SELECT", "x"}), "-ERR value is not an integer or out of range");
  const std::string long_name(1000, 'n');
  EXPECT_THAT(client.Run({long_name}),
              StartsWith("-ERR unknown command '" + std::string(128, 'n')));
  EXPECT_THAT(client.Run({std::string("\r\n\0", 3)}), StartsWith("-ERR unknown command"));
}

TEST_F(HostileInputTest, BinaryKeysAndValuesAreTakenAsTheyAre) {
  RawSocket client(server.port());
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(client.Run({"SET", all, all}), "OK");
  EXPECT_EQ(client.Run({"GET", all}), all);
  EXPECT_EQ(client.Run({"SET", "", ""}), "OK");
  EXPECT_EQ(client.Run({"EXISTS", ""}), "(integer) 1");
  const std::string long_key(100'000, '\0');
  EXPECT_EQ(client.Run({"SET", long_key, "v"}), "OK");
  EXPECT_EQ(client.Run({"GET", long_key}), "v");
  server.Kill(SIGKILL);
  server.Start();
  RawSocket again(server.port());
  EXPECT_EQ(again.Run({"GET", all}), all);
  EXPECT_EQ(again.Run({"GET", long_key}), "v");
}

TEST_F(HostileInputTest, A512MegabyteArgumentIsAValueLikeAnyOther) {
  constexpr size_t kSize = 512 * kMiB;
  const std::string block(kMiB, 'z');
  RawSocket client(server.port());
  ASSERT_TRUE(client.Send("*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$" + std::to_string(kSize) + "\r\n"));
  for (size_t i = 0; i < kSize / kMiB; ++i) {
    ASSERT_TRUE(client.Send(block));
    if (i % 100 == 0) {
      ASSERT_EQ(RawSocket(server.port()).Run({"PING"}), "PONG");
    }
  }
  ASSERT_TRUE(client.Send("\r\n"));
  EXPECT_EQ(client.ReadReply(), "+OK\r\n");
  // One copy serves the keyspace, the log and the reply; growing may take a second one for a while.
  ExpectPeakBelow(2 * kSize + 64 * kMiB);
  EXPECT_EQ(client.Run({"STRLEN", "big"}), "(integer) 536870912");
  EXPECT_EQ(client.Run({"GETRANGE", "big", "-3", "-1"}), "zzz");
  ASSERT_TRUE(client.Send(EncodeRequest({"GET", "big"})));
  EXPECT_EQ(client.Read(12), "$536870912\r\n");
  EXPECT_EQ(client.Skip(kSize), kSize);
  EXPECT_EQ(client.Read(2), "\r\n");
  ExpectPeakBelow(2 * kSize + 64 * kMiB);
  EXPECT_EQ(client.Run({"APPEND", "big", "x"}),
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  EXPECT_EQ(client.Run({"SET", "big", "small"}), "OK");
}

TEST_F(HostileInputTest, AClientThatNeverReadsCosts16MegabytesAndNoMore) {
  // Replies of small and of large values, which are held differently.
  for (const size_t value_bytes : {100, 3000, 20'000, 200'000}) {
    Client(server).Run({"SET", "k", std::string(value_bytes, 'v')});
    const uint64_t start_bytes = server.ResidentBytes();
    std::string gets;
    while (gets.size() < kMiB) gets += EncodeRequest({"GET", "k"});
    constexpr size_t kClients = 4;
    std::vector<RawSocket> clients;
    for (size_t i = 0; i < kClients; ++i) clients.emplace_back(server.port());
    RawSocket bystander(server.port());
    size_t sent = 0;
    for (int round = 0; round < 64; ++round) {
      for (RawSocket& client : clients) sent += client.SendSome(gets);
      ASSERT_EQ(bystander.Run({"GET", "k"}).size(), value_bytes);
    }
    EXPECT_GT(sent, 0U);
    if (!kSanitized) {
      // Beside the replies: what is read and not run yet, and what the allocator keeps.
      EXPECT_LT(server.ResidentBytes(), start_bytes + kClients * 24 * kMiB) << value_bytes;
    }
    // It gets all its replies once it reads.
    const size_t reply_bytes = std::to_string(value_bytes).size() + 3 + value_bytes + 2;
    EXPECT_EQ(clients[0].Skip(2000 * reply_bytes), 2000 * reply_bytes);
    EXPECT_EQ(clients[0].Read(1), "$");
  }
}

TEST_F(HostileInputTest, RequestsThatAreNeverFinishedAreBoundedByTheQueryBufferLimit) {
  server.Kill(SIGTERM);
  server.arguments() = {"--client-query-buffer-limit", "2mb"};
  server.Start();
  RawSocket client(server.port());
  std::string endless = "*1000000\r\n";
  for (int i = 0; i < 20'000; ++i) endless += "$200\r\n" + std::string(200, 'x') + "\r\n";
  client.Send(endless);
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_TRUE(client.AtEnd());
}

TEST_F(HostileInputTest, AManyTimesInterruptedRequestIsNotReadAgainFromTheStart) {
  // 50,000 arguments in 50,000 pieces: a server that begins anew with each piece would need hours.
  constexpr int kArguments = 50'000;
  RawSocket client(server.port());
  ASSERT_TRUE(client.Send("*" + std::to_string(kArguments + 1) + "\r\n$3\r\nDEL\r\n"));
  for (int i = 0; i < kArguments; ++i) ASSERT_TRUE(client.Send("$3\r\nkey\r\n"));
  const std::string reply = client.ReadReply();
  EXPECT_EQ(reply, ":0\r\n");
}

}  // namespace
}  // namespace kvasir
