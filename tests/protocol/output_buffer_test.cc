#include "protocol/output_buffer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace kvasir {
namespace {

std::string Pattern(size_t size, int seed) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>('a' + (i * 31 + size_t(seed)) % 26);
  return bytes;
}

// The front of the buffer as a writer to a socket sees it, in at most `pieces` pieces.
std::string Front(OutputBuffer& buffer, size_t pieces) {
  std::vector<std::string_view> views(pieces);
  const size_t count = buffer.Gather(views);
  std::string bytes;
  for (size_t i = 0; i < count; ++i) {
    EXPECT_FALSE(views[i].empty());
    bytes += views[i];
  }
  return bytes;
}

TEST(OutputBufferTest, KeepsOrderOverAllWaysOfAppending) {
  OutputBuffer buffer;
  std::string expected;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(Front(buffer, 4), "");
  for (const size_t size : {1, 100, 16'383, 16'384, 16'385, 40'000}) {
    const std::string bytes = Pattern(size, 1);
    buffer.Append(bytes);
    buffer.AppendShared(SharedBytes::CopyOf(bytes));
    memcpy(buffer.Reserve(10), "0123456789", 10);
    buffer.Commit(7);
    expected += bytes + bytes + "0123456";
  }
  buffer.Append("");
  EXPECT_EQ(buffer.size(), expected.size());
  EXPECT_EQ(buffer.ToString(), expected);
  EXPECT_TRUE(expected.starts_with(Front(buffer, 3)));
}

TEST(OutputBufferTest, LargeSharedBytesAreReferencedNotCopied) {
  const SharedBytes large = SharedBytes::CopyOf(std::string(OutputBuffer::kShareMin, 'x'));
  const SharedBytes small = SharedBytes::CopyOf(std::string(OutputBuffer::kShareMin - 1, 'x'));
  OutputBuffer buffer;
  buffer.AppendShared(large);
  buffer.AppendShared(small);
  EXPECT_FALSE(large.IsUnique());
  EXPECT_TRUE(small.IsUnique());
  buffer.Consume(OutputBuffer::kShareMin - 1);
  EXPECT_FALSE(large.IsUnique());
  buffer.Consume(1);
  EXPECT_TRUE(large.IsUnique());
}

TEST(OutputBufferTest, RandomAppendsAndConsumesBehaveLikeAString) {
  std::minstd_rand random(7);
  OutputBuffer buffer;
  std::string model;
  for (int step = 0; step < 20'000; ++step) {
    const size_t size = random() % (random() % 8 == 0 ? 40'000 : 200);
    switch (random() % 5) {
      case 0:
        buffer.AppendShared(SharedBytes::CopyOf(Pattern(size, step)));
        model += Pattern(size, step);
        break;
      case 1: {
        OutputBuffer other;
        other.Append("front");
        other.AppendShared(SharedBytes::CopyOf(Pattern(size, step)));
        other.Append("back");
        other.Consume(2);
        buffer.AppendBuffer(std::move(other));
        model += "ont" + Pattern(size, step) + "back";
        break;
      }
      case 2: {
        const size_t consumed = std::min(model.size(), size * 3);
        buffer.Consume(consumed);
        model.erase(0, consumed);
        break;
      }
      default:
        buffer.Append(Pattern(size, step));
        model += Pattern(size, step);
    }
    ASSERT_EQ(buffer.size(), model.size()) << step;
    if (step % 50 == 0) {
      ASSERT_TRUE(buffer.ToString() == model) << step;
    }
    if (model.size() > 1'000'000) {
      buffer.Clear();
      model.clear();
    }
  }
}

TEST(OutputBufferTest, MovingTakesTheBytesAlong) {
  OutputBuffer first;
  first.Append("abc");
  OutputBuffer second = std::move(first);
  EXPECT_EQ(second.ToString(), "abc");
  OutputBuffer third;
  third = std::move(second);
  third.Append("d");
  EXPECT_EQ(third.ToString(), "abcd");
  third.Clear();
  EXPECT_TRUE(third.empty());
  third.Append("again");
  EXPECT_EQ(third.ToString(), "again");
}

}  // namespace
}  // namespace kvasir
