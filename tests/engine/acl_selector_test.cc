#include "src/engine/acl_selector.h"

#include <gtest/gtest.h>

#include "src/commands/families.h"

namespace kvasir {
namespace {

class AclSelectorTest : public ::testing::Test {
 protected:
  void Apply(std::string_view rule) {
    const Result<void> applied = selector_.Apply(rule);
    EXPECT_TRUE(applied) << rule << ": " << applied.error().detail();
  }
  std::string Refusal(std::string_view rule) {
    const std::string before = selector_.Describe();
    const Result<void> applied = selector_.Apply(rule);
    EXPECT_EQ(selector_.Describe(), before) << rule;
    return applied ? "applied" : applied.error().detail();
  }
  AclVerdict Check(const std::vector<std::string_view>& arguments) {
    AclRequest request(*commands_.Find(arguments), arguments);
    return selector_.Check(request);
  }
  bool Allows(const std::vector<std::string_view>& arguments) { return Check(arguments).allowed(); }

  CommandTable commands_{AllFamilies()};
  AclSelector selector_{commands_, false};
};

TEST_F(AclSelectorTest, BeginsWithNothing) {
  EXPECT_EQ(Check({"get", "k"}).denial, AclDenial::kCommand);
  EXPECT_FALSE(Allows({"ping"}));
  // Who one is can always be said.
  EXPECT_TRUE(Allows({"auth", "x"}));
  EXPECT_TRUE(Allows({"hello"}));
  EXPECT_EQ(selector_.Describe(), "resetchannels -@all");
  EXPECT_FALSE(selector_.unrestricted());
}

TEST_F(AclSelectorTest, CommandsOneByOne) {
  Apply("allkeys");
  Apply("+GET");
  Apply("+config|get");
  EXPECT_TRUE(Allows({"get", "k"}));
  EXPECT_TRUE(Allows({"config", "get", "x"}));
  EXPECT_FALSE(Allows({"config", "set", "x", "y"}));
  EXPECT_FALSE(Allows({"set", "k", "v"}));
  Apply("+config");
  EXPECT_TRUE(Allows({"config", "set", "x", "y"}));
  EXPECT_EQ(selector_.DescribeCommands(), "-@all +get +config");
  Apply("-config|set");
  EXPECT_FALSE(Allows({"config", "set", "x", "y"}));
  EXPECT_TRUE(Allows({"config", "get", "x"}));
  EXPECT_EQ(selector_.DescribeCommands(), "-@all +get +config -config|set");
  Apply("-config");
  EXPECT_EQ(selector_.DescribeCommands(), "-@all +get -config");
  EXPECT_FALSE(Allows({"config", "get", "x"}));
}

TEST_F(AclSelectorTest, CategoriesAndAll) {
  Apply("~*");
  Apply("+@Read");
  EXPECT_TRUE(Allows({"get", "k"}));
  EXPECT_TRUE(Allows({"lrange", "k", "0", "1"}));
  EXPECT_FALSE(Allows({"set", "k", "v"}));
  Apply("+@all");
  Apply("&*");
  EXPECT_TRUE(selector_.unrestricted());
  EXPECT_EQ(selector_.Describe(), "~* &* +@all");
  Apply("-@dangerous");
  EXPECT_FALSE(selector_.unrestricted());
  EXPECT_FALSE(Allows({"flushall"}));
  EXPECT_FALSE(Allows({"config", "get", "x"}));
  EXPECT_TRUE(Allows({"set", "k", "v"}));
  EXPECT_EQ(selector_.DescribeCommands(), "+@all -@dangerous");
  Apply("nocommands");
  EXPECT_FALSE(Allows({"get", "k"}));
  Apply("allcommands");
  EXPECT_TRUE(Allows({"flushall"}));
}

TEST_F(AclSelectorTest, AFirstArgumentOfAnOtherwiseForbiddenCommand) {
  Apply("+select|0");
  Apply("+select|1");
  Apply("+select|1");
  EXPECT_TRUE(Allows({"select", "0"}));
  EXPECT_TRUE(Allows({"select", "1"}));
  EXPECT_FALSE(Allows({"select", "2"}));
  EXPECT_EQ(selector_.DescribeCommands(), "-@all +select|0 +select|1");
  Apply("-select");
  EXPECT_FALSE(Allows({"select", "0"}));
  EXPECT_EQ(selector_.DescribeCommands(), "-@all -select");
  EXPECT_EQ(Refusal("+config|get|x"), "Allowing first-arg of a subcommand is not supported");
  EXPECT_EQ(Refusal("+select|"), "Syntax error");
  EXPECT_EQ(Refusal("-select|0"), "Unknown command or category name in ACL");
  EXPECT_EQ(Refusal("+config|nosuch"), "Unknown command or category name in ACL");
}

TEST_F(AclSelectorTest, KeysByPattern) {
  Apply("+@all");
  Apply("~app:*");
  EXPECT_TRUE(Allows({"get", "app:1"}));
  EXPECT_EQ(Check({"get", "other"}).denial, AclDenial::kKey);
  const AclVerdict verdict = Check({"mset", "app:1", "v", "b", "v"});
  EXPECT_EQ(verdict.denial, AclDenial::kKey);
  EXPECT_EQ(verdict.argument, 3U);
  EXPECT_TRUE(Allows({"ping"}));
  EXPECT_TRUE(Allows({"keys", "*"}));
  // What a command finds behind a word is a key like any other.
  EXPECT_EQ(Check({"sort", "app:1", "store", "b"}).denial, AclDenial::kKey);
  EXPECT_TRUE(Allows({"sort", "app:1", "store", "app:2"}));
  Apply("resetkeys");
  EXPECT_FALSE(Allows({"get", "app:1"}));
}

TEST_F(AclSelectorTest, KeysThatMayOnlyBeReadOrWritten) {
  Apply("+@all");
  Apply("%R~r*");
  Apply("%w~w*");
  EXPECT_TRUE(Allows({"get", "r1"}));
  EXPECT_FALSE(Allows({"set", "r1", "v"}));
  EXPECT_FALSE(Allows({"get", "w1"}));
  EXPECT_TRUE(Allows({"set", "w1", "v"}));
  // What also tells the old value reads.
  EXPECT_FALSE(Allows({"set", "w1", "v", "get"}));
  EXPECT_FALSE(Allows({"getset", "w1", "v"}));
  EXPECT_TRUE(Allows({"bitfield", "r1", "get", "u8", "0"}));
  EXPECT_FALSE(Allows({"bitfield", "r1", "set", "u8", "0", "1"}));
  EXPECT_TRUE(Allows({"copy", "r1", "w1"}));
  EXPECT_FALSE(Allows({"copy", "w1", "r1"}));
  // Neither content nor change: whether a key is there may be asked by anybody with a pattern.
  EXPECT_TRUE(Allows({"exists", "w1"}));
  EXPECT_FALSE(Allows({"exists", "x"}));
  Apply("%W~r*");
  EXPECT_TRUE(Allows({"set", "r1", "v"}));
  EXPECT_EQ(selector_.DescribeKeys(), "~r* %W~w*");
  EXPECT_FALSE(selector_.ReadsAllKeys());
  Apply("%R~*");
  EXPECT_TRUE(selector_.ReadsAllKeys());
}

TEST_F(AclSelectorTest, PatternsThatSayNothing) {
  Apply("~*");
  EXPECT_NE(Refusal("~a").find("Try 'resetkeys'"), std::string::npos);
  Apply("resetkeys");
  for (const char* rule : {"%~a", "%RR~a", "%X~a", "%R", "%", "~a b", "", "get", "foo"}) {
    EXPECT_EQ(Refusal(rule), "Syntax error") << rule;
  }
  EXPECT_EQ(Refusal(std::string_view("~a\0b", 4)), "Syntax error");
  Apply("&*");
  EXPECT_NE(Refusal("&a").find("Try 'resetchannels'"), std::string::npos);
}

TEST_F(AclSelectorTest, ChannelsByPattern) {
  Apply("&news.*");
  Apply("&news.*");
  EXPECT_EQ(selector_.DescribeChannels(), "&news.*");
  EXPECT_TRUE(selector_.MayUseChannel("news.1", false));
  EXPECT_FALSE(selector_.MayUseChannel("old", false));
  EXPECT_TRUE(selector_.MayUseChannel("news.*", true));
  EXPECT_FALSE(selector_.MayUseChannel("news.1*", true));
  Apply("allchannels");
  EXPECT_TRUE(selector_.MayUseChannel("old", true));
  Apply("resetchannels");
  EXPECT_FALSE(selector_.MayUseChannel("news.1", false));
}

}  // namespace
}  // namespace kvasir
