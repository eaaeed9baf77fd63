// What one client sends in one go does not keep the others waiting.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

// Each pair takes longer than a turn.
std::string SlowPairs(int pairs) {
  std::string requests;
  for (int i = 0; i < pairs; ++i) {
    requests += EncodeRequest({"DEBUG", "SLEEP", "0.01"});
    requests += EncodeRequest({"RPUSH", "done", std::to_string(i)});
  }
  return requests;
}

class TurnsTest : public ::testing::Test {
 protected:
  void SetUp() override { server.Start(); }

  ServerProcess server{{"--appendfsync", "no", "--enable-debug-command", "local"}};
};

TEST_F(TurnsTest, OthersComeBetweenTheCommandsOfALongPipeline) {
  RawSocket slow(server.port());
  RawSocket other(server.port());
  ASSERT_TRUE(slow.Send(SlowPairs(300)));
  EXPECT_EQ(slow.ReadReply(), "+OK\r\n");
  EXPECT_EQ(other.Run({"SET", "k", "v"}), "OK");
  EXPECT_NE(other.Run({"LLEN", "done"}), "(integer) 300");
}

TEST_F(TurnsTest, SeveralLongPipelinesTakeTurns) {
  RawSocket first(server.port());
  RawSocket second(server.port());
  ASSERT_TRUE(first.Send(SlowPairs(20)));
  ASSERT_TRUE(second.Send(SlowPairs(20)));
  for (RawSocket* client : {&first, &second}) {
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(client->ReadReply(), "+OK\r\n");
      EXPECT_EQ(client->ReadReply().front(), ':');
    }
  }
  EXPECT_EQ(first.Run({"LLEN", "done"}), "(integer) 40");
}

TEST_F(TurnsTest, MessagesDoNotWaitForTheEndOfALongPipelineThatPublishes) {
  RawSocket subscriber(server.port());
  RawSocket slow(server.port());
  RawSocket other(server.port());
  subscriber.Run({"SUBSCRIBE", "c"});
  ASSERT_TRUE(slow.Send(EncodeRequest({"PUBLISH", "c", "m"}) + SlowPairs(300)));
  EXPECT_EQ(subscriber.ReadReply(), "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n");
  EXPECT_NE(other.Run({"LLEN", "done"}), "(integer) 300");
}

TEST_F(TurnsTest, ManySubscribersGetAllOfAPipelineInOrderAlsoThoseWhoAskMeanwhile) {
  std::vector<RawSocket> subscribers;
  for (int i = 0; i < 50; ++i) {
    subscribers.emplace_back(server.port());
    subscribers.back().Run({"HELLO", "3"});
    subscribers.back().Run({"SUBSCRIBE", "c"});
  }
  RawSocket publisher(server.port());
  std::string requests;
  for (int i = 0; i < 20; ++i) {
    requests += EncodeRequest({"PUBLISH", "c", std::to_string(i)}) + SlowPairs(1);
  }
  ASSERT_TRUE(publisher.Send(requests));
  ASSERT_TRUE(subscribers[0].Send(EncodeRequest({"PING"})));
  // One leaves while messages wait for him.
  subscribers.pop_back();
  int pongs = 0;
  for (size_t i = 0; i < subscribers.size(); ++i) {
    for (int next = 0; next < 20;) {
      const std::string reply = subscribers[i].ReadReply();
      if (reply == "+PONG\r\n") {
        ++pongs;
        continue;
      }
      const std::string text = std::to_string(next++);
      ASSERT_TRUE(reply.ends_with("$" + std::to_string(text.size()) + "\r\n" + text + "\r\n"));
    }
    if (i == 0 && pongs == 0) {
      EXPECT_EQ(subscribers[i].ReadReply(), "+PONG\r\n");
    }
  }
}

TEST_F(TurnsTest, AllIsRunInOrderThoughTheClientHasSaidAllItWantedToSay) {
  RawSocket client(server.port());
  ASSERT_TRUE(client.Send(SlowPairs(20)));
  client.FinishSending();
  for (int i = 1; i <= 20; ++i) {
    EXPECT_EQ(client.ReadReply(), "+OK\r\n");
    EXPECT_EQ(client.ReadReply(), ":" + std::to_string(i) + "\r\n");
  }
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_EQ(RawSocket(server.port()).Run({"LINDEX", "done", "-1"}), "19");
}

TEST_F(TurnsTest, AClientThatIsGoneLosesItsTurn) {
  {
    RawSocket client(server.port());
    ASSERT_TRUE(client.Send(SlowPairs(300)));
    EXPECT_EQ(client.ReadReply(), "+OK\r\n");
    client.Abort();
  }
  RawSocket other(server.port());
  EXPECT_EQ(other.Run({"PING"}), "PONG");
}

TEST_F(TurnsTest, AnUnfinishedRequestBehindTheTurnIsKept) {
  RawSocket client(server.port());
  const std::string request = EncodeRequest({"SET", "k", std::string(100'000, 'v')});
  ASSERT_TRUE(client.Send(SlowPairs(3) + request.substr(0, 40'000)));
  for (int i = 0; i < 6; ++i) client.ReadReply();
  ASSERT_TRUE(client.Send(request.substr(40'000)));
  EXPECT_EQ(client.ReadReply(), "+OK\r\n");
  EXPECT_EQ(client.Run({"STRLEN", "k"}), "(integer) 100000");
}

}  // namespace
}  // namespace kvasir
