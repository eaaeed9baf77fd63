// A real server whose disk fails or hangs (D2, D6): tests/support/fault_io stands between the two.
#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class FailingDiskTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "the sanitizers want to be loaded first";
    fault_file_ = server.root() + "/faults";
    SetFault("");
    setenv("KVASIR_FAULT_FILE", fault_file_.c_str(), 1);
    setenv("LD_PRELOAD", KVASIR_FAULT_IO, 1);
    server.arguments() = {"--appendfsync", GetParam(), "--save", ""};
    server.Start();
    unsetenv("LD_PRELOAD");
  }
  void TearDown() override {
    SetFault("");
    unsetenv("LD_PRELOAD");
    unsetenv("KVASIR_FAULT_FILE");
  }

  void SetFault(const std::string& word) const { WriteFile(fault_file_, word); }
  std::string Persistence() const { return Client(server).Run({"INFO", "persistence"}); }

  // Waits until a write is refused; returns the refusal. What is let in waits for the disk on a
  // connection of its own.
  std::string WaitForRefusal() const {
    for (int i = 0; i < kPatienceMs / 10; ++i) {
      RawSocket writer(server.port());
      writer.Send(EncodeRequest({"SET", "probe", "1"}));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      RawSocket probe(server.port());
      // Changes nothing, so it is answered at once, or refused.
      const std::string reply = probe.Run({"MSETNX", "there", "x", "never", "x"});
      if (reply.starts_with("-")) return reply;
    }
    return "(no refusal)";
  }
  void WaitForWrites() const {
    std::string reply;
    for (int i = 0; i < kPatienceMs / 10 && reply != "OK"; ++i) {
      reply = Client(server).Run({"SET", "late", "riser"});
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_EQ(reply, "OK");
  }

  ServerProcess server;
  std::string fault_file_;
};

TEST_P(FailingDiskTest, AHangingFsyncKeepsNoReaderWaiting) {
  if (std::string_view(GetParam()) == "no") GTEST_SKIP() << "there is no fsync";
  Client client(server);
  EXPECT_EQ(client.Run({"SET", "there", "1"}), "OK");
  SetFault("hang-sync");
  RawSocket writer(server.port());
  ASSERT_TRUE(writer.Send(EncodeRequest({"SET", "k", "v"})));
  while (Persistence().find("aof_pending_bio_fsync:1") == std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  // The fsync goes on until the end of the test says so.
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(client.Run({"GET", "there"}), "1");
  EXPECT_THAT(Persistence(), HasSubstr("aof_pending_bio_fsync:1"));
  SetFault("");
  EXPECT_EQ(writer.ReadReply(), "+OK\r\n");
}

TEST_P(FailingDiskTest, AReadOnlyFileSystemRefusesWritesSaysSoAndHeals) {
  EXPECT_EQ(Client(server).Run({"SET", "there", "1"}), "OK");
  EXPECT_THAT(Persistence(), AllOf(HasSubstr("aof_last_write_status:ok"),
                                   HasSubstr("aof_fault_since_ms:0\r\naof_fault:\r\n")));
  SetFault("fail-write");
  const std::string refusal = WaitForRefusal();
  EXPECT_THAT(refusal, AllOf(StartsWith("-MISCONF Errors writing to the AOF file: "),
                             HasSubstr("Read-only file system"), HasSubstr(".incr.aof")));
  EXPECT_EQ(Client(server).Run({"GET", "there"}), "1");
  const std::string info = Persistence();
  EXPECT_THAT(info, AllOf(HasSubstr("aof_last_write_status:err"),
                          HasSubstr("Read-only file system"), Not(HasSubstr("fault_since_ms:0"))));
  SetFault("");
  WaitForWrites();
  EXPECT_THAT(Persistence(), AllOf(HasSubstr("aof_last_write_status:ok"),
                                   HasSubstr("aof_fault_since_ms:0\r\naof_fault:\r\n")));
  server.Kill(SIGKILL);
  ASSERT_NO_FATAL_FAILURE(server.Start());
  EXPECT_EQ(Client(server).Run({"MGET", "there", "late", "never"}), "[1, riser, (nil)]");
}

TEST_P(FailingDiskTest, AFailedFsyncIsHealedByNewFiles) {
  if (std::string_view(GetParam()) == "no") GTEST_SKIP() << "there is no fsync";
  EXPECT_EQ(Client(server).Run({"SET", "there", "1"}), "OK");
  const std::string before = server.IncrementPath();
  SetFault("fail-sync");
  EXPECT_THAT(WaitForRefusal(), AllOf(StartsWith("-MISCONF"), HasSubstr("Input/output error")));
  EXPECT_EQ(Client(server).Run({"GET", "there"}), "1");
  EXPECT_THAT(Persistence(), HasSubstr("aof_last_fsync_status:err"));
  SetFault("");
  WaitForWrites();
  EXPECT_NE(server.IncrementPath(), before);
  server.Kill(SIGKILL);
  ASSERT_NO_FATAL_FAILURE(server.Start());
  EXPECT_EQ(Client(server).Run({"MGET", "there", "late", "never"}), "[1, riser, (nil)]");
}

// The files of a directory that was moved away are still written to, and would be lost at the next
// start.
TEST_P(FailingDiskTest, ADirectoryThatWasMovedAwayIsSeenAndMadeAnew) {
  if (std::string_view(GetParam()) == "no") GTEST_SKIP() << "there is no fsync that would see it";
  EXPECT_EQ(Client(server).Run({"SET", "there", "1"}), "OK");
  std::filesystem::rename(server.directory() + "/appendonlydir", server.root() + "/away");
  WriteFile(server.directory() + "/appendonlydir", "in the way of a new one");
  EXPECT_THAT(WaitForRefusal(), AllOf(StartsWith("-MISCONF"), HasSubstr("is not there any more")));
  EXPECT_EQ(Client(server).Run({"GET", "there"}), "1");
  std::filesystem::remove(server.directory() + "/appendonlydir");
  WaitForWrites();
  server.Kill(SIGKILL);
  ASSERT_NO_FATAL_FAILURE(server.Start());
  EXPECT_EQ(Client(server).Run({"MGET", "there", "late", "never"}), "[1, riser, (nil)]");
}

INSTANTIATE_TEST_SUITE_P(Policies, FailingDiskTest, ::testing::Values("always", "everysec", "no"),
                         [](const auto& policy) { return std::string(policy.param); });

}  // namespace
}  // namespace kvasir
