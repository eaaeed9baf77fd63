// Scripts that take too long, and what everybody else gets meanwhile.
#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kBusy[] =
    "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";

class BusyScriptTest : public ::testing::Test {
 protected:
  void SetUp() override { server.Start(); }

  // Sends the request and waits until others are told that the server is busy.
  void Begin(RawSocket& client, std::initializer_list<std::string_view> request) {
    ASSERT_TRUE(client.Send(EncodeRequest(request)));
    WaitUntil("-BUSY");
  }
  void WaitUntil(const std::string& reply) {
    Client other(server);
    for (int i = 0; i < kPatienceMs / 5; ++i) {
      if (other.Run({"GET", "x"}).starts_with(reply)) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    FAIL() << "never " << reply;
  }

  ServerProcess server{{"--appendfsync", "always", "--busy-reply-threshold", "20"}};
};

TEST_F(BusyScriptTest, OthersHearThatItIsBusyAndCanEndIt) {
  RawSocket script(server.port());
  Begin(script, {"EVAL", "while true do end", "0"});
  Client other(server);
  EXPECT_EQ(other.Run({"SET", "x", "1"}), kBusy);
  EXPECT_EQ(other.Run({"CONFIG", "GET", "port"}), kBusy);
  EXPECT_EQ(other.Run({"MULTI"}), "OK");
  EXPECT_EQ(other.Run({"SET", "x", "1"}), kBusy);
  EXPECT_EQ(other.Run({"DISCARD"}), "OK");
  EXPECT_THAT(other.Run({"FUNCTION", "STATS"}), HasSubstr("command, [EVAL, while true do end, 0]"));
  EXPECT_EQ(other.Run({"FUNCTION", "KILL"}), kBusy);
  EXPECT_EQ(other.Run({"SHUTDOWN"}), kBusy);
  EXPECT_EQ(other.Run({"SCRIPT", "KILL"}), "OK");
  EXPECT_THAT(script.ReadReply(),
              StartsWith("-ERR Script killed by user with SCRIPT KILL... script: "));
  EXPECT_EQ(other.Run({"SCRIPT", "KILL"}), "-NOTBUSY No scripts in execution right now.");
  EXPECT_EQ(script.Run({"SET", "x", "1"}), "OK");
}

TEST_F(BusyScriptTest, AScriptThatCatchesItsEndEndsAllTheSame) {
  for (const std::string script : {"while true do pcall(function() while true do end end) end",
                                   "local function f() return pcall(f) end while true do f() end",
                                   "while true do xpcall(function() while true do end end, "
                                   "function() while true do end end) end",
                                   "local co = coroutine.wrap(function() while true do "
                                   "pcall(function() while true do end end) "
                                   "end end) while true do pcall(co) end"}) {
    RawSocket client(server.port());
    Begin(client, {"EVAL", script, "0"});
    Client other(server);
    EXPECT_EQ(other.Run({"SCRIPT", "KILL"}), "OK");
    EXPECT_THAT(client.ReadReply(), StartsWith("-ERR ")) << script;
  }
}

TEST_F(BusyScriptTest, WhatHasWrittenIsNotEndedAndComesBackWholeOrNotAtAll) {
  Client other(server);
  EXPECT_EQ(other.Run({"SET", "before", "1"}), "OK");
  RawSocket script(server.port());
  Begin(script, {"EVAL", "redis.call('set', 'half', '1') while true do end", "0"});
  EXPECT_THAT(other.Run({"SCRIPT", "KILL"}), StartsWith("-UNKILLABLE Sorry the script"));
  EXPECT_EQ(other.Run({"SHUTDOWN", "NOSAVE"}), "(closed)");
  ASSERT_EQ(server.Wait(), 0);
  server.Start();
  Client again(server);
  EXPECT_EQ(again.Run({"GET", "before"}), "1");
  EXPECT_EQ(again.Run({"GET", "half"}), "(nil)");
}

TEST_F(BusyScriptTest, AKilledProcessLosesTheWholeScript) {
  RawSocket script(server.port());
  Begin(script, {"EVAL",
                 "for i = 1, 100000 do redis.call('rpush', 'l', string.rep('x', 100)) end "
                 "while true do end",
                 "0"});
  server.Kill(SIGKILL);
  server.Start();
  EXPECT_EQ(Client(server).Run({"EXISTS", "l"}), "(integer) 0");
}

TEST_F(BusyScriptTest, ASlowScriptGoesOnByItselfAndIsServedWithItsReply) {
  Client settings(server);
  EXPECT_EQ(settings.Run({"SET", "soon", "1", "PX", "1"}), "OK");
  EXPECT_EQ(settings.Run({"SET", "later", "1", "PX", "200"}), "OK");
  RawSocket waiting(server.port());
  ASSERT_TRUE(waiting.Send(EncodeRequest({"BLPOP", "queue", "0"})));
  RawSocket script(server.port());
  // The key's time comes while it runs, and not for the script.
  ASSERT_TRUE(script.Send(
      EncodeRequest({"EVAL",
                     "redis.call('rpush', 'queue', 'a') local t = redis.call('time')[1] "
                     "for i = 1, tonumber(ARGV[1]) do end "
                     "return {redis.call('llen', 'queue'), redis.call('exists', 'later'), ARGV[2]}",
                     "0", "100000000", std::string(100, 'y')})));
  WaitUntil("-BUSY");
  EXPECT_EQ(script.ReadReply(), "*3\r\n:1\r\n:1\r\n$100\r\n" + std::string(100, 'y') + "\r\n");
  EXPECT_EQ(waiting.ReadReply(), "*2\r\n$5\r\nqueue\r\n$1\r\na\r\n");
}

TEST_F(BusyScriptTest, InsideATransactionItIsTheSame) {
  RawSocket script(server.port());
  ASSERT_TRUE(script.Send(EncodeRequest({"MULTI"}) +
                          EncodeRequest({"EVAL", "while true do end", "0"}) +
                          EncodeRequest({"SET", "k", "v"}) + EncodeRequest({"EXEC"})));
  WaitUntil("-BUSY");
  EXPECT_EQ(Client(server).Run({"SCRIPT", "KILL"}), "OK");
  EXPECT_EQ(script.ReadReply(), "+OK\r\n");
  EXPECT_EQ(script.ReadReply(), "+QUEUED\r\n");
  EXPECT_EQ(script.ReadReply(), "+QUEUED\r\n");
  const std::string replies = script.ReadReply();
  EXPECT_THAT(replies, StartsWith("*2\r\n-ERR Script killed"));
  EXPECT_THAT(replies, EndsWith("\r\n+OK\r\n"));
  EXPECT_EQ(script.Run({"GET", "k"}), "v");
}

TEST_F(BusyScriptTest, ACallerThatLeavesIsClosedWhenItsScriptHasEnded) {
  {
    RawSocket script(server.port());
    Begin(script, {"EVAL", "while true do end", "0"});
  }
  Client other(server);
  EXPECT_EQ(other.Run({"GET", "x"}), kBusy);
  EXPECT_EQ(other.Run({"SCRIPT", "KILL"}), "OK");
  WaitUntil("(nil)");
  EXPECT_EQ(InfoField(other.Run({"INFO", "clients"}), "connected_clients"), "1");
}

TEST_F(BusyScriptTest, FunctionsHaveTheirOwnKill) {
  Client other(server);
  EXPECT_EQ(
      other.Run({"FUNCTION", "LOAD",
                 "#!lua name=l\nredis.register_function('f', function() while true do end end)"}),
      "l");
  RawSocket caller(server.port());
  Begin(caller, {"FCALL", "f", "1", "k", "a"});
  EXPECT_EQ(other.Run({"SCRIPT", "KILL"}),
            "-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN "
            "NOSAVE.");
  EXPECT_THAT(other.Run({"FUNCTION", "STATS"}), HasSubstr("name, f, command, [FCALL, f, 1, k, a]"));
  EXPECT_EQ(other.Run({"FUNCTION", "KILL"}), "OK");
  EXPECT_THAT(caller.ReadReply(), HasSubstr("script: f, on @user_function:2."));
}

TEST_F(BusyScriptTest, TheProcessCanBeEndedMeanwhile) {
  RawSocket script(server.port());
  Begin(script, {"EVAL", "while true do end", "0"});
  EXPECT_EQ(server.Kill(SIGTERM), 0);
}

}  // namespace
}  // namespace kvasir
