#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <vector>

#include "persistence/file_system.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PosixFilesTest : public testing::Test {
 protected:
  PosixFilesTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvasir-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~PosixFilesTest() override { std::filesystem::remove_all(directory_); }
  std::string Path(const std::string& name) const { return directory_ + "/" + name; }

  std::string directory_;
  FileSystem& files_ = PosixFiles();
};

TEST_F(PosixFilesTest, AppendsSyncsTruncatesAndReads) {
  auto file = std::move(*files_.OpenAppend(Path("a"), FileSystem::Open::kReplace));
  const std::array<std::string_view, 3> pieces = {"one", "", "two"};
  ASSERT_TRUE(file->Append(pieces));
  ASSERT_TRUE(file->SyncData());
  EXPECT_EQ(*file->Size(), 6U);
  ASSERT_TRUE(file->Truncate(4));
  ASSERT_TRUE(file->Append(pieces));
  EXPECT_EQ(*ReadWholeFile(files_, Path("a"), 100), "onetonetwo");
  EXPECT_EQ(ReadWholeFile(files_, Path("a"), 9).error().code(), Errc::kTooLarge);
  const auto reader = std::move(*files_.OpenRead(Path("a")));
  std::array<char, 8> bytes;
  EXPECT_EQ(*reader->ReadAt(7, bytes.data(), bytes.size()), 3U);
  EXPECT_EQ(std::string_view(bytes.data(), 3), "two");
}

// What such a file holds would not be found again.
TEST_F(PosixFilesTest, AFileThatLostItsNameIsNotSynced) {
  const std::array<std::string_view, 1> pieces = {"one"};
  ASSERT_TRUE(files_.MakeDirectory(Path("d")));
  for (int way = 0; way < 3; ++way) {
    const std::string path = Path("d/" + std::to_string(way));
    auto file = std::move(*files_.OpenAppend(path, FileSystem::Open::kReplace));
    ASSERT_TRUE(file->Append(pieces));
    ASSERT_TRUE(file->SyncData());
    const auto away = way == 0   ? files_.Unlink(path)
                      : way == 1 ? files_.Rename(path, Path("d/other"))
                                 : files_.Rename(Path("d"), Path("e"));
    ASSERT_TRUE(away);
    const Result<void> synced = file->SyncData();
    ASSERT_FALSE(synced);
    EXPECT_EQ(synced.error().code(), Errc::kIo);
    EXPECT_THAT(synced.error().detail(), HasSubstr(path + ": is not there any more"));
  }
  auto file = std::move(*files_.OpenAppend(Path("a"), FileSystem::Open::kReplace));
  ASSERT_TRUE(files_.Unlink(Path("a")));
  auto another = std::move(*files_.OpenAppend(Path("a"), FileSystem::Open::kReplace));
  EXPECT_FALSE(file->SyncData()) << "the name means another file";
  EXPECT_TRUE(another->SyncData());
}

TEST_F(PosixFilesTest, ManyPiecesGoOutWhole) {
  auto file = std::move(*files_.OpenAppend(Path("a"), FileSystem::Open::kReplace));
  const std::string piece(3000, 'x');
  const std::vector<std::string_view> pieces(3000, piece);
  ASSERT_TRUE(file->Append(pieces));
  EXPECT_EQ(*file->Size(), 9'000'000U);
  const std::vector<std::string_view> nothing(5);
  ASSERT_TRUE(file->Append(nothing));
}

// The system writes what fits below the limit, then fails: a short write, then an error.
TEST_F(PosixFilesTest, AShortWriteIsGoneOnWithUntilTheError) {
  auto file = std::move(*files_.OpenAppend(Path("a"), FileSystem::Open::kReplace));
  const std::string piece(1000, 'x');
  const std::vector<std::string_view> pieces(10, piece);
  rlimit old;
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit limit = {4500, old.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &limit);
  const Result<void> written = file->Append(pieces);
  setrlimit(RLIMIT_FSIZE, &old);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), Errc::kIo);
  EXPECT_EQ(*file->Size(), 4500U);
}

TEST_F(PosixFilesTest, AFullDeviceIsNoSpace) {
  Result<std::unique_ptr<AppendFile>> file =
      files_.OpenAppend("/dev/full", FileSystem::Open::kExisting);
  if (!file) GTEST_SKIP() << "no /dev/full";
  const std::array<std::string_view, 1> pieces = {"x"};
  const Result<void> written = (*file)->Append(pieces);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), Errc::kNoSpace);
  EXPECT_THAT(written.error().detail(), HasSubstr("/dev/full: No space left"));
}

TEST_F(PosixFilesTest, DirectoriesAndNames) {
  ASSERT_TRUE(files_.MakeDirectory(Path("d")));
  EXPECT_EQ(files_.MakeDirectory(Path("d")).error().code(), Errc::kExists);
  ASSERT_TRUE(files_.OpenAppend(Path("d/b"), FileSystem::Open::kReplace));
  ASSERT_TRUE(files_.OpenAppend(Path("d/a"), FileSystem::Open::kReplace));
  EXPECT_THAT(*files_.List(Path("d")), ElementsAre("a", "b"));
  ASSERT_TRUE(files_.Rename(Path("d/a"), Path("d/b")));
  ASSERT_TRUE(files_.SyncDirectory(Path("d")));
  EXPECT_THAT(*files_.List(Path("d")), ElementsAre("b"));
  ASSERT_TRUE(files_.Unlink(Path("d/b")));
  EXPECT_FALSE(*files_.Exists(Path("d/b")));
  EXPECT_FALSE(*files_.Exists(Path("d/b/c")));
  EXPECT_EQ(files_.Unlink(Path("d/b")).error().code(), Errc::kNotFound);
  EXPECT_EQ(files_.List(Path("none")).error().code(), Errc::kNotFound);
  EXPECT_EQ(files_.OpenRead(Path("none")).error().code(), Errc::kNotFound);
  EXPECT_EQ(files_.OpenAppend(Path("none"), FileSystem::Open::kExisting).error().code(),
            Errc::kNotFound);
}

// D9.
TEST_F(PosixFilesTest, ASecondProcessHearsWhoHoldsTheLock) {
  auto lock = std::move(*files_.Lock(Path("lock")));
  const Result<std::unique_ptr<FileLock>> again = files_.Lock(Path("lock"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), Errc::kLocked);
  EXPECT_THAT(again.error().detail(), HasSubstr("process " + std::to_string(getpid())));
  lock.reset();
  EXPECT_TRUE(files_.Lock(Path("lock")));
}

TEST_F(PosixFilesTest, ADeadProcessHoldsNoLock) {
  const pid_t child = fork();
  if (child == 0) {
    const Result<std::unique_ptr<FileLock>> lock = files_.Lock(Path("lock"));
    _exit(lock ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(files_.Lock(Path("lock")));
}

}  // namespace
}  // namespace kvasir
