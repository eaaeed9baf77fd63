#include "persistence/snapshot.h"

#include <string>

#include "persistence/rdb_reader.h"
#include "src/base/clock.h"
#include "tests/persistence/log_fixture.h"
#include "tests/persistence/rdb_fixture.h"

namespace kvasir {
namespace {

class SnapshotTest : public ::testing::Test {
 protected:
  SnapshotTest() {
    EXPECT_TRUE(files.MakeDirectory("data"));
    FillWithAllTypes(dataset);
    for (int i = 0; i < 3000; ++i) {
      const std::string number = std::to_string(i);
      dataset.Run({"RPUSH", "list", "element " + number});
      dataset.Run({"SADD", "set", "member " + number});
      dataset.Run({"HSET", "hash", "field " + number, number});
      dataset.Run({"ZADD", "zset", number, "member " + number});
      dataset.Run({"XADD", "stream", number + "-1", "number", number});
    }
    dataset.Run({"XGROUP", "CREATE", "stream", "group", "0"});
    dataset.Run(
        {"XREADGROUP", "GROUP", "group", "reader", "COUNT", "2000", "STREAMS", "stream", ">"});
    dataset.Run({"HPEXPIREAT", "hash", "1900000000000", "FIELDS", "2", "field 1", "field 2999"});
    dataset.Run({"PEXPIREAT", "zset", "1900000000000"});
  }

  // The file's keys, in a keyspace of their own; kCorrupt and the like when it is none.
  std::string LoadedDigest() {
    Result<std::unique_ptr<ReadFile>> file = files.OpenRead("data/dump.rdb");
    if (!file) return file.error().detail();
    FileWindow window(**file, *(*file)->Size());
    Keyspace loaded(16);
    RdbReader reader(window, "dump.rdb", &loaded, {.whole_file = true});
    const Result<RdbLoaded> read = reader.Read();
    if (!read) return read.error().detail();
    return DigestToHex(DigestKeyspace(loaded, DigestDeadlines::kExact));
  }

  static bool WaitForFile(Snapshot& snapshot) {
    return WaitUntil([&] { return snapshot.writer().file().has_value(); });
  }

  FaultFileSystem files;
  Dataset dataset;
  const Snapshot::Options options = {.path = "data/dump.rdb"};
};

TEST_F(SnapshotTest, IsOfTheMomentWhenItBegan) {
  const std::string before = dataset.Digest();
  const uint64_t keys = dataset.keyspace.size();
  Snapshot snapshot(dataset.keyspace, files, options);
  for (int i = 0; snapshot.state() != Snapshot::State::kWriting; ++i) {
    const std::string number = std::to_string(i % 3000);
    dataset.Run({"LPUSH", "list", number});
    dataset.Run({"RPOP", "list"});
    dataset.Run({"SREM", "set", "member " + number});
    dataset.Run({"HINCRBY", "hash", "field " + number, "1"});
    dataset.Run({"ZINCRBY", "zset", "7", "member " + number});
    dataset.Run({"SET", "new " + number, "v"});
    dataset.Run({"XADD", "stream", "MAXLEN", "2990", "*", "number", number});
    dataset.Run({"XDEL", "stream", std::to_string(i * 7 + 100) + "-1"});
    dataset.Run({"XACK", "stream", "group", std::to_string(i * 3) + "-1"});
    dataset.Run({"XCLAIM", "stream", "group", "thief", "0", std::to_string(i * 5 + 1) + "-1"});
    if (i == 25) dataset.Run({"XGROUP", "DELCONSUMER", "stream", "group", "thief"});
    if (i == 20) dataset.Run({"RENAME", "list", "another"});
    if (i == 30) dataset.Run({"DEL", "zset"});
    snapshot.Step(MonotonicUs());
  }
  EXPECT_EQ(snapshot.keys_total(), keys);
  EXPECT_EQ(snapshot.keys_taken(), keys);
  ASSERT_TRUE(WaitForFile(snapshot));
  ASSERT_TRUE(*snapshot.writer().file());
  snapshot.writer().Conclude([] { return Result<void>(); });
  EXPECT_TRUE(snapshot.writer().WaitConcluded());
  EXPECT_EQ(LoadedDigest(), before);
}

// Runs what a base holds.
class RunningSink final : public ReplaySink {
 public:
  Result<void> Apply(RequestBatch& batch) override {
    for (const RequestBatch::Request& request : batch.requests()) {
      const auto arguments = batch.Arguments(request);
      dataset.Run(std::vector<std::string>(arguments.begin(), arguments.end()));
    }
    return {};
  }
  Keyspace* keyspace() override { return nullptr; }
  void Progress(uint64_t /*bytes_done*/, uint64_t /*bytes_total*/) override {}

