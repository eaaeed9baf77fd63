#include "src/store/stream_node.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "src/store/stream_listpack.h"

namespace kvasir {
namespace {

using Texts = std::vector<std::string_view>;

std::vector<uint64_t> Sequences(const StreamNode& node, bool backwards) {
  std::vector<uint64_t> sequences;
  for (StreamEntry entry; backwards ? node.Previous(entry) : node.Next(entry);) {
    if (!entry.deleted) sequences.push_back(entry.id.sequence);
  }
  return sequences;
}

bool IsIntact(const StreamId& master, std::string_view listpack) {
  StreamId last;
  size_t live = 0;
  return IsStreamListpack(master, listpack, last, live);
}

TEST(StreamNodeTest, HoldsTheBytesThatRedisWrites) {
  // The node in DUMP of redis-server 7.0.15 after XADD s 5-1 a 1 and XADD s 5-3 b xy.
  const std::string expected =
      "2d0000001100020100010101816102000102010001000101010401000100010201010181620282787903"
      "0601ff";
  StreamNode node({5, 1}, Texts{"a", "1"});
  node.Append({5, 1}, Texts{"a", "1"});
  node.Append({5, 3}, Texts{"b", "xy"});
  std::string hex;
  for (const char byte : node.listpack()) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<uint8_t>(byte) >> 4];
    hex += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  EXPECT_EQ(hex, expected);
}

TEST(StreamNodeTest, WalksBothWaysOverDeletedEntries) {
  StreamNode node({9, 0}, Texts{"f", ""});
  for (uint64_t i = 0; i < 300; ++i) {
    const std::string value(i % 7 * 40, 'v');
    const std::string number = std::to_string(i);
    if (i % 5 == 0) {
      node.Append({9, i}, Texts{"other", number, "second", value});
    } else {
      node.Append({9, i}, Texts{"f", value});
    }
  }
  EXPECT_EQ(node.live(), 300U);
  size_t marked = 0;
  for (StreamEntry entry; node.Next(entry);) {
    if (entry.id.sequence % 3 != 0) continue;
    node.Mark(entry);
    ++marked;
  }
  node.CountMarked(marked);
  EXPECT_EQ(node.live(), 200U);
  EXPECT_EQ(node.deleted(), 100U);
  std::vector<uint64_t> forwards = Sequences(node, false);
  std::vector<uint64_t> backwards = Sequences(node, true);
  EXPECT_EQ(forwards.size(), 200U);
  std::reverse(backwards.begin(), backwards.end());
  EXPECT_EQ(forwards, backwards);
  EXPECT_TRUE(IsIntact({9, 0}, node.listpack()));
  EXPECT_EQ(node.LastId(), (StreamId{9, 299}));
  node.Shrink();
  EXPECT_EQ(Sequences(node, false), forwards);
}

TEST(StreamNodeTest, FieldsComeBackAsTheyWere) {
  const std::string long_name(70, 'n');
  const std::string long_value(16381, 'v');  // its length behind it is at the edge of two bytes
  for (size_t more = 0; more < 4; ++more) {
    const std::string value = long_value + std::string(more, 'w');
    StreamNode node({1, 1}, Texts{long_name, value, "n", "-17"});
    node.Append({1, 1}, Texts{long_name, value, "n", "-17"});
    node.Append({1, 2}, Texts{"x", "y"});
    StreamEntry entry;
    ASSERT_TRUE(node.Next(entry));
    StreamFields fields(entry);
    PackedElement name;
    PackedElement text;
    ElementText scratch;
    ASSERT_TRUE(fields.Next(name, text));
    EXPECT_EQ(name.Text(scratch), long_name);
    EXPECT_EQ(text.Text(scratch), value);
    ASSERT_TRUE(fields.Next(name, text));
    EXPECT_EQ(text.integer, -17);
    EXPECT_FALSE(fields.Next(name, text));
    EXPECT_TRUE(IsIntact({1, 1}, node.listpack()));
    StreamEntry last;
    ASSERT_TRUE(node.Previous(last));
    ASSERT_TRUE(node.Previous(last));
    EXPECT_EQ(last.id, (StreamId{1, 1}));
    EXPECT_FALSE(node.Previous(last));
  }
}

TEST(StreamNodeTest, SequencesMayBeBelowTheFirst) {
  StreamNode node({1, 500}, Texts{"f", "v"});
  node.Append({1, 500}, Texts{"f", "v"});
  node.Append({2, 0}, Texts{"f", "v"});
  node.Append({UINT64_MAX, UINT64_MAX}, Texts{"f", "v"});
  EXPECT_EQ(Sequences(node, false), (std::vector<uint64_t>{500, 0, UINT64_MAX}));
  EXPECT_TRUE(IsIntact({1, 500}, node.listpack()));
}

// Whatever a byte is changed to, a node that passes the check can be walked.
TEST(StreamNodeTest, DamageIsFoundOrHarmless) {
  StreamNode node({3, 0}, Texts{"name", "1", "12", "v"});
  node.Append({3, 0}, Texts{"name", "1", "12", "v"});
  node.Append({3, 1}, Texts{"other", std::string_view("some longer value"), "q", "-70000"});
  node.Append({4, 0}, Texts{"name", "99999999999", "12", ""});
  const std::string intact(node.listpack());
  ASSERT_TRUE(IsIntact({3, 0}, intact));
  for (size_t at = 0; at < intact.size(); ++at) {
    EXPECT_FALSE(IsIntact({3, 0}, intact.substr(0, at)));
    for (int byte = 0; byte < 256; ++byte) {
      std::string damaged = intact;
      damaged[at] = static_cast<char>(byte);
      StreamId last;
      size_t live = 0;
      // A block of its own, so that a sanitizer sees reads beyond it.
      const std::vector<char> exact(damaged.begin(), damaged.end());
      if (!IsStreamListpack({3, 0}, {exact.data(), exact.size()}, last, live)) continue;
      const StreamNode loaded({3, 0}, std::string_view(exact.data(), exact.size()));
      EXPECT_EQ(Sequences(loaded, false).size(), live);
      EXPECT_EQ(Sequences(loaded, true).size(), live);
    }
  }
}

}  // namespace
}  // namespace kvasir
