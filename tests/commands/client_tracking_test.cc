#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

class ClientTrackingTest : public CommandTest {
 protected:
  ClientTrackingTest() { RunAs(cacher, {"HELLO", "3"}); }

  using List = std::vector<std::string>;
  List Messages(Session& of) {
    engine.FinishTick();
    const std::string wire = of.output.ToString();
    of.output.Clear();
    List messages;
    for (size_t position = 0; position < wire.size();) {
      messages.push_back(DescribeReply(wire, &position));
    }
    return messages;
  }
  void Track(const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"CLIENT", "TRACKING", "ON"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    EXPECT_EQ(RunAs(cacher, arguments), "OK");
  }
  std::string Id(const Session& of) { return std::to_string(of.id); }

  Session& cacher = NewSession();
  Session& other = NewSession();
};

TEST_F(ClientTrackingTest, AReadKeyIsInvalidatedOnce) {
  Track({});
  Run({"SET", "k", "1"});
  EXPECT_EQ(Messages(cacher), List{});
  EXPECT_EQ(RunAs(cacher, {"GET", "k"}), "1");
  Run({"SET", "k", "2"});
  EXPECT_EQ(cacher.output.ToString(), ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [k]]"}));
  Run({"SET", "k", "3"});
  EXPECT_EQ(Messages(cacher), List{});
}

TEST_F(ClientTrackingTest, AllKeysOfACommandCount) {
  Track({});
  Run({"SADD", "b", "x"});
  RunAs(cacher, {"SINTER", "a", "b"});
  EXPECT_THAT(Run({"INFO", "stats"}), HasSubstr("tracking_total_keys:2\r\ntracking_total_items:2"));
  Run({"SADD", "a", "x"});
  Run({"DEL", "b"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [a]]", "[invalidate, [b]]"}));
  EXPECT_THAT(Run({"INFO", "stats"}), HasSubstr("tracking_total_keys:0\r\n"));
}

TEST_F(ClientTrackingTest, OfAScriptOnlyWhatItReadsCounts) {
  Track({});
  Run({"MSET", "a", "1", "b", "1", "c", "1"});
  RunAs(cacher, {"EVAL", "return redis.call('SET', KEYS[1], '2')", "2", "a", "b"});
  RunAs(cacher, {"EVAL_RO", "return redis.call('GET', KEYS[1])", "2", "b", "c"});
  Messages(cacher);
  Run({"MSET", "a", "3", "b", "3", "c", "3"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [b]]"}));
}

TEST_F(ClientTrackingTest, OwnWritesAreToldBehindTheReply) {
  Track({});
  RunAs(cacher, {"GET", "k"});
  RunAs(cacher, {"MULTI"});
  RunAs(cacher, {"SET", "k", "1"});
  RunAs(cacher, {"INCR", "k"});
  engine.ExecuteOne(cacher, std::vector<std::string_view>{"EXEC"});
  EXPECT_EQ(Messages(cacher), (List{"[OK, (integer) 2]", "[invalidate, [k]]"}));
}

TEST_F(ClientTrackingTest, OwnWritesAreNotToldWithNoLoop) {
  Track({"NOLOOP"});
  RunAs(cacher, {"GET", "k"});
  EXPECT_EQ(RunAs(cacher, {"SET", "k", "1"}), "OK");
  EXPECT_EQ(Messages(cacher), List{});
  RunAs(cacher, {"GET", "k"});
  Run({"SET", "k", "2"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [k]]"}));
}

TEST_F(ClientTrackingTest, ExpiryAndEvictionInvalidate) {
  Track({});
  Run({"SET", "k", "1", "PX", "50"});
  RunAs(cacher, {"GET", "k"});
  Advance(60);
  keyspace.RemoveExpired(1'000'000);
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [k]]"}));
  Run({"SET", "l", "1"});
  RunAs(cacher, {"GET", "l"});
  Run({"CONFIG", "SET", "maxmemory-policy", "allkeys-random", "maxmemory", "1"});
  Run({"GET", "none"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [l]]"}));
}

TEST_F(ClientTrackingTest, FlushingInvalidatesAll) {
  Track({});
  RunAs(cacher, {"GET", "k"});
  Run({"FLUSHALL"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, (nil)]"}));
  Run({"SET", "k", "1"});
  EXPECT_EQ(Messages(cacher), List{});
  EXPECT_EQ(RunAs(cacher, {"FLUSHDB"}), "OK (and more)");
}

TEST_F(ClientTrackingTest, OptInTracksWhatIsAskedFor) {
  Track({"OPTIN"});
  RunAs(cacher, {"GET", "a"});
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "CACHING", "YES"}), "OK");
  EXPECT_THAT(RunAs(cacher, {"CLIENT", "TRACKINGINFO"}), HasSubstr("[on, optin, caching-yes]"));
  RunAs(cacher, {"GET", "b"});
  RunAs(cacher, {"GET", "c"});
  Run({"MSET", "a", "1", "b", "1", "c", "1"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [b]]"}));
}

TEST_F(ClientTrackingTest, OptInHoldsForAWholeTransaction) {
  Track({"OPTIN"});
  RunAs(cacher, {"CLIENT", "CACHING", "YES"});
  RunAs(cacher, {"MULTI"});
  RunAs(cacher, {"GET", "a"});
  RunAs(cacher, {"GET", "b"});
  RunAs(cacher, {"EXEC"});
  RunAs(cacher, {"GET", "c"});
  Run({"MSET", "a", "1", "b", "1", "c", "1"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [a]]", "[invalidate, [b]]"}));
}

TEST_F(ClientTrackingTest, OptOutLeavesOutWhatIsAskedFor) {
  Track({"OPTOUT"});
  RunAs(cacher, {"GET", "a"});
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "CACHING", "NO"}), "OK");
  RunAs(cacher, {"GET", "b"});
  Run({"MSET", "a", "1", "b", "1"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [a]]"}));
}

TEST_F(ClientTrackingTest, CachingIsRefusedElsewhere) {
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "CACHING", "YES"}),
            "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN "
            "or OPTOUT mode enabled");
  Track({"OPTIN"});
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "CACHING", "NO"}),
            "-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "CACHING", "PERHAPS"}), "-ERR syntax error");
  RunAs(cacher, {"CLIENT", "TRACKING", "OFF"});
  Track({"OPTOUT"});
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "CACHING", "YES"}),
            "-ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
}

