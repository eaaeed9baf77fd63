#include "protocol/push_message.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kvasir {
namespace {

TEST(PushMessageTest, IsAnArrayInRespTwoAndAPushInRespThree) {
  PushMessage message({"message", "c", ""}, 1);
  OutputBuffer two;
  OutputBuffer three;
  message.AppendTo(two, false);
  message.AppendTo(three, true);
  EXPECT_EQ(two.ToString(), "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$0\r\n\r\n");
  EXPECT_EQ(three.ToString(), ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$0\r\n\r\n");
}

TEST(PushMessageTest, HasUpToFourParts) {
  PushMessage message({"a", "b", "c", "d"}, 1);
  OutputBuffer out;
  message.AppendTo(out, false);
  EXPECT_EQ(out.ToString(), "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n");
}

// Where each buffer's bytes lie.
std::vector<const void*> Places(PushMessage& message, std::vector<OutputBuffer>& outs) {
  std::vector<const void*> places;
  for (OutputBuffer& out : outs) {
    message.AppendTo(out, true);
    std::string_view piece;
    EXPECT_EQ(out.Gather({&piece, 1}), 1U);
    places.push_back(piece.data());
  }
  return places;
}

TEST(PushMessageTest, ManyReceiversShareOneBuffer) {
  PushMessage message({"message", "c", "small"}, 100);
  std::vector<OutputBuffer> outs(3);
  const auto places = Places(message, outs);
  EXPECT_EQ(places[0], places[1]);
  EXPECT_EQ(places[1], places[2]);
}

TEST(PushMessageTest, ALargeMessageIsSharedByFew) {
  const std::string text(100'000, 'x');
  PushMessage message({"message", "c", text}, 2);
  std::vector<OutputBuffer> outs(2);
  const auto places = Places(message, outs);
  EXPECT_EQ(places[0], places[1]);
  EXPECT_EQ(outs[0].size(),
            std::string(">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$100000\r\n\r\n").size() + text.size());
}

TEST(PushMessageTest, ASmallMessageToFewIsCopied) {
  PushMessage message({"message", "c", "small"}, 2);
  std::vector<OutputBuffer> outs(2);
  const auto places = Places(message, outs);
  EXPECT_NE(places[0], places[1]);
}

// A buffer that nobody reads from must not cost more than its bytes do.
TEST(PushMessageTest, WaitingMessagesGatherInChunks) {
  OutputBuffer out;
  PushMessage message({"message", "c", "small"}, 100);
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    message.AppendTo(out, true);
    expected += ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$5\r\nsmall\r\n";
  }
  std::vector<std::string_view> pieces(1000);
  EXPECT_LT(out.Gather(pieces), 70U);
  EXPECT_EQ(out.ToString(), expected);
}

}  // namespace
}  // namespace kvasir
