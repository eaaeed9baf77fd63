#include "protocol/request_parser.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/raw_socket.h"
#include "tests/support/split_parse.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Requests = std::vector<std::vector<std::string>>;

ParsedStream ParseAll(std::string_view stream, const RequestLimits& limits = {}) {
  return ParseInPieces(stream, limits, {});
}

std::string ErrorOf(std::string_view stream, const RequestLimits& limits = {}) {
  return ParseAll(stream, limits).error;
}

// Streams of which every cut has to give the same.
std::vector<std::string> Corpus() {
  std::string many;
  for (int i = 0; i < 20; ++i) many += EncodeRequest({"INCR", "key" + std::to_string(i)});
  return {
      EncodeRequest({"SET", "key", "value"}) + EncodeRequest({"GET", "key"}),
      many,
      "PING\r\nSET \"a \\x41\" 'b'\n\r\n  ECHO x  \r\n",
      "*0\r\n*-1\r\n\r\n*00\r\n",
      EncodeRequest({"ECHO", ""}) + EncodeRequest({"", ""}) + "x",
      EncodeRequest({"ECHO", "\r\n$1\r\n*1\r\n"}) + "GET a\r\n" + EncodeRequest({"PING"}),
      EncodeRequest({"PING"}) + "*1\r\n$-1\r\n" + EncodeRequest({"PING"}),
      EncodeRequest({"PING"}) + "*x\r\n",
      "*2\r\n$3\r\nGET\r\n:1\r\n",
      "GET \"open\r\nPING\r\n",
      "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nab",
      "*12345678901\r\n",
      "*0000000001\r\n$4\r\nPING\r\n",
      "*2\r\n$04\r\nECHO\r\n$1 \r\n",
      "*1\r\n$4\rxPING\r\n",
      "*1\rx$4\r\nPING\r\n",
  };
}

TEST(RequestParserTest, EveryCutGivesTheSame) {
  for (const std::string& stream : Corpus()) {
    const ParsedStream whole = ParseAll(stream);
    for (size_t first = 0; first <= stream.size(); ++first) {
      for (size_t second = first; second <= std::min(first + 9, stream.size()); ++second) {
        const size_t cuts[] = {first, second};
        ASSERT_EQ(ParseInPieces(stream, {}, cuts), whole) << stream << " at " << first;
      }
    }
    std::vector<size_t> everywhere(stream.size());
    for (size_t i = 0; i < stream.size(); ++i) everywhere[i] = i;
    EXPECT_EQ(ParseInPieces(stream, {}, everywhere), whole) << stream;
  }
}

TEST(RequestParserTest, LengthsOfEverySizeAreRead) {
  for (const size_t size : {0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10000, 12345}) {
    const std::string text(size, 'x');
    const ParsedStream parsed = ParseAll(EncodeRequest({"ECHO", text, ""}));
    EXPECT_EQ(parsed.requests, (Requests{{"ECHO", text, ""}})) << size;
    EXPECT_EQ(parsed.error, "");
  }
  std::string many = "*2000\r\n";
  for (int i = 0; i < 2000; ++i) many += "$1\r\na\r\n";
  EXPECT_EQ(ParseAll(many + many).requests, Requests(2, std::vector<std::string>(2000, "a")));
}

TEST(RequestParserTest, LargeArgumentsAreTheSameInEveryPiece) {
  for (const size_t size :
       {kLargeArgumentBytes - 1, kLargeArgumentBytes, kLargeArgumentBytes + 1}) {
    const std::string value(size, 'v');
    const std::string stream =
        EncodeRequest({"MSET", "a", value, "b", "small", "c", value}) + EncodeRequest({"PING"});
    const Requests expected = {{"MSET", "a", value, "b", "small", "c", value}, {"PING"}};
    for (const size_t step : {size_t{4096}, size - 1, size, size + 1, size + 25, size + 30}) {
      std::vector<size_t> cuts;
      for (size_t at = step; at < stream.size(); at += step) cuts.push_back(at);
      EXPECT_EQ(ParseInPieces(stream, {}, cuts).requests, expected) << size << " by " << step;
    }
    // Around the borders of the payloads, byte by byte.
    for (size_t cut = 10; cut < 40; ++cut) {
      const size_t cuts[] = {cut, stream.size() - cut};
      EXPECT_EQ(ParseInPieces(stream, {}, cuts).requests, expected) << cut;
    }
  }
}

