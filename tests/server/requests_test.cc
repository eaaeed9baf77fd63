// Requests in every form and in every size of piece.
#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::StartsWith;

class RequestsTest : public ::testing::Test {
 protected:
  void SetUp() override { server.Start(); }

  ServerProcess server{{"--appendfsync", "no"}};
};

TEST_F(RequestsTest, InlineRequestsWithQuotes) {
  RawSocket client(server.port());
  ASSERT_TRUE(client.Send(
      "\r\n  SET \"a \\x41\\n\" 'it\\'s'  \r\nGET \"a A\\n\"\nSET e \"\"\r\nGET e\r\n"));
  EXPECT_EQ(client.ReadReply(), "+OK\r\n");
  EXPECT_EQ(client.ReadReply(), "$4\r\nit's\r\n");
  EXPECT_EQ(client.ReadReply(), "+OK\r\n");
  EXPECT_EQ(client.ReadReply(), "$0\r\n\r\n");
  ASSERT_TRUE(client.Send("GET \"open\r\n"));
  EXPECT_EQ(client.ReadToEnd(), "-ERR Protocol error: unbalanced quotes in request\r\n");
}

TEST_F(RequestsTest, AnInlineLineMayHave64KiloBytesAndNoMore) {
  constexpr size_t kLine = 64 * 1024;
  RawSocket fits(server.port());
  const std::string value(kLine - std::string("SET k ").size() - 2, 'v');
  ASSERT_TRUE(fits.Send("SET k " + value + "\r\n"));
  EXPECT_EQ(fits.ReadReply(), "+OK\r\n");
  EXPECT_EQ(fits.Run({"GET", "k"}), value);
  RawSocket endless(server.port());
  ASSERT_TRUE(endless.Send(std::string(kLine + 1, 'x')));
  EXPECT_EQ(endless.ReadToEnd(), "-ERR Protocol error: too big inline request\r\n");
}

// A command that comes again is not looked up again; what only looks like it is.
TEST_F(RequestsTest, CommandsOfOnePipelineAreToldApart) {
  RawSocket client(server.port());
  ASSERT_TRUE(client.Send(EncodeRequest({"", "x"}) + EncodeRequest({"", "y"}) +
                          EncodeRequest({"ECHO", "a"}) + EncodeRequest({"ECHO", "b"}) +
                          EncodeRequest({"echo", "c"}) + EncodeRequest({"config"}) +
                          EncodeRequest({"config", "resetstat"}) +
                          EncodeRequest({"config", "nope"}) + EncodeRequest({"config"}) +
                          EncodeRequest({"client", "getname"}) + EncodeRequest({"client", "id"})));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(client.ReadReply(), StartsWith("-ERR unknown command ''"));
  }
  EXPECT_EQ(client.ReadReply(), "$1\r\na\r\n");
  EXPECT_EQ(client.ReadReply(), "$1\r\nb\r\n");
  EXPECT_EQ(client.ReadReply(), "$1\r\nc\r\n");
  EXPECT_THAT(client.ReadReply(), StartsWith("-ERR wrong number of arguments for 'config'"));
  EXPECT_EQ(client.ReadReply(), "+OK\r\n");
  EXPECT_THAT(client.ReadReply(), StartsWith("-ERR unknown subcommand 'nope'"));
  EXPECT_THAT(client.ReadReply(), StartsWith("-ERR wrong number of arguments for 'config'"));
  EXPECT_EQ(client.ReadReply(), "$-1\r\n");
  EXPECT_THAT(client.ReadReply(), StartsWith(":"));
}

TEST_F(RequestsTest, ByteByByteGivesTheSameReplies) {
  const std::string requests = "PING\r\n" + EncodeRequest({"SET", "k", "v"}) + "*0\r\n\r\n" +
                               EncodeRequest({"GET", "k"}) + "*-1\r\n" +
                               EncodeRequest({"ECHO", ""}) + EncodeRequest({"NOPE", "1"});
  RawSocket client(server.port());
  for (const char byte : requests) ASSERT_TRUE(client.Send({&byte, 1}));
  EXPECT_EQ(client.ReadReply(), "+PONG\r\n");
  EXPECT_EQ(client.ReadReply(), "+OK\r\n");
  EXPECT_EQ(client.ReadReply(), "$1\r\nv\r\n");
  EXPECT_EQ(client.ReadReply(), "$0\r\n\r\n");
  EXPECT_THAT(client.ReadReply(), StartsWith("-ERR unknown command 'NOPE'"));
}

