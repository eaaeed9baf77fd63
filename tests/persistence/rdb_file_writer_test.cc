#include "persistence/rdb_file_writer.h"

#include <gtest/gtest.h>

#include <cstring>

#include "persistence/rdb_encoder.h"
#include "src/base/crc.h"
#include "tests/support/dataset.h"
#include "tests/support/fault_file_system.h"

namespace kvasir {
namespace {

constexpr const char* kPath = "data/dump.rdb";

class RdbFileWriterTest : public testing::Test {
 protected:
  RdbFileWriterTest() {
    EXPECT_TRUE(files.MakeDirectory("data"));
    EXPECT_TRUE(files.SyncDirectory("."));
  }

  RdbFileWriter NewWriter(const RdbFileWriter::Options& options) {
    return {std::move(*files.OpenAppend(kPath, FileSystem::Open::kReplace)), options};
  }
  // Writes every key of database 0 in a chunk of its own.
  Result<uint64_t> WriteAll(const RdbFileWriter::Options& options) {
    RdbFileWriter writer = NewWriter(options);
    RdbEncoder encoder;
    encoder.Header(kRdbVersion, {});
    Result<void> result;
    dataset.database().table().ForEach([&](const Entry* entry) {
      encoder.Whole(*entry);
      if (result) result = writer.Write(encoder.Take());
    });
    encoder.End();
    if (result) result = writer.Write(encoder.Take());
    if (!result) return tl::unexpected(result.error());
    const uint64_t bytes = writer.bytes();
    Result<uint64_t> size = writer.Finish();
    EXPECT_EQ(size.value_or(bytes + 8), bytes + 8);
    return size;
  }
  uint64_t StoredChecksum() {
    const std::string content = files.Content(kPath);
    uint64_t stored;
    memcpy(&stored, content.data() + content.size() - sizeof stored, sizeof stored);
    return stored;
  }

  FaultFileSystem files;
  Dataset dataset;
};

TEST_F(RdbFileWriterTest, FileEndsWithTheChecksumOfWhatStandsBefore) {
  dataset.Run({"SET", "k", std::string(500, 'x')});
  for (const bool compress : {false, true}) {
    const Result<uint64_t> size = WriteAll({.compress = compress});
    ASSERT_TRUE(size);
    const std::string content = files.Content(kPath);
    EXPECT_EQ(content.size(), *size);
    EXPECT_EQ(content.size() < 500, compress);
    EXPECT_EQ(StoredChecksum(), Crc64(0, content.substr(0, content.size() - 8)));
  }
}

TEST_F(RdbFileWriterTest, ChecksumIsZeroWhenItIsNotWanted) {
  ASSERT_TRUE(WriteAll({.checksum = false}));
  EXPECT_EQ(files.Content(kPath), std::string("REDIS0010\xff\0\0\0\0\0\0\0\0", 18));
}

TEST_F(RdbFileWriterTest, LargeAndSmallPiecesKeepTheirOrder) {
  std::string expected = "REDIS0010";
  dataset.Run({"SET", "k", std::string(300'000, 'x')});
  RdbFileWriter writer = NewWriter({.compress = false, .sync_every_bytes = 100'000});
  RdbEncoder encoder;
  encoder.Header(kRdbVersion, {});
  for (int i = 0; i < 5; ++i) {
    encoder.Whole(dataset.At("k"));
    ASSERT_TRUE(writer.Write(encoder.Take()));
    expected += std::string("\0\1k\x80\0\4\x93\xe0", 8) + std::string(300'000, 'x');
  }
  EXPECT_GE(files.syncs(), 4U);
  ASSERT_TRUE(writer.Finish());
  const std::string content = files.Content(kPath);
  EXPECT_EQ(content.substr(0, content.size() - 8), expected);
}

TEST_F(RdbFileWriterTest, ContentIsDurableAfterFinish) {
  dataset.Run({"SET", "k", "v"});
  ASSERT_TRUE(WriteAll({}));
  const std::string content = files.Content(kPath);
  ASSERT_TRUE(files.SyncDirectory("data"));
  files.Crash(FaultFileSystem::Loss::kAll);
  EXPECT_EQ(files.Content(kPath), content);
}

TEST_F(RdbFileWriterTest, FailedWritesAndSyncsAreErrors) {
  dataset.Run({"SET", "k", std::string(600'000, 'x')});
  files.Fail(FaultFileSystem::Op::kWrite, 1, Errc::kNoSpace);
  Result<uint64_t> size = WriteAll({.compress = false});
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().code(), Errc::kNoSpace);
  files.Fail(FaultFileSystem::Op::kSync, 1, Errc::kIo);
  size = WriteAll({});
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().code(), Errc::kIo);
}

}  // namespace
}  // namespace kvasir
