#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "src/scripting/scripting.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kLibrary[] =
    "#!lua name=lib\n"
    "redis.register_function('both', function(keys, args) return {keys[1], args[1]} end)\n"
    "redis.register_function{function_name='reads', flags={'no-writes'}, description='reads it',\n"
    "  callback=function(keys) return redis.call('get', keys[1]) end}\n"
    "redis.register_function('writes', function(keys, args)\n"
    "  return redis.call('set', keys[1], args[1]) end)\n";

class FunctionTest : public CommandTest {
 protected:
  std::string Load(const std::string& source) { return Run({"FUNCTION", "LOAD", source}); }
};

TEST_F(FunctionTest, LoadAndCall) {
  EXPECT_EQ(Load(kLibrary), "lib");
  EXPECT_EQ(Run({"FCALL", "both", "1", "k", "v"}), "[k, v]");
  EXPECT_EQ(Run({"FCALL", "BOTH", "1", "k", "v"}), "[k, v]");
  EXPECT_EQ(Run({"FCALL", "writes", "1", "k", "v"}), "OK");
  EXPECT_EQ(Run({"FCALL", "reads", "1", "k"}), "v");
  EXPECT_EQ(Run({"FCALL_RO", "reads", "1", "k"}), "v");
  EXPECT_EQ(Run({"FCALL_RO", "writes", "1", "k", "v"}),
            "-ERR Can not execute a script with write flag using *_ro command.");
  EXPECT_EQ(Run({"FCALL", "nosuch", "0"}), "-ERR Function not found");
  EXPECT_EQ(Run({"FCALL", "both", "x"}), "-ERR Bad number of keys provided");
  EXPECT_THAT(TakeLogged(), ElementsAre(std::string("FUNCTION LOAD ") + kLibrary, "set k v"));
}

