#include "persistence/lzf.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace kvasir {
namespace {

TEST(LzfTest, TextsComeBack) {
  std::mt19937 random(1);
  for (size_t size : {5, 21, 300, 9000, 100'000}) {
    std::string text;
    while (text.size() < size) text += std::string(random() % 40, static_cast<char>(random() % 3));
    text.resize(size);
    std::string compressed(size, '\0');
    compressed.resize(LzfCompress(text, compressed.data()));
    if (compressed.empty()) continue;
    EXPECT_LE(compressed.size() + 4, size);
    EXPECT_EQ(LzfExpandedSize(compressed), size);
    std::string back(size, '\0');
    ASSERT_TRUE(LzfDecompress(compressed, back.data(), size));
    EXPECT_EQ(back, text);
  }
}

TEST(LzfTest, NothingIsMadeOfWhatDoesNotRepeat) {
  std::string out(16, '\0');
  EXPECT_EQ(LzfCompress("", out.data()), 0U);
  EXPECT_EQ(LzfCompress("aaaa", out.data()), 0U);
  EXPECT_EQ(LzfCompress("abcdefghijklmnop", out.data()), 0U);
}

TEST(LzfTest, OnlyTheDeclaredSizeIsTaken) {
  // Three literals, then a copy of nine bytes from three bytes back.
  const std::string compressed(
      "\x02"
      "abc\xe0\x00\x02",
      7);
  std::string out(64, '\0');
  ASSERT_TRUE(LzfDecompress(compressed, out.data(), 12));
  EXPECT_EQ(out.substr(0, 12), "abcabcabcabc");
  EXPECT_FALSE(LzfDecompress(compressed, out.data(), 11));
  EXPECT_FALSE(LzfDecompress(compressed, out.data(), 13));
  EXPECT_EQ(LzfExpandedSize(compressed), 12U);
  for (const size_t size : {2, 3, 5, 6}) {
    EXPECT_FALSE(LzfExpandedSize(compressed.substr(0, size))) << size;
  }
}

TEST(LzfTest, DamageIsRefusedOrHarmless) {
  std::string out(300, '\0');
  EXPECT_FALSE(LzfDecompress("", out.data(), 0));
  // A copy from in front of the text, and literals that are not there.
  EXPECT_FALSE(LzfDecompress(std::string("\x20\x05", 2), out.data(), 3));
  EXPECT_FALSE(LzfDecompress(std::string("\x1f"
                                         "abc",
                                         4),
                             out.data(), 32));
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 30, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    LzfDecompress(bytes, out.data(), random() % out.size());
  }
}

}  // namespace
}  // namespace kvasir
