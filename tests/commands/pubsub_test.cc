#include "src/engine/pubsub.h"

#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class PubSubTest : public CommandTest {
 protected:
  // All that has come to a session, reply by reply.
  std::vector<std::string> Messages(Session& of) {
    const std::string wire = of.output.ToString();
    of.output.Clear();
    std::vector<std::string> messages;
    for (size_t position = 0; position < wire.size();) {
      messages.push_back(DescribeReply(wire, &position));
    }
    return messages;
  }
  std::vector<std::string> RunAll(Session& as, const std::vector<std::string>& arguments) {
    engine.ExecuteOne(as, {std::vector<std::string_view>(arguments.begin(), arguments.end())});
    return Messages(as);
  }
  using List = std::vector<std::string>;

  Session& listener = NewSession();
  Session& other = NewSession();
};

TEST_F(PubSubTest, SubscribersOfAChannelGetWhatIsPublished) {
  EXPECT_EQ(RunAll(listener, {"SUBSCRIBE", "a", "b", "a"}),
            (List{"[subscribe, a, (integer) 1]", "[subscribe, b, (integer) 2]",
                  "[subscribe, a, (integer) 2]"}));
  EXPECT_EQ(Run({"PUBLISH", "b", "hello"}), "(integer) 1");
  EXPECT_EQ(Run({"PUBLISH", "c", "nobody"}), "(integer) 0");
  EXPECT_EQ(Messages(listener), (List{"[message, b, hello]"}));
  EXPECT_TRUE(TakeLogged().empty());
}

TEST_F(PubSubTest, PatternsAreToldWhichChannelItWas) {
  EXPECT_EQ(RunAll(listener, {"PSUBSCRIBE", "n?ws.*", "x"}),
            (List{"[psubscribe, n?ws.*, (integer) 1]", "[psubscribe, x, (integer) 2]"}));
  RunAll(listener, {"SUBSCRIBE", "news.art"});
  EXPECT_EQ(Run({"PUBLISH", "news.art", "m"}), "(integer) 2");
  EXPECT_EQ(Messages(listener),
            (List{"[message, news.art, m]", "[pmessage, n?ws.*, news.art, m]"}));
  EXPECT_EQ(RunAll(listener, {"PUNSUBSCRIBE", "x", "never"}),
            (List{"[punsubscribe, x, (integer) 2]", "[punsubscribe, never, (integer) 2]"}));
}

TEST_F(PubSubTest, ShardChannelsAreApart) {
  EXPECT_EQ(RunAll(listener, {"SSUBSCRIBE", "s"}), (List{"[ssubscribe, s, (integer) 1]"}));
  RunAll(other, {"PSUBSCRIBE", "*"});
  EXPECT_EQ(Run({"SPUBLISH", "s", "m"}), "(integer) 1");
  EXPECT_EQ(Run({"PUBLISH", "s", "n"}), "(integer) 1");
  EXPECT_EQ(Messages(listener), (List{"[smessage, s, m]"}));
  EXPECT_EQ(Messages(other), (List{"[pmessage, *, s, n]"}));
  EXPECT_EQ(RunAll(listener, {"SUBSCRIBE", "c"}), (List{"[subscribe, c, (integer) 1]"}));
  EXPECT_EQ(RunAll(listener, {"SUNSUBSCRIBE"}), (List{"[sunsubscribe, s, (integer) 0]"}));
  EXPECT_NE(listener.subscriber, nullptr);
}

