// What clients had sent but the server could not run yet was bounded by 1 GiB or by nothing.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

TEST(WaitingInputTest, TheQueueOfATransactionCountsAsInput) {
  ServerProcess server({"--client-query-buffer-limit", "1mb"});
  server.Start();
  RawSocket client(server.port());
  EXPECT_EQ(client.Run({"MULTI"}), "OK");
  std::string pings;
  for (int i = 0; i < 1000; ++i) pings += EncodeRequest({"PING"});
  bool open = true;
  for (int i = 0; i < 100 && open; ++i) open = client.Send(pings) && client.Skip(9000) == 9000;
  EXPECT_FALSE(open);
  EXPECT_EQ(Client(server).Run({"PING"}), "PONG");
}

TEST(WaitingInputTest, OfABlockedClientLittleIsTakenAndNothingLost) {
  ServerProcess server;
  server.Start();
  Client other(server);
  RawSocket client(server.port());
  EXPECT_EQ(other.Run({"CLIENT", "PAUSE", "600000", "WRITE"}), "OK");
  std::string sets;
  constexpr int kSets = 100'000;
  for (int i = 0; i < kSets; ++i) sets += EncodeRequest({"INCR", "counter"});
  size_t sent = 0;
  for (int i = 0; i < 20; ++i) {
    sent += client.SendSome(std::string_view(sets).substr(sent));
    EXPECT_EQ(other.Run({"PING"}), "PONG");
  }
  const std::string info = other.Run({"INFO", "clients"});
  EXPECT_LT(std::stoul(InfoField(info, "client_recent_max_input_buffer")), 256U * 1024);
  EXPECT_EQ(other.Run({"CLIENT", "UNPAUSE"}), "OK");
  ASSERT_TRUE(client.Send(std::string_view(sets).substr(sent)));
  std::string last;
  for (int i = 0; i < kSets; ++i) last = client.ReadReply();
  EXPECT_EQ(last, ":" + std::to_string(kSets) + "\r\n");
}

}  // namespace
}  // namespace kvasir
