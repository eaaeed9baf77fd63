// Keys go at their deadline by themselves, however many, and stay gone after a restart.
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

// DBSIZE counts keys that nobody has looked at as well.
void WaitForSize(Client& client, const std::string& size) {
  for (int i = 0; client.Run({"DBSIZE"}) != size; ++i) {
    ASSERT_LT(i, kPatienceMs) << client.Run({"DBSIZE"});
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(ExpiryTest, KeysGoWithoutBeingLookedAt) {
  ServerProcess server;
  server.Start();
  Client client(server);
  constexpr int kKeys = 50'000;
  RawSocket socket(server.port());
  for (int i = 0; i < kKeys; ++i) {
    // Many at the same moment, and some later.
    const std::string deadline = i % 2 == 0 ? "100" : std::to_string(1 + i % 200);
    ASSERT_TRUE(
        socket.Send(EncodeRequest({"SET", "key" + std::to_string(i), "v", "PX", deadline})));
  }
  ASSERT_TRUE(socket.Send(EncodeRequest({"SET", "stays", "v"})));
  EXPECT_EQ(socket.Skip(size_t{5} * (kKeys + 1)), size_t{5} * (kKeys + 1));
  ASSERT_NO_FATAL_FAILURE(WaitForSize(client, "(integer) 1"));
  server.Kill(SIGKILL);
  server.Start();
  Client again(server);
  // The last removals may not have reached the log; their deadlines have.
  ASSERT_NO_FATAL_FAILURE(WaitForSize(again, "(integer) 1"));
  EXPECT_EQ(again.Run({"GET", "stays"}), "v");
}

TEST(ExpiryTest, DeadlinesThatPassWhileTheServerIsDownAreKept) {
  ServerProcess server;
  server.Start();
  Client(server).Run({"SET", "short", "v", "PX", "50"});
  Client(server).Run({"SET", "long", "v", "PX", "1000000"});
  server.Kill(SIGKILL);
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  server.Start();
  Client client(server);
  EXPECT_EQ(client.Run({"GET", "short"}), "(nil)");
  EXPECT_EQ(client.Run({"GET", "long"}), "v");
  ASSERT_NO_FATAL_FAILURE(WaitForSize(client, "(integer) 1"));
}

}  // namespace
}  // namespace kvasir
