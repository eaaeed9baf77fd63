#include "persistence/rdb_save.h"

#include <gmock/gmock.h>

#include "tests/persistence/rdb_fixture.h"
#include "tests/support/fault_file_system.h"

namespace kvasir {
namespace {

using Op = FaultFileSystem::Op;
using testing::ElementsAre;

class RdbSaveTest : public testing::Test {
 protected:
  RdbSaveTest() {
    EXPECT_TRUE(files.MakeDirectory("data"));
    EXPECT_TRUE(files.SyncDirectory("."));
    FillWithAllTypes(dataset);
  }
  Result<uint64_t> Save() {
    return SaveKeyspace(dataset.keyspace, files, "data/dump.rdb", "data/temp-1.rdb", {});
  }
  std::string LoadedDigest() {
    Dataset loaded;
    const Result<RdbLoaded> result =
        LoadRdb(files.Content("data/dump.rdb"), &loaded.keyspace, {.whole_file = true});
    return result ? loaded.Digest() : result.error().detail();
  }

  FaultFileSystem files;
  Dataset dataset;
};

TEST_F(RdbSaveTest, TheWholeDatasetIsDurable) {
  const Result<uint64_t> size = Save();
  ASSERT_TRUE(size);
  files.Crash(FaultFileSystem::Loss::kAll);
  EXPECT_EQ(files.Content("data/dump.rdb").size(), *size);
  EXPECT_EQ(LoadedDigest(), dataset.Digest());
  EXPECT_THAT(*files.List("data"), ElementsAre("dump.rdb"));
}

TEST_F(RdbSaveTest, LibrariesOfFunctionsAreKept) {
  dataset.keyspace.function_libraries() = {"#!lua name=a\n", std::string(200, 'x')};
  ASSERT_TRUE(Save());
  Dataset loaded;
  ASSERT_TRUE(LoadRdb(files.Content("data/dump.rdb"), &loaded.keyspace));
  EXPECT_EQ(loaded.keyspace.function_libraries(), dataset.keyspace.function_libraries());
}

TEST_F(RdbSaveTest, WhateverFailsTheOldFileStands) {
  ASSERT_TRUE(Save());
  const std::string before = dataset.Digest();
  dataset.Run({"SET", "more", "v"});
  for (const Op op : {Op::kOpen, Op::kWrite, Op::kSync, Op::kRename}) {
    files.Fail(op, 1, Errc::kNoSpace);
    const Result<uint64_t> size = Save();
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().code(), Errc::kNoSpace);
    EXPECT_EQ(LoadedDigest(), before);
    EXPECT_THAT(*files.List("data"), ElementsAre("dump.rdb"));
  }
  files.Fail(Op::kSyncDirectory, 1, Errc::kIo);
  EXPECT_FALSE(Save());
  EXPECT_EQ(LoadedDigest(), dataset.Digest());
}

TEST_F(RdbSaveTest, EveryCrashPointLeavesTheOldOrTheNewFile) {
  ASSERT_TRUE(Save());
  const std::string before = dataset.Digest();
  dataset.Run({"SET", "more", "v"});
  const std::string after = dataset.Digest();
  const uint64_t start = files.changes();
  ASSERT_TRUE(Save());
  const uint64_t steps = files.changes() - start;
  std::string last = after;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    for (uint64_t step = 0; step < steps; ++step) {
      // Changes the file each time, so that old and new differ.
      dataset.Run({"SET", "more", std::to_string(seed * 100 + step)});
      const std::string next = dataset.Digest();
      files.StopAfter(step);
      EXPECT_FALSE(Save());
      files.Crash(FaultFileSystem::Loss::kMixed, seed);
      const std::string found = LoadedDigest();
      EXPECT_TRUE(found == last || found == next) << "step " << step << ": " << found;
      last = found;
    }
  }
}

}  // namespace
}  // namespace kvasir
