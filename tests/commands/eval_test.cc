#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "src/scripting/scripting.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class EvalTest : public CommandTest {
 protected:
  std::string Eval(const std::string& script, const std::vector<std::string>& keys = {},
                   const std::vector<std::string>& arguments = {}) {
    std::vector<std::string> request = {"EVAL", script, std::to_string(keys.size())};
    request.insert(request.end(), keys.begin(), keys.end());
    request.insert(request.end(), arguments.begin(), arguments.end());
    return Run(request);
  }
};

TEST_F(EvalTest, ValuesBecomeReplies) {
  EXPECT_EQ(Eval("return 1"), "(integer) 1");
  EXPECT_EQ(Eval("return -3.99"), "(integer) -3");
  EXPECT_EQ(Eval("return 'text'"), "text");
  EXPECT_EQ(Eval("return true"), "(integer) 1");
  EXPECT_EQ(Eval("return false"), "(nil)");
  EXPECT_EQ(Eval("return nil"), "(nil)");
  EXPECT_EQ(Eval("return {}"), "[]");
  EXPECT_EQ(Eval("return {1, 'a', {2, nil, 3}}"), "[(integer) 1, a, [(integer) 2]]");
  EXPECT_EQ(Eval("return {ok='fine'}"), "fine");
  EXPECT_EQ(Eval("return {err='MY mistake'}"), "-MY mistake");
  EXPECT_EQ(Eval("return {double=3.5}"), "3.5");
  EXPECT_EQ(Eval("return 1/0"), "(integer) -9223372036854775808");
}

TEST_F(EvalTest, Resp3TypesForClientsThatTakeThem) {
  session.resp_version = 3;
  EXPECT_EQ(Eval("return {double=3.5}"), "(double) 3.5");
  EXPECT_EQ(Eval("return {map={a=1}}"), "{a: (integer) 1}");
  EXPECT_EQ(Eval("return {set={a=true}}"), "[a]");
  EXPECT_EQ(Eval("return true"), "(integer) 1");
  EXPECT_EQ(Eval("redis.setresp(3) return {true, false}"), "[(true), (false)]");
  EXPECT_EQ(Eval("return {verbatim_string={format='txt', string='x'}}"), "txt:x");
  EXPECT_EQ(Run({"HSET", "h", "f", "v"}), "(integer) 1");
  EXPECT_EQ(Eval("redis.setresp(3) return redis.call('HGETALL', 'h')"), "{f: v}");
  EXPECT_EQ(Eval("return redis.call('HGETALL', 'h')"), "[f, v]");
}

