#include "src/engine/config_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "src/engine/config_reader.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string ErrorOf(std::string_view text) {
  const Result<LoadedConfig> loaded = ParseConfig(text, "x.conf");
  return loaded ? "" : loaded.error().detail();
}

std::string ArgumentError(const std::vector<std::string>& arguments) {
  const Result<LoadedConfig> loaded = LoadConfig(arguments);
  return loaded ? "" : loaded.error().detail();
}

class ConfigFiles : public testing::Test {
 protected:
  ConfigFiles() {
    std::string name = testing::TempDir() + "kvasir-config-XXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~ConfigFiles() override { std::filesystem::remove_all(directory_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::string directory_;
};

// What a server that has been running for years may have: mixed case and spacing, quotes, old
// names, directives of features that are not here, Windows line ends.
constexpr std::string_view kRealWorld = R"(# session cache, owned by the web team
bind 10.0.0.5 -::1
Port 6380
protected-mode no
   tcp-backlog	1024
timeout 300
unixsocket "/run/cache/cache.sock"
unixsocketperm 770
requirepass "p@ss \"word\" \x41\n"
loglevel verbose

## persistence
dir '/var/lib/cache data'
appendonly yes
appendfilename "cache.aof"
appendfsync no
save 900 1
save 300 10
rdbcompression no
auto-aof-rewrite-min-size 128mb
# limits
maxmemory 2gb
maxmemory-policy allkeys-lru
maxmemory-clients 10%
client-output-buffer-limit normal 64mb 16mb 30
client-output-buffer-limit replica 512mb 128mb 60
hash-max-ziplist-entries 1024
list-max-ziplist-size -3
notify-keyspace-events Ex
lua-time-limit 2000
latency-tracking-info-percentiles 50 95 99.99
replica-read-only yes
repl-diskless-sync yes
io-threads 4
rename-command FLUSHALL ""
)";

TEST(ParseConfig, ReadsARealWorldFile) {
  const Result<LoadedConfig> loaded = ParseConfig(kRealWorld, "x.conf");
  ASSERT_TRUE(loaded) << loaded.error().detail();
  const Settings& settings = loaded->settings;
  EXPECT_THAT(settings.bind, ElementsAre("10.0.0.5", "-::1"));
  EXPECT_EQ(settings.port, 6380);
  EXPECT_FALSE(settings.protected_mode);
  EXPECT_EQ(settings.tcp_backlog, 1024);
  EXPECT_EQ(settings.unixsocket, "/run/cache/cache.sock");
  EXPECT_EQ(settings.unixsocketperm, 0770);
  EXPECT_EQ(settings.requirepass, "p@ss \"word\" A\n");
  EXPECT_EQ(settings.loglevel, LogLevel::kVerbose);
  EXPECT_EQ(settings.dir, "/var/lib/cache data");
  EXPECT_EQ(settings.appendfsync, FsyncPolicy::kNo);
  EXPECT_EQ(settings.save, (std::vector<SavePoint>{{900, 1}, {300, 10}}));
  EXPECT_EQ(settings.auto_aof_rewrite_min_bytes, 128 * kMebibyte);
  EXPECT_EQ(settings.maxmemory_bytes, 2048 * kMebibyte);
  EXPECT_EQ(settings.maxmemory_policy, EvictionPolicy::kAllKeysLru);
  EXPECT_EQ(settings.client_output_buffer_limit[ClientClass::kNormal],
            (OutputBufferLimit{64 * kMebibyte, 16 * kMebibyte, 30}));
  EXPECT_EQ(settings.client_output_buffer_limit[ClientClass::kReplica].soft_seconds, 60);
  EXPECT_EQ(settings.hash_max_listpack_entries, 1024);
  EXPECT_EQ(settings.list_max_listpack_size, -3);
  EXPECT_EQ(settings.notify_keyspace_events, kNotifyKeyevent | kNotifyExpired);
  EXPECT_EQ(settings.busy_reply_threshold_ms, 2000);
  EXPECT_THAT(loaded->warnings, ElementsAre("x.conf:32: 'replica-read-only' is not supported and "
                                            "ignored",
                                            "x.conf:33: 'repl-diskless-sync' is not supported and "
                                            "ignored",
                                            "x.conf:34: 'io-threads' is not supported and ignored",
                                            "x.conf:35: 'rename-command' is not supported and "
                                            "ignored"));
}

TEST(ParseConfig, LineEndsAndAMissingLastOneDoNotMatter) {
  const Result<LoadedConfig> loaded = ParseConfig("port 1\r\n\r\n \t\r\nhz 50", "x.conf");
  ASSERT_TRUE(loaded) << loaded.error().detail();
  EXPECT_EQ(loaded->settings.port, 1);
  EXPECT_EQ(loaded->settings.hz, 50);
  EXPECT_EQ(ParseConfig("", "x.conf")->settings, Settings());
}