TEST_F(RequestsTest, EveryReplyOfAPipelineComesInOrder) {
  // A million requests in one go, while another thread reads.
  constexpr int kRequests = 1'000'000;
  RawSocket client(server.port());
  std::thread sender([&] {
    std::string block;
    for (int i = 0; i < kRequests; ++i) {
      const std::string number = std::to_string(i);
      block += EncodeRequest({"SET", "key:" + number, number});
      if (block.size() < (1 << 20) && i + 1 < kRequests) continue;
      if (!client.Send(block)) return;
      block.clear();
    }
  });
  RawSocket reader(server.port());
  // "+OK\r\n" each: only the count can differ.
  EXPECT_EQ(client.Skip(size_t{5} * kRequests), size_t{5} * kRequests);
  sender.join();
  EXPECT_EQ(client.Run({"DBSIZE"}), "(integer) 1000000");
  EXPECT_EQ(client.Run({"GET", "key:999999"}), "999999");
  EXPECT_EQ(reader.Run({"GET", "key:123456"}), "123456");
}

TEST_F(RequestsTest, OneRequestWithAMillionArguments) {
  constexpr int kKeys = 500'000;
  std::string request = "*" + std::to_string(2 * kKeys + 1) + "\r\n$4\r\nMSET\r\n";
  for (int i = 0; i < kKeys; ++i) {
    const std::string number = std::to_string(i);
    const std::string bulk = "$" + std::to_string(number.size()) + "\r\n" + number + "\r\n";
    request += bulk + bulk;
  }
  RawSocket client(server.port());
  ASSERT_TRUE(client.Send(request));
  EXPECT_EQ(client.ReadReply(), "+OK\r\n");
  EXPECT_EQ(client.Run({"DBSIZE"}), "(integer) 500000");
  EXPECT_EQ(client.Run({"GET", "499999"}), "499999");
}

// Values around the sizes at which the way of a value changes (16 KiB: replies by reference, 32
// KiB: received in a block of their own, 64 KiB: the read buffer), in pieces of many sizes.
TEST_F(RequestsTest, LargeValuesInEveryChunking) {
  std::vector<size_t> sizes;
  for (const size_t border : {16384, 32768, 65536}) {
    for (const size_t size : {border - 3, border - 1, border, border + 1}) sizes.push_back(size);
  }
  int round = 0;
  for (const size_t size : sizes) {
    std::string value(size, 'x');
    for (size_t i = 0; i < size; ++i) value[i] = static_cast<char>('a' + i * 7 % 26);
    const std::string key = "key" + std::to_string(size);
    const std::string requests = EncodeRequest({"SET", key, value}) + EncodeRequest({"GET", key}) +
                                 EncodeRequest({"SET", key + "b", value}) +
                                 EncodeRequest({"ECHO", "end"});
    for (const size_t piece : {size_t{1499}, size_t{8192}, size - 1, size, size + 30, size + 40}) {
      RawSocket client(server.port());
      for (size_t at = 0; at < requests.size(); at += piece) {
        ASSERT_TRUE(client.Send(std::string_view(requests).substr(at, piece)));
        // Now and then the server is certain to have read what was sent.
        if (++round % 8 == 0) RawSocket(server.port()).Run({"PING"});
      }
      ASSERT_EQ(client.ReadReply(), "+OK\r\n") << size << " in " << piece;
      ASSERT_EQ(client.ReadReply(), "$" + std::to_string(size) + "\r\n" + value + "\r\n");
      ASSERT_EQ(client.ReadReply(), "+OK\r\n");
      ASSERT_EQ(client.ReadReply(), "$3\r\nend\r\n");
    }
  }
  server.Kill(SIGKILL);
  server.Start();
  for (const size_t size : sizes) {
    const std::string key = "key" + std::to_string(size);
    EXPECT_EQ(Client(server).Run({"STRLEN", key + "b"}), "(integer) " + std::to_string(size));
  }
}

TEST_F(RequestsTest, SeveralLargeArgumentsInOneRequest) {
  const std::string a(40'000, 'a');
  const std::string b(70'000, 'b');
  const std::string requests = EncodeRequest({"MSET", "ka", a, "kb", b, "kc", "c"}) +
                               EncodeRequest({"MGET", "ka", "kb", "kc"});
  for (const size_t piece : {size_t{999}, size_t{33'000}, requests.size()}) {
    RawSocket client(server.port());
    for (size_t at = 0; at < requests.size(); at += piece) {
      ASSERT_TRUE(client.Send(std::string_view(requests).substr(at, piece)));
    }
    EXPECT_EQ(client.ReadReply(), "+OK\r\n");
    EXPECT_EQ(client.ReadReply(),
              "*3\r\n$40000\r\n" + a + "\r\n$70000\r\n" + b + "\r\n$1\r\nc\r\n");
  }
}

TEST_F(RequestsTest, Resp3AfterHello) {
  RawSocket client(server.port());
  const std::string hello = client.Run({"HELLO", "3"});
  EXPECT_THAT(hello, StartsWith("{server: "));
  ASSERT_TRUE(client.Send(EncodeRequest({"GET", "absent"})));
  EXPECT_EQ(client.ReadReply(), "_\r\n");
  EXPECT_THAT(client.Run({"HELLO", "2"}), StartsWith("[server, "));
  ASSERT_TRUE(client.Send(EncodeRequest({"GET", "absent"})));
  EXPECT_EQ(client.ReadReply(), "$-1\r\n");
}

}  // namespace
}  // namespace kvasir
