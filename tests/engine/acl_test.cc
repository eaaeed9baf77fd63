#include "src/engine/acl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/commands/families.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kHashOfPw =
    "30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4";

class AclTest : public ::testing::Test {
 protected:
  std::string Set(std::string_view user, const std::vector<std::string>& rules) {
    const Result<void> set = acl_.SetUser(user, rules);
    return set ? "OK" : set.error().detail();
  }
  std::string Describe(std::string_view user) { return acl_.Find(user)->Describe(); }
  std::string Problems(std::string_view content) {
    const Result<Acl::Users> users = acl_.ParseFile(content, "x.acl");
    return users ? "" : users.error().detail();
  }

  CommandTable commands_{AllFamilies()};
  Acl acl_{commands_};
};

TEST_F(AclTest, TheDefaultUserMayDoEverything) {
  EXPECT_EQ(Describe("default"), "on nopass sanitize-payload ~* &* +@all");
  EXPECT_TRUE(acl_.default_user().unrestricted());
  EXPECT_TRUE(acl_.default_user().Admits("anything"));
  EXPECT_TRUE(acl_.Lines("").empty());
}

TEST_F(AclTest, ANewUserMayDoNothing) {
  EXPECT_EQ(Set("bob", {}), "OK");
  EXPECT_EQ(Describe("bob"), "off sanitize-payload resetchannels -@all");
  EXPECT_FALSE(acl_.Find("bob")->Admits(""));
}

TEST_F(AclTest, Passwords) {
  EXPECT_EQ(Set("bob", {"on", ">pw", std::string("#") + kHashOfPw, ">other"}), "OK");
  const AclUser& bob = *acl_.Find("bob");
  EXPECT_EQ(bob.password_hashes().size(), 2U);
  EXPECT_EQ(bob.password_hashes()[0], kHashOfPw);
  EXPECT_TRUE(bob.Admits("pw"));
  EXPECT_TRUE(bob.Admits("other"));
  EXPECT_FALSE(bob.Admits("p"));
  EXPECT_EQ(Set("bob", {"<pw"}), "OK");
  EXPECT_FALSE(bob.Admits("pw"));
  EXPECT_THAT(Set("bob", {"<pw"}), HasSubstr("does not exist"));
  EXPECT_THAT(Set("bob", {"#xyz"}), HasSubstr("must be exactly 64 characters"));
  EXPECT_EQ(Set("bob", {"off"}), "OK");
  EXPECT_FALSE(bob.Admits("other"));
  EXPECT_EQ(Set("bob", {"on", "nopass"}), "OK");
  EXPECT_TRUE(bob.Admits("anything"));
  EXPECT_EQ(Set("bob", {"resetpass"}), "OK");
  EXPECT_FALSE(bob.Admits("other"));
}

TEST_F(AclTest, AnErrorChangesNothing) {
  EXPECT_EQ(Set("bob", {"on", "+nosuch"}),
            "Error in ACL SETUSER modifier '+nosuch': Unknown command or category name in ACL");
  EXPECT_EQ(acl_.Find("bob"), nullptr);
  EXPECT_EQ(Set("bob", {"+get"}), "OK");
  EXPECT_NE(Set("bob", {"+set", "(+get ~a) x"}), "OK");
  EXPECT_EQ(Describe("bob"), "off sanitize-payload resetchannels -@all +get");
}

TEST_F(AclTest, SelectorsMayComeInParts) {
  EXPECT_EQ(Set("bob", {"+ping", "(+get", "~r*)", "(+set ~w*)"}), "OK");
  EXPECT_EQ(Describe("bob"),
            "off sanitize-payload resetchannels -@all +ping (~r* resetchannels -@all +get) "
            "(~w* resetchannels -@all +set)");
  EXPECT_EQ(Set("bob", {"(+get", "~x"}),
            "Unmatched parenthesis in acl selector starting at '(+get'.");
  const Command& get = *commands_.FindByName("get");
  const AclUser& bob = *acl_.Find("bob");
  const std::vector<std::string_view> reads = {"get", "r1"};
  const std::vector<std::string_view> wrong = {"get", "w1"};
  EXPECT_TRUE(bob.Check(get, reads).allowed());
  // The selector that came furthest tells what is missing.
  EXPECT_EQ(bob.Check(get, wrong).denial, AclDenial::kKey);
  EXPECT_EQ(Set("bob", {"clearselectors"}), "OK");
  EXPECT_EQ(bob.Check(get, reads).denial, AclDenial::kCommand);
}