TEST_F(ClientTrackingTest, BroadcastTellsOfAllKeysUnderPrefixesOnceATick) {
  Track({"BCAST", "PREFIX", "user:", "PREFIX", "item:"});
  Run({"MSET", "user:2", "1", "user:1", "1", "other", "1"});
  Run({"SET", "user:1", "2"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [user:1, user:2]]"}));
  EXPECT_EQ(Messages(cacher), List{});
  EXPECT_THAT(Run({"INFO", "stats"}), HasSubstr("tracking_total_prefixes:2\r\n"));
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "TRACKING", "OFF"}), "OK");
  EXPECT_THAT(Run({"INFO", "stats"}), HasSubstr("tracking_total_prefixes:0\r\n"));
}

TEST_F(ClientTrackingTest, BroadcastWithoutPrefixesMeansAllKeys) {
  Track({"BCAST", "NOLOOP"});
  RunAs(other, {"HELLO", "3"});
  RunAs(other, {"CLIENT", "TRACKING", "ON", "BCAST"});
  Run({"SET", "a", "1"});
  RunAs(cacher, {"SET", "b", "1"});
  EXPECT_EQ(Messages(cacher), (List{"[invalidate, [a]]"}));
  EXPECT_EQ(Messages(other), (List{"[invalidate, [a, b]]"}));
  RunAs(cacher, {"SET", "b", "2"});
  EXPECT_EQ(Messages(cacher), List{});
}

TEST_F(ClientTrackingTest, ARespTwoClientIsToldThroughAnother) {
  RunAs(cacher, {"HELLO", "2"});
  Track({"REDIRECT", Id(other)});
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "GETREDIR"}), "(integer) " + Id(other));
  RunAs(cacher, {"GET", "k"});
  Run({"SET", "k", "1"});
  EXPECT_EQ(Messages(other), List{}) << "it has not subscribed";
  RunAs(other, {"SUBSCRIBE", "__redis__:invalidate"});
  RunAs(cacher, {"GET", "k"});
  Run({"SET", "k", "2"});
  EXPECT_EQ(Messages(other), (List{"[message, __redis__:invalidate, [k]]"}));
  Run({"FLUSHALL"});
  EXPECT_EQ(Messages(other), (List{"[message, __redis__:invalidate, (nil)]"}));
}

