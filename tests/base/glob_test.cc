#include "src/base/glob.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace kvasir {
namespace {

TEST(GlobTest, StarsQuestionMarksAndText) {
  EXPECT_TRUE(GlobMatch("", ""));
  EXPECT_TRUE(GlobMatch("*", ""));
  EXPECT_TRUE(GlobMatch("a*c", "abbbc"));
  EXPECT_TRUE(GlobMatch("a**c*", "ac"));
  EXPECT_TRUE(GlobMatch("?b?", "abc"));
  EXPECT_FALSE(GlobMatch("?", ""));
  EXPECT_FALSE(GlobMatch("a", "ab"));
  EXPECT_FALSE(GlobMatch("ab", "a"));
  EXPECT_FALSE(GlobMatch("a*d", "abc"));
  EXPECT_TRUE(GlobMatch(std::string_view("a\0*", 3), std::string_view("a\0b", 3)));
}

TEST(GlobTest, Classes) {
  EXPECT_TRUE(GlobMatch("h[ae]llo", "hallo"));
  EXPECT_FALSE(GlobMatch("h[ae]llo", "hillo"));
  EXPECT_TRUE(GlobMatch("h[^ae]llo", "hillo"));
  EXPECT_FALSE(GlobMatch("h[^ae]llo", "hallo"));
  EXPECT_TRUE(GlobMatch("[a-c]", "b"));
  EXPECT_TRUE(GlobMatch("[c-a]", "b"));
  EXPECT_FALSE(GlobMatch("[a-c]", "d"));
  EXPECT_TRUE(GlobMatch("[\\]]", "]"));
  EXPECT_FALSE(GlobMatch("[]", "a"));
}

TEST(GlobTest, UnfinishedPatternsEndWithTheirText) {
  EXPECT_TRUE(GlobMatch("[ab", "a"));
  EXPECT_FALSE(GlobMatch("[ab", "c"));
  EXPECT_TRUE(GlobMatch("a\\", "a\\"));
  EXPECT_FALSE(GlobMatch("[", "["));
  for (const std::string_view pattern : {"[", "[^", "[a-", "[\\", "*[", "\\", "[^\\", "[a-\\"}) {
    for (const std::string_view text : {"", "a", "[", "\\", "-", "ab"}) GlobMatch(pattern, text);
  }
}

TEST(GlobTest, EscapesAndCase) {
  EXPECT_TRUE(GlobMatch("\\*", "*"));
  EXPECT_FALSE(GlobMatch("\\*", "a"));
  EXPECT_TRUE(GlobMatch("\\a", "a"));
  EXPECT_FALSE(GlobMatch("ABC", "abc"));
  EXPECT_TRUE(GlobMatch("ABC", "abc", true));
  EXPECT_TRUE(GlobMatch("[A-C]x", "bX", true));
}

// With one try per star and position these would take longer than the universe is old.
TEST(GlobTest, PathologicalPatternsEnd) {
  const std::string text(5000, 'a');
  std::string stars;
  for (int i = 0; i < 50; ++i) stars += "a*";
  EXPECT_FALSE(GlobMatch(stars + "b", text));
  EXPECT_TRUE(GlobMatch(stars, text));
  std::string classes;
  for (int i = 0; i < 50; ++i) classes += "*[a-z]";
  EXPECT_FALSE(GlobMatch(classes + "b", text));
  EXPECT_FALSE(GlobMatch(std::string(5000, '*') + "b", text));
  EXPECT_TRUE(GlobMatch(std::string(5000, '?'), text));
}

// The plain recursive definition, for small patterns of stars, marks and letters.
bool Naive(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return Naive(pattern.substr(1), text) || (!text.empty() && Naive(pattern, text.substr(1)));
  }
  if (text.empty() || (pattern[0] != '?' && pattern[0] != text[0])) return false;
  return Naive(pattern.substr(1), text.substr(1));
}

TEST(GlobTest, AgreesWithTheDefinition) {
  std::minstd_rand random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string pattern;
    std::string text;
    for (size_t n = random() % 7; n > 0; --n) pattern += "ab*?"[random() % 4];
    for (size_t n = random() % 7; n > 0; --n) text += "ab"[random() % 2];
    ASSERT_EQ(GlobMatch(pattern, text), Naive(pattern, text)) << pattern << " on " << text;
  }
}

}  // namespace
}  // namespace kvasir
