// aof-load-truncated (D4): `yes` cuts whatever a power cut may leave at the end, `no` refuses it,
// and damage is refused by both.
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class LoadTruncated : public LogFixture {
 protected:
  void WriteOurs() {
    {
      AppendLog log(files_, options_);
      Open(log);
      for (int i = 0; i < 3; ++i) {
        AppendCommand(log, 0, {"SET", "k", std::to_string(i)});
        log.Commit();
        ASSERT_TRUE(WaitUntil([&] { return log.durable() == log.appended(); }));
      }
      files_.StopAfter(0);
    }
    files_.Crash(FaultFileSystem::Loss::kAll);
  }

  // `whole` with `tail` behind it.
  void ExpectCutOrRefused(const std::string& whole, const std::string& tail, size_t commands) {
    SCOPED_TRACE(testing::PrintToString(tail.substr(0, 40)));
    files_.Overwrite(IncrementPath(), whole + tail);
    RecordingSink refusing;
    const Result<ReplayStats> refused = Load(refusing, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::kCorrupt);
    EXPECT_THAT(refused.error().detail(),
                AllOf(HasSubstr(IncrementPath()), HasSubstr("at offset "),
                      HasSubstr("aof-load-truncated"), HasSubstr("kvasir-check-aof")));
    EXPECT_EQ(files_.Content(IncrementPath()), whole + tail);
    RecordingSink cutting;
    const Result<ReplayStats> cut = Load(cutting, true);
    ASSERT_TRUE(cut) << cut.error().detail();
    EXPECT_THAT(cutting.commands, SizeIs(commands));
    EXPECT_EQ(files_.Content(IncrementPath()), whole);
    RecordingSink again;
    EXPECT_TRUE(Load(again, false)) << "what was cut once is whole";
  }
};

TEST_F(LoadTruncated, TailsOfOurs) {
  WriteOurs();
  const std::string whole = files_.Content(IncrementPath());
  const std::string next = "#KV:4:31:00000000:50:1\r\n*3\r\n$3\r\nSET\r\n";
  const std::string zeros(4096, '\0');
  for (const std::string& tail :
       {std::string("#"), std::string("#KV:4:31:"), next, zeros, zeros + "x" + zeros,
        std::string(600, '\xee'), next.substr(0, 12) + zeros, std::string("*3\r\n$3\r\nS")}) {
    ExpectCutOrRefused(whole, tail, 3);
    if (HasFailure()) return;
  }
}

TEST_F(LoadTruncated, TailsOfRedis) {
  const std::string set = CommandText({"SET", "a", "1"});
  WritePlainLog(files_, paths(), set);
  for (size_t cut = 1; cut < set.size(); ++cut) ExpectCutOrRefused(set, set.substr(0, cut), 1);
  ExpectCutOrRefused(set, CommandText({"MULTI"}) + set, 1);
  ExpectCutOrRefused(set, CommandText({"MULTI"}) + set + "*1\r\n$4\r\nEX", 1);
  ExpectCutOrRefused(set, "#TS:17000", 1);
}

TEST_F(LoadTruncated, DamageIsRefusedByBoth) {
  WriteOurs();
  std::string content = files_.Content(IncrementPath());
  const size_t first = content.find("#KV:");
  content[first + 50] = static_cast<char>(content[first + 50] ^ 4);
  files_.Overwrite(IncrementPath(), content);
  for (bool load_truncated : {true, false}) {
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink, load_truncated);
    ASSERT_FALSE(stats);
    EXPECT_THAT(stats.error().detail(),
                AllOf(HasSubstr("damaged at offset " + std::to_string(first)),
                      Not(HasSubstr("aof-load-truncated"))));
  }
}

// What made redis-server abort, allocate, or cut good data: each is refused by its place.
TEST_F(LoadTruncated, LengthsThatCannotBeAreRefusedWithinAFile) {
  const std::string set = CommandText({"SET", "a", "1"});
  for (const std::string& bad :
       {std::string("*1\r\n$-1\r\n"), std::string("*1\r\n$18446744073709551615\r\n"),
        std::string("*18446744073709551615\r\n"), std::string("*-1\r\n"),
        std::string("*2\r\n$3\r\nGET\r\n$4611686018427387904\r\nx\r\n"),
        std::string("*1000000000\r\n$1\r\nx\r\n"), std::string("*2\r\n$9000000\r\nx\r\n")}) {
    SCOPED_TRACE(bad);
    WritePlainLog(files_, paths(), set + bad + set + set);
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink, true);
    ASSERT_FALSE(stats);
    EXPECT_THAT(stats.error().detail(), AllOf(HasSubstr(IncrementPath()),
                                              HasSubstr("offset " + std::to_string(set.size()))));
    EXPECT_EQ(files_.Content(IncrementPath()), set + bad + set + set);
  }
}

// Damage that no checksum covers: a plain base of Redis and its increment, every bit of them.
TEST_F(LoadTruncated, EveryFlippedBitOfPlainFilesLoadsWholeCommandsOrNamesThePlace) {
  const std::string base = "appendonly.aof.1.base.aof";
  files_.Overwrite(paths().Manifest(), "file " + base + " seq 1 type b\nfile " +
                                           IncrementName(paths(), 1) + " seq 1 type i\n");
  const std::string base_path = paths().InDirectory(base);
  const std::string content = CommandText({"SELECT", "0"}) + CommandText({"SET", "a", "1"}) +
                              CommandText({"MULTI"}) + CommandText({"SET", "b", "2"}) +
                              CommandText({"EXEC"});
  for (const std::string& path : {base_path, IncrementPath()}) {
    for (size_t bit = 0; bit < content.size() * 8; ++bit) {
      SCOPED_TRACE(testing::Message() << path << ", bit " << bit);
      std::string flipped = content;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      files_.Overwrite(base_path, path == base_path ? flipped : content);
      files_.Overwrite(IncrementPath(), path == base_path ? content : flipped);
      RecordingSink sink;
      const Result<ReplayStats> stats = Load(sink);
      if (stats) continue;
      ASSERT_THAT(stats.error().detail(), AllOf(HasSubstr(path), HasSubstr("offset")));
      ASSERT_EQ(files_.Content(path), flipped);
    }
  }
}

}  // namespace
}  // namespace kvasir