TEST_F(AclTest, ResetGoesBackToTheBeginning) {
  Set("bob", {"on", ">pw", "+@all", "~*", "&*", "(+get)", "skip-sanitize-payload"});
  EXPECT_EQ(Set("bob", {"reset"}), "OK");
  EXPECT_EQ(Describe("bob"), "off sanitize-payload resetchannels -@all");
  acl_.set_all_channels(true);
  EXPECT_EQ(Set("bob", {"reset"}), "OK");
  EXPECT_EQ(Describe("bob"), "off sanitize-payload &* -@all");
}

TEST_F(AclTest, RequirepassIsTheDefaultUsersPassword) {
  acl_.SetDefaultPassword("pw");
  EXPECT_FALSE(acl_.default_user().needs_no_password());
  EXPECT_TRUE(acl_.default_user().Admits("pw"));
  EXPECT_TRUE(acl_.Lines("pw").empty());
  EXPECT_EQ(acl_.Lines("").size(), 1U);
  acl_.SetDefaultPassword("");
  EXPECT_TRUE(acl_.default_user().needs_no_password());
}

TEST_F(AclTest, LinesOfAConfiguration) {
  const std::vector<UserLine> lines = {{"default", {"on", ">pw", "+ping"}},
                                       {"bob", {"on", "nopass", "~b*", "+get"}}};
  EXPECT_TRUE(acl_.AddLines(lines));
  EXPECT_EQ(Describe("default"),
            std::string("on sanitize-payload #") + kHashOfPw + " resetchannels -@all +ping");
  const std::vector<UserLine> written = acl_.Lines("");
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0].name, "bob");
  Acl again(commands_);
  EXPECT_TRUE(again.AddLines(written));
  EXPECT_EQ(again.FormatFile(), acl_.FormatFile());

  EXPECT_FALSE(acl_.AddLines({{{"bob", {}}}}));
  EXPECT_FALSE(acl_.AddLines({{{"a b", {}}}}));
  EXPECT_THAT(acl_.AddLines({{{"eve", {"+x"}}}}).error().detail(),
              HasSubstr("Error loading ACL rule '+x' for the user named 'eve'"));
}

TEST_F(AclTest, AFileRoundTrips) {
  Set("bob", {"on", ">pw", "%R~a*", "&c", "+@read", "-get", "(+set ~x)"});
  Result<Acl::Users> users = acl_.ParseFile("\r\n  " + acl_.FormatFile(), "x.acl");
  ASSERT_TRUE(users) << users.error().detail();
  Acl other(commands_);
  other.SetUser("eve", {});
  const AclUser* before = &other.default_user();
  const Acl::Users gone = other.Replace(std::move(*users));
  EXPECT_EQ(other.FormatFile(), acl_.FormatFile());
  EXPECT_EQ(other.Find("default"), before);
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone.begin()->first, "eve");
}

TEST_F(AclTest, AFileWithoutTheDefaultUserGetsHimAsNew) {
  acl_.SetDefaultPassword("pw");
  Result<Acl::Users> users = acl_.ParseFile("user bob on", "x.acl");
  ASSERT_TRUE(users);
  acl_.Replace(std::move(*users));
  EXPECT_EQ(Describe("default"), "on nopass sanitize-payload ~* &* +@all");
}

TEST_F(AclTest, WhatIsWrongWithAFile) {
  EXPECT_THAT(Problems("# comment"), HasSubstr("x.acl:1 should start with user keyword"));
  EXPECT_THAT(Problems("\nuser"), HasSubstr("x.acl:2 should start with user keyword"));
  EXPECT_THAT(Problems("user a\nuser a"), HasSubstr("Duplicate user 'a' found on line 2"));
  EXPECT_THAT(Problems("user a +nosuch"),
              HasSubstr("x.acl:1: Error in applying operation '+nosuch': Unknown command"));
  // Nothing but commands is shown: it might be a password.
  EXPECT_THAT(Problems("user a pw"), HasSubstr("x.acl:1: Syntax error. WARNING: ACL errors"));
  EXPECT_THAT(Problems("user a (+get"), HasSubstr("Unmatched parenthesis"));
}

}  // namespace
}  // namespace kvasir
