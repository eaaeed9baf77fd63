#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/command_test.h"
#include "tests/support/temp_directory.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class AclCommandsTest : public CommandTest {
 protected:
  // A client who is the user "bob" with these rules.
  Session& Bob(std::vector<std::string> rules) {
    std::vector<std::string> request = {"ACL", "SETUSER", "bob", "on", ">pw"};
    request.insert(request.end(), rules.begin(), rules.end());
    EXPECT_EQ(Run(request), "OK");
    Session& bob = NewSession();
    EXPECT_EQ(RunAs(bob, {"AUTH", "bob", "pw"}), "OK");
    return bob;
  }
  void UseFile(const std::string& path) {
    Settings settings = engine.settings();
    settings.aclfile = path;
    engine.set_settings(settings);
  }
};

TEST_F(AclCommandsTest, WhoAmI) {
  EXPECT_EQ(Run({"ACL", "WHOAMI"}), "default");
  EXPECT_EQ(RunAs(Bob({"+@all"}), {"ACL", "WHOAMI"}), "bob");
  EXPECT_EQ(Run({"ACL", "USERS"}), "[bob, default]");
}

TEST_F(AclCommandsTest, RefusesWhatTheRulesDoNotAllow) {
  Session& bob = Bob({"+get", "+set", "+acl|whoami", "~b*"});
  EXPECT_EQ(RunAs(bob, {"SET", "b1", "v"}), "OK");
  EXPECT_EQ(RunAs(bob, {"GET", "x"}), "-NOPERM No permissions to access a key");
  EXPECT_EQ(RunAs(bob, {"DEL", "b1"}),
            "-NOPERM User bob has no permissions to run the 'del' command");
  EXPECT_EQ(RunAs(bob, {"ACL", "LIST"}),
            "-NOPERM User bob has no permissions to run the 'acl|list' command");
  EXPECT_EQ(RunAs(bob, {"ACL", "WHOAMI"}), "bob");
  EXPECT_EQ(engine.statistics().acl_access_denied_command, 2U);
  EXPECT_EQ(engine.statistics().acl_access_denied_key, 1U);
  EXPECT_THAT(Run({"INFO", "stats"}), HasSubstr("acl_access_denied_cmd:2"));
}

TEST_F(AclCommandsTest, RulesHoldAtOnceForThoseWhoAreThere) {
  Session& bob = Bob({"+get", "~*"});
  EXPECT_EQ(RunAs(bob, {"GET", "k"}), "(nil)");
  EXPECT_EQ(Run({"ACL", "SETUSER", "bob", "-get"}), "OK");
  EXPECT_THAT(RunAs(bob, {"GET", "k"}), StartsWith("-NOPERM"));
  EXPECT_EQ(Run({"ACL", "SETUSER", "bob", "+@all", "~*", "&*"}), "OK");
  EXPECT_EQ(bob.armed_gates & kGateAcl, 0U);
  EXPECT_EQ(RunAs(bob, {"SET", "k", "v"}), "OK");
}

TEST_F(AclCommandsTest, ATransactionIsRefusedAsAWhole) {
  Session& bob = Bob({"+@transaction", "+set", "~b*"});
  EXPECT_EQ(RunAs(bob, {"MULTI"}), "OK");
  EXPECT_EQ(RunAs(bob, {"SET", "b", "1"}), "QUEUED");
  EXPECT_THAT(RunAs(bob, {"SET", "x", "1"}), StartsWith("-NOPERM"));
  EXPECT_THAT(RunAs(bob, {"EXEC"}), StartsWith("-EXECABORT"));
  EXPECT_EQ(Run({"EXISTS", "b"}), "(integer) 0");
}