TEST_F(EvalTest, RepliesBecomeValues) {
  Run({"RPUSH", "l", "a", "b"});
  EXPECT_EQ(Eval("return redis.call('LRANGE', 'l', 0, -1)"), "[a, b]");
  EXPECT_EQ(Eval("return type(redis.call('GET', 'none'))"), "boolean");
  EXPECT_EQ(Eval("return redis.call('SET', 'k', 'v').ok"), "OK");
  EXPECT_EQ(Eval("return redis.call('LLEN', 'l') + 1"), "(integer) 3");
  EXPECT_EQ(Eval("return redis.pcall('GET', 'l').err"),
            "WRONGTYPE Operation against a key holding the wrong kind of value");
  const std::string large(100'000, 'x');
  Run({"SET", "large", large});
  EXPECT_EQ(Eval("return redis.call('GET', 'large')"), large);
  EXPECT_EQ(Eval("return {redis.call('GET', 'large'), 1}"), "[" + large + ", (integer) 1]");
}

TEST_F(EvalTest, KeysAndArguments) {
  EXPECT_EQ(Eval("return {KEYS[1], KEYS[2], ARGV[1], #KEYS, #ARGV}", {"a", "b"}, {"c"}),
            "[a, b, c, (integer) 2, (integer) 1]");
  EXPECT_EQ(Eval("KEYS[1] = 'x' return KEYS[1]", {"a"}), "x");
  EXPECT_EQ(Eval("return KEYS[1]", {"a"}), "a");
  EXPECT_EQ(Run({"EVAL", "return 1", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"EVAL", "return 1", "-1"}), "-ERR Number of keys can't be negative");
  EXPECT_EQ(Run({"EVAL", "return 1", "1"}),
            "-ERR Number of keys can't be greater than number of args");
}

TEST_F(EvalTest, EvalshaFindsWhatEvalOrScriptLoadBrought) {
  const std::string hash = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
  EXPECT_EQ(Run({"EVALSHA", hash, "0"}), "-NOSCRIPT No matching script. Please use EVAL.");
  EXPECT_EQ(Run({"EVALSHA", "short", "0"}), "-NOSCRIPT No matching script. Please use EVAL.");
  EXPECT_EQ(Eval("return 1"), "(integer) 1");
  EXPECT_EQ(Run({"EVALSHA", hash, "0"}), "(integer) 1");
  EXPECT_EQ(Run({"EVALSHA", "E0E1F9FABFC9D4800C877A703B823AC0578FF8DB", "0"}), "(integer) 1");
  EXPECT_EQ(Run({"EVALSHA_RO", hash, "0"}), "(integer) 1");
  EXPECT_EQ(Run({"SCRIPT", "EXISTS", hash, "nothing"}), "[(integer) 1, (integer) 0]");
  EXPECT_EQ(Run({"SCRIPT", "SHOW", hash}), "return 1");
  EXPECT_EQ(Run({"SCRIPT", "FLUSH"}), "OK");
  EXPECT_EQ(Run({"SCRIPT", "SHOW", hash}), "-NOSCRIPT No matching script. Please use EVAL.");
  EXPECT_EQ(Run({"SCRIPT", "LOAD", "return 1"}), hash);
  EXPECT_EQ(Run({"EVALSHA", hash, "0"}), "(integer) 1");
  EXPECT_EQ(Run({"SCRIPT", "FLUSH", "ASYNC"}), "OK");
  EXPECT_EQ(Run({"SCRIPT", "FLUSH", "foo"}), "-ERR SCRIPT FLUSH only support SYNC|ASYNC option");
  EXPECT_EQ(Run({"SCRIPT", "LOAD", "x x"}),
            "-ERR Error compiling script (new function): user_script:1: '=' expected near 'x'");
  EXPECT_EQ(Run({"SCRIPT", "DEBUG", "no"}), "OK");
  EXPECT_EQ(Run({"SCRIPT", "DEBUG", "maybe"}), "-ERR Use SCRIPT DEBUG YES/SYNC/NO");
  EXPECT_EQ(Run({"SCRIPT", "KILL"}), "-NOTBUSY No scripts in execution right now.");
  EXPECT_THAT(Run({"SCRIPT", "HELP"}), HasSubstr("SCRIPT <subcommand>"));
}

TEST_F(EvalTest, ErrorsTellWhereTheyHappened) {
  const std::string at = " script: ";
  EXPECT_EQ(Eval("return redis.call('nosuch')"),
            "-ERR Unknown Redis command called from script script: "
            "206396248e12c6e742fd7296250433c8d7343b74, on @user_script:1.");
  EXPECT_THAT(Eval("\n\nreturn redis.call('get')"),
              StartsWith("-ERR Wrong number of args calling Redis command from script script: "));
  EXPECT_THAT(Eval("\n\nreturn redis.call('get')"), EndsWith(", on @user_script:3."));
  EXPECT_THAT(Eval("error('boo')"), StartsWith("-ERR user_script:1: boo script: "));
  EXPECT_THAT(Eval("error({err='MY boo'})"), StartsWith("-MY boo script: "));
  EXPECT_THAT(Eval("error({})"), StartsWith("-ERR unknown error script: "));
  EXPECT_THAT(Eval("error({1})"), StartsWith("-ERR unknown error script: "));
  EXPECT_THAT(Eval("return redis.call()"),
              StartsWith("-ERR Please specify at least one argument for this redis lib call"));
  EXPECT_THAT(Eval("return redis.call('get', {})"),
              StartsWith("-ERR Lua redis lib command arguments must be strings or integers"));
  EXPECT_THAT(Eval("return redis.call('multi')"),
              StartsWith("-ERR This Redis command is not allowed from script"));
  EXPECT_EQ(Eval("return redis.pcall('nosuch')"), "-ERR Unknown Redis command called from script");
  Run({"RPUSH", "l", "a"});
  EXPECT_THAT(Eval("return redis.call('get', 'l')"), StartsWith("-WRONGTYPE Operation against"));
}

TEST_F(EvalTest, AnErrorIsCountedOnce) {
  Run({"CONFIG", "RESETSTAT"});
  Eval("return redis.call('nosuch')");
  EXPECT_THAT(Run({"INFO", "errorstats"}), HasSubstr("errorstat_ERR:count=1"));
  Eval("return redis.pcall('nosuch')");
  Eval("redis.pcall('nosuch') return 1");
  EXPECT_THAT(Run({"INFO", "errorstats"}), HasSubstr("errorstat_ERR:count=3"));
  Eval("return redis.error_reply('MY own')");
  EXPECT_THAT(Run({"INFO", "errorstats"}), HasSubstr("errorstat_MY:count=1"));
  Eval("redis.call('incr', 'k')");
  EXPECT_THAT(Run({"INFO", "commandstats"}), HasSubstr("cmdstat_incr:calls=1"));
}

TEST_F(EvalTest, ReadOnlyScriptsMayNotWrite) {
  const std::string refused = "-ERR Write commands are not allowed from read-only scripts.";
  EXPECT_THAT(Run({"EVAL_RO", "return redis.call('set', 'a', 'b')", "0"}), StartsWith(refused));
  EXPECT_THAT(Eval("#!lua flags=no-writes\nreturn redis.call('set', 'a', 'b')"),
              StartsWith(refused));
  EXPECT_EQ(Run({"EVAL_RO", "#!lua\nreturn 1", "0"}),
            "-ERR Can not execute a script with write flag using *_ro command.");
  EXPECT_EQ(Run({"EVAL_RO", "return redis.call('get', 'a')", "0"}), "(nil)");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(EvalTest, FirstLinesThatAreWrong) {
  EXPECT_EQ(Eval("#!lua"), "-ERR Invalid script shebang");
  EXPECT_EQ(Eval("#!foo\nreturn 1"), "-ERR Unexpected engine in script shebang: #!foo");
  EXPECT_EQ(Eval("#!lua flags=foo\nreturn 1"), "-ERR Unexpected flag in script shebang: foo");
  EXPECT_EQ(Eval("#!lua name=x\nreturn 1"), "-ERR Unknown lua shebang option: name=x");
  EXPECT_EQ(Eval("#!lua flags=allow-oom,no-writes\nreturn 1"), "(integer) 1");
}

TEST_F(EvalTest, EffectsAreLoggedAsOneGroup) {
  EXPECT_EQ(
      Eval("redis.call('set', 'a', '1') redis.call('incr', 'a') return redis.call('get', 'a')"),
      "2");
  EXPECT_THAT(TakeLogged(), ElementsAre("set a 1", "incr a"));
  EXPECT_THAT(log.groups, ElementsAre("set incr"));
  EXPECT_EQ(Eval("return redis.call('get', 'a')"), "2");
  EXPECT_THAT(TakeLogged(), IsEmpty());
  EXPECT_EQ(Eval("redis.call('set', 'b', '1', 'ex', 10) redis.call('set', 'c', 1) error('x')")
                .substr(0, 20),
            "-ERR user_script:1: ");
  const std::string deadline = std::to_string(now_ms + 10'000);
  EXPECT_THAT(TakeLogged(), ElementsAre("SET b 1 PXAT " + deadline, "set c 1"));
}

TEST_F(EvalTest, APauseOfWritesAsksTheScriptWhatItDoes) {
  const std::string reads = "#!lua flags=no-writes\nreturn 1";
  const std::string writes = "#!lua\nreturn 1";
  const std::string silent = "return 1";
  std::vector<std::string> hashes;
  for (const std::string& script : {reads, writes, silent}) {
    hashes.push_back(Run({"SCRIPT", "LOAD", script}));
  }
  Run({"CLIENT", "PAUSE", "100000", "WRITE"});
  const auto held = [&](const std::vector<std::string>& request) {
    Session& client = NewSession();
    return RunAs(client, request) == "(no reply)" && client.blocked_now();
  };
  EXPECT_FALSE(held({"EVAL", reads, "0"}));
  EXPECT_TRUE(held({"EVAL", writes, "0"}));
  EXPECT_TRUE(held({"EVAL", silent, "0"}));
  EXPECT_TRUE(held({"EVAL", "#!lua flags=nonsense\nreturn 1", "0"}));
  EXPECT_FALSE(held({"EVAL_RO", reads, "0"}));
  EXPECT_TRUE(held({"EVAL_RO", writes, "0"}));
  EXPECT_FALSE(held({"EVAL_RO", silent, "0"}));
  EXPECT_FALSE(held({"EVALSHA", hashes[0], "0"}));
  EXPECT_TRUE(held({"EVALSHA", hashes[1], "0"}));
  EXPECT_TRUE(held({"EVALSHA", hashes[2], "0"}));
  EXPECT_TRUE(held({"EVALSHA", "unknown", "0"}));
  EXPECT_FALSE(held({"EVALSHA_RO", hashes[2], "0"}));
  EXPECT_TRUE(held({"EVALSHA_RO", hashes[1], "0"}));
  EXPECT_FALSE(held({"EVALSHA_RO", "unknown", "0"}));
}

// A transaction that also read was taken for one that only reads.
TEST_F(EvalTest, APauseOfWritesHoldsTransactionsWithScriptsThatWrite) {
  for (const bool writes : {false, true}) {
    Session& client = NewSession();
    RunAs(client, {"MULTI"});
    RunAs(client, {"GET", "k"});
    RunAs(client, {"EVAL", writes ? "#!lua\nreturn 1" : "#!lua flags=no-writes\nreturn 1", "0"});
    Run({"CLIENT", "PAUSE", "100000", "WRITE"});
    EXPECT_EQ(RunAs(client, {"EXEC"}), writes ? "(no reply)" : "[(nil), (integer) 1]");
    Run({"CLIENT", "UNPAUSE"});
  }
}

TEST_F(EvalTest, AQueuedScriptThatWritesCountsAsAWrite) {
  Run({"MULTI"});
  Eval("#!lua\nreturn 1");
  log.refusal = "MISCONF the disk is full";
  engine.ArmGates(kGateLog, true);
  EXPECT_EQ(Run({"EXEC"}), "-EXECABORT Transaction discarded because of: MISCONF the disk is full");
}

TEST_F(EvalTest, InsideATransactionItIsPartOfItsGroup) {
  Run({"MULTI"});
  EXPECT_EQ(Eval("redis.call('set', 'a', '1') return redis.call('incr', 'a')"), "QUEUED");
  Run({"SET", "b", "2"});
  EXPECT_EQ(Run({"EXEC"}), "[(integer) 2, OK]");
  EXPECT_THAT(log.groups, ElementsAre("set incr SET"));
}

TEST_F(EvalTest, TheReplyWaitsForWhatTheScriptWroteAndRead) {
  log.waits_for_sync = true;
  Eval("redis.call('set', 'a', '1')");
  EXPECT_EQ(session.depends_on, 1U);
  Session& other = NewSession();
  RunAs(other, {"EVAL", "return redis.call('get', 'a')", "0"});
  EXPECT_EQ(other.depends_on, 1U);
  Session& third = NewSession();
  RunAs(third, {"EVAL", "return redis.call('get', 'b')", "0"});
  EXPECT_EQ(third.depends_on, 0U);
}

TEST_F(EvalTest, TheDatabaseIsTheCallersAndStaysSo) {
  Run({"SELECT", "3"});
  EXPECT_EQ(Eval("redis.call('set', 'a', '3') redis.call('select', 5) redis.call('set', 'a', '5')"),
            "(nil)");
  EXPECT_EQ(Run({"GET", "a"}), "3");
  Run({"SELECT", "5"});
  EXPECT_EQ(Run({"GET", "a"}), "5");
}

TEST_F(EvalTest, BlockingCommandsDoNotWait) {
  EXPECT_EQ(Eval("return redis.call('blpop', 'l', 0)"), "(nil)");
  Run({"RPUSH", "l", "a"});
  EXPECT_EQ(Eval("return redis.call('blpop', 'l', 0)"), "[l, a]");
}

TEST_F(EvalTest, NeitherDoThoseThatWaitForSafety) {
  EXPECT_EQ(Run({"EVAL", "return redis.call('BZPOPMIN', KEYS[1], 0)", "1", "z"}), "(nil)");
  EXPECT_EQ(Run({"EVAL", "return redis.call('WAIT', 1, 0)", "0"}), "(integer) 0");
  EXPECT_EQ(Run({"EVAL", "redis.call('SET', 'k', 'v') return redis.call('WAITAOF', 1, 0, 0)", "0"}),
            "[(integer) 0, (integer) 0]");
}

TEST_F(EvalTest, ArgumentsMayTakeAllOfLuasStack) {
  EXPECT_EQ(Run({"EVAL",
                 "local a = {} for i = 1, 7990 do a[i] = 1 end "
                 "return {redis.call('RPUSH', 'l', unpack(a)), redis.call('LRANGE', 'l', 0, 1)}",
                 "0"}),
            "[(integer) 7990, [1, 1]]");
}

TEST_F(EvalTest, ClientsThatWaitAreServedAfterwards) {
  Session& waiting = NewSession();
  Wait(waiting, {"BLPOP", "l", "0"});
  EXPECT_EQ(Eval("redis.call('rpush', 'l', 'a') local n = redis.call('llen', 'l') "
                 "redis.call('rpush', 'l', 'b') return {n, redis.call('llen', 'l')}"),
            "[(integer) 1, (integer) 2]");
  EXPECT_EQ(Answer(waiting), "[l, a]");
}

TEST_F(EvalTest, WatchedKeysAreTouched) {
  Session& other = NewSession();
  RunAs(other, {"WATCH", "a"});
  Eval("redis.call('set', 'a', '1')");
  RunAs(other, {"MULTI"});
  RunAs(other, {"PING"});
  EXPECT_EQ(RunAs(other, {"EXEC"}), "(nil)");
}

TEST_F(EvalTest, MonitorsSeeTheScriptAndThenItsRequests) {
  Session& monitor = NewSession();
  EXPECT_EQ(RunAs(monitor, {"MONITOR"}), "OK");
  Eval("redis.call('set', 'a', '1')");
  const std::string seen = monitor.output.ToString();
  monitor.output.Clear();
  const size_t script = seen.find("\"EVAL\"");
  const size_t request = seen.find("[0 lua] \"set\" \"a\" \"1\"");
  ASSERT_NE(script, std::string::npos) << seen;
  ASSERT_NE(request, std::string::npos) << seen;
  EXPECT_LT(script, request);
}

TEST_F(EvalTest, OverTheMemoryLimitAScriptMayNotAdd) {
  Run({"SET", "a", "b"});
  Run({"CONFIG", "SET", "maxmemory", "1"});
  const std::string refused = "-OOM command not allowed when used memory > 'maxmemory'.";
  EXPECT_THAT(Eval("return redis.call('set', 'a', 'c')"), StartsWith(refused + " script: "));
  EXPECT_EQ(Eval("return redis.call('get', 'a')"), "b");
  EXPECT_EQ(Eval("#!lua\nreturn 1"), refused);
  EXPECT_EQ(Eval("#!lua flags=allow-oom\nreturn redis.call('set', 'a', 'd')"), "OK");
  EXPECT_EQ(Eval("#!lua flags=no-writes\nreturn redis.call('get', 'a')"), "d");
  // Not in the middle: it has written already.
  EXPECT_EQ(Eval("redis.call('del', 'a') return redis.call('set', 'a', 'e')"), "OK");
  Run({"CONFIG", "SET", "maxmemory", "0"});
}

TEST_F(EvalTest, WhenTheLogRefusesScriptsMayRead) {
  Run({"SET", "a", "b"});
  engine.ArmGates(kGateLog, true);
  log.refusal = "MISCONF the log is full";
  EXPECT_THAT(Eval("return redis.call('set', 'a', 'c')"), StartsWith("-MISCONF the log is full"));
  EXPECT_EQ(Eval("return redis.call('get', 'a')"), "b");
  EXPECT_EQ(Eval("#!lua\nreturn 1"), "-MISCONF the log is full");
  log.refusal.clear();
  engine.ArmGates(kGateLog, false);
}

TEST_F(EvalTest, TimeStandsStillInAScript) {
  Run({"SET", "a", "1", "PX", "5"});
  EXPECT_EQ(
      Eval("local a = redis.call('time') for i = 1, 100000 do end local b = redis.call('time') "
           "return a[1] == b[1] and redis.call('exists', 'a')"),
      "(integer) 1");
}

TEST_F(EvalTest, OnlyFiveHundredScriptsOfEvalAreKept) {
  const std::string kept = Run({"SCRIPT", "LOAD", "return 'kept'"});
  const std::string used = "return 'used'";
  Eval(used);
  for (int i = 0; i < 600; ++i) {
    Eval("return " + std::to_string(i));
    if (i % 100 == 0) Eval(used);
  }
  EXPECT_EQ(Run({"EVALSHA", kept, "0"}), "kept");
  EXPECT_EQ(ReportScripting(engine).scripts, ScriptCache::kEvaluatedMax + 1);
  EXPECT_EQ(ReportScripting(engine).evicted, 101U);
  EXPECT_THAT(Run({"INFO", "memory"}), HasSubstr("number_of_cached_scripts:501"));
  EXPECT_THAT(Run({"INFO", "stats"}), HasSubstr("evicted_scripts:101"));
}

TEST_F(EvalTest, CommandGetkeysKnowsTheKeys) {
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "EVAL", "x", "2", "a", "b", "c"}), "[a, b]");
}

