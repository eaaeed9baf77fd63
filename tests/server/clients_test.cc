// Who may connect, how many, for how long, and what leaving means.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <string>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::StartsWith;

// An IPv4 address of this machine that is not a loopback one; "" when there is none.
std::string OuterAddress() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return "";
  std::string found;
  for (const ifaddrs* at = list; at != nullptr && found.empty(); at = at->ifa_next) {
    const bool fits = at->ifa_addr != nullptr && at->ifa_addr->sa_family == AF_INET &&
                      (at->ifa_flags & (IFF_UP | IFF_LOOPBACK)) == IFF_UP;
    if (!fits) continue;
    char text[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(at->ifa_addr)->sin_addr, text, sizeof text);
    found = text;
  }
  freeifaddrs(list);
  return found;
}

TEST(ClientsTest, OneClientTooManyIsToldAndClosed) {
  ServerProcess server({"--maxclients", "3"});
  server.Start();
  std::vector<RawSocket> clients;
  while (clients.size() < 3) {
    RawSocket client(server.port());
    // The place of a probe that has just closed may still be taken.
    if (client.Run({"PING"}) == "PONG") clients.push_back(std::move(client));
  }
  RawSocket surplus(server.port());
  EXPECT_EQ(surplus.ReadToEnd(), "-ERR max number of clients reached\r\n");
  EXPECT_EQ(clients[0].Run({"PING"}), "PONG");
  clients.pop_back();
  std::string reply;
  while ((reply = RawSocket(server.port()).Run({"PING"})) != "PONG") {
    ASSERT_TRUE(reply == "(closed)" || reply == "-ERR max number of clients reached") << reply;
  }
}

TEST(ClientsTest, AnIdleClientIsClosedAfterItsTimeout) {
  ServerProcess server({"--timeout", "1"});
  server.Start();
  RawSocket idle(server.port());
  EXPECT_EQ(idle.Run({"PING"}), "PONG");
  EXPECT_TRUE(idle.AtEnd());
}

TEST(ClientsTest, EachRequestBehindAFailedAuthGetsItsReply) {
  ServerProcess server({"--requirepass", "secret"});
  server.Start();
  RawSocket stranger(server.port());
  ASSERT_TRUE(stranger.Send(EncodeRequest({"AUTH", "wrong"}) + EncodeRequest({"SET", "k", "v"}) +
                            EncodeRequest({"GET", "k"}) + EncodeRequest({"AUTH", "secret"}) +
                            EncodeRequest({"SET", "k", "w"}) + EncodeRequest({"GET", "k"})));
  EXPECT_THAT(stranger.ReadReply(), StartsWith("-WRONGPASS "));
  EXPECT_EQ(stranger.ReadReply(), "-NOAUTH Authentication required.\r\n");
  EXPECT_EQ(stranger.ReadReply(), "-NOAUTH Authentication required.\r\n");
  EXPECT_EQ(stranger.ReadReply(), "+OK\r\n");
  EXPECT_EQ(stranger.ReadReply(), "+OK\r\n");
  EXPECT_EQ(stranger.ReadReply(), "$1\r\nw\r\n");
}

TEST(ClientsTest, WithoutAPasswordOnlySmallRequestsAreRead) {
  ServerProcess server({"--requirepass", "secret"});
  server.Start();
  const std::pair<std::string, std::string> requests[] = {
      {"*11\r\n", "-ERR Protocol error: unauthenticated multibulk length\r\n"},
      {"*2\r\n$4\r\nAUTH\r\n$16385\r\n", "-ERR Protocol error: unauthenticated bulk length\r\n"},
  };
  for (const auto& [request, reply] : requests) {
    RawSocket client(server.port());
    ASSERT_TRUE(client.Send(request));
    EXPECT_EQ(client.ReadToEnd(), reply);
  }
}