TEST_F(PubSubTest, UnsubscribingFromAllTellsOfEach) {
  EXPECT_EQ(RunAll(listener, {"UNSUBSCRIBE"}), (List{"[unsubscribe, (nil), (integer) 0]"}));
  EXPECT_EQ(RunAll(listener, {"PUNSUBSCRIBE"}), (List{"[punsubscribe, (nil), (integer) 0]"}));
  EXPECT_EQ(RunAll(listener, {"SUNSUBSCRIBE"}), (List{"[sunsubscribe, (nil), (integer) 0]"}));
  RunAll(listener, {"SUBSCRIBE", "a", "b"});
  RunAll(listener, {"PSUBSCRIBE", "p"});
  const List left = RunAll(listener, {"UNSUBSCRIBE"});
  ASSERT_EQ(left.size(), 2U);
  EXPECT_THAT(left[1], HasSubstr("(integer) 1]"));
  EXPECT_EQ(RunAll(listener, {"UNSUBSCRIBE"}), (List{"[unsubscribe, (nil), (integer) 1]"}));
  EXPECT_EQ(RunAll(listener, {"PUNSUBSCRIBE"}), (List{"[punsubscribe, p, (integer) 0]"}));
  EXPECT_EQ(listener.subscriber, nullptr);
  EXPECT_EQ(Run({"PUBLISH", "a", "m"}), "(integer) 0");
}

TEST_F(PubSubTest, ARespTwoSubscriberMayDoLittleElse) {
  RunAll(listener, {"SUBSCRIBE", "a"});
  EXPECT_EQ(
      RunAs(listener, {"GET", "k"}),
      "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "
      "are allowed in this context");
  EXPECT_EQ(RunAs(listener, {"PING"}), "[pong, ]");
  EXPECT_EQ(RunAs(listener, {"PING", "x"}), "[pong, x]");
  EXPECT_EQ(RunAs(listener, {"UNSUBSCRIBE", "a"}), "[unsubscribe, a, (integer) 0]");
  EXPECT_EQ(RunAs(listener, {"GET", "k"}), "(nil)");
  EXPECT_EQ(RunAs(listener, {"PING"}), "PONG");
}

