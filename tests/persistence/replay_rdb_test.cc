// Logs whose base is an RDB file.
#include "persistence/log_format.h"
#include "persistence/replay.h"
#include "src/store/digest.h"
#include "tests/persistence/log_fixture.h"
#include "tests/persistence/rdb_bytes.h"

namespace kvasir {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ReplayRdbTest : public LogFixture {
 protected:
  static std::string Digest(const Keyspace& keyspace) {
    return DigestToHex(DigestKeyspace(keyspace));
  }
  // What the base holds.
  std::string BaseDigest() {
    Keyspace keyspace(16);
    EXPECT_TRUE(LoadRdb(Base(), &keyspace));
    EXPECT_EQ(keyspace.size(), 1U);
    return Digest(keyspace);
  }
  std::string BasePath() const { return paths().InDirectory("appendonly.aof.1.base.rdb"); }
  // A base with one key, that says which record it ends with, if any.
  std::string Base(const std::string& sequence = "") {
    const std::string aux =
        sequence.empty() ? "" : "\xfa" + RdbText("kvasir-seq") + RdbText(sequence);
    return RdbFile(aux + std::string("\xfe\0\0", 3) + RdbText("in base") + RdbText("v"));
  }
  void WriteLog(const std::string& base, const std::string& increment) {
    files_.Overwrite(paths().Manifest(),
                     "file appendonly.aof.1.base.rdb seq 1 type b\n"
                     "file appendonly.aof.1.incr.aof seq 1 type i\n");
    files_.Overwrite(BasePath(), base);
    files_.Overwrite(IncrementPath(), increment);
  }
  std::string RefusalOf(const std::string& base, const std::string& increment = "") {
    WriteLog(base, increment);
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    EXPECT_EQ(files_.Content(BasePath()), base) << "nothing is touched";
    return stats ? "(loaded)" : stats.error().detail();
  }

  const std::string set_a_ = CommandText({"SET", "a", "1"});
};

TEST_F(ReplayRdbTest, TheBaseComesBeforeTheIncrement) {
  WriteLog(Base(), set_a_);
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_EQ(Digest(sink.loaded), BaseDigest());
  EXPECT_THAT(sink.commands, ElementsAre("0|SET a 1"));
  EXPECT_EQ(stats->continuation.base_bytes, Base().size());
}

TEST_F(ReplayRdbTest, ADamagedBaseIsRefusedWithItsPlace) {
  const std::string base = Base();
  EXPECT_EQ(RefusalOf(base), "(loaded)");
  for (size_t size = 5; size < base.size(); ++size) {
    EXPECT_THAT(RefusalOf(base.substr(0, size), set_a_),
                AllOf(HasSubstr(BasePath()), HasSubstr("at offset ")));
  }
  for (size_t bit = 0; bit < base.size() * 8; ++bit) {
    std::string flipped = base;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(RefusalOf(flipped, set_a_), AllOf(HasSubstr(BasePath()), HasSubstr("at offset ")))
        << bit;
  }
}

TEST_F(ReplayRdbTest, OurIncrementMustGoOnWhereTheBaseEnds) {
  const std::string increment = FormatLogHeader({7, 12, 1'700'000'000'000});
  EXPECT_EQ(RefusalOf(Base("12"), increment), "(loaded)");
  EXPECT_THAT(RefusalOf(Base("11"), increment),
              HasSubstr("goes on behind record 12, but the one before it ends with record 11"));
  EXPECT_EQ(RefusalOf(Base(), increment), "(loaded)") << "a base that does not tell";
  WriteLog(Base("12"), increment);
  RecordingSink sink;
  EXPECT_EQ(Load(sink)->continuation.sequence, 12U);
  EXPECT_THAT(RefusalOf(Base("x"), increment), HasSubstr("a sequence number that is none"));
}

TEST_F(ReplayRdbTest, ASingleFileLogMayBeginWithAnRdb) {
  files_.Overwrite(paths().OldStyleFile(), Base() + set_a_);
  RecordingSink sink;
  Result<ReplayStats> stats = Load(sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_TRUE(stats->upgraded);
  EXPECT_EQ(Digest(sink.loaded), BaseDigest());
  EXPECT_THAT(sink.commands, ElementsAre("0|SET a 1"));
}

TEST_F(ReplayRdbTest, TheRecordsBehindAnRdbMayHaveATornTail) {
  files_.Overwrite(paths().OldStyleFile(), Base() + set_a_ + set_a_.substr(0, 10));
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_EQ(stats->torn.offset, Base().size() + set_a_.size());
  EXPECT_EQ(files_.Content(paths().InDirectory("appendonly.aof")), Base() + set_a_);
}

TEST_F(ReplayRdbTest, AnIncrementIsNeverAnRdb) {
  EXPECT_THAT(RefusalOf(Base(), Base()), HasSubstr(IncrementPath()));
}

TEST_F(ReplayRdbTest, KeysPastTheirDeadlineAreKept) {
  const std::string item = "\xfc" + LittleEndian64(1) + std::string("\0\x01k\x01v", 5);
  WriteLog(RdbFile(item), "");
  RecordingSink sink;
  sink.loaded.SetNow(1'800'000'000'000);
  ASSERT_TRUE(Load(sink));
  EXPECT_EQ(sink.loaded.size(), 1U);
}

}  // namespace
}  // namespace kvasir
