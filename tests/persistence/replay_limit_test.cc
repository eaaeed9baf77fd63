// Replay up to a sequence number or a time, and without changing anything.
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class ReplayLimitTest : public LogFixture {
 protected:
  // One batch at each time: its records are numbered on, INCR k of database 0.
  struct Batch {
    uint64_t time_ms = 0;
    int records = 1;
    bool group = false;
  };
  void WriteBatches(std::initializer_list<Batch> batches) {
    files_.Overwrite(paths().Manifest(), "file " + IncrementName(paths(), 1) + " seq 1 type i\n");
    auto opened = files_.OpenAppend(IncrementPath(), FileSystem::Open::kReplace);
    ASSERT_TRUE(opened);
    auto file = LogFile::Create(std::move(*opened), 0);
    ASSERT_TRUE(file);
    uint64_t sequence = 0;
    for (const Batch& batch : batches) {
      LogEncoder encoder;
      encoder.AppendSelect(0);
      if (batch.group) Encode(encoder, {"MULTI"});
      for (int i = 0; i < batch.records; ++i) {
        if (!batch.group) ++sequence;
        Encode(encoder, {"SET", "k", std::to_string(sequence)});
        if (!batch.group) encoder.AddRecord(sequence);
      }
      if (batch.group) {
        Encode(encoder, {"EXEC"});
        encoder.AddRecord(++sequence);
      }
      const LogBatch encoded = encoder.Take();
      ASSERT_TRUE((*file)->Write({&encoded, 1}, batch.time_ms));
    }
    ASSERT_TRUE((*file)->Sync());
  }
  static void Encode(LogEncoder& encoder, std::initializer_list<std::string_view> arguments) {
    encoder.Append(std::span(arguments.begin(), arguments.size()));
  }

  ReplayStats ReplayTo(const ReplayLimit& limit) {
    sink_ = RecordingSink();
    const ReplayOptions options = {.read_only = true, .limit = limit};
    Result<ReplayStats> stats = Replay(files_, paths(), options, sink_);
    EXPECT_TRUE(stats) << (stats ? "" : stats.error().detail());
    return stats ? std::move(*stats) : ReplayStats();
  }

  RecordingSink sink_;
};

TEST_F(ReplayLimitTest, ASequenceNumberStopsWithinABatch) {
  WriteBatches({{1000, 3}, {2000, 3}, {3000, 1}});
  for (uint64_t sequence = 0; sequence <= 7; ++sequence) {
    const ReplayStats stats = ReplayTo({.sequence = sequence});
    EXPECT_THAT(sink_.commands, SizeIs(sequence));
    EXPECT_EQ(stats.continuation.sequence, sequence);
    EXPECT_TRUE(stats.limit_reached);
  }
  EXPECT_FALSE(ReplayTo({.sequence = 100}).limit_reached);
  EXPECT_THAT(sink_.commands, SizeIs(7));
}

TEST_F(ReplayLimitTest, ATimeStopsAtABatch) {
  WriteBatches({{1000, 3}, {2000, 3}, {3000, 1}});
  EXPECT_TRUE(ReplayTo({.unix_ms = 999}).limit_reached);
  EXPECT_THAT(sink_.commands, SizeIs(0));
  EXPECT_EQ(ReplayTo({.unix_ms = 1000}).unix_ms, 1000U);
  EXPECT_THAT(sink_.commands, SizeIs(3));
  ReplayTo({.unix_ms = 2999});
  EXPECT_THAT(sink_.commands, SizeIs(6));
  EXPECT_FALSE(ReplayTo({.unix_ms = 3000}).limit_reached);
  EXPECT_THAT(sink_.commands, SizeIs(7));
}

TEST_F(ReplayLimitTest, GroupsStayWhole) {
  WriteBatches({{1000, 2}, {2000, 3, true}, {3000, 1}});
  ReplayTo({.sequence = 2});
  EXPECT_THAT(sink_.commands, SizeIs(2));
  ReplayTo({.sequence = 3});
  EXPECT_THAT(sink_.commands, SizeIs(2 + 5));
}