TEST_F(FunctionTest, WhatCannotBeLoaded) {
  EXPECT_EQ(Load("xx"), "-ERR Missing library metadata");
  EXPECT_EQ(Load("#!lua\nx"), "-ERR Library name was not given");
  EXPECT_EQ(Load("#!foo name=a\nx"), "-ERR Engine 'foo' not found");
  EXPECT_EQ(Load("#!lua name=a name=b\nx"),
            "-ERR Invalid metadata value, name argument was given multiple times");
  EXPECT_EQ(Load("#!lua name=a b=c\nx"), "-ERR Invalid metadata value given: b=c");
  EXPECT_EQ(Load("#!lua name=a\n"), "-ERR No functions registered");
  EXPECT_THAT(Load("#!lua name=a-b\nx"), StartsWith("-ERR Library names can only contain"));
  EXPECT_EQ(Load("#!lua name=a\nx x"),
            "-ERR Error compiling function: user_function:2: '=' expected near 'x'");
  EXPECT_EQ(Load("#!lua name=a\nx = 1"),
            "-ERR Error registering functions: ERR user_function:2: Attempt to modify a readonly "
            "table");
  EXPECT_EQ(Load("#!lua name=a\nredis.call('get', 'x')"),
            "-ERR Error registering functions: ERR user_function:2: Script attempted to access "
            "nonexistent global variable 'call'");
  EXPECT_EQ(Load("#!lua name=a\nredis.register_function('a', 'b')"),
            "-ERR Error registering functions: ERR second argument to redis.register_function must "
            "be a function");
  EXPECT_EQ(Load("#!lua name=a\nlocal f = function() end redis.register_function('a', f) "
                 "redis.register_function('A', f)"),
            "-ERR Error registering functions: ERR Function already exists in the library");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(FunctionTest, ALoadThatNeverEndsIsEnded) {
  EXPECT_EQ(Load("#!lua name=a\nwhile true do end"),
            "-ERR Error registering functions: ERR FUNCTION LOAD timeout");
  EXPECT_EQ(Load("#!lua name=a\nwhile true do pcall(function() while true do end end) end"),
            "-ERR Error registering functions: ERR FUNCTION LOAD timeout");
  EXPECT_EQ(Load(kLibrary), "lib");
}

TEST_F(FunctionTest, NamesAreTakenOnlyOnce) {
  EXPECT_EQ(Load(kLibrary), "lib");
  EXPECT_EQ(Load(kLibrary), "-ERR Library 'lib' already exists");
  EXPECT_EQ(Load("#!lua name=other\nredis.register_function('BOTH', function() end)"),
            "-ERR Function BOTH already exists");
  EXPECT_EQ(Run({"FUNCTION", "LOAD", "REPLACE",
                 "#!lua name=lib\nredis.register_function('both', function() return 2 end)"}),
            "lib");
  EXPECT_EQ(Run({"FCALL", "both", "0"}), "(integer) 2");
  EXPECT_EQ(Run({"FCALL", "reads", "1", "k"}), "-ERR Function not found");
}

TEST_F(FunctionTest, ListDeleteFlushStats) {
  EXPECT_EQ(
      Load("#!lua name=a\nredis.register_function{function_name='f', callback=function() end, "
           "flags={'no-writes', 'allow-oom'}}"),
      "a");
  EXPECT_EQ(Run({"FUNCTION", "LIST"}),
            "[[library_name, a, engine, LUA, functions, [[name, f, description, (nil), flags, "
            "[no-writes, allow-oom]]]]]");
  EXPECT_THAT(Run({"FUNCTION", "LIST", "WITHCODE", "LIBRARYNAME", "*"}),
              HasSubstr("library_code, #!lua name=a\n"));
  EXPECT_EQ(Run({"FUNCTION", "LIST", "LIBRARYNAME", "b*"}), "[]");
  EXPECT_EQ(Run({"FUNCTION", "STATS"}),
            "[running_script, (nil), engines, [LUA, [libraries_count, (integer) 1, "
            "functions_count, (integer) 1]]]");
  EXPECT_EQ(Run({"FUNCTION", "DELETE", "b"}), "-ERR Library not found");
  EXPECT_EQ(Run({"FUNCTION", "DELETE", "a"}), "OK");
  EXPECT_EQ(Run({"FUNCTION", "LIST"}), "[]");
  Load(kLibrary);
  EXPECT_EQ(Run({"FUNCTION", "FLUSH", "SYNC"}), "OK");
  EXPECT_EQ(Run({"FUNCTION", "LIST"}), "[]");
  EXPECT_EQ(Run({"FUNCTION", "KILL"}), "-NOTBUSY No scripts in execution right now.");
  EXPECT_THAT(Run({"FUNCTION", "HELP"}), HasSubstr("FUNCTION <subcommand>"));
}

TEST_F(FunctionTest, FlushallKeepsFunctions) {
  Load(kLibrary);
  EXPECT_EQ(Run({"FLUSHALL"}), "OK");
  EXPECT_EQ(Run({"FCALL", "both", "1", "k", "v"}), "[k, v]");
}

TEST_F(FunctionTest, DumpAndRestore) {
  Load(kLibrary);
  const std::string payload = Run({"FUNCTION", "DUMP"});
  EXPECT_EQ(Run({"FUNCTION", "RESTORE", payload}), "-ERR Library lib already exists");
  EXPECT_EQ(Run({"FUNCTION", "RESTORE", payload, "REPLACE"}), "OK");
  Load("#!lua name=other\nredis.register_function('f', function() return 1 end)");
  EXPECT_EQ(Run({"FUNCTION", "RESTORE", payload, "FLUSH"}), "OK");
  EXPECT_EQ(Run({"FCALL", "f", "0"}), "-ERR Function not found");
  EXPECT_EQ(Run({"FCALL", "both", "1", "k", "v"}), "[k, v]");
  EXPECT_EQ(Run({"FUNCTION", "DELETE", "lib"}), "OK");
  Load("#!lua name=other\nredis.register_function('both', function() return 1 end)");
  EXPECT_EQ(Run({"FUNCTION", "RESTORE", payload, "APPEND"}), "-ERR Function both already exists");
  EXPECT_EQ(Run({"FCALL", "both", "0"}), "(integer) 1");
  EXPECT_EQ(Run({"FUNCTION", "RESTORE", "xx"}), "-ERR DUMP payload version or checksum are wrong");
  EXPECT_EQ(Run({"FUNCTION", "RESTORE", payload, "FOO"}),
            "-ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"FUNCTION", "RESTORE", Run({"DUMP", "k"})}), "-ERR given type is not a function");
}

// What redis-server 7.0.15 replied to FUNCTION DUMP, with a library "golden" loaded.
constexpr char kGoldenDump[] =
    "\xf5\xc3\x40\xae\x40\xf3\x1f\x23\x21\x6c\x75\x61\x20\x6e\x61\x6d\x65\x3d\x67\x6f"
    "\x6c\x64\x65\x6e\x0a\x72\x65\x64\x69\x73\x2e\x72\x65\x67\x69\x73\x74\x65\x72\x0a"
    "\x5f\x66\x75\x6e\x63\x74\x69\x6f\x6e\x28\x22\x80\x1f\x06\x5f\x61\x64\x64\x22\x2c"
    "\x20\xe0\x00\x16\x11\x6b\x65\x79\x73\x2c\x20\x61\x72\x67\x73\x29\x20\x72\x65\x74"
    "\x75\x72\x6e\x60\x0c\x04\x5b\x31\x5d\x20\x2b\x80\x09\x06\x32\x5d\x20\x65\x6e\x64"
    "\x29\xe0\x0f\x58\x00\x7b\xc0\x4a\x00\x5f\x60\x85\xc0\x66\x02\x67\x65\x74\x20\x66"
    "\x08\x63\x61\x6c\x6c\x62\x61\x63\x6b\x3d\xc0\x24\x60\x6f\xe0\x00\x69\x80\xab\x40"
    "\x24\x04\x28\x22\x47\x45\x54\x20\x30\x40\x8e\x20\x7b\x00\x29\x40\x72\x20\xa5\x13"
    "\x6c\x61\x67\x73\x3d\x7b\x22\x6e\x6f\x2d\x77\x72\x69\x74\x65\x73\x22\x7d\x7d\x0a"
    "\x0a\x00\x0c\x40\xfa\xa4\x4e\x79\xa9\x25";

TEST_F(FunctionTest, ADumpOfRedisServerIsTaken) {
  const std::string payload(kGoldenDump, sizeof kGoldenDump - 1);
  EXPECT_EQ(Run({"FUNCTION", "RESTORE", payload}), "OK");
  EXPECT_EQ(Run({"FCALL", "golden_add", "0", "2", "3"}), "(integer) 5");
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"FCALL_RO", "golden_get", "1", "k"}), "v");
  EXPECT_THAT(Run({"FUNCTION", "LIST", "WITHCODE"}), HasSubstr("#!lua name=golden\n"));
}

