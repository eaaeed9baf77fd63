#include <gmock/gmock.h>

#include "protocol/request_parser.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Split(std::string_view line) {
  std::vector<std::string> words;
  if (!SplitQuoted(line, words)) return {"(bad)"};
  return words;
}

TEST(SplitQuotedTest, WordsAreSeparatedByAnySpace) {
  EXPECT_THAT(Split(""), IsEmpty());
  EXPECT_THAT(Split(" \t\r\n\v\f"), IsEmpty());
  EXPECT_THAT(Split("  a\tbc  d "), ElementsAre("a", "bc", "d"));
}

TEST(SplitQuotedTest, DoubleQuotesTakeEscapes) {
  EXPECT_THAT(Split(R"("a b" "\n\r\t\b\a" "\x41\xfF" "\q\"")"),
              ElementsAre("a b", "\n\r\t\b\a", "A\xff", "q\""));
  EXPECT_THAT(Split(R"("\xZZ" "\x4")"), ElementsAre("xZZ", "x4"));
  EXPECT_THAT(Split("\"\""), ElementsAre(""));
  EXPECT_THAT(Split(R"("\x00")"), ElementsAre(std::string(1, '\0')));
}

TEST(SplitQuotedTest, SingleQuotesTakeOnlyTheirOwn) {
  EXPECT_THAT(Split(R"('a b' '\n' 'it\'s' '')"), ElementsAre("a b", "\\n", "it's", ""));
}

TEST(SplitQuotedTest, AQuoteMayBeginInsideAWord) {
  EXPECT_THAT(Split(R"(foo"bar baz" x)"), ElementsAre("foobar baz", "x"));
}

TEST(SplitQuotedTest, OpenQuotesAndTextBehindAClosingOneAreRefused) {
  for (const char* line : {"\"", "'", "\"a", "'a", "a \"b", R"("a\")", "\"a\"b", "'a'b", R"('a\')",
                           "\"\\", "\"a\"'b'"}) {
    EXPECT_THAT(Split(line), ElementsAre("(bad)")) << line;
  }
}

}  // namespace
}  // namespace kvasir
