#include "src/engine/replace_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace kvasir {
namespace {

namespace fs = std::filesystem;

class ReplaceFileTest : public testing::Test {
 protected:
  ReplaceFileTest() {
    std::string name = testing::TempDir() + "kvasir-replace-XXXXXX";
    directory_ = mkdtemp(name.data());
    path_ = directory_ + "/x.conf";
  }
  ~ReplaceFileTest() override { fs::remove_all(directory_); }

  std::string Read() const {
    std::ostringstream text;
    text << std::ifstream(path_, std::ios::binary).rdbuf();
    return text.str();
  }
  size_t FileCount() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }
  mode_t Mode() const {
    struct stat status = {};
    stat(path_.c_str(), &status);
    return status.st_mode & 07777;
  }

  std::string directory_;
  std::string path_;
};

TEST_F(ReplaceFileTest, CreatesAndReplaces) {
  ASSERT_TRUE(ReplaceFile(path_, "one"));
  EXPECT_EQ(Read(), "one");
  EXPECT_EQ(Mode(), 0644u);
  const std::string large(300000, 'x');
  ASSERT_TRUE(ReplaceFile(path_, large));
  EXPECT_EQ(Read(), large);
  ASSERT_TRUE(ReplaceFile(path_, ""));
  EXPECT_EQ(Read(), "");
  EXPECT_EQ(FileCount(), 1u);
}

TEST_F(ReplaceFileTest, KeepsTheMode) {
  ASSERT_TRUE(ReplaceFile(path_, "one"));
  chmod(path_.c_str(), 0600);
  ASSERT_TRUE(ReplaceFile(path_, "two"));
  EXPECT_EQ(Mode(), 0600u);
}

TEST_F(ReplaceFileTest, FollowsASymbolicLink) {
  const std::string link = directory_ + "/link";
  ASSERT_TRUE(ReplaceFile(path_, "one"));
  fs::create_symlink(path_, link);
  ASSERT_TRUE(ReplaceFile(link, "two"));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(Read(), "two");
}

TEST_F(ReplaceFileTest, AnErrorLeavesTheOldFileAndNothingElse) {
  const Result<void> missing = ReplaceFile(directory_ + "/no/x", "one");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), Errc::kIo);
  fs::create_directory(path_);
  const Result<void> onto_directory = ReplaceFile(path_, "one");
  ASSERT_FALSE(onto_directory);
  EXPECT_TRUE(fs::is_directory(path_));
  EXPECT_EQ(FileCount(), 1u);
}

}  // namespace
}  // namespace kvasir
