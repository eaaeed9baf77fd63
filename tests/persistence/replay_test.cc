#include "persistence/replay.h"

#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kEmptyRdb(
    "REDIS0010\xfa\x09redis-ver\x06"
    "7.0.15\xfa\x0aredis-bits\xc0\x40\xfa\x05"
    "ctime\xc2\xce\x87\x01\x6b\xfa\x08used-mem\xc2\xa0\x5f\x0d\x00\xfa\x08"
    "aof-base\xc0\x01\xff\x92\xa7\x70\x07\x80\x85\x54\x1b",
    89);

class ReplayTest : public LogFixture {
 protected:
  std::string RefusalOf(const std::string& bytes) {
    WritePlainLog(files_, paths(), bytes);
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    EXPECT_FALSE(stats);
    EXPECT_EQ(files_.Content(IncrementPath()), bytes) << "nothing is touched";
    return stats ? "" : stats.error().detail();
  }
  const std::string set_a_ = CommandText({"SET", "a", "1"});
  const std::string set_b_ = CommandText({"SET", "b", "2"});
};

TEST_F(ReplayTest, NothingIsAnEmptyLog) {
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_TRUE(stats);
  EXPECT_TRUE(stats->continuation.manifest.empty());
  EXPECT_FALSE(stats->continuation.append_to_last);
}

TEST_F(ReplayTest, LoadsWhatRedisWrote) {
  WritePlainLog(files_, paths(),
                CommandText({"SELECT", "1"}) + "#TS:1700000000\r\n" + set_a_ +
                    CommandText({"MULTI"}) + set_b_ + CommandText({"EXEC"}));
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_THAT(sink.commands, ElementsAre("1|SET a 1", "1|MULTI", "1|SET b 2", "1|EXEC"));
  EXPECT_EQ(stats->continuation.sequence, 2U) << "a group is one record, SELECT none";
  EXPECT_EQ(stats->commands, 5U);
  EXPECT_FALSE(stats->continuation.append_to_last);
}

TEST_F(ReplayTest, GoesOnInANewFileBehindRedis) {
  WritePlainLog(files_, paths(), set_a_);
  AppendLog log(files_, options_);
  Open(log);
  EXPECT_EQ(AppendCommand(log, 0, {"SET", "c", "3"}), 2U);
  EXPECT_TRUE(log.Close());
  EXPECT_EQ(files_.Content(IncrementPath(1)), set_a_);
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1", "0|SET c 3"));
}

TEST_F(ReplayTest, ReadsInBatchesOf64AndReportsProgress) {
  std::string bytes;
  const std::string value(1000, 'v');
  for (int i = 0; i < 5000; ++i) bytes += CommandText({"SET", std::to_string(i), value});
  WritePlainLog(files_, paths(), bytes);
  RecordingSink sink;
  ASSERT_TRUE(Load(sink));
  EXPECT_THAT(sink.commands, SizeIs(5000));
  EXPECT_GE(sink.applied, 5000 / 64);
  EXPECT_EQ(sink.progress, bytes.size());
}

TEST_F(ReplayTest, RecordsLongerThanTheWindow) {
  const std::string large(5'000'000, 'v');
  WritePlainLog(files_, paths(), set_a_ + CommandText({"MSET", "a", large, "b", large}) + set_b_);
  EXPECT_THAT(LoadedCommands(), SizeIs(3));
  std::string group = CommandText({"MULTI"});
  for (int i = 0; i < 3000; ++i) group += CommandText({"SET", "k", std::string(1000, 'v')});
  WritePlainLog(files_, paths(), set_a_ + group + CommandText({"EXEC"}));
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_THAT(sink.commands, SizeIs(3003));
  EXPECT_EQ(stats->commands, 3003U);
  EXPECT_EQ(stats->continuation.sequence, 2U);
}