TEST_F(ClientTrackingTest, ABrokenRedirectionIsTold) {
  Track({"REDIRECT", Id(other)});
  RunAs(cacher, {"GET", "k"});
  engine.Forget(other);
  Run({"SET", "k", "1"});
  EXPECT_EQ(Messages(cacher), (List{"[tracking-redir-broken, (integer) " + Id(other) + "]"}));
  EXPECT_THAT(RunAs(cacher, {"CLIENT", "TRACKINGINFO"}), HasSubstr("[on, broken_redirect]"));
  EXPECT_THAT(Run({"CLIENT", "LIST", "ID", Id(cacher)}), HasSubstr("flags=tR "));
}

TEST_F(ClientTrackingTest, WrongOptionsAreRefused) {
  const auto refusal = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"CLIENT", "TRACKING", "ON"});
    return RunAs(cacher, options);
  };
  EXPECT_EQ(refusal({"PREFIX", "a"}), "-ERR PREFIX option requires BCAST mode to be enabled");
  EXPECT_EQ(refusal({"BCAST", "OPTIN"}), "-ERR OPTIN and OPTOUT are not compatible with BCAST");
  EXPECT_EQ(refusal({"OPTIN", "OPTOUT"}), "-ERR You can't specify both OPTIN mode and OPTOUT mode");
  EXPECT_EQ(refusal({"REDIRECT", "12345"}),
            "-ERR The client ID you want redirect to does not exist");
  EXPECT_EQ(refusal({"REDIRECT", "1", "REDIRECT", "1"}),
            "-ERR A client can only redirect to a single other client");
  EXPECT_EQ(refusal({"REDIRECT", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(refusal({"NOSUCH"}), "-ERR syntax error");
  EXPECT_EQ(refusal({"BCAST", "PREFIX", "ab", "PREFIX", "a"}),
            "-ERR Prefix 'ab' overlaps with another provided prefix 'a'. Prefixes for a single "
            "client must not overlap.");
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "TRACKING", "MAYBE"}), "-ERR syntax error");
  Track({"BCAST", "PREFIX", "ab"});
  EXPECT_EQ(refusal({"BCAST", "PREFIX", "abc"}),
            "-ERR Prefix 'abc' overlaps with an existing prefix 'ab'. Prefixes for a single client "
            "must not overlap.");
  EXPECT_THAT(refusal({}), HasSubstr("You can't switch BCAST mode on/off"));
  RunAs(cacher, {"CLIENT", "TRACKING", "OFF"});
  Track({"OPTIN"});
  EXPECT_THAT(refusal({"OPTOUT"}), HasSubstr("You can't switch OPTIN/OPTOUT mode"));
}

TEST_F(ClientTrackingTest, ClientsSeeHowTheyAreTracked) {
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "GETREDIR"}), "(integer) -1");
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "TRACKINGINFO"}),
            "{flags: [off], redirect: (integer) -1, prefixes: []}");
  Track({"BCAST", "NOLOOP", "PREFIX", "b", "PREFIX", "a"});
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "TRACKINGINFO"}),
            "{flags: [on, bcast, noloop], redirect: (integer) 0, prefixes: [a, b]}");
  const std::string line = Run({"CLIENT", "LIST", "ID", Id(cacher)});
  EXPECT_THAT(line, HasSubstr("flags=tB "));
  EXPECT_THAT(line, HasSubstr("redir=0 "));
  EXPECT_EQ(RunAs(cacher, {"RESET"}), "RESET");
  EXPECT_EQ(RunAs(cacher, {"CLIENT", "GETREDIR"}), "(integer) -1");
  EXPECT_FALSE(engine.tracking().active());
}

TEST_F(ClientTrackingTest, TheTableStaysBelowItsLimit) {
  Run({"CONFIG", "SET", "tracking-table-max-keys", "10"});
  Track({});
  for (int i = 0; i < 50; ++i) RunAs(cacher, {"GET", "k" + std::to_string(i)});
  EXPECT_EQ(Messages(cacher).size(), 40U);
  EXPECT_EQ(engine.tracking().key_count(), 10U);
}

TEST_F(ClientTrackingTest, TheTableEmptiesWhenNobodyTracks) {
  Track({});
  RunAs(cacher, {"GET", "k"});
  engine.Forget(cacher);
  engine.FinishTick();
  EXPECT_EQ(engine.tracking().key_count(), 0U);
  EXPECT_EQ(engine.tracking().item_count(), 0U);
}

}  // namespace
}  // namespace kvasir
