// What the log's tests share: a sink that writes down what it is given, and a log on a file system
// in memory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "persistence/append_log.h"
#include "persistence/replay.h"
#include "src/base/text.h"
#include "tests/support/fault_file_system.h"

namespace kvasir {

// Each command as "<database>|<argument> <argument> ..."; SELECT is followed, MULTI and EXEC are
// written down.
class RecordingSink final : public ReplaySink {
 public:
  Result<void> Apply(RequestBatch& batch) override {
    for (const RequestBatch::Request& request : batch.requests()) {
      const auto arguments = batch.Arguments(request);
      if (EqualsIgnoreCase(arguments[0], "SELECT")) {
        database_ = std::string(arguments[1]);
        continue;
      }
      if (arguments[0] == "FAIL") return Fail(Errc::kInvalidArgument, "the command failed");
      std::string text = database_ + "|";
      for (size_t i = 0; i < arguments.size(); ++i) {
        if (i > 0) text += ' ';
        text += arguments[i];
      }
      commands.push_back(std::move(text));
    }
    ++applied;
    return {};
  }
  Keyspace* keyspace() override { return &loaded; }
  void Progress(uint64_t bytes_done, uint64_t bytes_total) override {
    EXPECT_LE(bytes_done, bytes_total);
    progress = bytes_done;
  }

  std::vector<std::string> commands;
  Keyspace loaded{16};  // what an RDB base held
  int applied = 0;
  uint64_t progress = 0;

 private:
  std::string database_ = "0";
};

// Waits up to 10 s.
inline bool WaitUntil(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  return true;
}

inline uint64_t AppendCommand(AppendLog& log, int database,
                              std::initializer_list<std::string_view> arguments) {
  return log.Append(database, std::span(arguments.begin(), arguments.size()));
}

// A file system in memory with a data directory, and the options of a log in it.
struct LogWorld {
  LogWorld() {
    options.paths.data_directory = "data";
    options.policy = SyncPolicy::kAlways;
    options.retry_ms_min = options.retry_ms_max = 1;
    EXPECT_TRUE(files.MakeDirectory("data"));
    EXPECT_TRUE(files.SyncDirectory("."));
  }

  Result<ReplayStats> Load(RecordingSink& sink, bool load_truncated = true) {
    return Replay(files, options.paths, {load_truncated}, sink);
  }

  FaultFileSystem files;
  LogOptions options;
};

class LogFixture : public testing::Test {
 protected:
  const LogPaths& paths() const { return options_.paths; }

  Result<ReplayStats> Load(RecordingSink& sink, bool load_truncated = true) {
    return world_.Load(sink, load_truncated);
  }

  // The commands that a start would see; a failure of the test when it refuses.
  std::vector<std::string> LoadedCommands() {
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    EXPECT_TRUE(stats) << (stats ? "" : stats.error().detail());
    return sink.commands;
  }

  // Replays what is there and opens the log behind it.
  void Open(AppendLog& log) {
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    ASSERT_TRUE(stats) << stats.error().detail();
    const Result<void> started = log.Start(stats->continuation);
    ASSERT_TRUE(started) << started.error().detail();
  }

  std::string IncrementPath(uint64_t number = 1) const {
    return paths().InDirectory(IncrementName(paths(), number));
  }

  LogWorld world_;
  FaultFileSystem& files_ = world_.files;
  LogOptions& options_ = world_.options;
};

// Makes the files of a plain log, as redis-server 7 writes it.
inline void WritePlainLog(FaultFileSystem& files, const LogPaths& paths, const std::string& bytes) {
  files.Overwrite(paths.Manifest(), "file " + IncrementName(paths, 1) + " seq 1 type i\n");
  files.Overwrite(paths.InDirectory(IncrementName(paths, 1)), bytes);
}

inline std::string CommandText(std::initializer_list<std::string_view> arguments) {
  std::string text = "*" + std::to_string(arguments.size()) + "\r\n";
  for (std::string_view argument : arguments) {
    text += "$" + std::to_string(argument.size()) + "\r\n" + std::string(argument) + "\r\n";
  }
  return text;
}

}  // namespace kvasir