TEST(RequestParserTest, ALargeArgumentIsAskedForBeforeItArrives) {
  RequestParser parser;
  RequestBatch batch;
  size_t consumed = 0;
  const std::string head = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$40000\r\n";
  ASSERT_EQ(parser.Parse(head + "abc", {}, batch, consumed), RequestParser::Status::kNeedLarge);
  EXPECT_EQ(parser.large_size(), 40'000U);
  EXPECT_EQ(parser.large_offset(), head.size());
  EXPECT_TRUE(parser.InRequest());
  EXPECT_GT(parser.MemoryBytes(), 0U);
  parser.ProvideLarge(SharedBytes::CopyOf(std::string(40'000, 'v')));
  ASSERT_EQ(parser.Parse(head, {}, batch, consumed), RequestParser::Status::kRequest);
  EXPECT_EQ(consumed, head.size());
  EXPECT_FALSE(parser.InRequest());
  const RequestBatch::Request request = batch.requests()[0];
  ASSERT_NE(batch.LargeBlock(request, 2), nullptr);
  EXPECT_EQ(batch.LargeBlock(request, 2)->size(), 40'000U);
  EXPECT_EQ(batch.LargeBlock(request, 1), nullptr);
  EXPECT_EQ(batch.Arguments(request)[2], std::string(40'000, 'v'));
}

TEST(RequestParserTest, ResetForgetsTheUnfinishedRequest) {
  RequestParser parser;
  RequestBatch batch;
  size_t consumed = 0;
  ASSERT_EQ(parser.Parse("*2\r\n$4\r\nECHO\r\n", {}, batch, consumed),
            RequestParser::Status::kNeedMore);
  parser.Reset();
  ASSERT_EQ(parser.Parse("PING\r\n", {}, batch, consumed), RequestParser::Status::kRequest);
  EXPECT_THAT(batch.Arguments(batch.requests()[0]), ElementsAre("PING"));
}

TEST(RequestParserTest, ABatchKeepsItsRequestsApart) {
  RequestParser parser;
  RequestBatch batch;
  const std::string stream =
      EncodeRequest({"SET", "k", "v"}) + "PING\r\n" + EncodeRequest({"GET", "k"});
  std::string_view rest = stream;
  size_t consumed = 0;
  while (parser.Parse(rest, {}, batch, consumed) == RequestParser::Status::kRequest) {
    rest.remove_prefix(consumed);
  }
  ASSERT_EQ(batch.requests().size(), 3U);
  EXPECT_THAT(batch.Arguments(batch.requests()[0]), ElementsAre("SET", "k", "v"));
  EXPECT_THAT(batch.Arguments(batch.requests()[1]), ElementsAre("PING"));
  EXPECT_THAT(batch.Arguments(batch.requests()[2]), ElementsAre("GET", "k"));
  batch.Clear();
  EXPECT_THAT(batch.requests(), IsEmpty());
}

TEST(RequestParserTest, BrokenLengthsAreNamed) {
  EXPECT_EQ(ErrorOf("*1\r\n$-1\r\n"), "Protocol error: invalid bulk length");
  EXPECT_EQ(ErrorOf("*1\r\n$536870913\r\n"), "Protocol error: invalid bulk length");
  EXPECT_EQ(ErrorOf("*1\r\n$536870912\r\n"), "");
  EXPECT_EQ(ErrorOf("*1\r\n$ 1\r\n"), "Protocol error: invalid bulk length");
  EXPECT_EQ(ErrorOf("*1\r\n$1000000000000000000\r\n"), "Protocol error: invalid bulk length");
  EXPECT_EQ(ErrorOf("*2147483648\r\n"), "Protocol error: invalid multibulk length");
  EXPECT_EQ(ErrorOf("*2147483647\r\n"), "");
  EXPECT_EQ(ErrorOf("*1.5\r\n"), "Protocol error: invalid multibulk length");
  EXPECT_EQ(ErrorOf("*1\r\nGET\r\n"), "Protocol error: expected '$', got 'G'");
  EXPECT_EQ(ErrorOf("GET 'a\r\n"), "Protocol error: unbalanced quotes in request");
}

TEST(RequestParserTest, LinesThatNeverEndAreCutOff) {
  EXPECT_EQ(ErrorOf("*" + std::string(kLineBytesMax, '1')),
            "Protocol error: too big mbulk count string");
  EXPECT_EQ(ErrorOf("*1\r\n$" + std::string(kLineBytesMax, '1')),
            "Protocol error: too big bulk count string");
  EXPECT_EQ(ErrorOf(std::string(kLineBytesMax + 1, 'x')), "Protocol error: too big inline request");
  EXPECT_EQ(ErrorOf(std::string(kLineBytesMax, 'x')), "");
}

TEST(RequestParserTest, BeforeThePasswordLessIsRead) {
  EXPECT_EQ(ErrorOf("*11\r\n", kUnauthenticatedLimits),
            "Protocol error: unauthenticated multibulk length");
  EXPECT_EQ(ErrorOf("*10\r\n", kUnauthenticatedLimits), "");
  EXPECT_EQ(ErrorOf("*1\r\n$16385\r\n", kUnauthenticatedLimits),
            "Protocol error: unauthenticated bulk length");
  EXPECT_EQ(ErrorOf("*1\r\n$16384\r\n", kUnauthenticatedLimits), "");
  EXPECT_EQ(ErrorOf("*1\r\n$-1\r\n", kUnauthenticatedLimits),
            "Protocol error: invalid bulk length");
}

TEST(RequestParserTest, RequestsBeforeAnErrorAreThere) {
  const ParsedStream parsed = ParseAll(EncodeRequest({"PING"}) + "*1\r\n!\r\n");
  EXPECT_THAT(parsed.requests, ElementsAre(ElementsAre("PING")));
  EXPECT_EQ(parsed.error, "Protocol error: expected '$', got '!'");
}

}  // namespace
}  // namespace kvasir
