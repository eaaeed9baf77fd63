// Subscribers of a real server: what reaches them when, and what becomes of the slow ones.
#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

std::string Message(std::string_view channel, std::string_view text) {
  return "*3\r\n$7\r\nmessage\r\n$" + std::to_string(channel.size()) + "\r\n" +
         std::string(channel) + "\r\n$" + std::to_string(text.size()) + "\r\n" + std::string(text) +
         "\r\n";
}

std::string Stats(RawSocket& client, const std::string& field) {
  return InfoField(client.Run({"INFO", "stats"}), field);
}

TEST(SubscribersTest, AllOfManyGetEveryMessageInOrder) {
  ServerProcess server;
  server.Start();
  std::vector<RawSocket> subscribers;
  for (int i = 0; i < 100; ++i) {
    subscribers.emplace_back(server.port());
    EXPECT_EQ(subscribers.back().Run({"SUBSCRIBE", "c"}), "[subscribe, c, (integer) 1]");
  }
  RawSocket publisher(server.port());
  const std::string large(100'000, 'x');
  EXPECT_EQ(publisher.Run({"PUBLISH", "c", "small"}), "(integer) 100");
  EXPECT_EQ(publisher.Run({"PUBLISH", "c", large}), "(integer) 100");
  EXPECT_EQ(publisher.Run({"PUBLISH", "c", "last"}), "(integer) 100");
  for (RawSocket& subscriber : subscribers) {
    EXPECT_EQ(subscriber.ReadReply(), Message("c", "small"));
    EXPECT_EQ(subscriber.ReadReply(), Message("c", large));
    EXPECT_EQ(subscriber.ReadReply(), Message("c", "last"));
  }
  subscribers.clear();
  EXPECT_EQ(publisher.Run({"CLIENT", "LIST", "TYPE", "replica"}), "");
}

TEST(SubscribersTest, TheSlowOneIsCutAtTheHardLimitAndNobodyElse) {
  ServerProcess server({"--client-output-buffer-limit", "pubsub 1mb 0 0"});
  server.Start();
  RawSocket slow(server.port());
  RawSocket quick(server.port());
  RawSocket publisher(server.port());
  slow.Run({"SUBSCRIBE", "c"});
  quick.Run({"SUBSCRIBE", "c"});
  const std::string text(200'000, 'x');
  // Until the kernel's buffers and the limit are full.
  for (int i = 0; i < 1000 && Stats(publisher, "client_output_buffer_limit_disconnections") == "0";
       ++i) {
    publisher.Run({"PUBLISH", "c", text});
    EXPECT_EQ(quick.ReadReply(), Message("c", text));
  }
  EXPECT_EQ(Stats(publisher, "client_output_buffer_limit_disconnections"), "1");
  EXPECT_EQ(publisher.Run({"PUBLISH", "c", "m"}), "(integer) 1");
  EXPECT_EQ(quick.ReadReply(), Message("c", "m"));
  slow.ReadToEnd();
  EXPECT_TRUE(slow.AtEnd());
}

TEST(SubscribersTest, TheSlowOneIsCutSomeTimeAfterTheSoftLimit) {
  ServerProcess server({"--client-output-buffer-limit", "pubsub 0 200kb 1"});
  server.Start();
  RawSocket slow(server.port());
  RawSocket publisher(server.port());
  slow.Run({"SUBSCRIBE", "c"});
  const std::string text(200'000, 'x');
  for (int i = 0; i < 100; ++i) publisher.Run({"PUBLISH", "c", text});
  const auto cut = [&] {
    return Stats(publisher, "client_output_buffer_limit_disconnections") == "1";
  };
  for (int i = 0; i < kPatienceMs / 10 && !cut(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(cut());
  EXPECT_EQ(publisher.Run({"PUBLISH", "c", "m"}), "(integer) 0");
}

TEST(SubscribersTest, EventsOfWritesArriveUnderEveryFsyncPolicy) {
  for (const char* policy : {"always", "everysec", "no"}) {
    ServerProcess server({"--appendfsync", policy, "--notify-keyspace-events", "KEA"});
    server.Start();
    RawSocket listener(server.port());
    RawSocket writer(server.port());
    listener.Run({"SUBSCRIBE", "__keyevent@0__:set", "__keyevent@0__:expired"});
    listener.ReadReply();
    EXPECT_EQ(writer.Run({"SET", "k", "v", "PX", "20"}), "OK");
    EXPECT_EQ(listener.ReadReply(), Message("__keyevent@0__:set", "k"));
    EXPECT_EQ(listener.ReadReply(), Message("__keyevent@0__:expired", "k"));
  }
}

TEST(SubscribersTest, SubscribersMayBeIdle) {
  ServerProcess server({"--timeout", "1"});
  server.Start();
  RawSocket idle(server.port());
  RawSocket subscriber(server.port());
  subscriber.Run({"SUBSCRIBE", "c"});
  idle.ReadToEnd();
  RawSocket publisher(server.port());
  EXPECT_EQ(publisher.Run({"PUBLISH", "c", "m"}), "(integer) 1");
  EXPECT_THAT(publisher.Run({"INFO", "clients"}), HasSubstr("pubsub_clients:1"));
}

TEST(SubscribersTest, ManyWhoLeaveAtOnceLeaveNothing) {
  ServerProcess server;
  server.Start();
  RawSocket publisher(server.port());
  {
    std::vector<RawSocket> subscribers;
    for (int i = 0; i < 50; ++i) {
      subscribers.emplace_back(server.port());
      std::string requests;
      for (int channel = 0; channel < 100; ++channel) {
        requests += EncodeRequest({"SUBSCRIBE", std::to_string(channel)});
      }
      ASSERT_TRUE(subscribers.back().Send(requests));
      for (int channel = 0; channel < 100; ++channel) subscribers.back().ReadReply();
    }
    EXPECT_EQ(publisher.Run({"PUBLISH", "7", "m"}), "(integer) 50");
  }
  for (int i = 0; i < kPatienceMs / 10 && Stats(publisher, "pubsub_channels") != "0"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(Stats(publisher, "pubsub_channels"), "0");
}

TEST(SubscribersTest, InvalidationsReachTheClientThatRead) {
  ServerProcess server;
  server.Start();
  RawSocket cacher(server.port());
  RawSocket writer(server.port());
  cacher.Run({"HELLO", "3"});
  EXPECT_EQ(cacher.Run({"CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "k"}), "OK");
  EXPECT_EQ(writer.Run({"SET", "k1", "v"}), "OK");
  EXPECT_EQ(cacher.ReadReply(), ">2\r\n$10\r\ninvalidate\r\n*1\r\n$2\r\nk1\r\n");
  EXPECT_THAT(writer.Run({"INFO", "clients"}), HasSubstr("tracking_clients:1"));
}

}  // namespace
}  // namespace kvasir
