#include "src/commands/syntax_parser.h"

#include <gtest/gtest.h>

namespace kvasir {
namespace {

std::string Describe(const std::vector<SyntaxArgument>& arguments);

// "name:type TOKEN?*+(...)": ? optional, * multiple, + with its token again.
std::string Describe(const SyntaxArgument& argument) {
  std::string text = argument.name + ":" + argument.type;
  if (!argument.token.empty()) text += " " + argument.token;
  if (argument.optional) text += "?";
  if (argument.multiple) text += "*";
  if (argument.multiple_token) text += "+";
  if (!argument.arguments.empty()) text += "(" + Describe(argument.arguments) + ")";
  return text;
}

std::string Describe(const std::vector<SyntaxArgument>& arguments) {
  std::string text;
  for (const SyntaxArgument& argument : arguments) {
    text += (text.empty() ? "" : ", ") + Describe(argument);
  }
  return text;
}

std::string Parse(std::string_view syntax) { return Describe(ParseSyntax(syntax)); }

TEST(SyntaxParserTest, Words) {
  EXPECT_EQ(Parse(""), "");
  EXPECT_EQ(Parse("key value"), "key:key, value:string");
  EXPECT_EQ(Parse("key seconds"), "key:key, seconds:integer");
  EXPECT_EQ(Parse("[message]"), "message:string?");
}

TEST(SyntaxParserTest, TokensTakeTheirValues) {
  EXPECT_EQ(Parse("key [MATCH pattern] [GET]"),
            "key:key, pattern:pattern MATCH?, get:pure-token GET?");
  EXPECT_EQ(Parse("[AUTH username password]"),
            "auth:block AUTH?(username:string, password:string)");
  EXPECT_EQ(Parse("[SKIPME <YES | NO>]"),
            "yes_no:oneof SKIPME?(yes:pure-token YES, no:pure-token NO)");
}

TEST(SyntaxParserTest, Choices) {
  EXPECT_EQ(Parse("[NX | XX]"), "nx_xx:oneof?(nx:pure-token NX, xx:pure-token XX)");
  EXPECT_EQ(Parse("key [EX seconds | PXAT unix-time-milliseconds]"),
            "key:key, seconds_unix-time-milliseconds:oneof?(seconds:integer EX, "
            "unix-time-milliseconds:unix-time PXAT)");
}

TEST(SyntaxParserTest, Repetitions) {
  EXPECT_EQ(Parse("key [key ...]"), "key:key*");
  EXPECT_EQ(Parse("key value [key value ...]"), "key:block*(key:key, value:string)");
  EXPECT_EQ(Parse("[section [section ...]]"), "section:string?*");
  EXPECT_EQ(Parse("[ID client-id [client-id ...]]"), "client-id:integer ID?*");
  EXPECT_EQ(Parse("[PREFIX prefix [PREFIX prefix ...]]"), "prefix:string PREFIX?*+");
}

TEST(SyntaxParserTest, AnyTextEnds) {
  for (const char* broken : {"[", "]", "...", "<|>", "[a [a ...", "|", "[[...]...]", "< ["}) {
    Parse(broken);
  }
}

}  // namespace
}  // namespace kvasir