TEST_F(EvalTest, PermissionsCanBeAskedFor) {
  EXPECT_EQ(Eval("return redis.acl_check_cmd('get', 'x')"), "(integer) 1");
  EXPECT_THAT(Eval("return redis.acl_check_cmd('nosuch')"),
              StartsWith("-ERR Invalid command passed to redis.acl_check_cmd()"));
}

TEST_F(EvalTest, NumbersKeepTheirDigitsAsArguments) {
  EXPECT_EQ(Eval("return redis.call('echo', 3.1)"), "3.1000000000000001");
  EXPECT_EQ(Eval("return redis.call('echo', 12345678901234567)"), "12345678901234568");
  EXPECT_EQ(Eval("return redis.call('echo', 7)"), "7");
}

TEST_F(EvalTest, ReplyOffHoldsForScripts) {
  Run({"CLIENT", "REPLY", "OFF"});
  EXPECT_EQ(Eval("return {1, {2}}"), "(no reply)");
  EXPECT_EQ(Run({"CLIENT", "REPLY", "ON"}), "OK");
  EXPECT_EQ(Eval("return {1, {2}}"), "[(integer) 1, [(integer) 2]]");
}

TEST_F(EvalTest, DebugLetsScriptsCallAnything) {
  Settings settings = engine.settings();
  settings.enable_debug_command = AccessLevel::kYes;
  engine.set_settings(settings);
  EXPECT_THAT(Eval("return redis.call('debug', 'sleep', '0')"), HasSubstr("not allowed"));
  EXPECT_EQ(Run({"DEBUG", "SET-DISABLE-DENY-SCRIPTS", "1"}), "OK");
  EXPECT_EQ(Eval("return redis.call('debug', 'sleep', '0')"), "OK");
  EXPECT_EQ(Run({"DEBUG", "SET-DISABLE-DENY-SCRIPTS", "0"}), "OK");
  EXPECT_THAT(Eval("return redis.call('debug', 'sleep', '0')"), HasSubstr("not allowed"));
}

