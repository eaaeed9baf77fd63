// D4: a torn tail is cut, damage anywhere else refuses with file and offset and touches nothing.
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class LogDamage : public LogFixture {
 protected:
  // Some records in batches of their own, each durable before the next; with or without a clean
  // end.
  void Write(bool clean_end) {
    AppendLog log(files_, options_);
    Open(log);
    for (int i = 0; i < 4; ++i) {
      AppendCommand(log, 0, {"SET", "k", std::to_string(i)});
      log.Commit();
      ASSERT_TRUE(WaitUntil([&] { return log.durable() == log.appended(); }));
    }
    log.BeginGroup();
    AppendCommand(log, 0, {"DEL", "k"});
    AppendCommand(log, 1, {"DEL", "k"});
    log.EndGroup();
    if (clean_end) {
      ASSERT_TRUE(log.Close());
    } else {
      log.Commit();
      ASSERT_TRUE(WaitUntil([&] { return log.durable() == log.appended(); }));
      files_.StopAfter(0);
    }
  }

  void WriteAndCrash() {
    Write(false);
    files_.Crash(FaultFileSystem::Loss::kAll);
  }

  // Where batch `n` (0 is the first) begins.
  static size_t BatchOffset(const std::string& content, int n) {
    size_t at = content.find("#KV:");
    while (n-- > 0) at = content.find("#KV:", at + 1);
    return at;
  }

  // Loads `content` in place of the file: a prefix of `all`, or a refusal that names the place.
  void LoadChanged(const std::string& path, const std::string& content,
                   const std::vector<std::string>& all, bool& loaded) {
    files_.Overwrite(path, content);
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    loaded = stats.has_value();
    ASSERT_LE(sink.commands.size(), all.size());
    for (size_t i = 0; i < sink.commands.size(); ++i) ASSERT_EQ(sink.commands[i], all[i]);
    if (loaded) return;
    ASSERT_THAT(stats.error().detail(), AllOf(HasSubstr(path), HasSubstr("offset")));
    ASSERT_EQ(files_.Content(path), content);
  }

  void FlipEveryBit(const std::string& path, bool may_load) {
    const std::vector<std::string> all = LoadedCommands();
    const std::string content = files_.Content(path);
    const size_t last_mark = content.rfind("#KV:");
    for (size_t bit = 0; bit < content.size() * 8; ++bit) {
      SCOPED_TRACE(testing::Message() << "bit " << bit);
      std::string flipped = content;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      bool loaded = false;
      LoadChanged(path, flipped, all, loaded);
      if (HasFatalFailure()) return;
      ASSERT_TRUE(may_load || bit / 8 >= last_mark || !loaded);
    }
  }

  // The tail behind batch 3 is `tail`; what was before comes back, and the tail is kept.
  void ExpectCut(const std::string& tail, bool kept) {
    WriteAndCrash();
    const std::string content = files_.Content(IncrementPath());
    const size_t end = BatchOffset(content, 4);
    files_.Overwrite(IncrementPath(), content.substr(0, end) + tail);
    RecordingSink sink;
    const Result<ReplayStats> stats = Load(sink);
    ASSERT_TRUE(stats) << stats.error().detail();
    EXPECT_EQ(sink.commands.size(), 4U);
    EXPECT_EQ(stats->torn.file, IncrementName(paths(), 1));
    EXPECT_EQ(stats->torn.offset, end);
    EXPECT_EQ(stats->torn.bytes, tail.size());
    EXPECT_EQ(files_.Content(IncrementPath()), content.substr(0, end));
    EXPECT_EQ(stats->torn.kept_as.empty(), !kept);
    if (kept) {
      EXPECT_TRUE(tail.starts_with(files_.Content(paths().InDirectory(stats->torn.kept_as))));
    }
    EXPECT_FALSE(stats->continuation.append_to_last) << "old blocks may come back in the old file";
    files_.Crash(FaultFileSystem::Loss::kAll);
    EXPECT_EQ(LoadedCommands().size(), 4U) << "the cut is durable";
  }
};

TEST_F(LogDamage, EveryFlippedBitOfACleanIncrementRefuses) {
  Write(true);
  FlipEveryBit(IncrementPath(), false);
}

TEST_F(LogDamage, EveryFlippedBitOfAnUncleanIncrementRefusesOrCutsTheEnd) {
  WriteAndCrash();
  FlipEveryBit(IncrementPath(), true);
}

TEST_F(LogDamage, EveryFlippedBitOfABaseRefuses) {
  {
    AppendLog log(files_, options_);
    const BaseSource base = [](BaseWriter& writer) -> Result<void> {
      const std::array<std::string_view, 3> set = {"SET", "a", "1"};
      (void)writer.Append(0, set);
      return writer.Append(5, set);
    };
    ASSERT_TRUE(log.SwitchTo(base));
    AppendCommand(log, 0, {"SET", "b", "2"});
  }
  const std::string path = paths().InDirectory(BaseName(paths(), 1));
  FlipEveryBit(path, false);
}

TEST_F(LogDamage, EveryCutOfACleanFileLoadsAPrefixOrRefuses) {
  Write(true);
  const std::vector<std::string> all = LoadedCommands();
  const std::string content = files_.Content(IncrementPath());
  for (size_t size = 1; size < content.size(); ++size) {
    SCOPED_TRACE(testing::Message() << "size " << size);
    bool loaded = false;
    LoadChanged(IncrementPath(), content.substr(0, size), all, loaded);
    if (HasFatalFailure()) return;
  }
}

