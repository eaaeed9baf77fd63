#include "src/engine/config_rewrite.h"

#include <gtest/gtest.h>

#include "src/engine/config_load.h"
#include "src/engine/directive.h"

namespace kvasir {
namespace {

Settings Load(std::string_view text) {
  const Result<LoadedConfig> loaded = ParseConfig(text, "x.conf");
  EXPECT_TRUE(loaded) << loaded.error().detail();
  return loaded ? loaded->settings : Settings();
}

constexpr std::string_view kOld = R"(# our cache
port 7000

   maxmemory   1gb
# old names stay
hash-max-ziplist-entries 100
io-threads 4
save 900 1
save 300 10
loglevel notice
)";

TEST(RewriteConfig, WithoutAChangeEveryByteStays) {
  EXPECT_EQ(RewriteConfig(kOld, Load(kOld)), kOld);
  EXPECT_EQ(RewriteConfig("port 1\r\n\r\n", Load("port 1")), "port 1\r\n\r\n");
  EXPECT_EQ(RewriteConfig("", Settings()), "");
}

TEST(RewriteConfig, ReplacesWhatChangedWhereItStood) {
  Settings settings = Load(kOld);
  settings.port = 7001;
  settings.hash_max_listpack_entries = 5;
  settings.save = {{1, 2}};
  EXPECT_EQ(RewriteConfig(kOld, settings), R"(# our cache
port 7001

   maxmemory   1gb
# old names stay
hash-max-ziplist-entries 5
io-threads 4
save 1 2
loglevel notice
)");
}

TEST(RewriteConfig, AppendsBehindOneMarkerAndLeavesDefaultsOut) {
  Settings settings = Load("port 7000");
  settings.maxmemory_bytes = 100;
  const std::string once = RewriteConfig("port 7000", settings);
  EXPECT_EQ(once, "port 7000\n# Added by CONFIG REWRITE\nmaxmemory 100\n");
  settings.hz = 50;
  EXPECT_EQ(RewriteConfig(once, settings), once + "hz 50\n");
}

TEST(RewriteConfig, AValueThatWentBackToItsDefaultIsWritten) {
  Settings settings = Load("port 7000");
  settings.port = 6379;
  EXPECT_EQ(RewriteConfig("port 7000\nport 7001\n", settings), "port 6379\n");
}

TEST(RewriteConfig, ALineThatDoesNotLoadIsReplaced) {
  Settings settings;
  settings.maxclients = 5;
  EXPECT_EQ(RewriteConfig("maxclients many\n\"\nnosuch 1\n", settings),
            "maxclients 5\n\"\nnosuch 1\n");
}

TEST(RewriteConfig, EachUserIsALine) {
  constexpr std::string_view kUsers = "user a on >pw\nport 1\nuser b off\n";
  Settings settings = Load(kUsers);
  EXPECT_EQ(RewriteConfig(kUsers, settings), kUsers);
  settings.users[0].rules = {"on", "nopass"};
  settings.users.push_back({"c", {"off"}});
  EXPECT_EQ(RewriteConfig(kUsers, settings), "user a on nopass\nuser b off\nuser c off\nport 1\n");
  settings.users.clear();
  EXPECT_EQ(RewriteConfig(kUsers, settings), "port 1\n");
}

TEST(RewriteConfig, QuotesWhatNeedsIt) {
  Settings settings;
  settings.requirepass = "a \"b\\ #\n\xff";
  settings.save.clear();
  settings.bind.clear();
  const std::string text = RewriteConfig("", settings);
  EXPECT_NE(text.find("save \"\"\n"), std::string::npos) << text;
  EXPECT_EQ(Load(text), settings) << text;
}

TEST(RewriteConfig, WhatItWritesLoadsAgainForEveryDirective) {
  Settings settings;
  for (const Directive& directive : AllDirectives()) {
    if (const auto* flag = std::get_if<FlagField>(&directive.field)) {
      settings.*flag->field = !(settings.*flag->field);
    } else if (const auto* integer = std::get_if<IntegerField>(&directive.field)) {
      settings.*integer->field = integer->max == 100 ? 99 : integer->min + 3;
    } else if (const auto* memory = std::get_if<MemoryField>(&directive.field)) {
      settings.*memory->field = memory->max;
    } else if (const auto* text = std::get_if<TextField>(&directive.field)) {
      settings.*text->field = "it's a 'text'";
    } else if (const auto* choice = std::get_if<ChoiceField>(&directive.field)) {
      choice->set(settings, choice->names.size() - 1 - choice->get(settings));
    }
  }
  settings.client_output_buffer_limit.limits[0] = {1, 2, 3};
  settings.maxmemory_clients = {7, true};
  settings.notify_keyspace_events = kNotifyAll | kNotifyKeyspace;
  settings.latency_tracking_info_percentiles.clear();
  const std::string text = RewriteConfig(kOld, settings);
  EXPECT_EQ(Load(text), settings) << text;
  EXPECT_EQ(RewriteConfig(text, settings), text);
}

}  // namespace
}  // namespace kvasir