TEST_F(EvalTest, WhatAScriptCallsCountsForItsClient) {
  const uint64_t before = session.requests;
  Eval("redis.call('ping') redis.call('ping')");
  EXPECT_EQ(session.requests, before + 3);
}

TEST_F(EvalTest, TheSlowLogNamesTheClientOfAScript) {
  session.name = "me";
  Run({"CONFIG", "SET", "slowlog-log-slower-than", "0"});
  Eval("redis.call('ping')");
  const std::string entries = Run({"SLOWLOG", "GET", "2"});
  EXPECT_THAT(entries, HasSubstr("[ping], , me]"));
  EXPECT_THAT(entries, HasSubstr("[EVAL, redis.call('ping'), 0], , me]"));
}

TEST_F(EvalTest, AnErrorThatIsReturnedIsTheCommandsFailure) {
  EXPECT_EQ(Eval("return redis.error_reply('MY error')"), "-MY error");
  EXPECT_EQ(Eval("return redis.pcall('nosuch')"), "-ERR Unknown Redis command called from script");
  const std::string statistics = Run({"INFO", "commandstats"});
  EXPECT_THAT(statistics, HasSubstr("cmdstat_eval:calls=2,"));
  EXPECT_THAT(statistics, HasSubstr("rejected_calls=0,failed_calls=2\r\n"));
}

TEST_F(EvalTest, TimeStandsStillWithinAScript) {
  EXPECT_EQ(Eval("return redis.call('time')"), "[1800000000, 0]");
}

}  // namespace
}  // namespace kvasir