TEST_F(LogDamage, ABaseThatIsCutAtABatchRefuses) {
  {
    AppendLog log(files_, options_);
    const BaseSource base = [](BaseWriter& writer) -> Result<void> {
      const std::array<std::string_view, 3> set = {"SET", "a", "1"};
      return writer.Append(0, set);
    };
    ASSERT_TRUE(log.SwitchTo(base));
  }
  const std::string path = paths().InDirectory(BaseName(paths(), 1));
  const std::string content = files_.Content(path);
  files_.Overwrite(path, content.substr(0, content.rfind("#KV:")));
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_FALSE(stats);
  EXPECT_THAT(stats.error().detail(), HasSubstr("no end mark"));
}

TEST_F(LogDamage, TailsOfAllKindsAreCut) { ExpectCut(std::string(5000, '\0'), false); }
TEST_F(LogDamage, AShortTailIsCut) { ExpectCut("#KV:6:94:0000", true); }
TEST_F(LogDamage, AGarbageTailIsCut) { ExpectCut(std::string(3000, '\xa5'), true); }
TEST_F(LogDamage, GarbageThatLooksPlainIsCut) { ExpectCut("*3\r\n$3\r\nSET\r\n\xff\xfe", true); }
TEST_F(LogDamage, AHoleBeforeContentIsCut) {
  ExpectCut(std::string(700, '\0') + "content" + std::string(90, '\0'), true);
}
TEST_F(LogDamage, AGiantLengthInTheTailIsCut) {
  ExpectCut("#KV:5:18446744073709551615:00000000:0:0\r\n*1\r\n", true);
}

TEST_F(LogDamage, ALaterBatchThatWasWrittenTogetherIsNoProof) {
  options_.policy = SyncPolicy::kNo;
  {
    AppendLog log(files_, options_);
    Open(log);
    for (int i = 0; i < 3; ++i) {
      AppendCommand(log, 0, {"SET", "k", std::to_string(i)});
      log.Commit();
      ASSERT_TRUE(WaitUntil([&] { return log.written() == log.appended(); }));
    }
    files_.StopAfter(0);
  }
  files_.Crash(FaultFileSystem::Loss::kNone);
  // The second batch was not written back, the third was.
  std::string content = files_.Content(IncrementPath());
  const size_t damage = BatchOffset(content, 1);
  content.replace(damage, 20, 20, '\0');
  files_.Overwrite(IncrementPath(), content);
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_THAT(sink.commands, ElementsAre("0|SET k 0"));
  EXPECT_EQ(stats->torn.offset, damage);
}

TEST_F(LogDamage, ASyncedPlaceBeforeALaterBatchRefuses) {
  WriteAndCrash();
  std::string content = files_.Content(IncrementPath());
  const size_t damage = BatchOffset(content, 1);
  content.replace(damage, 20, 20, '\0');
  files_.Overwrite(IncrementPath(), content);
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_FALSE(stats);
  EXPECT_THAT(
      stats.error().detail(),
      AllOf(HasSubstr("damaged at offset " + std::to_string(damage)), HasSubstr("had been synced"),
            HasSubstr("kvasir-check-aof data/appendonlydir/appendonly.aof.manifest")));
  EXPECT_EQ(files_.Content(IncrementPath()), content);
}

TEST_F(LogDamage, DoubledAndMovedBatchesAreNotTaken) {
  WriteAndCrash();
  const std::string content = files_.Content(IncrementPath());
  const size_t last = BatchOffset(content, 4);
  files_.Overwrite(IncrementPath(), content + content.substr(last));
  EXPECT_EQ(LoadedCommands().size(), 8U);
  const size_t second = BatchOffset(content, 1);
  const size_t third = BatchOffset(content, 2);
  files_.Overwrite(IncrementPath(), content.substr(0, second) + content.substr(third));
  EXPECT_EQ(LoadedCommands().size(), 1U) << "nothing proves that the missing batch had been synced";
}

TEST_F(LogDamage, LinesInValuesAreNotBelieved) {
  {
    AppendLog log(files_, options_);
    Open(log);
    AppendCommand(log, 0, {"SET", "k", "1"});
    log.Commit();
    ASSERT_TRUE(WaitUntil([&] { return log.durable() == 1; }));
    std::string lines;
    for (int i = 0; i < 2000; ++i) lines += "\r\n#KV:9:1000:00000000:300:1\r\n";
    AppendCommand(log, 0, {"SET", "k", lines});
    log.Commit();
    ASSERT_TRUE(WaitUntil([&] { return log.durable() == 2; }));
    files_.StopAfter(0);
  }
  files_.Crash(FaultFileSystem::Loss::kAll);
  std::string content = files_.Content(IncrementPath());
  content[BatchOffset(content, 1) + 90] ^= 1;
  files_.Overwrite(IncrementPath(), content);
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET k 1"));
}

TEST_F(LogDamage, AFullDiskWhileKeepingTheTailTouchesNothing) {
  WriteAndCrash();
  const std::string content = files_.Content(IncrementPath()) + "garbage";
  files_.Overwrite(IncrementPath(), content);
  files_.SetCapacity(0);
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_FALSE(stats);
  EXPECT_EQ(stats.error().code(), Errc::kNoSpace);
  EXPECT_EQ(files_.Content(IncrementPath()), content);
}

}  // namespace
}  // namespace kvasir
