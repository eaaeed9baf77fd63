#include "persistence/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fault_file_system.h"

namespace kvasir {
namespace {

using testing::HasSubstr;

constexpr std::string_view kRedis =
    "file appendonly.aof.2.base.rdb seq 2 type b\n"
    "file appendonly.aof.1.incr.aof seq 1 type h\n"
    "file appendonly.aof.2.incr.aof seq 2 type i\n"
    "file appendonly.aof.3.incr.aof seq 3 type i\n";

TEST(Manifest, ReadsWhatRedisWrites) {
  const Result<Manifest> manifest = ParseManifest(kRedis);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->base->name, "appendonly.aof.2.base.rdb");
  ASSERT_EQ(manifest->increments.size(), 2U);
  EXPECT_EQ(manifest->increments[1].number, 3U);
  ASSERT_EQ(manifest->history.size(), 1U);
  EXPECT_EQ(manifest->NextBaseNumber(), 3U);
  EXPECT_EQ(manifest->NextIncrementNumber(), 4U);
}

TEST(Manifest, WritesTheSameBehindAChecksum) {
  const std::string text = FormatManifest(*ParseManifest(kRedis));
  EXPECT_TRUE(text.starts_with("#KVSUM:"));
  EXPECT_EQ(text.substr(text.find('\n') + 1), kRedis);
  EXPECT_TRUE(*ParseManifest(text) == *ParseManifest(kRedis));
}

TEST(Manifest, EveryFlippedBitIsSeenOrHarmless) {
  const Manifest manifest = *ParseManifest(kRedis);
  const std::string text = FormatManifest(manifest);
  for (size_t i = 0; i < text.size() * 8; ++i) {
    std::string flipped = text;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    const Result<Manifest> parsed = ParseManifest(flipped);
    if (parsed) {
      EXPECT_TRUE(*parsed == manifest) << i;
    }
  }
}

TEST(Manifest, QuotesOddNames) {
  Manifest manifest;
  manifest.base = ManifestEntry{"my \"log\"\n", 1, LogFileType::kBase};
  const std::string text = FormatManifest(manifest);
  EXPECT_THAT(text, HasSubstr("file \"my \\\"log\\\"\\n\" seq 1 type b\n"));
  EXPECT_TRUE(*ParseManifest(text) == manifest);
}

TEST(Manifest, SkipsCommentsAndUnknownKeys) {
  const Result<Manifest> manifest =
      ParseManifest("# comment\nfile a seq 1 type i later 5\n#\nseq 2 file b type i\n");
  ASSERT_TRUE(manifest) << manifest.error().detail();
  EXPECT_EQ(manifest->increments.size(), 2U);
}

TEST(Manifest, RefusesWithTheLine) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "line 0: no file"},
      {"# only\n", "no file"},
      {"\n", "line 1: fields are missing"},
      {"file a seq 1 type i", "line 1: the line is cut short"},
      {"file a seq 1 type i\nfile b seq 1 type i\n", "line 2: increments are not in order"},
      {"file a seq 1 type b\nfile b seq 2 type b\n", "line 2: a second base"},
      {"file a seq 1 type x\n", "unknown type"},
      {"file a seq 0 type i\n", "seq is not"},
      {"file a seq 99999999999999999999 type i\n", "seq is not"},
      {"file ../a seq 1 type i\n", "not a plain name"},
      {"file \"a seq 1 type i\n", "unbalanced quotes"},
      {"file a seq 1\n", "fields are missing"},
      {"file a seq 1 kind i\n", "is missing"},
      {"file " + std::string(2000, 'a') + " seq 1 type i\n", "too long"},
      {"#KVSUM:00000000\nfile a seq 1 type i\n", "line 1: the checksum is wrong"},
      {"#KVSUM:", "checksum"},
  };
  for (const auto& [text, message] : cases) {
    const Result<Manifest> manifest = ParseManifest(text);
    ASSERT_FALSE(manifest) << text;
    EXPECT_EQ(manifest.error().code(), Errc::kCorrupt);
    EXPECT_THAT(manifest.error().detail(), HasSubstr(message));
  }
}

class ManifestFile : public testing::Test {
 protected:
  ManifestFile() {
    paths_.data_directory = ".";
    EXPECT_TRUE(files_.MakeDirectory(paths_.Directory()));
    EXPECT_TRUE(files_.SyncDirectory("."));
    EXPECT_EQ(WriteManifest(files_, paths_, old_).state, ManifestWrite::kDone);
  }
  Manifest Seen() { return **ReadManifest(files_, paths_); }

  FaultFileSystem files_;
  LogPaths paths_;
  Manifest old_ = *ParseManifest("file a seq 1 type i\n");
  Manifest new_ = *ParseManifest("file b seq 2 type i\n");
};

TEST_F(ManifestFile, SurvivesTheCrashAfterItIsDone) {
  files_.Crash(FaultFileSystem::Loss::kAll);
  EXPECT_TRUE(Seen() == old_);
}

TEST_F(ManifestFile, SaysHowFarAFailureGot) {
  files_.Fail(FaultFileSystem::Op::kSync, 1, Errc::kIo);
  EXPECT_EQ(WriteManifest(files_, paths_, new_).state, ManifestWrite::kUntouched);
  files_.Fail(FaultFileSystem::Op::kRename, 1, Errc::kIo);
  EXPECT_EQ(WriteManifest(files_, paths_, new_).state, ManifestWrite::kRenameFailed);
  EXPECT_TRUE(Seen() == old_);
  files_.Fail(FaultFileSystem::Op::kSyncDirectory, 1, Errc::kIo);
  EXPECT_EQ(WriteManifest(files_, paths_, new_).state, ManifestWrite::kUnknown);
  EXPECT_TRUE(Seen() == new_);
}

}  // namespace
}  // namespace kvasir
