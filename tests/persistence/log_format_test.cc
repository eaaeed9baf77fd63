#include "persistence/log_format.h"

#include <gtest/gtest.h>

#include <array>

#include "src/base/crc.h"

namespace kvasir {
namespace {

constexpr uint64_t kId = 0x0123456789abcdef;

// Frozen: a change of these bytes makes every log on disk unreadable.
TEST(LogFormat, GoldenHeader) {
  EXPECT_EQ(FormatLogHeader({kId, 42, 1700000000000}),
            "#KVLOG:1:0123456789abcdef:42:1700000000000:89c6d0e2\r\n");
}

TEST(LogFormat, GoldenBatch) {
  const std::string payload = "*1\r\n$4\r\nPING\r\n";
  LogAnnotation line = {43, payload.size(), 0, 60, 1700000000001};
  line.crc = Crc32c(LogBatchCrcSeed(kId, 61, line), payload);
  std::array<char, kLogLineBytesMax> text;
  const size_t length = FormatLogAnnotation(line, text.data());
  EXPECT_EQ(std::string(text.data(), length), "#KV:43:14:d6ff926b:60:1700000000001\r\n");
}

TEST(LogFormat, LinesStayShortEnoughForRedis) {
  const LogHeader header = {UINT64_MAX, UINT64_MAX, UINT64_MAX};
  EXPECT_LT(FormatLogHeader(header).size(), 100U);
  std::array<char, kLogLineBytesMax> text;
  const LogAnnotation line = {UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT64_MAX, UINT64_MAX};
  const size_t length = FormatLogAnnotation(line, text.data());
  EXPECT_LT(length, 100U);
  EXPECT_EQ(length, std::string_view(text.data(), length).find('\n') + 1);
}

TEST(LogFormat, HeaderReadsBack) {
  const std::string line = FormatLogHeader({kId, 7, 1});
  const auto parsed = ParseLogHeader(line + "*1\r\n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->length, line.size());
  EXPECT_EQ(parsed->value.file_id, kId);
  EXPECT_EQ(parsed->value.sequence, 7U);
}

TEST(LogFormat, EveryFlippedBitOfTheHeaderIsSeen) {
  const std::string line = FormatLogHeader({kId, 7, 1});
  for (size_t i = 0; i < line.size() * 8; ++i) {
    std::string flipped = line;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    EXPECT_FALSE(ParseLogHeader(flipped)) << i;
  }
}

TEST(LogFormat, OddAnnotationsAreNone) {
  EXPECT_TRUE(ParseLogAnnotation("#KV:1:2:00000003:4:5\r\n"));
  for (std::string_view line :
       {"", "#KV:", "#KV:1:2:00000003:4:5", "#KV:1:2:00000003:4:5\n", "#KV:01:2:00000003:4:5\r\n",
        "#KV:1:2:0000000A:4:5\r\n", "#KV:1:2:3:4:5\r\n", "#KV:1:2:00000003:4\r\n",
        "#KV:1:2:00000003:4:5:6\r\n", "#KV:-1:2:00000003:4:5\r\n", "#KV::2:00000003:4:5\r\n",
        "#KV:99999999999999999999:2:00000003:4:5\r\n", "#kv:1:2:00000003:4:5\r\n"}) {
    EXPECT_FALSE(ParseLogAnnotation(line)) << line;
  }
}

TEST(LogFormat, ChecksumKnowsItsPlace) {
  const LogAnnotation line = {1, 2, 0, 0, 3};
  EXPECT_NE(LogBatchCrcSeed(1, 100, line), LogBatchCrcSeed(1, 101, line));
  EXPECT_NE(LogBatchCrcSeed(1, 100, line), LogBatchCrcSeed(2, 100, line));
}

}  // namespace
}  // namespace kvasir