TEST_F(FunctionTest, ErrorsNameTheFunction) {
  Load(
      "#!lua name=a\nredis.register_function('fails', function() error('x') end)\n"
      "redis.register_function('late', function() redis.register_function('x', type) end)\n"
      "redis.register_function('sets', function() y = 1 end)");
  EXPECT_EQ(Run({"FCALL", "fails", "0"}),
            "-ERR user_function:2: x script: fails, on @user_function:2.");
  EXPECT_THAT(Run({"FCALL", "sets", "0"}),
              StartsWith("-ERR user_function:4: Attempt to modify a readonly table script: sets"));
}

TEST_F(FunctionTest, WhatTheDatasetBroughtCanBeCalled) {
  check_replay = false;
  keyspace.function_libraries() = {kLibrary};
  EXPECT_TRUE(CompileFunctions(engine));
  EXPECT_EQ(Run({"FCALL", "both", "1", "k", "v"}), "[k, v]");
  keyspace.function_libraries() = {"#!lua name=bad\nx x"};
  const Result<void> compiled = CompileFunctions(engine);
  ASSERT_FALSE(compiled);
  EXPECT_THAT(compiled.error().detail(), StartsWith("Error compiling function"));
}

TEST_F(FunctionTest, MemoryIsReported) {
  EXPECT_THAT(Run({"INFO", "memory"}), HasSubstr("used_memory_vm_functions:0"));
  Load(kLibrary);
  const std::string info = Run({"INFO", "memory"});
  EXPECT_THAT(info, HasSubstr("number_of_functions:3"));
  EXPECT_THAT(info, HasSubstr("number_of_libraries:1"));
  EXPECT_GT(ReportScripting(engine).function_vm_bytes, 10'000U);
}

TEST_F(FunctionTest, TheEngineIsLookedAtBeforeTheName) {
  Run({"FUNCTION", "LOAD", kLibrary});
  EXPECT_EQ(Run({"FUNCTION", "LOAD", "#!bad name=lib\n"}), "-ERR Engine 'bad' not found");
  EXPECT_EQ(Run({"FUNCTION", "LOAD", "#! name=lib\n"}), "-ERR Engine '' not found");
}

TEST_F(FunctionTest, ANameMayStandInQuotes) {
  EXPECT_EQ(Run({"FUNCTION", "LOAD",
                 "#!lua name=\"quoted\"\nredis.register_function('q', function() end)"}),
            "quoted");
  EXPECT_EQ(Run({"FUNCTION", "LOAD", "#!lua name=\"open\n"}), "-ERR Invalid library metadata");
}

TEST_F(FunctionTest, WhatIsTooMuchGetsTheContainersError) {
  EXPECT_EQ(Run({"FUNCTION", "RESTORE", "a", "b", "c"}),
            "-ERR unknown subcommand or wrong number of arguments for 'RESTORE'. Try FUNCTION "
            "HELP.");
  EXPECT_EQ(Run({"FUNCTION", "FLUSH", "SYNC", "b"}),
            "-ERR unknown subcommand or wrong number of arguments for 'FLUSH'. Try FUNCTION HELP.");
  EXPECT_EQ(Run({"FUNCTION", "LIST", "LIBRARYNAME", "a", "LIBRARYNAME", "b"}),
            "-ERR Unknown argument LIBRARYNAME");
}

TEST_F(FunctionTest, WhileItLoadsALibrarySetsNothing) {
  for (const char* call : {"redis.setresp(3)", "redis.set_repl(redis.REPL_ALL)"}) {
    EXPECT_THAT(Run({"FUNCTION", "LOAD", std::string("#!lua name=lib\n") + call}),
                HasSubstr("attempted to access nonexistent global variable"));
  }
}

TEST_F(FunctionTest, APauseOfWritesAsksTheFunctionWhatItDoes) {
  Load(
      "#!lua name=pausing\n"
      "redis.register_function{function_name='reads', flags={'no-writes'},"
      " callback=function() return 1 end}\n"
      "redis.register_function('writes', function() return 1 end)");
  Run({"CLIENT", "PAUSE", "100000", "WRITE"});
  const auto held = [&](const std::vector<std::string>& request) {
    Session& client = NewSession();
    return RunAs(client, request) == "(no reply)" && client.blocked_now();
  };
  EXPECT_FALSE(held({"FCALL", "reads", "0"}));
  EXPECT_TRUE(held({"FCALL", "writes", "0"}));
  EXPECT_TRUE(held({"FCALL", "unknown", "0"}));
  EXPECT_FALSE(held({"FCALL_RO", "reads", "0"}));
  EXPECT_TRUE(held({"FCALL_RO", "writes", "0"}));
  EXPECT_FALSE(held({"FCALL_RO", "unknown", "0"}));
}

}  // namespace
}  // namespace kvasir