TEST(ParseConfig, TheLastLineWinsAndSaveLinesAddUp) {
  const Result<LoadedConfig> loaded =
      ParseConfig("port 1\nport 2\nsave 1 2\nsave 3 4 5 6\n", "x.conf");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->settings.port, 2);
  EXPECT_EQ(loaded->settings.save, (std::vector<SavePoint>{{1, 2}, {3, 4}, {5, 6}}));
  EXPECT_THAT(ParseConfig("save 1 2\nsave \"\"\n", "x")->settings.save, IsEmpty());
}

TEST(ParseConfig, ErrorsNameTheLineTheDirectiveAndTheReason) {
  EXPECT_EQ(ErrorOf("\n\nnosuch 5\n"),
            "x.conf:3: 'nosuch 5': Bad directive or wrong number of arguments");
  EXPECT_EQ(ErrorOf("maxclients abc"),
            "x.conf:1: 'maxclients abc': argument couldn't be parsed into an integer");
  EXPECT_EQ(ErrorOf("# c\n  port\n"), "x.conf:2: 'port': wrong number of arguments");
  EXPECT_EQ(ErrorOf("port 6379 # the usual one"),
            "x.conf:1: 'port 6379 # the usual one': wrong number of arguments");
  EXPECT_EQ(ErrorOf("foo \"abc"), "x.conf:1: Unbalanced quotes in configuration line");
  EXPECT_EQ(ErrorOf("port \"1\"2"), "x.conf:1: Unbalanced quotes in configuration line");
  EXPECT_EQ(ErrorOf("include"), "x.conf:1: 'include': Bad directive or wrong number of arguments");
}

TEST(ParseConfig, AnErrorNeverShowsThePassword) {
  EXPECT_EQ(ErrorOf("requirepass secret word"),
            "x.conf:1: 'requirepass (value not shown)': wrong number of arguments");
  EXPECT_EQ(ErrorOf("requirepass \"secret"), "x.conf:1: Unbalanced quotes in configuration line");
}

TEST(ParseConfig, BinaryValuesAreShownEscapedAndOnOneLine) {
  EXPECT_EQ(ErrorOf("port \"\\x00\\n\\xff\""),
            "x.conf:1: 'port \"\\x00\\n\\xff\"': argument couldn't be parsed into an integer");
}

TEST(ParseConfig, SurvivesGarbage) {
  std::mt19937 random(7);
  constexpr std::string_view kAlphabet = "port save\"'\\x0 \t\n\r#-9%kgmb*[]\xff";
  for (int round = 0; round < 5000; ++round) {
    std::string text = round % 2 == 0 ? "save " : "client-output-buffer-limit ";
    for (int i = 0; i < 60; ++i) text += kAlphabet[random() % kAlphabet.size()];
    const Result<LoadedConfig> loaded = ParseConfig(text, "x.conf");
    EXPECT_TRUE(loaded || loaded.error().detail().starts_with("x.conf:")) << text;
  }
  EXPECT_THAT(ErrorOf(std::string(1 << 20, 'a')), HasSubstr("Bad directive"));
  EXPECT_THAT(ErrorOf("save " + std::string(1 << 20, ' ') + "1"), HasSubstr("Invalid save"));
}

TEST_F(ConfigFiles, ArgumentsOverruleTheFile) {
  const std::string path = Write("a.conf", "port 7000\nhz 20\nsave 1 2\n");
  const Result<LoadedConfig> loaded = LoadConfig(
      std::vector<std::string>{path, "--port", "7001", "--save", "", "--appendonly", "no"});
  ASSERT_TRUE(loaded) << loaded.error().detail();
  EXPECT_EQ(loaded->file, std::filesystem::canonical(path));
  EXPECT_EQ(loaded->settings.port, 7001);
  EXPECT_EQ(loaded->settings.hz, 20);
  EXPECT_THAT(loaded->settings.save, IsEmpty());
  EXPECT_FALSE(loaded->settings.appendonly);
}

