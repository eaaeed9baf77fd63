#include "src/base/text.h"

#include <gtest/gtest.h>

#include "protocol/request_parser.h"

namespace kvasir {
namespace {

TEST(TextTest, CaseIsAsciiCase) {
  EXPECT_TRUE(EqualsIgnoreCase("GeT", "gEt"));
  EXPECT_FALSE(EqualsIgnoreCase("get", "gets"));
  EXPECT_FALSE(EqualsIgnoreCase("@", "`"));
  EXPECT_FALSE(EqualsIgnoreCase("\xc4", "\xe4"));
  EXPECT_EQ(ToLower("AZaz[@\xc4"), "azaz[@\xc4");
  EXPECT_EQ(ToUpper("AZaz{`\xe4"), "AZAZ{`\xe4");
}

TEST(TextTest, QuotedBytesAreOneWordThatReadsBack) {
  EXPECT_EQ(QuoteBytes(""), "\"\"");
  EXPECT_EQ(QuoteBytes("a\"b\\c\n\r\t\a\b"), "\"a\\\"b\\\\c\\n\\r\\t\\a\\b\"");
  EXPECT_EQ(QuoteBytes(std::string_view("\0\x7f\xff", 3)), "\"\\x00\\x7f\\xff\"");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  std::vector<std::string> words;
  ASSERT_TRUE(SplitQuoted(QuoteBytes(all), words));
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0], all);
}

}  // namespace
}  // namespace kvasir
