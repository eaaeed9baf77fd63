// Scripts that try to get out, to stay, or to take everything.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "src/scripting/scripting.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SandboxTest : public CommandTest {
 protected:
  std::string Eval(const std::string& script) { return Run({"EVAL", script, "0"}); }
  // Whether the error says that nothing may be changed.
  void ExpectReadOnly(const std::string& script) {
    EXPECT_THAT(Eval(script), HasSubstr("Attempt to modify a readonly table")) << script;
  }
};

TEST_F(SandboxTest, GlobalsCannotBeMadeOrMissed) {
  ExpectReadOnly("x = 1");
  ExpectReadOnly("_G.x = 1");
  ExpectReadOnly("KEYS = {}");
  ExpectReadOnly("pcall = nil");
  ExpectReadOnly("function f() end");
  ExpectReadOnly("rawset(_G, 'x', 1)");
  ExpectReadOnly("setmetatable(_G, {})");
  EXPECT_THAT(Eval("return x"),
              StartsWith("-ERR user_script:1: Script attempted to access nonexistent global "
                         "variable 'x' script: "));
  EXPECT_EQ(Eval("return rawget(_G, 'x')"), "(nil)");
  EXPECT_EQ(Eval("return _G == _G._G"), "(integer) 1");
}

TEST_F(SandboxTest, ToHexOfTheSmallestNumberOfDigits) {
  EXPECT_EQ(Eval("return bit.tohex(65535, -2147483648)"), "0000FFFF");
  EXPECT_EQ(Eval("return bit.tohex(65535, 2147483647)"), "0000ffff");
  EXPECT_EQ(Eval("return bit.tohex(65535)"), "0000ffff");
  EXPECT_EQ(Eval("return bit.tohex(-1, -3)"), "FFF");
  EXPECT_EQ(Eval("return bit.tohex(2^32 + 18, 2)"), "12");
  EXPECT_EQ(Eval("return bit.tohex(1, 0)"), "");
  EXPECT_THAT(Eval("return bit.tohex('x')"), HasSubstr("number expected, got string"));
  EXPECT_THAT(Eval("return bit.tohex(1, nil)"), HasSubstr("number expected, got nil"));
}

TEST_F(SandboxTest, LibrariesCannotBeChanged) {
  for (const std::string library : {"redis", "server", "string", "table", "math", "cjson",
                                    "cmsgpack", "struct", "bit", "coroutine", "os"}) {
    ExpectReadOnly(library + ".x = 1");
    ExpectReadOnly("rawset(" + library + ", 'x', 1)");
    ExpectReadOnly("table.insert(" + library + ", 1)");
    ExpectReadOnly("table.sort(" + library + ")");
    ExpectReadOnly("table.remove(" + library + ")");
    ExpectReadOnly("setmetatable(" + library + ", {__index = function() end})");
    ExpectReadOnly("for k in pairs(" + library + ") do " + library + "[k] = nil end");
    EXPECT_EQ(Eval("return getmetatable(" + library + ")"), "(nil)");
  }
  EXPECT_EQ(Eval("return type(redis.call) .. type(string.upper)"), "functionfunction");
}

TEST_F(SandboxTest, MetatablesLeadNowhere) {
  ExpectReadOnly("getmetatable('').__index = nil");
  ExpectReadOnly("getmetatable('').__index.upper = nil");
  ExpectReadOnly("getmetatable(_G).__index = nil");
  ExpectReadOnly("rawset(getmetatable(''), '__index', nil)");
  ExpectReadOnly("rawset(getmetatable('').__index, 'upper', nil)");
  ExpectReadOnly("setmetatable(getmetatable(''), nil)");
  EXPECT_EQ(Eval("return ('x'):upper()"), "X");
  // The real tables do not show themselves to iteration either.
  EXPECT_EQ(Eval("local n, t = pairs(redis) return t == redis"), "(integer) 1");
  EXPECT_EQ(Eval("local n = 0 for k in pairs(redis) do n = n + 1 end return n > 10"),
            "(integer) 1");
  EXPECT_EQ(Eval("return type(next(_G))"), "string");
}

TEST_F(SandboxTest, ValuesOfPairsAreStandInsThemselves) {
  ExpectReadOnly("for k, v in pairs(_G) do if k == 'redis' then v.call = nil end end");
  ExpectReadOnly("rawget(_G, 'redis').call = nil");
  ExpectReadOnly("rawget(_G, '_G').x = 1");
}

TEST_F(SandboxTest, WhatIsNotForScriptsIsNotThere) {
  for (const std::string name : {"io", "debug", "package", "require", "module", "dofile",
                                 "loadfile", "print", "newproxy", "getfenv", "setfenv"}) {
    EXPECT_THAT(Eval("return " + name), HasSubstr("nonexistent global variable '" + name + "'"));
  }
  EXPECT_EQ(Eval("return os.execute"), "(nil)");
  EXPECT_EQ(Eval("return type(os.clock())"), "number");
  EXPECT_EQ(Eval("return table.concat({string.dump ~= nil and 'x' or 'y'})"), "x");
}