TEST_F(ReplayTest, CutsAShortLastRecordOfRedis) {
  for (size_t cut = 1; cut < set_b_.size(); ++cut) {
    WritePlainLog(files_, paths(), set_a_ + set_b_.substr(0, cut));
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    ASSERT_TRUE(stats) << cut << stats.error().detail();
    EXPECT_THAT(sink.commands, ElementsAre("0|SET a 1"));
    EXPECT_EQ(stats->torn.offset, set_a_.size());
    EXPECT_EQ(stats->torn.bytes, cut);
    EXPECT_EQ(files_.Content(paths().InDirectory(stats->torn.kept_as)), set_b_.substr(0, cut));
    EXPECT_EQ(files_.Content(IncrementPath()), set_a_);
  }
}

TEST_F(ReplayTest, CutsAGroupWithoutExecWhole) {
  WritePlainLog(files_, paths(), set_a_ + CommandText({"MULTI"}) + set_b_ + set_b_);
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1"));
  EXPECT_EQ(files_.Content(IncrementPath()), set_a_);
}

TEST_F(ReplayTest, RefusesTornTailsWhenTold) {
  WritePlainLog(files_, paths(), set_a_ + "*3\r\n");
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink, false);
  ASSERT_FALSE(stats);
  EXPECT_THAT(stats.error().detail(), HasSubstr("aof-load-truncated"));
  EXPECT_EQ(files_.Content(IncrementPath()), set_a_ + "*3\r\n");
}

TEST_F(ReplayTest, RefusesGarbageWithFileAndOffset) {
  const std::string at = IncrementPath() + ": damaged at offset 27: ";
  ASSERT_EQ(set_a_.size(), 27U);
  EXPECT_THAT(RefusalOf(set_a_ + std::string(100, '\0')), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + "GET a\r\n"), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + "*-1\r\n"), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + "*0\r\n" + set_b_), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + "*1\r\n$-1\r\n"), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + "*1\r\n$18446744073709551615\r\n"), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + "*99999999999\r\n"), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + "*1\r\n$1\r\nabc\r\n"), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + CommandText({"EXEC"})), HasSubstr(at));
  // Found by the fuzzer: a MULTI that is spelt oddly took the command before it along.
  EXPECT_THAT(RefusalOf(set_a_ + "*1\r\n$5\r\bMULTI\r\n" + set_b_), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + "#" + std::string(200, 'x')), HasSubstr(at));
  EXPECT_THAT(RefusalOf(set_a_ + "#KV:1:2:00000003:4:5\r\n"), HasSubstr(at));
}

TEST_F(ReplayTest, AGiantLengthInTheMiddleIsNoTornTail) {
  const std::string refusal = RefusalOf(set_a_ + "*2\r\n$900000000\r\nx\r\n" + set_a_ + set_b_);
  EXPECT_THAT(refusal, HasSubstr("damaged at offset 27: the last record is cut short"));
  EXPECT_THAT(refusal, HasSubstr("kvasir-check-aof"));
}

TEST_F(ReplayTest, AFailedCommandStopsWithItsPlace) {
  WritePlainLog(files_, paths(), set_a_ + CommandText({"FAIL"}));
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_FALSE(stats);
  EXPECT_EQ(stats.error().code(), Errc::kInvalidArgument);
  EXPECT_THAT(stats.error().detail(), HasSubstr(IncrementPath() + ": at offset 0: the command"));
}

TEST_F(ReplayTest, AMissingFileIsNamed) {
  files_.Overwrite(paths().Manifest(), "file missing.aof seq 1 type i\n");
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_FALSE(stats);
  EXPECT_EQ(stats.error().code(), Errc::kNotFound);
  EXPECT_THAT(stats.error().detail(), HasSubstr("missing.aof"));
}

TEST_F(ReplayTest, OnlyTheLastFileMayBeTorn) {
  WritePlainLog(files_, paths(), set_a_.substr(0, 10));
  files_.Overwrite(IncrementPath(2), set_b_);
  files_.Overwrite(paths().Manifest(),
                   "file appendonly.aof.1.incr.aof seq 1 type i\n"
                   "file appendonly.aof.2.incr.aof seq 2 type i\n");
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_FALSE(stats);
  EXPECT_THAT(sink.commands, IsEmpty());
}