TEST_F(AclCommandsTest, WhatIsNoLongerAllowedAtExecIsLeftOut) {
  Session& bob = Bob({"+@transaction", "+set", "+incr", "~b*"});
  RunAs(bob, {"MULTI"});
  RunAs(bob, {"SET", "b", "1"});
  RunAs(bob, {"INCR", "b"});
  EXPECT_EQ(Run({"ACL", "SETUSER", "bob", "-incr"}), "OK");
  EXPECT_EQ(RunAs(bob, {"EXEC"}),
            "[OK, -NOPERM ACLs rules changed between the moment the transaction was accumulated "
            "and the EXEC call. This command is no longer allowed for the following reason: no "
            "permission to execute the command or subcommand]");
  const std::string logged = Run({"ACL", "LOG"});
  EXPECT_THAT(logged, HasSubstr("context, multi"));
  EXPECT_THAT(logged, HasSubstr("object, incr"));
  // What the client was doing is EXEC, of all that it had queued.
  EXPECT_THAT(logged, HasSubstr(" multi=2 "));
  EXPECT_THAT(logged, HasSubstr(" cmd=exec "));
}

TEST_F(AclCommandsTest, TheLogDescribesTheClientOfAScript) {
  Session& bob = Bob({"+@transaction", "+eval", "~b*"});
  RunAs(bob, {"EVAL", "return redis.pcall('set', 'b', 1)", "0"});
  EXPECT_THAT(Run({"ACL", "LOG"}), HasSubstr(" cmd=eval user=bob "));
  Run({"ACL", "LOG", "RESET"});
  RunAs(bob, {"MULTI"});
  RunAs(bob, {"EVAL", "return redis.pcall('set', 'b', 1)", "0"});
  RunAs(bob, {"EXEC"});
  const std::string logged = Run({"ACL", "LOG"});
  EXPECT_THAT(logged, HasSubstr("context, lua"));
  EXPECT_THAT(logged, HasSubstr(" flags=x "));
  EXPECT_THAT(logged, HasSubstr(" cmd=exec user=bob "));
}

TEST_F(AclCommandsTest, WhoLosesPermissionWhileHeWaitsGetsNothing) {
  Session& bob = Bob({"+blpop", "~list"});
  Wait(bob, {"BLPOP", "list", "0"});
  Run({"ACL", "SETUSER", "bob", "resetkeys"});
  EXPECT_EQ(Run({"RPUSH", "list", "x"}), "(integer) 1");
  EXPECT_EQ(Answer(bob), "-NOPERM No permissions to access a key");
  // It never ran.
  EXPECT_THAT(Run({"INFO", "commandstats"}),
              HasSubstr("cmdstat_blpop:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,"
                        "failed_calls=0"));
  EXPECT_EQ(Run({"LLEN", "list"}), "(integer) 1");
}

TEST_F(AclCommandsTest, ChannelsNeedPermissionToo) {
  Session& bob = Bob({"+@pubsub", "&news.*"});
  constexpr const char* kDenied = "-NOPERM No permissions to access a channel";
  EXPECT_EQ(RunAs(bob, {"PUBLISH", "news.1", "m"}), "(integer) 0");
  EXPECT_EQ(RunAs(bob, {"PUBLISH", "other", "m"}), kDenied);
  EXPECT_EQ(RunAs(bob, {"SPUBLISH", "other", "m"}), kDenied);
  EXPECT_EQ(RunAs(bob, {"SUBSCRIBE", "news.1", "other"}), kDenied);
  EXPECT_EQ(RunAs(bob, {"PSUBSCRIBE", "news.1*"}), kDenied);
  EXPECT_EQ(RunAs(bob, {"SSUBSCRIBE", "other"}), kDenied);
  EXPECT_EQ(RunAs(bob, {"PSUBSCRIBE", "news.*"}), "[psubscribe, news.*, (integer) 1]");
  // Who may not hear any more what he has subscribed to is cut off; who still may stays.
  Run({"ACL", "SETUSER", "bob", "&more"});
  EXPECT_TRUE(host.closed.empty());
  Run({"ACL", "SETUSER", "bob", "resetchannels", "&news.1"});
  EXPECT_THAT(host.closed, ElementsAre(bob.id));
}