TEST_F(SandboxTest, CompiledCodeIsRefused) {
  EXPECT_EQ(Eval("return type(loadstring(string.dump(function() return 1 end)))"), "nil");
  EXPECT_EQ(
      Eval("local code, done = string.dump(function() return 1 end), false "
           "return type(load(function() if done then return nil end done = true return code end))"),
      "nil");
  EXPECT_EQ(Eval("local code, at = string.dump(function() return 1 end), 0 "
                 "return type(load(function() at = at + 1 return code:sub(at, at) end))"),
            "nil");
  EXPECT_THAT(Run({"EVAL", "\x1bLua", "0"}), StartsWith("-ERR Error compiling script"));
  EXPECT_THAT(Run({"EVAL", "#!lua\n\x1bLua", "0"}), StartsWith("-ERR Error compiling script"));
  EXPECT_EQ(Eval("return loadstring('return 7')()"), "(integer) 7");
  EXPECT_THAT(Eval("return loadstring('return nosuch')()"), HasSubstr("nonexistent global"));
  EXPECT_THAT(Eval("loadstring('x = 1')()"), HasSubstr("readonly"));
}

TEST_F(SandboxTest, RecursionEndsInAnError) {
  EXPECT_THAT(Eval("local function f(n) return f(n) + 1 end return f(1)"),
              HasSubstr("stack overflow"));
  EXPECT_THAT(Eval("local function f() return pcall(f) end return f()"), HasSubstr("integer"));
  EXPECT_THAT(Eval("local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return "
                   "t[k .. 'x'] end return t.x"),
              StartsWith("-ERR "));
  EXPECT_THAT(Eval("local s = string.rep('(', 10000) return loadstring(s)"), ::testing::_);
  EXPECT_THAT(Eval("local function f(x) return (x:gsub('.', f)) end return f('a')"),
              StartsWith("-ERR "));
  EXPECT_EQ(Eval("return 1"), "(integer) 1");
}

TEST_F(SandboxTest, TablesWithoutEndMakeRepliesWithOne) {
  // Too deep for a reader that calls itself.
  for (const char* script : {"local t = {} t[1] = t return t", "local t = {} t.map = t return t"}) {
    EXPECT_THAT(RunRaw(session, {"EVAL", script, "0"}), HasSubstr("-ERR reached lua stack limit"));
  }
  EXPECT_THAT(Eval("local t = {} t[1] = t return cjson.encode(t)"),
              HasSubstr("Cannot serialise, excessive nesting"));
  EXPECT_EQ(Eval("local t = {} t[1] = t return #cmsgpack.pack(t)"), "(integer) 17");
}

TEST_F(SandboxTest, MemoryIsBounded) {
  Eval("return 1");
  Scripting::Of(engine).vm().set_bytes_max(size_t{32} << 20);
  EXPECT_THAT(Eval("return string.rep('x', 100000000)"), HasSubstr("not enough memory"));
  EXPECT_THAT(Eval("local t = {} for i = 1, 1e9 do t[i] = string.rep('x', 10000) .. i end"),
              HasSubstr("not enough memory"));
  EXPECT_THAT(Eval("local s = 'x' while true do s = s .. s end"), HasSubstr("not enough memory"));
  EXPECT_THAT(Eval("local t = {} for i = 1, 1e9 do t[i] = {} end"), HasSubstr("not enough memory"));
  EXPECT_THAT(Eval("local s = string.rep('x', 10000000) return pcall(string.rep, s, 10)"),
              ::testing::_);
  Run({"SET", "large", std::string(40'000'000, 'x')});
  snapshot_budget = 0;
  EXPECT_THAT(Eval("return #redis.call('get', 'large')"), HasSubstr("not enough memory"));
  EXPECT_THAT(Run({"EVAL", "return #ARGV[1]", "0", std::string(40'000'000, 'x')}),
              HasSubstr("not enough memory"));
  EXPECT_EQ(Eval("return {1, {2}}"), "[(integer) 1, [(integer) 2]]");
  Run({"DEL", "large"});
}

TEST_F(SandboxTest, LibrariesThatCountIn32BitsAreNotFedTooMuch) {
  EXPECT_THAT(
      Eval("local s = string.rep('x', 10000000) local t = {} for i = 1, 100 do t[i] = s end "
           "return cjson.encode(t)"),
      HasSubstr("Cannot serialise: too large"));
  EXPECT_THAT(Eval("local t = {'x'} for i = 1, 40 do t = {t, t} end return cjson.encode(t)"),
              HasSubstr("Cannot serialise: too large"));
  EXPECT_THAT(
      Eval("local t = {'x'} for i = 1, 15 do local u = {} for j = 1, 40 do u[j] = t end t = u "
           "end return cmsgpack.pack(t)"),
      HasSubstr("too large"));
}

TEST_F(SandboxTest, TheCollectorCannotBeTurnedOff) {
  EXPECT_EQ(Eval("return {collectgarbage('stop'), collectgarbage('setpause', 100000)}"),
            "[(integer) 0, (integer) 0]");
  EXPECT_EQ(Eval("return {collectgarbage(), collectgarbage('count') > 10}"),
            "[(integer) 0, (integer) 1]");
}

TEST_F(SandboxTest, NothingStaysForTheNextScript) {
  Eval("local t = KEYS t.x = 1");
  EXPECT_EQ(Eval("return KEYS.x"), "(nil)");
  EXPECT_EQ(Run({"EVAL", "return #KEYS + #ARGV", "1", "a", "b"}), "(integer) 2");
  EXPECT_EQ(Eval("return #KEYS + #ARGV"), "(integer) 0");
  EXPECT_EQ(Eval("redis.setresp(3) return 1"), "(integer) 1");
  Run({"HSET", "h", "f", "v"});
  EXPECT_EQ(Eval("return redis.call('hgetall', 'h')"), "[f, v]");
}

}  // namespace
}  // namespace kvasir