TEST_F(ReplayTest, ALostIncrementIsSeen) {
  {
    AppendLog log(files_, options_);
    Open(log);
    AppendCommand(log, 0, {"SET", "a", "1"});
  }
  // A second increment that goes on behind record 5.
  AppendLog log(files_, options_);
  LogContinuation from;
  RecordingSink sink;
  from = Load(sink)->continuation;
  from.sequence = 5;
  from.append_to_last = false;
  ASSERT_TRUE(log.Start(from));
  EXPECT_TRUE(log.Close());
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_FALSE(stats);
  EXPECT_THAT(stats.error().detail(), HasSubstr("goes on behind record 5"));
}

TEST_F(ReplayTest, RedisMayHaveGoneOnInOurFile) {
  {
    AppendLog log(files_, options_);
    Open(log);
    AppendCommand(log, 0, {"SET", "a", "1"});
  }
  const std::string ours = files_.Content(IncrementPath());
  files_.Overwrite(IncrementPath(), ours + CommandText({"SELECT", "0"}) + set_b_ + "*3\r\n$3");
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1", "0|SET b 2"));
  EXPECT_EQ(files_.Content(IncrementPath()), ours + CommandText({"SELECT", "0"}) + set_b_);
  RecordingSink sink;
  EXPECT_EQ(Load(sink)->continuation.sequence, 2U);
  AppendLog log(files_, options_);
  Open(log);
  AppendCommand(log, 0, {"SET", "c", "3"});
  EXPECT_TRUE(log.Close());
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1", "0|SET b 2", "0|SET c 3"));
}

TEST_F(ReplayTest, PassesOverAnEmptyRdb) {
  WritePlainLog(files_, paths(), set_a_);
  const std::string base = paths().InDirectory("appendonly.aof.1.base.rdb");
  files_.Overwrite(base, std::string(kEmptyRdb));
  files_.Overwrite(paths().Manifest(),
                   "file appendonly.aof.1.base.rdb seq 1 type b\n"
                   "file appendonly.aof.1.incr.aof seq 1 type i\n");
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1"));
  RecordingSink sink;
  std::string with_keys(kEmptyRdb);
  with_keys[80] = '\xfe';
  files_.Overwrite(base, with_keys);
  EXPECT_EQ(Load(sink).error().code(), Errc::kCorrupt);
  std::string flipped(kEmptyRdb);
  flipped[22] = 'x';
  files_.Overwrite(base, flipped);
  EXPECT_EQ(Load(sink).error().code(), Errc::kCorrupt);
  for (size_t size = 5; size < kEmptyRdb.size(); ++size) {
    files_.Overwrite(base, std::string(kEmptyRdb.substr(0, size)));
    EXPECT_FALSE(Load(sink)) << size;
  }
}

TEST_F(ReplayTest, ASingleFileLogMovesIntoTheDirectory) {
  files_.Overwrite(paths().OldStyleFile(), set_a_ + set_b_);
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_TRUE(stats->upgraded);
  EXPECT_FALSE(*files_.Exists(paths().OldStyleFile()));
  EXPECT_EQ(files_.Content(paths().InDirectory("appendonly.aof")), set_a_ + set_b_);
  AppendLog log(files_, options_);
  ASSERT_TRUE(log.Start(stats->continuation));
  AppendCommand(log, 0, {"DEL", "a"});
  EXPECT_TRUE(log.Close());
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET a 1", "0|SET b 2", "0|DEL a"));
}

TEST_F(ReplayTest, ALostManifestIsNotAnEmptyLog) {
  {
    AppendLog log(files_, options_);
    Open(log);
    AppendCommand(log, 0, {"SET", "a", std::string(200, 'x')});
  }
  ASSERT_TRUE(files_.Unlink(paths().Manifest()));
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_FALSE(stats);
  EXPECT_THAT(stats.error().detail(), HasSubstr("manifest"));
}

}  // namespace
}  // namespace kvasir