TEST_F(AclCommandsTest, AScriptMayDoWhatItsCallerMay) {
  Session& bob = Bob({"+eval", "+get", "~b*"});
  EXPECT_EQ(RunAs(bob, {"EVAL", "return redis.call('GET', 'b')", "0"}), "(nil)");
  EXPECT_THAT(RunAs(bob, {"EVAL", "return redis.call('SET', 'b', '1')", "0"}),
              StartsWith("-NOPERM ACL failure in script: User bob has no permissions to run the "
                         "'set' command"));
  EXPECT_THAT(RunAs(bob, {"EVAL", "return redis.call('GET', 'x')", "0"}),
              StartsWith("-NOPERM ACL failure in script: No permissions to access a key"));
  EXPECT_EQ(RunAs(bob, {"EVAL", "return redis.acl_check_cmd('GET', 'x')", "0"}), "(nil)");
  EXPECT_EQ(RunAs(bob, {"EVAL", "return redis.acl_check_cmd('GET', 'b')", "0"}), "(integer) 1");
  EXPECT_EQ(RunAs(bob, {"EVAL", "return 1", "1", "x"}), "-NOPERM No permissions to access a key");
  EXPECT_THAT(Run({"ACL", "LOG"}), HasSubstr("context, lua, object, x"));
}

TEST_F(AclCommandsTest, SortPatternsNeedAllKeys) {
  Session& bob = Bob({"+sort", "+sort_ro", "~list"});
  Run({"RPUSH", "list", "2", "1"});
  EXPECT_EQ(RunAs(bob, {"SORT", "list"}), "[1, 2]");
  EXPECT_EQ(RunAs(bob, {"SORT", "list", "BY", "nosort", "GET", "#"}), "[2, 1]");
  EXPECT_EQ(RunAs(bob, {"SORT", "list", "BY", "w_*"}),
            "-ERR BY option of SORT denied due to insufficient ACL permissions.");
  EXPECT_EQ(RunAs(bob, {"SORT_RO", "list", "GET", "w_*"}),
            "-ERR GET option of SORT denied due to insufficient ACL permissions.");
  Run({"ACL", "SETUSER", "bob", "%R~*"});
  EXPECT_EQ(RunAs(bob, {"SORT", "list", "BY", "w_*"}), "[1, 2]");
}

TEST_F(AclCommandsTest, ADeletedUserLosesHisConnections) {
  Session& bob = Bob({"+@all"});
  EXPECT_EQ(Run({"ACL", "DELUSER", "default"}), "-ERR The 'default' user cannot be removed");
  EXPECT_EQ(Run({"ACL", "DELUSER", "bob", "nobody"}), "(integer) 1");
  EXPECT_THAT(host.closed, ElementsAre(bob.id));
  EXPECT_EQ(RunAs(bob, {"GET", "k"}), "-NOAUTH Authentication required.");
  EXPECT_EQ(Run({"ACL", "GETUSER", "bob"}), "(nil)");
}

TEST_F(AclCommandsTest, WhoDeletesHimselfGetsTheReply) {
  Session& bob = Bob({"+@all"});
  EXPECT_EQ(RunAs(bob, {"ACL", "DELUSER", "bob"}), "(integer) 1");
  EXPECT_TRUE(bob.close_after_reply);
}

TEST_F(AclCommandsTest, AuthFailuresAreLogged) {
  Run({"ACL", "SETUSER", "bob", "on", ">pw"});
  Session& stranger = NewSession();
  EXPECT_THAT(RunAs(stranger, {"AUTH", "bob", "no"}), StartsWith("-WRONGPASS"));
  EXPECT_THAT(RunAs(stranger, {"HELLO", "3", "AUTH", "bob", "no"}), StartsWith("-WRONGPASS"));
  const std::string log = Run({"ACL", "LOG", "1"});
  EXPECT_THAT(log, HasSubstr("reason, auth"));
  EXPECT_THAT(log, HasSubstr("username, bob"));
  EXPECT_THAT(log, HasSubstr("object, HELLO"));
  EXPECT_EQ(Run({"ACL", "LOG", "RESET"}), "OK");
  EXPECT_EQ(Run({"ACL", "LOG"}), "[]");
  EXPECT_EQ(Run({"ACL", "LOG", "x"}), "-ERR value is not an integer or out of range");
}