TEST(ClientsTest, ProtectedModeRefusesOtherMachines) {
  const std::string outer = OuterAddress();
  if (outer.empty()) GTEST_SKIP() << "this machine has only loopback addresses";
  ServerProcess server({"--bind", "*"});
  server.Start();
  RawSocket stranger(server.port(), outer);
  EXPECT_THAT(stranger.ReadToEnd(), StartsWith("-DENIED "));
  server.Kill(SIGTERM);
  server.arguments() = {"--bind", "*", "--protected-mode", "no"};
  server.Start();
  EXPECT_EQ(RawSocket(server.port(), outer).Run({"PING"}), "PONG");
  server.Kill(SIGTERM);
  server.arguments() = {"--bind", "*", "--requirepass", "secret"};
  server.Start();
  EXPECT_THAT(RawSocket(server.port(), outer).Run({"PING"}), StartsWith("-NOAUTH"));
}

TEST(ClientsTest, AHalfClosedClientStillGetsItsReplies) {
  ServerProcess server({"--appendfsync", "always"});
  server.Start();
  RawSocket client(server.port());
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += EncodeRequest({"INCR", "k"});
  ASSERT_TRUE(client.Send(requests));
  client.FinishSending();
  for (int i = 1; i <= 1000; ++i) ASSERT_EQ(client.ReadReply(), ":" + std::to_string(i) + "\r\n");
  EXPECT_TRUE(client.AtEnd());
}

TEST(ClientsTest, AHalfClosedClientGetsMoreRepliesThanTheServerHoldsAtOnce) {
  ServerProcess server;
  server.Start();
  const std::string value(1 << 20, 'v');
  RawSocket client(server.port());
  EXPECT_EQ(client.Run({"SET", "k", value}), "OK");
  std::string requests;
  constexpr size_t kReplies = 100;
  for (size_t i = 0; i < kReplies; ++i) requests += EncodeRequest({"GET", "k"});
  ASSERT_TRUE(client.Send(requests));
  client.FinishSending();
  const size_t reply_bytes = std::string("$1048576\r\n").size() + value.size() + 2;
  EXPECT_EQ(client.Skip(kReplies * reply_bytes), kReplies * reply_bytes);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ClientsTest, AClientThatResetsItsConnectionDisturbsNobody) {
  ServerProcess server;
  server.Start();
  Client bystander(server);
  for (int i = 0; i < 50; ++i) {
    RawSocket client(server.port());
    ASSERT_TRUE(client.Send(EncodeRequest({"SET", "k", std::string(20'000, 'x')}) +
                            EncodeRequest({"GET", "k"}) + "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$99"));
    client.Abort();
    EXPECT_EQ(bystander.Run({"PING"}), "PONG");
  }
}

TEST(ClientsTest, FiveThousandConnectsInARow) {
  ServerProcess server;
  server.Start();
  for (int i = 0; i < 5000; ++i) {
    RawSocket client(server.port());
    ASSERT_TRUE(client.connected()) << i;
    if (i % 10 == 0) {
      ASSERT_EQ(client.Run({"PING"}), "PONG") << i;
    }
    if (i % 3 == 0) client.Abort();
  }
  EXPECT_EQ(server.Kill(SIGTERM), 0);
}

TEST(ClientsTest, TenThousandClientsAtOnce) {
  constexpr size_t kWanted = 10'000;
  constexpr size_t kOwnFiles = 64;
  const size_t files = RaiseOwnFileLimit(kWanted + kOwnFiles);
  const size_t count = std::min(kWanted, files - kOwnFiles);
  ServerProcess server({"--maxclients", std::to_string(kWanted)});
  server.Start();
  std::vector<RawSocket> clients;
  for (size_t i = 0; i < count; ++i) {
    clients.emplace_back(server.port());
    ASSERT_TRUE(clients.back().connected()) << i;
    // An overfull queue of connects would make the system wait for seconds.
    if (i % 500 == 0) clients.back().Run({"PING"});
  }
  for (RawSocket& client : clients) ASSERT_TRUE(client.Send(EncodeRequest({"INCR", "k"})));
  size_t served = 0;
  for (RawSocket& client : clients) {
    const std::string reply = client.ReadReply();
    // The server may be allowed fewer files than it was told to serve.
    if (reply.starts_with(":")) ++served;
  }
  const bool limited = server.Output().find("files may be open") != std::string::npos;
  if (!limited) {
    EXPECT_EQ(served, count);
  }
  EXPECT_EQ(clients[0].Run({"GET", "k"}), std::to_string(served));
  clients.clear();
  EXPECT_EQ(server.Kill(SIGTERM), 0);
}

}  // namespace
}  // namespace kvasir
