// A large argument that was coming in while its connection's output was full began anew when the
// output had drained: what had arrived of it was lost, and the bytes behind it ran as commands.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

TEST(LargeArgumentTest, KeepsWhatHasComeWhileTheOutputIsFull) {
  ServerProcess server;
  server.Start();
  constexpr size_t kValueBytes = 1 << 20;
  EXPECT_EQ(Client(server).Run({"SET", "big", std::string(kValueBytes, 'b')}), "OK");
  RawSocket client(server.port());
  // The last of the replies is the one that passes the 16 MiB from which on nothing is read.
  constexpr int kReplies = 16;
  std::string requests;
  for (int i = 0; i < kReplies; ++i) requests += EncodeRequest({"GET", "big"});
  const std::string value(100'000, 'v');
  const std::string set = EncodeRequest({"SET", "k", value});
  constexpr size_t kFirstPart = 20'000;
  ASSERT_TRUE(client.Send(requests + set.substr(0, kFirstPart)));
  for (int i = 0; i < kReplies; ++i) EXPECT_EQ(client.ReadReply().size(), kValueBytes + 12);
  ASSERT_TRUE(client.Send(set.substr(kFirstPart)));
  EXPECT_EQ(client.ReadReply(), "+OK\r\n");
  EXPECT_EQ(client.Run({"GET", "k"}), value);
}

}  // namespace
}  // namespace kvasir
