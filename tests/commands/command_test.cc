#include "tests/support/command_test.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <set>

#include "src/commands/families.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class CommandCommandTest : public CommandTest {};

TEST_F(CommandCommandTest, InfoIsRedis) {
  session.resp_version = 3;
  EXPECT_EQ(Run({"COMMAND", "INFO", "get", "nosuch"}),
            "[[get, (integer) 2, [readonly, fast], (integer) 1, (integer) 1, (integer) 1, "
            "[@read, @string, @fast], [], [{flags: [RO, access], begin_search: {type: index, "
            "spec: {index: (integer) 1}}, find_keys: {type: range, spec: {lastkey: (integer) 0, "
            "keystep: (integer) 1, limit: (integer) 0}}}], []], (nil)]");
  EXPECT_THAT(Run({"COMMAND", "INFO", "rename"}),
              HasSubstr("[write], (integer) 1, (integer) 2, (integer) 1, "));
  EXPECT_THAT(Run({"COMMAND", "INFO", "config|get"}),
              StartsWith("[[config|get, (integer) -3, [admin, noscript, loading, stale], "));
}

TEST_F(CommandCommandTest, FlagsOfScriptsAndKeysOfClaims) {
  for (const char* name : {"eval", "evalsha", "fcall", "fcall_ro"}) {
    EXPECT_THAT(Run({"COMMAND", "INFO", name}), HasSubstr("no_mandatory_keys"));
  }
  EXPECT_THAT(Run({"COMMAND", "INFO", "xautoclaim"}), HasSubstr("[flags, [RW, delete], "));
}

TEST_F(CommandCommandTest, AMovableKeyDoesNotHideTheFixedOnes) {
  for (const char* name : {"zunionstore", "sort", "georadius"}) {
    EXPECT_THAT(Run({"COMMAND", "INFO", name}),
                HasSubstr("movablekeys], (integer) 1, (integer) 1, (integer) 1, "));
  }
  EXPECT_THAT(Run({"COMMAND", "INFO", "zunion"}),
              HasSubstr("movablekeys], (integer) 0, (integer) 0, (integer) 0, "));
}

TEST_F(CommandCommandTest, CountAndListAgree) {
  const std::string count = Run({"COMMAND", "COUNT"});
  EXPECT_EQ("*" + count.substr(sizeof "(integer) " - 1) + "\r\n",
            RunRaw(session, {"COMMAND"}).substr(0, count.size() - 10 + 3));
  EXPECT_EQ(Run({"COMMAND", "LIST", "FILTERBY", "PATTERN", "slowlog*"}),
            "[slowlog, slowlog|get, slowlog|len, slowlog|reset, slowlog|help]");
  EXPECT_THAT(Run({"COMMAND", "LIST", "FILTERBY", "ACLCAT", "transaction"}), HasSubstr("exec"));
  EXPECT_EQ(Run({"COMMAND", "LIST", "FILTERBY", "ACLCAT", "nosuch"}), "[]");
  EXPECT_EQ(Run({"COMMAND", "LIST", "FILTERBY", "MODULE", "x"}), "[]");
  EXPECT_EQ(Run({"COMMAND", "LIST", "x"}), "-ERR syntax error");
}

TEST_F(CommandCommandTest, KeysOfARequest) {
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "MSET", "a", "1", "b", "2"}), "[a, b]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYSANDFLAGS", "MSET", "a", "1", "b", "2"}),
            "[[a, [OW, update]], [b, [OW, update]]]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "MEMORY", "USAGE", "k"}), "[k]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "NOSUCH", "a"}), "-ERR Invalid command specified");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "PING", "a"}), "-ERR The command has no key arguments");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "GET", "a", "b"}),
            "-ERR Invalid number of arguments specified for command");
}

TEST_F(CommandCommandTest, DocsHaveArguments) {
  session.resp_version = 3;
  EXPECT_THAT(Run({"COMMAND", "DOCS", "get", "nosuch"}),
              HasSubstr("group: string, arguments: [{name: key, type: key, display_text: key, "
                        "key_spec_index: (integer) 0}]}}"));
  EXPECT_THAT(Run({"COMMAND", "DOCS", "slowlog"}),
              HasSubstr("subcommands: {slowlog|get: {summary: "));
  EXPECT_EQ(Run({"COMMAND", "DOCS", "nosuch"}), "{}");
}

// Every row can be shown, and says what people need to know.
TEST_F(CommandCommandTest, RowsAreComplete) {
  session.resp_version = 3;
  std::set<std::string_view> names;
  for (const auto& family : AllFamilies()) {
    for (const CommandRow& row : family) {
      EXPECT_TRUE(names.insert(row.name).second) << row.name << " is there twice";
      EXPECT_FALSE(row.summary.empty()) << row.name;
      EXPECT_FALSE(row.since.empty()) << row.name;
      // An element that is fetched ahead is one of the arguments that are always there.
      EXPECT_LT(row.element_at, static_cast<size_t>(std::abs(row.arity))) << row.name;
      EXPECT_EQ(Run({"COMMAND", "DOCS", row.name}).find("(and more)"), std::string::npos);
      EXPECT_EQ(Run({"COMMAND", "INFO", row.name}).find("(and more)"), std::string::npos);
      for (const CommandRow& sub : row.subcommands) EXPECT_FALSE(sub.summary.empty()) << sub.name;
    }
  }
}

TEST_F(CommandCommandTest, OfAnOptionGivenTwiceTheLastNamesTheKey) {
  EXPECT_EQ(
      Run({"COMMAND", "GETKEYS", "GEORADIUS", "k", "1", "1", "1", "m", "STORE", "a", "STORE", "b"}),
      "[k, b]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYSANDFLAGS", "SORT", "k", "STORE", "d"}),
            "[[k, [RO, access]], [d, [OW, update]]]");
}

}  // namespace
}  // namespace kvasir
