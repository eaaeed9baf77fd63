#include "src/engine/config_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/engine/directive.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

std::vector<std::string> Names(std::vector<std::string_view> patterns) {
  std::vector<std::string> names;
  for (const ConfigPair& pair : ConfigGet(Settings(), patterns)) names.push_back(pair.name);
  return names;
}

std::string Failure(const Pairs& pairs, bool allow_protected = false) {
  const Result<ConfigChange> change = ConfigSet(Settings(), pairs, allow_protected);
  return change ? "" : change.error().detail();
}

TEST(ConfigGet, MatchesPatternsInAnyCaseEachNameOnce) {
  EXPECT_THAT(Names({"Append*"}),
              ElementsAre("appendonly", "appendfsync", "appendfilename", "appenddirname"));
  EXPECT_THAT(Names({"appendonly", "append[o]*", "APPENDONLY"}), ElementsAre("appendonly"));
  EXPECT_THAT(Names({"nosuch", "x*"}), IsEmpty());
  EXPECT_THAT(Names({}), IsEmpty());
  EXPECT_GT(Names({"*"}).size(), AllDirectives().size());
}

TEST(ConfigGet, ShowsAliasesAsDirectivesOfTheirOwn) {
  EXPECT_THAT(Names({"hash-max-*-entries"}),
              ElementsAre("hash-max-listpack-entries", "hash-max-ziplist-entries"));
  EXPECT_THAT(Names({"lua-time-limit"}), ElementsAre("lua-time-limit"));
}

TEST(ConfigGet, ANameWithoutWildcardsComesBackAsItWasAsked) {
  EXPECT_THAT(ConfigGet(Settings(), std::vector<std::string_view>{"MaxMemory"}),
              ElementsAre(ConfigPair{"MaxMemory", "0"}));
}

TEST(ConfigSet, ChangesACopyAndListsWhatChanged) {
  const Settings before;
  const Result<ConfigChange> change = ConfigSet(
      before, Pairs{{"MaxMemory", "1gb"}, {"appendonly", "yes"}, {"timeout", "5"}}, false);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->settings.maxmemory_bytes, 1024 * kMebibyte);
  EXPECT_EQ(change->settings.timeout_seconds, 5);
  EXPECT_THAT(change->changed, ElementsAre("maxmemory", "timeout"));
  EXPECT_EQ(before, Settings());
}

TEST(ConfigSet, AnAliasAndItsNameAreNoDuplicateAndTheLastWins) {
  const Result<ConfigChange> change = ConfigSet(
      Settings(), Pairs{{"hash-max-ziplist-entries", "1"}, {"hash-max-listpack-entries", "2"}},
      false);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->settings.hash_max_listpack_entries, 2);
  EXPECT_THAT(change->changed, ElementsAre("hash-max-listpack-entries"));
}

TEST(ConfigSet, SeveralWordsComeAsOneText) {
  Settings settings;
  const auto set = [&](std::string_view name, std::string_view value) {
    const Result<ConfigChange> change = ConfigSet(settings, Pairs{{name, value}}, false);
    ASSERT_TRUE(change) << change.error().detail();
    settings = change->settings;
  };
  set("save", "900 1 300 10");
  EXPECT_EQ(settings.save, (std::vector<SavePoint>{{900, 1}, {300, 10}}));
  set("save", "5 6");
  EXPECT_EQ(settings.save, (std::vector<SavePoint>{{5, 6}}));
  set("save", "");
  EXPECT_THAT(settings.save, IsEmpty());
  set("bind", "127.0.0.1 ::1");
  EXPECT_THAT(settings.bind, ElementsAre("127.0.0.1", "::1"));
  set("bind", "");
  EXPECT_THAT(settings.bind, IsEmpty());
  set("client-output-buffer-limit", "pubsub 1 2 3");
  EXPECT_EQ(settings.client_output_buffer_limit[ClientClass::kPubsub],
            (OutputBufferLimit{1, 2, 3}));
  set("requirepass", "with a space");
  EXPECT_EQ(settings.requirepass, "with a space");
}

TEST(ConfigSet, FailuresReadLikeThoseOfRedis) {
  EXPECT_EQ(Failure({{"nosuch", "x"}}),
            "Unknown option or number of arguments for CONFIG SET - 'nosuch'");
  EXPECT_EQ(Failure({{"io-threads", "4"}}),
            "Unknown option or number of arguments for CONFIG SET - 'io-threads'");
  EXPECT_EQ(Failure({{"databases", "3"}}),
            "CONFIG SET failed (possibly related to argument 'databases') - can't set immutable "
            "config");
  EXPECT_EQ(Failure({{"maxclients", "1"}, {"MAXCLIENTS", "2"}}),
            "CONFIG SET failed (possibly related to argument 'MAXCLIENTS') - duplicate parameter");
  EXPECT_EQ(Failure({{"maxclients", "abc"}}),
            "CONFIG SET failed (possibly related to argument 'maxclients') - argument couldn't be "
            "parsed into an integer");
  EXPECT_EQ(Failure({{"save", "\"900 1\""}}),
            "CONFIG SET failed (possibly related to argument 'save') - Invalid save parameters");
}

TEST(ConfigSet, AWrongNameWinsOverAWrongValueBeforeIt) {
  EXPECT_EQ(Failure({{"hz", "x"}, {"nosuch", "1"}}),
            "Unknown option or number of arguments for CONFIG SET - 'nosuch'");
}

TEST(ConfigSet, ProtectedDirectivesNeedPermission) {
  EXPECT_EQ(Failure({{"dir", "/tmp"}}),
            "CONFIG SET failed (possibly related to argument 'dir') - can't set protected config");
  EXPECT_EQ(Failure({{"dir", "/tmp"}, {"dbfilename", "x.rdb"}}, true), "");
}

TEST(ConfigSet, EveryValueOfConfigGetIsTaken) {
  const Settings settings;
  const std::vector<std::string_view> all = {"*"};
  for (const ConfigPair& pair : ConfigGet(settings, all)) {
    const Result<ConfigChange> change = ConfigSet(settings, Pairs{{pair.name, pair.value}}, true);
    if (!change) {
      EXPECT_EQ(change.error().detail(), ConfigSetFailure(pair.name, "can't set immutable config"));
      continue;
    }
    EXPECT_EQ(change->settings, settings) << pair.name;
    EXPECT_THAT(change->changed, IsEmpty()) << pair.name;
  }
}

}  // namespace
}  // namespace kvasir