TEST_F(PubSubTest, ARespThreeSubscriberMayDoAll) {
  RunAs(listener, {"HELLO", "3"});
  EXPECT_EQ(RunRaw(listener, {"SUBSCRIBE", "a"}), ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
  EXPECT_EQ(RunAs(listener, {"GET", "k"}), "(nil)");
  EXPECT_EQ(RunAs(listener, {"PING"}), "PONG");
  Run({"PUBLISH", "a", "m"});
  EXPECT_EQ(listener.output.ToString(), ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nm\r\n");
  listener.output.Clear();
  RunAs(listener, {"HELLO", "2"});
  EXPECT_THAT(RunAs(listener, {"GET", "k"}), HasSubstr("Can't execute 'get'"));
}

TEST_F(PubSubTest, WhatASessionPublishesToItselfComesBehindTheReply) {
  RunAs(listener, {"HELLO", "3"});
  RunAs(listener, {"SUBSCRIBE", "a"});
  EXPECT_EQ(RunAll(listener, {"PUBLISH", "a", "m"}), (List{"(integer) 1", "[message, a, m]"}));
  RunAs(listener, {"MULTI"});
  RunAs(listener, {"PUBLISH", "a", "1"});
  RunAs(listener, {"SET", "k", "v"});
  EXPECT_EQ(RunAll(listener, {"EXEC"}), (List{"[(integer) 1, OK]", "[message, a, 1]"}));
}

TEST_F(PubSubTest, TransactionsMaySubscribe) {
  RunAs(listener, {"MULTI"});
  EXPECT_EQ(RunAs(listener, {"SUBSCRIBE", "a"}), "QUEUED");
  EXPECT_EQ(RunAs(listener, {"SSUBSCRIBE", "s"}), "QUEUED");
  EXPECT_EQ(RunAll(listener, {"EXEC"}),
            (List{"[[subscribe, a, (integer) 1], -ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING "
                  "client]"}));
}

TEST_F(PubSubTest, SubscriptionsAreConfirmedAlsoWhereRepliesAreOff) {
  RunAs(listener, {"CLIENT", "REPLY", "OFF"});
  EXPECT_EQ(RunAs(listener, {"SUBSCRIBE", "a"}), "[subscribe, a, (integer) 1]");
  Run({"PUBLISH", "a", "m"});
  EXPECT_EQ(Answer(listener), "[message, a, m]");
}

TEST_F(PubSubTest, ResetAndLeavingEndSubscriptions) {
  RunAll(listener, {"SUBSCRIBE", "a"});
  RunAll(listener, {"PSUBSCRIBE", "a*"});
  RunAll(listener, {"SSUBSCRIBE", "a"});
  EXPECT_EQ(RunAs(listener, {"RESET"}), "RESET");
  EXPECT_EQ(RunAs(listener, {"GET", "k"}), "(nil)");
  RunAll(other, {"SUBSCRIBE", "a"});
  engine.Forget(other);
  EXPECT_EQ(Run({"PUBLISH", "a", "m"}), "(integer) 0");
  EXPECT_EQ(engine.pubsub().client_count(), 0U);
  EXPECT_EQ(Run({"PUBSUB", "NUMPAT"}), "(integer) 0");
}

TEST_F(PubSubTest, AClientThatIsLeavingGetsNoMore) {
  RunAs(listener, {"SUBSCRIBE", "a"});
  EXPECT_EQ(RunAs(listener, {"QUIT"}), "OK");
  EXPECT_EQ(Run({"PUBLISH", "a", "m"}), "(integer) 1");
  EXPECT_EQ(Answer(listener), "(no reply)");
}

TEST_F(PubSubTest, PubSubTellsOfChannels) {
  RunAll(listener, {"SUBSCRIBE", "one", "two"});
  RunAll(other, {"SUBSCRIBE", "two"});
  RunAll(other, {"PSUBSCRIBE", "t*", "o*"});
  RunAll(other, {"SSUBSCRIBE", "shard"});
  EXPECT_EQ(Run({"PUBSUB", "CHANNELS", "o*"}), "[one]");
  EXPECT_THAT(Run({"PUBSUB", "CHANNELS"}), HasSubstr("two"));
  EXPECT_EQ(Run({"PUBSUB", "NUMSUB"}), "[]");
  EXPECT_EQ(Run({"PUBSUB", "NUMSUB", "one", "two", "no"}),
            "[one, (integer) 1, two, (integer) 2, no, (integer) 0]");
  EXPECT_EQ(Run({"PUBSUB", "NUMPAT"}), "(integer) 2");
  EXPECT_EQ(Run({"PUBSUB", "SHARDCHANNELS"}), "[shard]");
  EXPECT_EQ(Run({"PUBSUB", "SHARDCHANNELS", "x*"}), "[]");
  EXPECT_EQ(Run({"PUBSUB", "SHARDNUMSUB", "shard"}), "[shard, (integer) 1]");
  EXPECT_EQ(
      Run({"PUBSUB", "CHANNELS", "a", "b"}),
      "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.");
  EXPECT_THAT(Run({"PUBSUB", "HELP"}), HasSubstr("NUMPAT"));
  const std::string info = Run({"INFO", "stats"});
  EXPECT_THAT(info, HasSubstr("pubsub_channels:2\r\n"));
  EXPECT_THAT(info, HasSubstr("pubsub_patterns:2\r\n"));
  EXPECT_THAT(info, HasSubstr("pubsubshard_channels:1\r\n"));
}

TEST_F(PubSubTest, ClientListShowsSubscriptions) {
  RunAll(listener, {"SUBSCRIBE", "a", "b"});
  RunAll(listener, {"PSUBSCRIBE", "p"});
  RunAll(listener, {"SSUBSCRIBE", "s"});
  const std::string list = Run({"CLIENT", "LIST", "TYPE", "pubsub"});
  EXPECT_THAT(list, HasSubstr("flags=P "));
  EXPECT_THAT(list, HasSubstr("sub=2 psub=1 ssub=1 "));
  EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), 1);
  EXPECT_EQ(Run({"CLIENT", "KILL", "TYPE", "pubsub"}), "(integer) 1");
  EXPECT_EQ(host.closed, std::vector<uint64_t>{listener.id});
}

// They stand where keys do, and are none.
TEST_F(PubSubTest, ShardChannelsAreNoKeys) {
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "SPUBLISH", "a", "b"}),
            "-ERR The command has no key arguments");
  const std::string info = Run({"COMMAND", "INFO", "spublish"});
  EXPECT_THAT(info, HasSubstr("(integer) 1, (integer) 1, (integer) 1"));
  EXPECT_THAT(info, HasSubstr("not_key"));
  EXPECT_THAT(info, ::testing::Not(HasSubstr("may_replicate")));
}