TEST_F(AclCommandsTest, ResetGoesBackToTheDefaultUser) {
  Session& bob = Bob({"+get", "~*"});
  EXPECT_EQ(RunAs(bob, {"RESET"}), "RESET");
  EXPECT_EQ(RunAs(bob, {"ACL", "WHOAMI"}), "default");
  EXPECT_EQ(RunAs(bob, {"SET", "k", "v"}), "OK");
}

TEST_F(AclCommandsTest, TheDefaultUserMayBeRestricted) {
  Session& client = NewSession();
  engine.AdmitAsDefault(client);
  EXPECT_EQ(Run({"ACL", "SETUSER", "default", "-set"}), "OK");
  EXPECT_THAT(RunAs(client, {"SET", "k", "v"}), StartsWith("-NOPERM"));
  EXPECT_EQ(Run({"ACL", "SETUSER", "default", "off"}), "OK");
  Session& late = NewSession();
  engine.AdmitAsDefault(late);
  EXPECT_THAT(RunAs(late, {"GET", "k"}), StartsWith("-NOAUTH"));
  // He is let in again without a word of his own.
  EXPECT_EQ(Run({"ACL", "SETUSER", "default", "on"}), "OK");
  EXPECT_EQ(RunAs(late, {"GET", "k"}), "(nil)");
}

TEST_F(AclCommandsTest, GetUserShowsTheRules) {
  Run({"ACL", "SETUSER", "bob", "on", "nopass", "%R~a*", "&c", "+@read", "(~k +set)"});
  EXPECT_EQ(Run({"ACL", "GETUSER", "bob"}),
            "[flags, [on, nopass, sanitize-payload], passwords, [], commands, -@all +@read, keys, "
            "%R~a*, channels, &c, selectors, [[commands, -@all +set, keys, ~k, channels, ]]]");
  EXPECT_EQ(Run({"ACL", "LIST"}),
            "[user bob on nopass sanitize-payload %R~a* resetchannels &c -@all +@read (~k "
            "resetchannels -@all +set), user default on nopass sanitize-payload ~* &* +@all]");
}

TEST_F(AclCommandsTest, DryRun) {
  Run({"ACL", "SETUSER", "bob", "+get", "~b*"});
  EXPECT_EQ(Run({"ACL", "DRYRUN", "bob", "GET", "b1"}), "OK");
  EXPECT_EQ(Run({"ACL", "DRYRUN", "bob", "GET", "x"}),
            "User bob has no permissions to access the 'x' key");
  EXPECT_EQ(Run({"ACL", "DRYRUN", "bob", "SET", "b", "v"}),
            "User bob has no permissions to run the 'set' command");
  EXPECT_EQ(Run({"ACL", "DRYRUN", "bob", "GET"}),
            "-ERR wrong number of arguments for 'get' command");
  EXPECT_EQ(Run({"ACL", "DRYRUN", "bob", "NOSUCH"}), "-ERR Command 'NOSUCH' not found");
  EXPECT_EQ(Run({"ACL", "DRYRUN", "eve", "GET", "x"}), "-ERR User 'eve' not found");
  EXPECT_EQ(Run({"ACL", "LOG"}), "[]");
}