TEST(LoadConfig, ReadsArgumentsAlone) {
  const Result<LoadedConfig> loaded = LoadConfig(std::vector<std::string>{
      "--bind", "127.0.0.1", "::1", "--save", "900", "1", "300", "10", "--port 7002",
      "--slowlog-log-slower-than", "-1", "--io-threads", "4", "--requirepass", "a \"b"});
  ASSERT_TRUE(loaded) << loaded.error().detail();
  EXPECT_EQ(loaded->file, "");
  EXPECT_THAT(loaded->settings.bind, ElementsAre("127.0.0.1", "::1"));
  EXPECT_EQ(loaded->settings.save, (std::vector<SavePoint>{{900, 1}, {300, 10}}));
  EXPECT_EQ(loaded->settings.port, 7002);
  EXPECT_EQ(loaded->settings.slowlog_log_slower_than_us, -1);
  EXPECT_EQ(loaded->settings.requirepass, "a \"b");
  EXPECT_THAT(loaded->warnings,
              ElementsAre("command line: 'io-threads' is not supported and ignored"));
  EXPECT_EQ(LoadConfig({})->settings, Settings());
  EXPECT_THAT(LoadConfig(std::vector<std::string>{"--save"})->settings.save, IsEmpty());
}

TEST(LoadConfig, OneArgumentMayHoldSeveralWords) {
  const std::vector<std::string> arguments = {"--save", "60 1 3600 100", "--bind", "127.0.0.1 ::1"};
  const Result<LoadedConfig> loaded = LoadConfig(arguments);
  ASSERT_TRUE(loaded) << loaded.error().detail();
  EXPECT_THAT(loaded->settings.save, ElementsAre(SavePoint{60, 1}, SavePoint{3600, 100}));
  EXPECT_THAT(loaded->settings.bind, ElementsAre("127.0.0.1", "::1"));
  EXPECT_THAT(ArgumentError({"--save", "60 1 3600"}), HasSubstr("Invalid save parameters"));
}

TEST(LoadConfig, ArgumentErrorsSayWhere) {
  EXPECT_EQ(ArgumentError({"--nosuch", "5"}),
            "command line: 'nosuch 5': Bad directive or wrong number of arguments");
  EXPECT_EQ(ArgumentError({"--port"}), "command line: 'port': wrong number of arguments");
  EXPECT_EQ(ArgumentError({"--port", "1", "2"}),
            "command line: 'port 1 2': wrong number of arguments");
  EXPECT_EQ(ArgumentError({"/nonexistent/x.conf"}),
            "can't open config file '/nonexistent/x.conf': No such file or directory");
  EXPECT_THAT(ArgumentError({"/"}), HasSubstr("can't open config file '/'"));
  EXPECT_THAT(ArgumentError({"--port \"1"}), HasSubstr("bad quotes"));
  EXPECT_EQ(ArgumentError({"/dev/zero"}), "config file '/dev/zero' is larger than 16 MB");
}

TEST_F(ConfigFiles, AFileFollowedByAWordWithoutDashesIsRefused) {
  EXPECT_EQ(ArgumentError({Write("a.conf", ""), "port", "7000"}),
            "command line: 'port': a directive begins with --");
}

TEST_F(ConfigFiles, StandardInputIsAFileToo) {
  const std::string path = Write("stdin", "port 7003\nnosuch\n");
  const int saved = dup(STDIN_FILENO);
  ASSERT_NE(freopen(path.c_str(), "r", stdin), nullptr);
  EXPECT_EQ(ArgumentError({"-"}),
            "standard input:2: 'nosuch': Bad directive or wrong number of arguments");
  dup2(saved, STDIN_FILENO);
  close(saved);
}

TEST_F(ConfigFiles, IncludesFollowWildcardsInOrder) {
  Write("10.conf", "port 1\nhz 11\n");
  Write("20.conf", "port 2\nsave 5 6\n");
  const Result<LoadedConfig> loaded =
      ParseConfig("save 1 2\ninclude " + directory_ + "/*.conf\ninclude " + directory_ +
                      "/nothing-*.conf\ntimeout 9\n",
                  "x.conf");
  ASSERT_TRUE(loaded) << loaded.error().detail();
  EXPECT_EQ(loaded->settings.port, 2);
  EXPECT_EQ(loaded->settings.hz, 11);
  EXPECT_EQ(loaded->settings.timeout_seconds, 9);
  EXPECT_EQ(loaded->settings.save, (std::vector<SavePoint>{{1, 2}, {5, 6}}));
}

TEST_F(ConfigFiles, IncludeErrorsNameTheInnerLine) {
  const std::string inner = Write("inner.conf", "\nport x\n");
  EXPECT_EQ(ErrorOf("include " + inner),
            inner + ":2: 'port x': argument couldn't be parsed into an integer");
  EXPECT_EQ(ErrorOf("include /nonexistent"),
            "x.conf:1: 'include /nonexistent': can't open config file '/nonexistent': No such file "
            "or directory");
}

TEST_F(ConfigFiles, AFileThatIncludesItselfIsRefused) {
  const std::string path = directory_ + "/loop.conf";
  Write("loop.conf", "include " + path + "\n");
  EXPECT_THAT(ArgumentError({path}), HasSubstr("includes are nested too deeply"));
}

}  // namespace
}  // namespace kvasir
