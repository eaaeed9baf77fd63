#include "src/store/stream_id.h"

#include <gtest/gtest.h>

#include <string>

namespace kvasir {
namespace {

TEST(StreamIdTest, TextAndBack) {
  StreamIdText scratch;
  EXPECT_EQ(FormatStreamId({0, 0}, scratch), "0-0");
  EXPECT_EQ(FormatStreamId(kStreamIdMax, scratch), "18446744073709551615-18446744073709551615");
  EXPECT_EQ(ParseStreamId("12-34", 0), (StreamId{12, 34}));
  EXPECT_EQ(ParseStreamId("12", 7), (StreamId{12, 7}));
  EXPECT_EQ(ParseStreamId("007-01", 0), (StreamId{7, 1}));
  EXPECT_EQ(ParseStreamId("18446744073709551615", 0), (StreamId{UINT64_MAX, 0}));
  for (const char* wrong : {"", "-", "+", "x", "1-", "-1", "1--1", "1-2-3", "1.5", "1-x",
                            "18446744073709551616", "1-18446744073709551616"}) {
    EXPECT_FALSE(ParseStreamId(wrong, 0)) << wrong;
  }
  EXPECT_FALSE(ParseStreamId(std::string(128, '0'), 0));
}

TEST(StreamIdTest, NeighboursCarry) {
  EXPECT_EQ(NextStreamId({1, UINT64_MAX}), (StreamId{2, 0}));
  EXPECT_EQ(PreviousStreamId({2, 0}), (StreamId{1, UINT64_MAX}));
  EXPECT_FALSE(NextStreamId(kStreamIdMax));
  EXPECT_FALSE(PreviousStreamId(kStreamIdMin));
}

TEST(StreamIdTest, BytesSortAsIdsDo) {
  const auto low = EncodeStreamId({1, UINT64_MAX});
  const auto high = EncodeStreamId({256, 0});
  EXPECT_LT(std::string_view(low.data(), low.size()), std::string_view(high.data(), high.size()));
  EXPECT_EQ(DecodeStreamId({low.data(), low.size()}), (StreamId{1, UINT64_MAX}));
}

}  // namespace
}  // namespace kvasir