TEST_F(AclCommandsTest, Categories) {
  EXPECT_THAT(Run({"ACL", "CAT"}), StartsWith("[keyspace, read, write, set, sortedset"));
  EXPECT_THAT(Run({"ACL", "CAT", "transaction"}), HasSubstr("exec"));
  EXPECT_THAT(Run({"ACL", "CAT", "dangerous"}), HasSubstr("config|set"));
  EXPECT_EQ(Run({"ACL", "CAT", "nosuch"}), "-ERR Unknown category 'nosuch'");
  EXPECT_EQ(Run({"ACL", "CAT", "read", "write"}),
            "-ERR unknown subcommand or wrong number of arguments for 'CAT'. Try ACL HELP.");
}

TEST_F(AclCommandsTest, GenPass) {
  EXPECT_EQ(Run({"ACL", "GENPASS"}).size(), 64U);
  EXPECT_EQ(Run({"ACL", "GENPASS", "5"}).size(), 2U);
  EXPECT_NE(Run({"ACL", "GENPASS"}), Run({"ACL", "GENPASS"}));
  for (const char* bits : {"0", "-1", "4097"}) {
    EXPECT_THAT(Run({"ACL", "GENPASS", bits}), StartsWith("-ERR ACL GENPASS argument must be"));
  }
  EXPECT_EQ(Run({"ACL", "GENPASS", "x"}), "-ERR value is not an integer or out of range");
}

TEST_F(AclCommandsTest, NamesWithSpacesAreRefused) {
  EXPECT_EQ(Run({"ACL", "SETUSER", "a b", "on"}),
            "-ERR Usernames can't contain spaces or null characters");
}

TEST_F(AclCommandsTest, SecretsAreNotShownInTheSlowLog) {
  Run({"CONFIG", "SET", "slowlog-log-slower-than", "0"});
  Run({"ACL", "SETUSER", "bob", ">secret"});
  EXPECT_THAT(Run({"SLOWLOG", "GET"}), HasSubstr("[ACL, SETUSER, (redacted), (redacted)]"));
}

TEST_F(AclCommandsTest, WithoutAFileThereIsNoneToLoad) {
  EXPECT_THAT(Run({"ACL", "LOAD"}), StartsWith("-ERR This Redis instance is not configured"));
  EXPECT_THAT(Run({"ACL", "SAVE"}), StartsWith("-ERR This Redis instance is not configured"));
}

TEST_F(AclCommandsTest, AFileIsSavedAndLoaded) {
  const TempDirectory directory;
  const std::string path = directory.path() + "/users.acl";
  UseFile(path);
  EXPECT_THAT(Run({"ACL", "LOAD"}), StartsWith("-ERR Error loading ACLs, opening file"));
  Session& bob = Bob({"+get", "~b*"});
  EXPECT_EQ(Run({"ACL", "SAVE"}), "OK");
  const std::string saved = Run({"ACL", "LIST"});
  Session& eve = NewSession();
  Run({"ACL", "SETUSER", "eve", "on", "nopass"});
  RunAs(eve, {"AUTH", "eve", ""});
  Run({"ACL", "SETUSER", "bob", "+@all"});
  EXPECT_EQ(Run({"ACL", "LOAD"}), "OK");
  EXPECT_EQ(Run({"ACL", "LIST"}), saved);
  EXPECT_THAT(host.closed, ElementsAre(eve.id));
  EXPECT_THAT(RunAs(bob, {"SET", "b", "v"}), StartsWith("-NOPERM"));
  EXPECT_EQ(RunAs(bob, {"GET", "b"}), "(nil)");
}

TEST_F(AclCommandsTest, ABadFileChangesNothing) {
  const TempDirectory directory;
  const std::string path = directory.path() + "/users.acl";
  std::ofstream(path) << "user bob on +nosuch\n";
  UseFile(path);
  const std::string before = Run({"ACL", "LIST"});
  EXPECT_THAT(Run({"ACL", "LOAD"}), HasSubstr("no change to the previously active ACL rules"));
  EXPECT_EQ(Run({"ACL", "LIST"}), before);
}

}  // namespace
}  // namespace kvasir
