// Redis's own programs read our directory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "persistence/append_log.h"
#include "persistence/replay.h"
#include "src/base/clock.h"
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using testing::HasSubstr;

// The program's output; its exit status in `status`.
std::string Output(const std::string& command, int& status) {
  std::string output;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> bytes;
  while (const size_t size = fread(bytes.data(), 1, bytes.size(), pipe)) {
    output.append(bytes.data(), size);
  }
  status = pclose(pipe);
  return output;
}

class RedisTools : public testing::Test {
 protected:
  RedisTools() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvasir-XXXXXX").string();
    options_.paths.data_directory = mkdtemp(pattern.data());
  }
  ~RedisTools() override { std::filesystem::remove_all(options_.paths.data_directory); }

  // A base, and increments of two runs.
  void WriteLog() {
    {
      AppendLog log(PosixFiles(), options_);
      const BaseSource base = [](BaseWriter& writer) -> Result<void> {
        const std::array<std::string_view, 3> set = {"SET", "base", "1"};
        return writer.Append(0, set);
      };
      ASSERT_TRUE(log.SwitchTo(base));
      AppendCommand(log, 0, {"SET", "a", std::string(100'000, 'v')});
      log.Commit();
      ASSERT_TRUE(log.SwitchTo(base));
      AppendCommand(log, 3, {"SET", "c", "#KV:no"});
    }
    RecordingSink sink;
    const Result<ReplayStats> stats = Replay(PosixFiles(), options_.paths, {}, sink);
    ASSERT_TRUE(stats) << stats.error().detail();
    AppendLog log(PosixFiles(), options_);
    ASSERT_TRUE(log.Start(stats->continuation));
    log.BeginGroup();
    AppendCommand(log, 0, {"SET", "d", "1"});
    AppendCommand(log, 0, {"SET", "e", "1"});
    log.EndGroup();
    ASSERT_TRUE(log.Close());
  }

  LogOptions options_;
};

TEST_F(RedisTools, RedisCheckAofAcceptsOurDirectory) {
  if (system("command -v redis-check-aof > /dev/null") != 0) GTEST_SKIP() << "not installed";
  WriteLog();
  int status = 1;
  const std::string output = Output("redis-check-aof " + options_.paths.Manifest(), status);
  EXPECT_EQ(status, 0) << output;
  EXPECT_THAT(output, HasSubstr("All AOF files and manifest are valid"));
}

TEST_F(RedisTools, RedisCheckAofTruncatesToOurTimestampsAtWholeBatches) {
  if (system("command -v redis-check-aof > /dev/null") != 0) GTEST_SKIP() << "not installed";
  options_.timestamps = true;
  uint64_t first_s = 0;
  uint64_t kept = 0;
  {
    AppendLog log(PosixFiles(), options_);
    ASSERT_TRUE(log.Start({}));
    first_s = static_cast<uint64_t>(UnixTimeMs()) / 1000;
    while (static_cast<uint64_t>(UnixTimeMs()) / 1000 < first_s + 2) {
      AppendCommand(log, 0, {"INCR", "k"});
      if (static_cast<uint64_t>(UnixTimeMs()) / 1000 == first_s) kept = log.appended();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (log.appended() % 16 == 0) log.Commit();
    }
    ASSERT_TRUE(log.Close());
  }
  int status = 1;
  const std::string output = Output("redis-check-aof --truncate-to-timestamp " +
                                        std::to_string(first_s) + " " + options_.paths.Manifest(),
                                    status);
  EXPECT_EQ(status, 0) << output;
  EXPECT_THAT(output, HasSubstr("Successfully truncated"));
  RecordingSink sink;
  const Result<ReplayStats> stats = Replay(PosixFiles(), options_.paths, {}, sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  // The clock was read twice, and the second may have ended between the two.
  EXPECT_GE(sink.commands.size(), kept);
  EXPECT_LE(sink.commands.size(), kept + 1);
  EXPECT_THAT(stats->torn.kept_as, HasSubstr(".torn-")) << "the line of the batch that was cut";
}

TEST_F(RedisTools, RedisServerLoadsOurDirectoryAndWeLoadItsNext) {
  if (system("command -v redis-server > /dev/null && command -v redis-cli > /dev/null") != 0) {
    GTEST_SKIP() << "not installed";
  }
  WriteLog();
  const std::string& directory = options_.paths.data_directory;
  const std::string socket = directory + "/s";
  int status = 1;
  std::string output = Output(
      "redis-server --port 0 --save '' --appendonly yes --daemonize yes"
      " --dir " +
          directory + " --unixsocket " + socket + " --logfile " + directory + "/redis.log",
      status);
  ASSERT_EQ(status, 0) << output;
  const std::string cli = "redis-cli -s " + socket;
  ASSERT_TRUE(WaitUntil([&] { return Output(cli + " ping", status) == "PONG\n"; }));
  EXPECT_EQ(Output(cli + " mget base d e", status), "1\n1\n1\n");
  EXPECT_EQ(Output(cli + " -n 3 get c", status), "#KV:no\n");
  Output(cli + " set more 1", status);
  Output(cli + " shutdown", status);
  RecordingSink sink;
  const Result<ReplayStats> stats = Replay(PosixFiles(), options_.paths, {}, sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_THAT(sink.commands, testing::Contains("0|set more 1"));
  EXPECT_FALSE(stats->continuation.append_to_last);
}

}  // namespace
}  // namespace kvasir