TEST_F(ReplayLimitTest, DamageBehindTheLimitDoesNotMatter) {
  WritePlainLog(files_, paths(),
                CommandText({"DEL", "a"}) + CommandText({"DEL", "b"}) + "and more");
  ReplayTo({.sequence = 2});
  EXPECT_THAT(sink_.commands, SizeIs(2));
  {
    AppendLog log(files_, options_);
    ASSERT_TRUE(files_.Unlink(paths().Manifest()));
    ASSERT_TRUE(files_.Unlink(IncrementPath()));
    Open(log);
    for (int i = 0; i < 4; ++i) {
      AppendCommand(log, 0, {"INCR", "k"});
      log.Commit();
      ASSERT_TRUE(WaitUntil([&] { return log.durable() == log.appended(); }));
    }
  }
  std::string content = files_.Content(IncrementPath());
  const size_t second = content.find("#KV:", content.find("#KV:") + 1);
  const size_t third = content.find("#KV:", second + 1);
  content[third + 60] = static_cast<char>(content[third + 60] ^ 1);
  files_.Overwrite(IncrementPath(), content);
  RecordingSink sink;
  ASSERT_FALSE(Load(sink)) << "damage, and no torn tail";
  ReplayTo({.sequence = 2});
  EXPECT_THAT(sink_.commands, SizeIs(2));
  EXPECT_EQ(files_.Content(IncrementPath()), content);
}

TEST_F(ReplayLimitTest, ATornTailStaysWhereItIs) {
  WriteBatches({{1000, 1}});
  const std::string content = files_.Content(IncrementPath()) + "garbage";
  files_.Overwrite(IncrementPath(), content);
  const ReplayStats stats = ReplayTo({});
  EXPECT_THAT(sink_.commands, SizeIs(1));
  EXPECT_EQ(stats.torn.bytes, 7U);
  EXPECT_EQ(files_.Content(IncrementPath()), content);
  EXPECT_THAT(*files_.List(paths().Directory()), SizeIs(2));
}

TEST_F(ReplayLimitTest, PlainFilesGoByRedisTimestampsAndByCount) {
  const std::string set = CommandText({"SET", "a", "1"});
  WritePlainLog(files_, paths(),
                "#TS:100\r\n" + CommandText({"SELECT", "0"}) + set + set + "#TS:101\r\n" +
                    CommandText({"MULTI"}) + set + "#TS:102\r\n" + set + CommandText({"EXEC"}) +
                    "#TS:103\r\n" + set);
  EXPECT_EQ(ReplayTo({.unix_ms = 100'999}).unix_ms, 100'000U);
  EXPECT_THAT(sink_.commands, SizeIs(2));
  ReplayTo({.unix_ms = 101'999});
  EXPECT_THAT(sink_.commands, SizeIs(2)) << "the group goes on in the next second";
  ReplayTo({.unix_ms = 102'999});
  EXPECT_THAT(sink_.commands, SizeIs(6));
  ReplayTo({.sequence = 3});
  EXPECT_THAT(sink_.commands, SizeIs(6));
  ReplayTo({.sequence = 1});
  EXPECT_THAT(sink_.commands, SizeIs(1));
}

TEST_F(ReplayLimitTest, ABaseThatIsNewerRefuses) {
  {
    AppendLog log(files_, options_);
    log.set_sequence(5);
    ASSERT_TRUE(log.SwitchTo([](BaseWriter& writer) {
      const std::array<std::string_view, 3> set = {"SET", "a", "1"};
      return writer.Append(0, set);
    }));
  }
  for (const ReplayLimit limit : {ReplayLimit{.sequence = 4}, ReplayLimit{.unix_ms = 1000}}) {
    RecordingSink sink;
    const Result<ReplayStats> stats = Replay(files_, paths(), {.limit = limit}, sink);
    ASSERT_FALSE(stats);
    EXPECT_EQ(stats.error().code(), Errc::kNotFound);
    EXPECT_THAT(stats.error().detail(), HasSubstr("up to record 5"));
  }
  EXPECT_FALSE(ReplayTo({.sequence = 6}).limit_reached);
}

}  // namespace
}  // namespace kvasir