TEST_F(PubSubTest, PublishingWaitsWhileWritesArePaused) {
  Run({"CLIENT", "PAUSE", "1000", "WRITE"});
  EXPECT_EQ(RunAs(other, {"PUBLISH", "c", "m"}), "(no reply)");
  EXPECT_TRUE(other.blocked_now());
}

TEST_F(PubSubTest, UsersMayBeKeptToChannels) {
  Run({"ACL", "SETUSER", "bob", "on", "nopass", "+@all", "resetchannels", "&a", "&p*"});
  RunAs(listener, {"AUTH", "bob", "x"});
  EXPECT_THAT(RunAs(listener, {"SUBSCRIBE", "a", "b"}), HasSubstr("-NOPERM"));
  EXPECT_THAT(RunAs(listener, {"PSUBSCRIBE", "a"}), HasSubstr("[psubscribe, a"));
  EXPECT_THAT(RunAs(listener, {"PSUBSCRIBE", "p1*"}), HasSubstr("-NOPERM"));
  RunAs(listener, {"PUNSUBSCRIBE"});
  EXPECT_THAT(RunAs(listener, {"SSUBSCRIBE", "b"}), HasSubstr("-NOPERM"));
  EXPECT_THAT(RunAs(listener, {"PUBLISH", "b", "m"}), HasSubstr("-NOPERM"));
  EXPECT_THAT(RunAs(listener, {"SPUBLISH", "b", "m"}), HasSubstr("-NOPERM"));
  EXPECT_EQ(RunAs(listener, {"PUBLISH", "p1", "m"}), "(integer) 0");
}

TEST_F(PubSubTest, WhoMayNotKeepAChannelIsClosed) {
  Run({"ACL", "SETUSER", "bob", "on", "nopass", "+@all", "allchannels"});
  RunAs(listener, {"AUTH", "bob", "x"});
  RunAs(listener, {"SUBSCRIBE", "a"});
  Run({"ACL", "SETUSER", "bob", "resetchannels", "&a"});
  EXPECT_TRUE(host.closed.empty());
  Run({"ACL", "SETUSER", "bob", "resetchannels", "&b"});
  EXPECT_EQ(host.closed, std::vector<uint64_t>{listener.id});
}

// A client with many channels and a channel with many clients, all leaving in any order.
TEST_F(PubSubTest, ManySubscriptionsComeAndGo) {
  std::vector<Session*> sessions;
  for (int i = 0; i < 200; ++i) sessions.push_back(&NewSession());
  PubSub& pubsub = engine.pubsub();
  for (size_t i = 0; i < sessions.size(); ++i) {
    for (size_t channel = 0; channel < 50; ++channel) {
      if ((i + channel) % 3 == 0) continue;
      EXPECT_TRUE(pubsub.Subscribe(*sessions[i], TopicKind::kChannel, std::to_string(channel)));
    }
  }
  for (size_t i = 0; i < sessions.size(); i += 2) engine.Forget(*sessions[i]);
  for (size_t i = 1; i < sessions.size(); i += 2) {
    EXPECT_EQ(pubsub.Unsubscribe(*sessions[i], TopicKind::kChannel, "7"), (i + 7) % 3 != 0);
  }
  size_t expected = 0;
  for (size_t i = 1; i < sessions.size(); i += 2) expected += (i + 8) % 3 == 0 ? 0 : 1;
  EXPECT_EQ(pubsub.SubscriberCount(TopicKind::kChannel, "8"), expected);
  EXPECT_EQ(Run({"PUBLISH", "8", "m"}), "(integer) " + std::to_string(expected));
  EXPECT_EQ(pubsub.SubscriberCount(TopicKind::kChannel, "7"), 0U);
  for (size_t i = 1; i < sessions.size(); i += 2) engine.Forget(*sessions[i]);
  EXPECT_EQ(pubsub.topics(TopicKind::kChannel).size(), 0U);
  EXPECT_EQ(pubsub.client_count(), 0U);
}

}  // namespace
}  // namespace kvasir
