#include "src/engine/directive.h"

#include <gtest/gtest.h>

#include <set>

#include "src/base/text.h"

namespace kvasir {
namespace {

// Sets one directive and tells what CONFIG GET shows then, or the reason why it did not work.
std::string Set(std::string_view name, std::vector<std::string> words) {
  const Directive* directive = FindDirective(name);
  if (directive == nullptr) return "no such directive";
  Settings settings;
  const Result<void> done = ApplyDirective(*directive, words, settings);
  return done ? FormatDirective(*directive, settings) : done.error().detail();
}

std::string Default(std::string_view name) {
  return FormatDirective(*FindDirective(name), Settings());
}

// A value that differs from the default, whatever the kind.
std::string OtherValue(const Directive& directive) {
  const Settings defaults;
  if (std::holds_alternative<FlagField>(directive.field)) {
    return FormatDirective(directive, defaults) == "yes" ? "no" : "yes";
  }
  if (const auto* integer = std::get_if<IntegerField>(&directive.field)) {
    const int64_t value = defaults.*integer->field;
    return std::to_string(value < integer->max ? value + 1 : value - 1);
  }
  if (const auto* memory = std::get_if<MemoryField>(&directive.field)) {
    return std::to_string(defaults.*memory->field + 1);
  }
  if (std::holds_alternative<TextField>(directive.field)) return "some text";
  if (const auto* choice = std::get_if<ChoiceField>(&directive.field)) {
    return std::string(choice->names[choice->get(defaults) == 0 ? 1 : 0]);
  }
  if (directive.name == "bind") return "127.0.0.1 ::1";
  if (directive.name == "save") return "10 20 30 40";
  if (directive.name == "client-output-buffer-limit") {
    return "normal 1 2 3 slave 4 5 6 pubsub 7 8 9";
  }
  if (directive.name == "latency-tracking-info-percentiles") return "1.5 99.999";
  if (directive.name == "maxmemory-clients") return "5%";
  if (directive.name == "notify-keyspace-events") return "AKE";
  return "no value known for this test";
}

TEST(DirectiveTable, NamesAndAliasesAreUniqueAndNotUnsupported) {
  std::set<std::string_view> names;
  for (const Directive& directive : AllDirectives()) {
    EXPECT_TRUE(names.insert(directive.name).second) << directive.name;
    EXPECT_FALSE(IsUnsupportedDirective(directive.name)) << directive.name;
    EXPECT_EQ(ToLower(directive.name), directive.name);
    EXPECT_EQ(FindDirective(ToUpper(directive.name)), &directive);
    if (directive.alias.empty()) continue;
    EXPECT_TRUE(names.insert(directive.alias).second) << directive.alias;
    EXPECT_EQ(FindDirective(directive.alias), &directive);
  }
  EXPECT_EQ(FindDirective(""), nullptr);
  EXPECT_EQ(FindDirective("nosuch"), nullptr);
}

TEST(DirectiveTable, DefaultsRoundTrip) {
  for (const Directive& directive : AllDirectives()) {
    Settings settings;
    const std::string value = FormatDirective(directive, settings);
    if (directive.Has(kAccumulate)) {
      ASSERT_TRUE(ApplyDirective(directive, {}, settings));
    }
    const auto words = SplitDirectiveValue(directive, value);
    const Result<void> done = ApplyDirective(directive, words, settings);
    ASSERT_TRUE(done) << directive.name << ": " << done.error().detail();
    EXPECT_EQ(settings, Settings()) << directive.name;
  }
}

TEST(DirectiveTable, OtherValuesRoundTripAndTouchNothingElse) {
  for (const Directive& directive : AllDirectives()) {
    Settings settings;
    const std::string value = OtherValue(directive);
    if (directive.Has(kAccumulate)) {
      ASSERT_TRUE(ApplyDirective(directive, {}, settings));
    }
    const auto words = SplitDirectiveValue(directive, value);
    const Result<void> done = ApplyDirective(directive, words, settings);
    ASSERT_TRUE(done) << directive.name << ": " << done.error().detail();
    EXPECT_EQ(FormatDirective(directive, settings), value) << directive.name;
    for (const Directive& other : AllDirectives()) {
      if (&other == &directive) continue;
      EXPECT_EQ(FormatDirective(other, settings), FormatDirective(other, Settings()))
          << directive.name << " changed " << other.name;
    }
  }
}

TEST(DirectiveTable, EveryChoiceReadsBackInAnyCase) {
  for (const Directive& directive : AllDirectives()) {
    const auto* choice = std::get_if<ChoiceField>(&directive.field);
    if (choice == nullptr) continue;
    for (const std::string_view name : choice->names) {
      EXPECT_EQ(Set(directive.name, {ToUpper(name)}), name);
    }
  }
}

TEST(DirectiveTable, DefaultsAreThoseOfRedisExceptForTheLog) {
  EXPECT_EQ(Default("appendonly"), "yes");
  EXPECT_EQ(Default("bind"), "* -::*");
  EXPECT_EQ(Default("port"), "6379");
  EXPECT_EQ(Default("save"), "3600 1 300 100 60 10000");
  EXPECT_EQ(Default("client-output-buffer-limit"),
            "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60");
  EXPECT_EQ(Default("maxmemory-policy"), "noeviction");
  EXPECT_EQ(Default("appendfsync"), "everysec");
  EXPECT_EQ(Default("loglevel"), "notice");
  EXPECT_EQ(Default("supervised"), "no");
  EXPECT_EQ(Default("latency-tracking-info-percentiles"), "50 99 99.9");
  EXPECT_EQ(Default("notify-keyspace-events"), "");
  EXPECT_EQ(Default("proto-max-bulk-len"), "536870912");
  EXPECT_EQ(Default("client-query-buffer-limit"), "1073741824");
  EXPECT_EQ(Default("client-output-buffer-pause"), "16777216");
  EXPECT_EQ(Default("maxmemory-clients"), "0");
  EXPECT_EQ(Default("unixsocketperm"), "0");
  EXPECT_EQ(Default("list-max-ziplist-size"), "-2");
  EXPECT_EQ(Default("lua-time-limit"), "5000");
}

TEST(ApplyDirective, EnumeratorsMeanWhatTheirNamesSay) {
  Settings settings;
  const auto set = [&](std::string_view name, std::string value) {
    ASSERT_TRUE(ApplyDirective(*FindDirective(name), {{value}}, settings)) << name;
  };
  set("appendfsync", "always");
  EXPECT_EQ(settings.appendfsync, FsyncPolicy::kAlways);
  set("appendfsync", "no");
  EXPECT_EQ(settings.appendfsync, FsyncPolicy::kNo);
  set("loglevel", "warning");
  EXPECT_EQ(settings.loglevel, LogLevel::kWarning);
  set("supervised", "systemd");
  EXPECT_EQ(settings.supervised, Supervision::kSystemd);
  set("enable-debug-command", "local");
  EXPECT_EQ(settings.enable_debug_command, AccessLevel::kLocal);
  set("maxmemory-policy", "volatile-ttl");
  EXPECT_EQ(settings.maxmemory_policy, EvictionPolicy::kVolatileTtl);
  set("maxmemory-policy", "allkeys-lfu");
  EXPECT_EQ(settings.maxmemory_policy, EvictionPolicy::kAllKeysLfu);
  set("unixsocketperm", "770");
  EXPECT_EQ(settings.unixsocketperm, 0770);
}

TEST(ApplyDirective, ReasonsAreThoseOfRedis) {
  EXPECT_EQ(Set("appendonly", {"maybe"}), "argument must be 'yes' or 'no'");
  EXPECT_EQ(Set("maxclients", {"abc"}), "argument couldn't be parsed into an integer");
  EXPECT_EQ(Set("timeout", {"05"}), "argument couldn't be parsed into an integer");
  EXPECT_EQ(Set("timeout", {"99999999999999999999"}),
            "argument couldn't be parsed into an integer");
  EXPECT_EQ(Set("maxclients", {"0"}), "argument must be between 1 and 4294967295 inclusive");
  EXPECT_EQ(Set("port", {"70000"}), "argument must be between 0 and 65535 inclusive");
  EXPECT_EQ(Set("proto-max-bulk-len", {"10"}),
            "argument must be between 1048576 and 9223372036854775807 inclusive");
  EXPECT_EQ(Set("slowlog-log-slower-than", {"-2"}),
            "argument must be between -1 and 9223372036854775807 inclusive");
  EXPECT_EQ(Set("maxmemory", {"1.5gb"}), "argument must be a memory value");
  EXPECT_EQ(Set("maxmemory", {"-1"}), "argument must be a memory value");
  EXPECT_EQ(Set("auto-aof-rewrite-min-size", {"9999999999gb"}),
            "argument must be between 0 and 9223372036854775807 inclusive");
  EXPECT_EQ(Set("unixsocketperm", {"7777"}), "argument must be between 0 and 777 inclusive");
  EXPECT_EQ(Set("unixsocketperm", {"9"}), "argument couldn't be parsed as an octal number");
  EXPECT_EQ(Set("appendfsync", {"foo"}),
            "argument(s) must be one of the following: everysec, always, no");
  EXPECT_EQ(Set("port", {}), "wrong number of arguments");
  EXPECT_EQ(Set("port", {"1", "2"}), "wrong number of arguments");
}

TEST(ApplyDirective, ReadsMemorySizes) {
  EXPECT_EQ(Set("maxmemory", {"1gb"}), "1073741824");
  EXPECT_EQ(Set("maxmemory", {"1G"}), "1000000000");
  EXPECT_EQ(Set("maxmemory", {"64Kb"}), "65536");
  EXPECT_EQ(Set("maxmemory", {"18446744073709551615"}), "18446744073709551615");
  EXPECT_EQ(Set("maxmemory", {""}), "0");
}

TEST(ApplyDirective, MovesHzIntoItsRange) {
  EXPECT_EQ(Set("hz", {"0"}), "1");
  EXPECT_EQ(Set("hz", {"1000"}), "500");
  EXPECT_EQ(Set("hz", {"100"}), "100");
}

TEST(ApplyDirective, KeepsFileNamesInsideTheirDirectory) {
  EXPECT_EQ(Set("dbfilename", {"a/b"}), "dbfilename can't be a path, just a filename");
  EXPECT_EQ(Set("appendfilename", {"../x"}), "appendfilename can't be a path, just a filename");
  EXPECT_EQ(Set("appenddirname", {"/etc"}), "appenddirname can't be a path, just a dirname");
  EXPECT_EQ(Set("appenddirname", {".."}), "appenddirname can't be a path, just a dirname");
  EXPECT_EQ(Set("appendfilename", {""}), "appendfilename can't be empty");
}

TEST(UnsupportedDirectives, AreKnownByNameOrFamilyInAnyCase) {
  for (const char* name : {"io-threads", "cluster-enabled", "TLS-Port", "replicaof", "repl-timeout",
                           "activedefrag", "active-defrag-cycle-min", "jemalloc-bg-thread",
                           "oom-score-adj-values", "loadmodule", "rename-command"}) {
    EXPECT_TRUE(IsUnsupportedDirective(name)) << name;
  }
  for (const char* name : {"", "nosuch", "cluster", "tls", "port "}) {
    EXPECT_FALSE(IsUnsupportedDirective(name)) << name;
  }
}

}  // namespace
}  // namespace kvasir
