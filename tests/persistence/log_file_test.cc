#include "persistence/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "persistence/file_window.h"
#include "persistence/log_encoder.h"
#include "tests/support/fault_file_system.h"

namespace kvasir {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using Op = FaultFileSystem::Op;

class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    file_ = std::move(
        *LogFile::Create(std::move(*files_.OpenAppend("f", FileSystem::Open::kReplace)), 7));
  }

  static LogBatch Ping(uint64_t sequence) {
    LogEncoder encoder;
    const std::array<std::string_view, 1> ping = {"PING"};
    encoder.Append(ping);
    encoder.AddRecord(sequence);
    return encoder.Take();
  }
  Result<void> Write(uint64_t sequence) {
    const LogBatch batch = Ping(sequence);
    return file_->Write({&batch, 1}, 1700000000000);
  }

  FaultFileSystem files_;
  std::unique_ptr<LogFile> file_;
};

TEST_F(LogFileTest, WritesHeaderAndAnnotatedBatches) {
  ASSERT_TRUE(file_->Sync());
  const uint64_t header = file_->offset();
  ASSERT_TRUE(Write(8));
  EXPECT_EQ(file_->synced_offset(), header);
  EXPECT_EQ(file_->offset(), files_.Content("f").size());
  EXPECT_THAT(files_.Content("f"),
              MatchesRegex("#KVLOG:1:[0-9a-f]+:7:[0-9]+:[0-9a-f]+\r\n"
                           "#KV:8:14:[0-9a-f]+:" +
                           std::to_string(header) + ":1700000000000\r\n.1\r\n.4\r\nPING\r\n"));
}

TEST_F(LogFileTest, AFailedWriteLeavesNothing) {
  const std::string before = files_.Content("f");
  files_.Fail(Op::kWrite, 1, Errc::kNoSpace);
  EXPECT_FALSE(Write(8));
  EXPECT_EQ(files_.Content("f"), before);
  EXPECT_TRUE(Write(8));
}

TEST_F(LogFileTest, NothingIsWrittenBehindATornPiece) {
  files_.Fail(Op::kWrite, 1, Errc::kIo);
  files_.Fail(Op::kTruncate, 1, Errc::kIo, 2);
  EXPECT_FALSE(Write(8));
  const std::string torn = files_.Content("f");
  EXPECT_FALSE(Write(8));
  EXPECT_EQ(files_.Content("f"), torn);
  EXPECT_TRUE(Write(8));
  EXPECT_EQ(files_.Content("f").size(), file_->offset());
}

TEST_F(LogFileTest, AFailedSyncPoisonsTheFile) {
  ASSERT_TRUE(Write(8));
  files_.Fail(Op::kSync, 1, Errc::kIo);
  EXPECT_FALSE(file_->Sync());
  EXPECT_TRUE(file_->poisoned());
  EXPECT_FALSE(file_->Sync()) << "a success now would prove nothing";
  EXPECT_FALSE(Write(9));
  EXPECT_EQ(file_->synced_offset(), 0U);
}

TEST(NewFileId, IsAlwaysAnother) { EXPECT_NE(NewFileId(), NewFileId()); }

TEST(FileWindow, GrowsAndMovesWithoutReadingTwice) {
  FaultFileSystem files;
  std::string content;
  for (int i = 0; i < 600'000; ++i) content += std::to_string(i % 10000);
  files.Overwrite("f", content);
  const auto file = std::move(*files.OpenRead("f"));
  FileWindow window(*file, content.size());
  for (const auto& [offset, want] :
       std::initializer_list<std::pair<uint64_t, uint64_t>>{{0, 10},
                                                            {5, 100},
                                                            {900'000, 500'000},
                                                            {1'000'000, 1'300'000},
                                                            {10, 10},
                                                            {5, 2'000'000}}) {
    const Result<std::string_view> view = window.View(offset, want);
    ASSERT_TRUE(view);
    ASSERT_GE(view->size(), want);
    EXPECT_EQ(view->substr(0, want), content.substr(offset, want));
  }
  EXPECT_EQ(window.View(content.size() - 3, 100)->size(), 3U);
  EXPECT_EQ(window.View(content.size(), 100)->size(), 0U);
}

TEST(FileWindow, SaysWhenTheFileShrinks) {
  FaultFileSystem files;
  files.Overwrite("f", "short");
  const auto file = std::move(*files.OpenRead("f"));
  FileWindow window(*file, 100);
  EXPECT_EQ(window.View(0, 100).error().code(), Errc::kIo);
}

}  // namespace
}  // namespace kvasir
