// A disk that is full (D6): on a real file system of a few megabytes, where root may mount one.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// A file system in memory with room for `size`; unmounted at the end.
class SmallDisk {
 public:
  SmallDisk(std::string path, const char* size) : path_(std::move(path)) {
    const std::string options = std::string("size=") + size;
    mounted_ = mount("none", path_.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }

 private:
  std::string path_;
  bool mounted_ = false;
};

class FullDiskTest : public ::testing::TestWithParam<const char*> {};

TEST_P(FullDiskTest, WritesAreRefusedReadsGoOnAndItHealsByItself) {
  ServerProcess server({"--appendfsync", GetParam()});
  const SmallDisk disk(server.directory(), "16m");
  if (!disk.mounted()) GTEST_SKIP() << "no file system may be mounted here";
  const std::string ballast = server.directory() + "/ballast";
  WriteFile(ballast, std::string(12 << 20, 'b'));
  ASSERT_NO_FATAL_FAILURE(server.Start());
  Client client(server);
  EXPECT_EQ(client.Run({"SET", "early", "bird"}), "OK");

  // 10 MB of writes for 4 MB of room: some are answered, the others wait or are refused.
  constexpr int kWrites = 200;
  const std::string value(50'000, 'v');
  RawSocket writer(server.port());
  for (int i = 0; i < kWrites; ++i) {
    ASSERT_TRUE(writer.Send(EncodeRequest({"SET", "key" + std::to_string(i), value})));
  }
  std::string refusal;
  for (int i = 0; !refusal.starts_with("-MISCONF"); ++i) {
    ASSERT_LT(i, kPatienceMs / 10) << refusal;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    // A write that is let in now would wait for the disk, and this client with it.
    RawSocket probe(server.port());
    refusal = probe.Run({"MSETNX", "early", "x", "never", "x"});
  }
  EXPECT_THAT(refusal, HasSubstr("No space left on device"));
  EXPECT_EQ(client.Run({"GET", "early"}), "bird");
  EXPECT_THAT(client.Run({"DEL", "early"}), StartsWith("-MISCONF"));

  std::filesystem::remove(ballast);
  std::vector<bool> acknowledged;
  for (int i = 0; i < kWrites; ++i) {
    const std::string reply = writer.ReadReply();
    EXPECT_TRUE(reply == "+OK\r\n" || reply.starts_with("-MISCONF")) << i << ": " << reply;
    acknowledged.push_back(reply == "+OK\r\n");
  }
  std::string healed;
  for (int i = 0; healed != "OK"; ++i) {
    ASSERT_LT(i, kPatienceMs / 10) << healed;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    healed = client.Run({"SET", "late", "riser"});
  }
  server.Kill(SIGKILL);
  ASSERT_NO_FATAL_FAILURE(server.Start());
  Client again(server);
  EXPECT_EQ(again.Run({"MGET", "early", "late", "never"}), "[bird, riser, (nil)]");
  for (int i = 0; i < kWrites; ++i) {
    const std::string found = again.Run({"STRLEN", "key" + std::to_string(i)});
    EXPECT_EQ(found, acknowledged[static_cast<size_t>(i)] ? "(integer) 50000" : "(integer) 0") << i;
  }
}

TEST_P(FullDiskTest, CollectionsOfAllTypesComeBackToTheLastBit) {
  ServerProcess server(
      {"--appendfsync", GetParam(), "--enable-debug-command", "yes", "--save", ""});
  const SmallDisk disk(server.directory(), "6m");
  if (!disk.mounted()) GTEST_SKIP() << "no file system may be mounted here";
  const std::string ballast = server.directory() + "/ballast";
  WriteFile(ballast, std::string(4 << 20, 'b'));
  ASSERT_NO_FATAL_FAILURE(server.Start());
  Client client(server);
  // A read of what is not on the disk yet waits for it under `always` (D1), so these stay as they
  // are.
  client.Run({"RPUSH", "quiet list", "first"});
  client.Run({"SADD", "quiet set", "first"});
  client.Run({"HSET", "quiet hash", "first", "1"});
  client.Run({"ZADD", "quiet zset", "1", "first"});

  // 4 MB of writes for 2 MB of room, of which many change what others have written.
  constexpr int kRounds = 400;
  constexpr int kReplies = 9;
  const std::string filler(2000, 'f');
  RawSocket writer(server.port());
  for (int i = 0; i < kRounds; ++i) {
    const std::string n = std::to_string(i);
    ASSERT_TRUE(writer.Send(
        EncodeRequest({"RPUSH", "list", filler + n}) + EncodeRequest({"SADD", "set", filler + n}) +
        EncodeRequest({"HSET", "hash", n, filler}) +
        EncodeRequest({"ZADD", "zset", n, filler + n}) +
        EncodeRequest({"SETRANGE", "string", n, filler}) + EncodeRequest({"LPOP", "list"}) +
        EncodeRequest({"MULTI"}) + EncodeRequest({"HDEL", "hash", n}) + EncodeRequest({"EXEC"})));
  }
  std::string refusal;
  for (int i = 0; !refusal.starts_with("-MISCONF"); ++i) {
    ASSERT_LT(i, kPatienceMs / 10) << refusal;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    RawSocket probe(server.port());
    refusal = probe.Run({"MSETNX", "quiet list", "x", "never", "x"});
  }
  EXPECT_THAT(refusal, HasSubstr("No space left on device"));
  EXPECT_EQ(client.Run({"LLEN", "quiet list"}), "(integer) 1");
  EXPECT_EQ(client.Run({"SISMEMBER", "quiet set", "first"}), "(integer) 1");
  EXPECT_EQ(client.Run({"HGET", "quiet hash", "first"}), "1");
  EXPECT_EQ(client.Run({"ZSCORE", "quiet zset", "first"}), "1");
  EXPECT_THAT(client.Run({"ZADD", "quiet zset", "1", "refused"}), StartsWith("-MISCONF"));

  std::filesystem::remove(ballast);
  for (int i = 0; i < kRounds * kReplies; ++i) {
    const std::string reply = writer.ReadReply();
    ASSERT_FALSE(reply.empty()) << i;
    if (reply[0] == '-') {
      EXPECT_TRUE(reply.starts_with("-MISCONF") || reply.starts_with("-EXECABORT")) << reply;
    }
  }
  std::string healed;
  for (int i = 0; healed != "OK"; ++i) {
    ASSERT_LT(i, kPatienceMs / 10) << healed;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    healed = client.Run({"SET", "late", "riser"});
  }
  EXPECT_EQ(client.Run({"ZSCORE", "quiet zset", "refused"}), "(nil)");
  const std::string digest = client.Run({"DEBUG", "DIGEST"});
  server.Kill(SIGKILL);
  ASSERT_NO_FATAL_FAILURE(server.Start());
  EXPECT_EQ(Client(server).Run({"DEBUG", "DIGEST"}), digest);
}

TEST_P(FullDiskTest, AStartOnAFullDiskIsRefusedWithOneLine) {
  ServerProcess server({"--appendfsync", GetParam()});
  const SmallDisk disk(server.directory(), "1m");
  if (!disk.mounted()) GTEST_SKIP() << "no file system may be mounted here";
  WriteFile(server.directory() + "/ballast", std::string(1 << 20, 'b'));
  server.Spawn();
  EXPECT_EQ(server.Wait(), 1);
  EXPECT_THAT(server.Errors(), HasSubstr("No space left on device"));
}

INSTANTIATE_TEST_SUITE_P(Policies, FullDiskTest, ::testing::Values("always", "everysec", "no"),
                         [](const auto& policy) { return std::string(policy.param); });

}  // namespace
}  // namespace kvasir
