// kvasir-check-aof on a file system in memory.
#include "tests/persistence/log_fixture.h"
#include "tools/check_aof/log_check.h"
#include "tools/check_aof/program.h"

namespace kvasir {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class CheckAofTest : public LogFixture {
 protected:
  // A base with two keys, then records 1 to 3, the last of them a group.
  void Write(bool clean_end = true) {
    AppendLog log(files_, options_);
    const BaseSource base = [](BaseWriter& writer) -> Result<void> {
      const std::array<std::string_view, 3> set = {"SET", "base", "0"};
      (void)writer.Append(0, set);
      return writer.Append(1, set);
    };
    ASSERT_TRUE(log.SwitchTo(base));
    AppendAndSettle(log, "1");
    AppendAndSettle(log, "with \"quotes\"\n");
    log.BeginGroup();
    AppendCommand(log, 2, {"DEL", "a"});
    AppendCommand(log, 2, {"DEL", "b"});
    log.EndGroup();
    Settle(log);
    if (clean_end) {
      ASSERT_TRUE(log.Close());
    } else {
      files_.StopAfter(0);
    }
  }
  void WriteAndCrash() {
    Write(false);
    files_.Crash(FaultFileSystem::Loss::kAll);
  }

  // An increment alone, with a batch of one record at each time.
  void WriteBatchesAt(std::initializer_list<uint64_t> times_ms) {
    files_.Overwrite(paths().Manifest(), "file " + IncrementName(paths(), 1) + " seq 1 type i\n");
    auto opened = files_.OpenAppend(IncrementPath(), FileSystem::Open::kReplace);
    ASSERT_TRUE(opened);
    auto file = LogFile::Create(std::move(*opened), 0);
    ASSERT_TRUE(file);
    uint64_t sequence = 0;
    for (const uint64_t time_ms : times_ms) {
      LogEncoder encoder;
      const std::array<std::string_view, 2> incr = {"INCR", "k"};
      encoder.Append(incr);
      encoder.AddRecord(++sequence);
      const LogBatch batch = encoder.Take();
      ASSERT_TRUE((*file)->Write({&batch, 1}, time_ms));
    }
  }

  static void Settle(AppendLog& log) {
    log.Commit();
    ASSERT_TRUE(WaitUntil([&] { return log.durable() == log.appended(); }));
  }
  static void AppendAndSettle(AppendLog& log, std::string_view value) {
    AppendCommand(log, 0, {"SET", "k", value});
    Settle(log);
  }

  int Run(CheckRequest request) {
    report_.clear();
    out_.clear();
    if (request.path.empty()) request.path = paths().Manifest();
    return RunCheck(files_, request,
                    {[this](std::string_view text) { out_ += text; },
                     [this](std::string_view text) { report_ += text; }});
  }
  LogCheck Check() {
    const Result<CheckTarget> target = FindTarget(files_, paths().Manifest());
    EXPECT_TRUE(target);
    return CheckLog(files_, *target, {}, nullptr);
  }
  void AppendBytes(std::string_view bytes) {
    files_.Overwrite(IncrementPath(), files_.Content(IncrementPath()) + std::string(bytes));
  }
  // Where batch `n` (0 is the first) of the increment begins.
  size_t BatchOffset(int n) const {
    const std::string content = files_.Content(IncrementPath());
    size_t at = content.find("#KV:");
    while (n-- > 0) at = content.find("#KV:", at + 1);
    return at;
  }
  void Flip(size_t offset) {
    std::string content = files_.Content(IncrementPath());
    content[offset] = static_cast<char>(content[offset] ^ 1);
    files_.Overwrite(IncrementPath(), content);
  }

  bool ReportSaysDamaged() const { return report_.find("DAMAGED") != std::string::npos; }