  Dataset dataset;
};

TEST_F(SnapshotTest, AsCommandsIsOfTheMomentWhenItBegan) {
  const LogPaths paths = {.data_directory = "data"};
  ASSERT_TRUE(files.MakeDirectory(paths.Directory()));
  const std::string name = BaseName(paths, 1);
  files.Overwrite(paths.Manifest(), "file " + name + " seq 1 type b\n");
  dataset.Run({"SET", "block", std::string(100'000, 'b')});
  dataset.Run({"SELECT", "3"});
  dataset.Run({"SADD", "elsewhere", "1"});
  dataset.Run({"SELECT", "0"});
  const std::string before = dataset.Digest();
  Snapshot::Options as_commands = {.path = paths.InDirectory(name)};
  as_commands.file.commands_up_to = 17;
  Snapshot snapshot(dataset.keyspace, files, as_commands);
  for (int i = 0; snapshot.state() != Snapshot::State::kWriting; ++i) {
    const std::string number = std::to_string(i % 3000);
    dataset.Run({"LPUSH", "list", number});
    dataset.Run({"SREM", "set", "member " + number});
    dataset.Run({"HINCRBY", "hash", "field " + number, "1"});
    dataset.Run({"ZINCRBY", "zset", "7", "member " + number});
    dataset.Run({"XADD", "stream", "MAXLEN", "2990", "*", "number", number});
    dataset.Run({"XACK", "stream", "group", std::to_string(i * 3) + "-1"});
    if (i == 10) dataset.Run({"APPEND", "block", "more"});
    if (i == 20) dataset.Run({"RENAME", "list", "another"});
    if (i == 30) dataset.Run({"DEL", "zset"});
    snapshot.Step(MonotonicUs());
  }
  ASSERT_TRUE(WaitForFile(snapshot));
  ASSERT_TRUE(*snapshot.writer().file());
  snapshot.writer().Conclude([] { return Result<void>(); });
  EXPECT_TRUE(snapshot.writer().WaitConcluded());
  RunningSink sink;
  const Result<ReplayStats> stats = Replay(files, paths, {}, sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_EQ(stats->continuation.sequence, 17U);
  EXPECT_EQ(sink.dataset.Digest(), before);
}

TEST_F(SnapshotTest, AFailedWriteIsToldAndLeavesNoFile) {
  {
    Snapshot snapshot(dataset.keyspace, files, options);
    files.Fail(FaultFileSystem::Op::kWrite, 1, Errc::kNoSpace, UINT64_MAX);
    while (snapshot.state() == Snapshot::State::kTaking) snapshot.Step(MonotonicUs() + 1000);
    ASSERT_TRUE(WaitForFile(snapshot));
    EXPECT_EQ(snapshot.writer().file()->error().code(), Errc::kNoSpace);
  }
  EXPECT_FALSE(*files.Exists("data/dump.rdb"));
}

TEST_F(SnapshotTest, GivenUpHalfwayItLeavesNoFile) {
  {
    Snapshot snapshot(dataset.keyspace, files, options);
    snapshot.Step(MonotonicUs());
    EXPECT_EQ(snapshot.state(), Snapshot::State::kTaking);
  }
  EXPECT_FALSE(*files.Exists("data/dump.rdb"));
  dataset.Run({"DEL", "list"});
}

TEST_F(SnapshotTest, OfNothingIsAFileThatLoads) {
  dataset.Run({"FLUSHALL"});
  Snapshot snapshot(dataset.keyspace, files, options);
  while (snapshot.state() == Snapshot::State::kTaking) snapshot.Step(MonotonicUs() + 1000);
  ASSERT_TRUE(WaitForFile(snapshot));
  EXPECT_EQ(LoadedDigest(), dataset.Digest());
}

TEST_F(SnapshotTest, KnowsThatItHoldsWhatWasFlushed) {
  Snapshot snapshot(dataset.keyspace, files, options);
  EXPECT_FALSE(snapshot.outdated());
  dataset.Run({"FLUSHALL"});
  EXPECT_TRUE(snapshot.outdated());
}

}  // namespace
}  // namespace kvasir
