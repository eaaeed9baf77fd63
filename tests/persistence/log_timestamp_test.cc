// aof-timestamp-enabled: Redis's #TS lines in our batches.
#include "persistence/log_format.h"
#include "src/base/clock.h"
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class LogTimestamp : public LogFixture {
 protected:
  static size_t Count(const std::string& text, std::string_view part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      ++count;
    }
    return count;
  }
  static void Settle(AppendLog& log) {
    log.Commit();
    ASSERT_TRUE(WaitUntil([&] { return log.durable() == log.appended(); }));
  }
};

TEST_F(LogTimestamp, IsNotWrittenUnlessAsked) {
  AppendLog log(files_, options_);
  Open(log);
  AppendCommand(log, 0, {"SET", "k", "1"});
  Settle(log);
  EXPECT_THAT(files_.Content(IncrementPath()), Not(HasSubstr("#TS:")));
}

TEST_F(LogTimestamp, StandsAtTheBeginningOfABatchAtMostOncePerSecond) {
  options_.timestamps = true;
  AppendLog log(files_, options_);
  Open(log);
  const auto from_s = static_cast<uint64_t>(UnixTimeMs() / 1000);
  // Over the end of a second, with groups and several databases.
  while (static_cast<uint64_t>(UnixTimeMs() / 1000) < from_s + 2) {
    AppendCommand(log, static_cast<int>(log.appended() % 3), {"SET", "k", "1"});
    log.BeginGroup();
    AppendCommand(log, 0, {"INCR", "n"});
    AppendCommand(log, 1, {"INCR", "n"});
    log.EndGroup();
    Settle(log);
  }
  const uint64_t appended = log.appended();
  ASSERT_TRUE(log.Close());
  const std::string content = files_.Content(IncrementPath());
  EXPECT_GE(Count(content, "#TS:"), 2U);
  EXPECT_LE(Count(content, "#TS:"), 4U);
  EXPECT_EQ(Count(content, "#TS:" + std::to_string(from_s + 1)), 1U);
  for (size_t at = content.find("#TS:"); at != std::string::npos;
       at = content.find("#TS:", at + 1)) {
    const size_t line = content.rfind("#KV:", at);
    EXPECT_EQ(content.find('\n', line) + 1, at) << "the line before is the batch's";
  }
  RecordingSink sink;
  const Result<ReplayStats> stats = Load(sink);
  ASSERT_TRUE(stats) << stats.error().detail();
  EXPECT_EQ(stats->continuation.sequence, appended);
  EXPECT_TRUE(stats->continuation.append_to_last);
}

TEST_F(LogTimestamp, EachFileBeginsWithOneAndItCanBeTurnedOnLater) {
  AppendLog log(files_, options_);
  Open(log);
  AppendCommand(log, 0, {"SET", "k", "1"});
  Settle(log);
  log.set_timestamps(true);
  AppendCommand(log, 0, {"SET", "k", "2"});
  Settle(log);
  EXPECT_EQ(Count(files_.Content(IncrementPath()), "#TS:"), 1U);
  ASSERT_TRUE(log.SwitchTo([](BaseWriter& writer) {
    const std::array<std::string_view, 3> set = {"SET", "k", "2"};
    return writer.Append(0, set);
  }));
  AppendCommand(log, 0, {"SET", "k", "3"});
  Settle(log);
  EXPECT_EQ(Count(files_.Content(IncrementPath(2)), "#TS:"), 1U);
  log.set_timestamps(false);
  ASSERT_TRUE(log.Close());
  EXPECT_THAT(LoadedCommands(), ElementsAre("0|SET k 2", "0|SET k 3"));
}

TEST_F(LogTimestamp, IsNotCopiedBehindABatchThatWaits) {
  LogEncoder encoder;
  const std::array<std::string_view, 2> incr = {"INCR", "k"};
  encoder.Append(incr);
  encoder.AddRecord(1);
  LogBatch first = encoder.Take();
  encoder.AppendTimestamp(1'700'000'000);
  encoder.Append(incr);
  encoder.AddRecord(2);
  LogBatch second = encoder.Take();
  EXPECT_FALSE(first.Absorb(second));
  encoder.Recycle(std::move(second));
  encoder.Append(incr);
  encoder.AddRecord(3);
  EXPECT_TRUE(first.Absorb(encoder.Take())) << "what was recycled is a plain batch again";
}

TEST(LogTimestampLine, HasOneForm) {
  EXPECT_EQ(FormatLogTimestamp(1'700'000'000), "#TS:1700000000\r\n");
  EXPECT_EQ(ParseLogTimestamp("#TS:1700000000\r\n"), 1'700'000'000'000U);
  for (std::string_view line : {"#TS:\r\n", "#TS:1\n", "#TS:-1\r\n", "#TS: 1\r\n", "#KV:1\r\n",
                                "#TS:18446744073709551615\r\n", "#TS:1x\r\n"}) {
    EXPECT_EQ(ParseLogTimestamp(line), std::nullopt) << line;
  }
}

}  // namespace
}  // namespace kvasir