  std::string report_;
  std::string out_;
};

TEST_F(CheckAofTest, TellsWhatAnIntactLogHolds) {
  Write();
  EXPECT_EQ(Run({}), kExitIntact);
  const LogCheck check = Check();
  ASSERT_THAT(check.files, SizeIs(2));
  const FileCheck& base = check.files[0];
  EXPECT_EQ(base.size, base.whole_to);
  EXPECT_EQ(base.commands, 4U) << "two of them select";
  const FileCheck& increment = check.files[1];
  EXPECT_EQ(increment.size, increment.whole_to);
  EXPECT_EQ(increment.sequence_before, 0U);
  EXPECT_EQ(increment.sequence, 3U);
  EXPECT_EQ(increment.batches, 4U) << "the mark of the end is one";
  EXPECT_GT(increment.first_ms, 1'600'000'000'000U);
  EXPECT_GE(increment.last_ms, increment.first_ms);
  EXPECT_THAT(report_,
              AllOf(HasSubstr("appendonly.aof.1.base.aof: base, intact"), HasSubstr("4 commands"),
                    HasSubstr("3 records, 1 to 3"), Not(HasSubstr("offset"))));
}

TEST_F(CheckAofTest, FindsTheLogByItsDirectoriesAndSingleFiles) {
  Write();
  EXPECT_EQ(Run({.path = "data"}), kExitIntact);
  EXPECT_EQ(Run({.path = "data/appendonlydir/"}), kExitIntact);
  EXPECT_THAT(report_, HasSubstr("1.base.aof"));
  EXPECT_EQ(Run({.path = IncrementPath()}), kExitIntact);
  EXPECT_THAT(report_, AllOf(HasSubstr("1.incr.aof"), Not(HasSubstr("base"))));
  EXPECT_EQ(Run({.path = "data/none"}), kExitFailed);
  EXPECT_THAT(report_, HasSubstr("data/none"));
  ASSERT_TRUE(files_.MakeDirectory("empty"));
  EXPECT_EQ(Run({.path = "empty"}), kExitFailed);
  EXPECT_THAT(report_, HasSubstr("neither a manifest"));
}

TEST_F(CheckAofTest, DumpsRecordsWithNumberTimeAndDatabase) {
  Write();
  EXPECT_EQ(Run({.dump = true}), kExitIntact);
  std::vector<std::string> lines;
  for (size_t at = 0; at < out_.size(); at = out_.find('\n', at) + 1) {
    lines.push_back(out_.substr(at, out_.find('\n', at) - at));
  }
  ASSERT_THAT(lines, SizeIs(8));
  EXPECT_THAT(lines[0],
              AllOf(testing::StartsWith("- 20"), EndsWith("Z db0 \"SET\" \"base\" \"0\"")));
  EXPECT_THAT(lines[1], EndsWith("db1 \"SET\" \"base\" \"0\""));
  EXPECT_THAT(lines[2], AllOf(testing::StartsWith("1 20"), EndsWith("db0 \"SET\" \"k\" \"1\"")));
  EXPECT_THAT(lines[3], EndsWith(R"("with \"quotes\"\n")"));
  EXPECT_THAT(lines[4], AllOf(testing::StartsWith("3 20"), EndsWith("db2 \"MULTI\"")));
  EXPECT_THAT(lines[7], AllOf(testing::StartsWith("3 20"), EndsWith("\"EXEC\"")));
}

TEST_F(CheckAofTest, ATornTailIsToldAndCutAndTheLogGoesOnInANewFile) {
  WriteAndCrash();
  const std::string whole = files_.Content(IncrementPath());
  AppendBytes("#KV:4:94:0000");
  EXPECT_EQ(Run({}), kExitTornTail);
  EXPECT_THAT(report_, AllOf(HasSubstr("torn tail"),
                             HasSubstr("at offset " + std::to_string(whole.size()))));
  EXPECT_EQ(files_.Content(IncrementPath()), whole + "#KV:4:94:0000") << "only looked at";
  EXPECT_EQ(Run({.fix = true}), kExitIntact);
  EXPECT_EQ(files_.Content(IncrementPath()), whole);
  EXPECT_THAT(report_, HasSubstr("kept in appendonly.aof.1.incr.aof.torn-"));
  files_.Crash(FaultFileSystem::Loss::kAll);
  EXPECT_EQ(Run({}), kExitIntact) << report_;
  EXPECT_THAT(report_, HasSubstr("appendonly.aof.2.incr.aof")) << "old blocks may come back in 1";
  AppendLog log(files_, options_);
  Open(log);
  EXPECT_EQ(AppendCommand(log, 0, {"SET", "k", "4"}), 4U);
}

TEST_F(CheckAofTest, DamageIsToldAndCutOnlyWhenTheUserSaysSo) {
  WriteAndCrash();
  const std::string whole = files_.Content(IncrementPath());
  const size_t second = BatchOffset(1);
  Flip(second + 60);
  const std::string damaged = files_.Content(IncrementPath());
  EXPECT_EQ(Run({}), kExitDamaged);
  EXPECT_THAT(report_, AllOf(HasSubstr(IncrementPath() + ": at offset " + std::to_string(second)),
                             HasSubstr("had been synced"), HasSubstr("--cut-damage"),
                             HasSubstr("--restore-to seq:1")));
  EXPECT_EQ(Run({.fix = true}), kExitDamaged);
  EXPECT_EQ(files_.Content(IncrementPath()), damaged);
  EXPECT_EQ(Run({.fix = true, .cut_damage = true}), kExitIntact) << report_;
  EXPECT_EQ(files_.Content(IncrementPath()), whole.substr(0, second));
  EXPECT_EQ(LoadedCommands().size(), 3U) << "two of the base and one record";
}

TEST_F(CheckAofTest, DamageBeforeTheLastFileIsNotCut) {
  WriteAndCrash();
  {
    AppendLog log(files_, options_);
    Open(log);
    AppendAndSettle(log, "4");
  }
  AppendBytes("garbage");
  EXPECT_EQ(Run({.fix = true}), kExitIntact);
  {
    AppendLog log(files_, options_);
    Open(log);
    AppendAndSettle(log, "5");
  }
  Flip(BatchOffset(1) + 60);
  EXPECT_EQ(Run({.fix = true, .cut_damage = true}), kExitDamaged);
  EXPECT_THAT(report_, HasSubstr("not the last file"));
}

TEST_F(CheckAofTest, ADamagedBaseIsNotCut) {
  {
    AppendLog log(files_, options_);
    ASSERT_TRUE(log.SwitchTo([](BaseWriter& writer) {
      const std::array<std::string_view, 3> set = {"SET", "base", "0"};
      return writer.Append(0, set);
    }));
  }
  const std::string path = paths().InDirectory(BaseName(paths(), 1));
  const std::string damaged = files_.Content(path) + "x";
  files_.Overwrite(path, damaged);
  EXPECT_EQ(Run({.fix = true, .cut_damage = true}), kExitDamaged);
  EXPECT_EQ(files_.Content(path), damaged);
  EXPECT_EQ(Run({.path = path, .fix = true, .cut_damage = true}), kExitDamaged);
  EXPECT_EQ(files_.Content(path), damaged);
}

TEST_F(CheckAofTest, AMissingFileAndADamagedManifestAreDamage) {
  Write();
  ASSERT_TRUE(files_.Unlink(IncrementPath()));
  EXPECT_EQ(Run({}), kExitDamaged);
  EXPECT_THAT(report_, HasSubstr(IncrementPath()));
  files_.Overwrite(paths().Manifest(), "file x seq 0 type i\n");
  EXPECT_EQ(Run({}), kExitDamaged);
  EXPECT_THAT(report_, HasSubstr("line 1"));
}

TEST_F(CheckAofTest, AFileThatCannotBeReadIsNoDamage) {
  Write();
  files_.Fail(FaultFileSystem::Op::kRead, 2, Errc::kIo, UINT64_MAX);
  EXPECT_EQ(Run({}), kExitFailed);
}

TEST_F(CheckAofTest, NothingIsChangedWhileAServerUsesTheLog) {
  WriteAndCrash();
  AppendBytes("torn");
  files_.Overwrite("data/kvasir.lock", "1\n");
  const auto lock = files_.Lock("data/kvasir.lock");
  const std::string torn = files_.Content(IncrementPath());
  EXPECT_EQ(Run({.fix = true}), kExitFailed);
  EXPECT_THAT(report_, HasSubstr("locked"));
  EXPECT_EQ(files_.Content(IncrementPath()), torn);
}

TEST_F(CheckAofTest, TruncatesToATimeOfOurBatches) {
  WriteBatchesAt({1000, 2000, 2000, 3000});
  const std::string whole = files_.Content(IncrementPath());
  EXPECT_EQ(Run({.truncate_ms = 3000}), kExitIntact);
  EXPECT_THAT(report_, HasSubstr("Nothing in the log is later"));
  EXPECT_EQ(files_.Content(IncrementPath()), whole);
  const size_t last = BatchOffset(3);
  EXPECT_EQ(Run({.truncate_ms = 2999}), kExitIntact) << report_;
  EXPECT_EQ(files_.Content(IncrementPath()), whole.substr(0, last));
  EXPECT_THAT(report_, HasSubstr("are kept in"));
  EXPECT_EQ(LoadedCommands().size(), 3U);
  EXPECT_EQ(Run({.truncate_ms = 1000}), kExitFailed) << "a new increment has begun behind it";
  EXPECT_THAT(report_, HasSubstr("--restore-to 1000"));
}

TEST_F(CheckAofTest, ATimeBeforeTheBaseChangesNothing) {
  Write();
  EXPECT_EQ(Run({.truncate_ms = 1}), kExitFailed);
  EXPECT_THAT(report_,
              AllOf(HasSubstr("The base is of unix ms"), HasSubstr("nothing was changed")));
}

TEST_F(CheckAofTest, TruncatesToATimeOfRedisAnnotations) {
  const std::string before = "#TS:1700000000\r\n" + CommandText({"SELECT", "0"}) +
                             CommandText({"SET", "a", "1"}) + "#TS:1700000005\r\n" +
                             CommandText({"SET", "a", "2"});
  const std::string after = "#TS:1700000006\r\n" + CommandText({"SET", "a", "3"});
  WritePlainLog(files_, paths(), before + after);
  EXPECT_EQ(Run({.truncate_ms = 1'700'000'005'999}), kExitIntact) << report_;
  EXPECT_EQ(files_.Content(IncrementPath()), before);
  EXPECT_EQ(Run({}), kExitIntact);
  EXPECT_THAT(report_, HasSubstr("unix ms 1700000000000 to 1700000005000"));
}

TEST_F(CheckAofTest, AGroupThatReachesOverTheTimeGoesWhole) {
  const std::string before = "#TS:1700000000\r\n" + CommandText({"SET", "a", "1"});
  WritePlainLog(files_, paths(),
                before + CommandText({"MULTI"}) + CommandText({"SET", "a", "2"}) +
                    "#TS:1700000009\r\n" + CommandText({"SET", "a", "3"}) + CommandText({"EXEC"}));
  EXPECT_EQ(Run({.truncate_ms = 1'700'000'005'999}), kExitIntact) << report_;
  EXPECT_EQ(files_.Content(IncrementPath()), before);
}

TEST_F(CheckAofTest, AnRdbBaseIsVerified) {
  constexpr std::string_view kEmptyRdb(
      "REDIS0010\xfa\x09redis-ver\x06"
      "7.0.15\xfa\x0aredis-bits\xc0\x40\xfa\x05"
      "ctime\xc2\xce\x87\x01\x6b\xfa\x08used-mem\xc2\xa0\x5f\x0d\x00\xfa\x08"
      "aof-base\xc0\x01\xff\x92\xa7\x70\x07\x80\x85\x54\x1b",
      89);
  const std::string name = "appendonly.aof.1.base.rdb";
  const std::string path = paths().InDirectory(name);
  files_.Overwrite(paths().Manifest(), "file " + name + " seq 1 type b\nfile " +
                                           IncrementName(paths(), 1) + " seq 1 type i\n");
  files_.Overwrite(IncrementPath(), CommandText({"SET", "a", "1"}));
  files_.Overwrite(path, std::string(kEmptyRdb));
  EXPECT_EQ(Run({}), kExitIntact) << report_;
  EXPECT_THAT(report_, AllOf(HasSubstr(name + ": RDB base, intact"),
                             HasSubstr("RDB version 10, 0 keys, checksum right"),
                             HasSubstr("1 records, 1 to 1")));
  // A snapshot alone, and one in front of an old single-file log.
  files_.Overwrite("data/dump.rdb", std::string(kEmptyRdb));
  EXPECT_EQ(Run({.path = "data/dump.rdb"}), kExitIntact) << report_;
  const std::string single = std::string(kEmptyRdb) + CommandText({"SET", "a", "1"});
  files_.Overwrite("data/old/appendonly.aof", single + "*3\r\n$3");
  EXPECT_EQ(Run({.path = "data/old/appendonly.aof", .fix = true}), kExitIntact) << report_;
  EXPECT_EQ(files_.Content("data/old/appendonly.aof"), single);
  for (size_t byte = 5; byte < kEmptyRdb.size(); ++byte) {
    std::string flipped(kEmptyRdb);
    flipped[byte] = static_cast<char>(flipped[byte] ^ 1);
    files_.Overwrite(path, flipped);
    EXPECT_NE(Run({}), kExitIntact) << byte;
    EXPECT_THAT(report_, HasSubstr(path));
    EXPECT_EQ(Run({.fix = true, .cut_damage = true}), kExitFailed - (ReportSaysDamaged() ? 1 : 0));
    EXPECT_EQ(files_.Content(path), flipped);
  }
}

}  // namespace
}  // namespace kvasir
