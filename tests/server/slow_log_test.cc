// Where a slow command's time went, seen with a real loop and a real log.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

// The number behind `name` in the readable form of a RESP2 reply; -1 without one.
long Reason(const std::string& entry, const std::string& name) {
  const std::string before = name + ", (integer) ";
  const size_t at = entry.find(before);
  return at == std::string::npos ? -1 : std::stol(entry.substr(at + before.size()));
}

class SlowLogServerTest : public ::testing::Test {
 protected:
  void Start(const std::string& fsync) {
    server.arguments() = {"--appendfsync",          fsync,  "--slowlog-log-slower-than", "0",
                          "--enable-debug-command", "local"};
    server.Start();
  }

  ServerProcess server;
};

TEST_F(SlowLogServerTest, ARequestWaitsForThoseBeforeIt) {
  Start("no");
  RawSocket pipeline(server.port());
  std::string requests;
  for (int i = 0; i < 3; ++i) requests += EncodeRequest({"DEBUG", "SLEEP", "0.02"});
  requests += EncodeRequest({"SLOWLOG", "GET", "1", "REASONS"});
  ASSERT_TRUE(pipeline.Send(requests));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pipeline.ReadReply(), "+OK\r\n");
  Client client(server);
  const std::string entry = client.Run({"SLOWLOG", "GET", "-1", "REASONS"});
  EXPECT_NE(entry.find("DEBUG"), std::string::npos);
  // The last sleep stood behind two others; it is behind the entry of the pipeline's SLOWLOG.
  const std::string last_sleep = entry.substr(entry.find("DEBUG"));
  EXPECT_GE(Reason(last_sleep, "queue"), 40'000);
  EXPECT_GE(Reason(last_sleep, "execution"), 20'000);
}

TEST_F(SlowLogServerTest, TheFsyncIsCountedApart) {
  Start("always");
  Client client(server);
  EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
  const std::string entry = client.Run({"SLOWLOG", "GET", "1", "REASONS"});
  EXPECT_NE(entry.find("[SET, k, v]"), std::string::npos);
  EXPECT_GT(Reason(entry, "fsync"), 0);
}

TEST_F(SlowLogServerTest, InfoShowsTheLoop) {
  Start("no");
  Client client(server);
  client.Run({"DEBUG", "SLEEP", "0.02"});
  const std::string info = client.Run({"INFO", "stats"});
  EXPECT_GT(std::stol(InfoField(info, "eventloop_cycles")), 0);
  EXPECT_GE(std::stol(InfoField(info, "eventloop_duration_sum")), 20'000);
  EXPECT_GE(std::stol(InfoField(info, "eventloop_duration_cmd_sum")), 20'000);
  client.Run({"WATCH", "a", "b"});
  const std::string clients = client.Run({"INFO", "clients"});
  EXPECT_EQ(InfoField(clients, "watching_clients"), "1");
  EXPECT_EQ(InfoField(clients, "total_watched_keys"), "2");
}

}  // namespace
}  // namespace kvasir
