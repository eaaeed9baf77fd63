#include "persistence/rdb_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "persistence/rdb_length.h"
#include "tests/persistence/rdb_fixture.h"

namespace kvasir {
namespace {

// What the encoder made, uncompressed.
std::string Plain(const RdbChunk& chunk, bool compress = false) {
  std::string bytes;
  ForEachRdbPiece(chunk, compress, [&](std::string_view piece) { bytes += piece; });
  return bytes;
}

class RdbEncoderTest : public testing::Test {
 protected:
  std::string Whole(std::string_view key) {
    encoder.Whole(dataset.At(key));
    return Plain(encoder.Take());
  }
  std::string Taken() { return Plain(encoder.Take()); }
  std::string ValueOf(const std::string& value) {
    dataset.Run({"SET", "k", value});
    return Whole("k").substr(3);
  }

  Dataset dataset;
  RdbEncoder encoder;
};

TEST_F(RdbEncoderTest, HeaderNamesTheVersionAndTheFields) {
  const std::array<RdbAuxField, 2> fields = {{{"redis-ver", "7.0.15"}, {"redis-bits", "64"}}};
  encoder.Header(kRdbVersion, fields);
  EXPECT_EQ(Plain(encoder.Take()),
            "REDIS0010\xfa\x09redis-ver\x06"
            "7.0.15\xfa\x0aredis-bits\xc0\x40");
  encoder.Header(kRdbVersionFieldDeadlines, {});
  EXPECT_EQ(Plain(encoder.Take()), "REDIS0012");
}

TEST_F(RdbEncoderTest, DatabasesAreSelectedWithTheirSizes) {
  encoder.SelectDatabase(3, 300, 100'000);
  encoder.End();
  EXPECT_EQ(Plain(encoder.Take()),
            Bytes({0xfe, 3, 0xfb, 0x41, 0x2c, 0x80, 0x00, 0x01, 0x86, 0xa0, 0xff}));
}

TEST_F(RdbEncoderTest, IntegersAreWrittenInTheNarrowestForm) {
  EXPECT_EQ(ValueOf("0"), Bytes({0xc0, 0}));
  EXPECT_EQ(ValueOf("-128"), Bytes({0xc0, 0x80}));
  EXPECT_EQ(ValueOf("128"), Bytes({0xc1, 0x80, 0}));
  EXPECT_EQ(ValueOf("-32768"), Bytes({0xc1, 0, 0x80}));
  EXPECT_EQ(ValueOf("32768"), Bytes({0xc2, 0, 0x80, 0, 0}));
  EXPECT_EQ(ValueOf("-2147483648"), Bytes({0xc2, 0, 0, 0, 0x80}));
  EXPECT_EQ(ValueOf("2147483648"),
            "\x0a"
            "2147483648");
  EXPECT_EQ(ValueOf("-9223372036854775808"), "\x14-9223372036854775808");
  EXPECT_EQ(ValueOf("007"),
            "\x03"
            "007");
  EXPECT_EQ(ValueOf("-"), "\x01-");
  EXPECT_EQ(ValueOf(""), std::string(1, '\0'));
}

TEST_F(RdbEncoderTest, LengthsTakeOneTwoOrFiveBytes) {
  for (const size_t size : {1, 63, 64, 16383, 16384, 70000}) {
    const std::string value(size, 'x');
    const size_t head = size < 64 ? 1 : size < 16384 ? 2 : 5;
    const std::string encoded = ValueOf(value);
    ASSERT_EQ(encoded.size(), head + size);
    EXPECT_EQ(encoded.substr(head), value);
  }
  EXPECT_EQ(ValueOf(std::string(64, 'x')).substr(0, 2), Bytes({0x40, 64}));
  EXPECT_EQ(ValueOf(std::string(16383, 'x')).substr(0, 2), Bytes({0x7f, 0xff}));
  EXPECT_EQ(ValueOf(std::string(16384, 'x')).substr(0, 5), Bytes({0x80, 0, 0, 0x40, 0}));
  std::array<char, kRdbLengthBytesMax> out;
  EXPECT_EQ(std::string(out.data(), WriteRdbLength(uint64_t{1} << 32, out.data())),
            Bytes({0x81, 0, 0, 0, 1, 0, 0, 0, 0}));
}

TEST_F(RdbEncoderTest, DeadlineStandsInFrontOfTheKey) {
  dataset.Run({"SET", "k", "v", "PXAT", "1800000000001"});
  EXPECT_EQ(Whole("k"), Bytes({0xfc, 0x01, 0x50, 0x5c, 0x18, 0xa3, 0x01, 0, 0, 0, 1}) + "k\x01v");
}

TEST_F(RdbEncoderTest, UseIsToldWhereEvictionWantsIt) {
  dataset.Run({"SET", "k", "v"});
  dataset.SetNow(1'800'000'100'000);
  const AccessClock& clock = dataset.keyspace.context().access;
  encoder = RdbEncoder({.access = RdbEncoder::Access::kIdle, .clock = &clock});
  EXPECT_EQ(Whole("k"), Bytes({0xf8, 0x40, 100, 0, 1}) + "k\x01v");
  encoder = RdbEncoder({.access = RdbEncoder::Access::kFrequency, .clock = &clock});
  EXPECT_EQ(Whole("k").substr(0, 1), "\xf9");
  EXPECT_EQ(Whole("k").substr(2), Bytes({0, 1}) + "k\x01v");
}

TEST_F(RdbEncoderTest, CollectionsAreRowsOfStrings) {
  dataset.Run({"RPUSH", "l", "a", "70000", "5000000000"});
  EXPECT_EQ(Whole("l"), Bytes({1, 1}) +
                            "l\x03\x01"
                            "a" +
                            Bytes({0xc2, 0x70, 0x11, 1, 0}) +
                            "\x0a"
                            "5000000000");
  dataset.Run({"SADD", "s", "a"});
  EXPECT_EQ(Whole("s"), Bytes({2, 1}) +
                            "s\x01\x01"
                            "a");
  dataset.Run({"HSET", "h", "f", "1"});
  EXPECT_EQ(Whole("h"), Bytes({4, 1}) +
                            "h\x01\x01"
                            "f\xc0\x01");
  dataset.Run({"ZADD", "z", "1.5", "m", "-inf", "n"});
  EXPECT_EQ(Whole("z"), Bytes({5, 1}) + "z\x02\x01n" + Bytes({0, 0, 0, 0, 0, 0, 0xf0, 0xff}) +
                            "\x01m" + Bytes({0, 0, 0, 0, 0, 0, 0xf8, 0x3f}));
}

TEST_F(RdbEncoderTest, SetsOfIntegersAreOneString) {
  dataset.Run({"SADD", "s", "2", "-1"});
  EXPECT_EQ(Whole("s"),
            Bytes({11, 1}) + "s" + Bytes({12, 2, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 2, 0}));
  dataset.Run({"SADD", "s", "5000000000"});
  EXPECT_EQ(Whole("s").substr(3, 9), Bytes({32, 8, 0, 0, 0, 3, 0, 0, 0}));
}

TEST_F(RdbEncoderTest, FieldDeadlinesAreRelativeToTheSoonest) {
  dataset.Run({"HSET", "h", "a", "1", "b", "2", "c", "3"});
  dataset.Run({"HPEXPIREAT", "h", "1800000000257", "FIELDS", "1", "b"});
  dataset.Run({"HPEXPIREAT", "h", "1800000000256", "FIELDS", "1", "c"});
  EXPECT_EQ(Whole("h"), Bytes({24, 1}) + "h" +
                            Bytes({0x00, 0x51, 0x5c, 0x18, 0xa3, 0x01, 0, 0, 3, 0, 1}) +
                            "a\xc0\x01\x02\x01"
                            "b\xc0\x02\x01\x01"
                            "c\xc0\x03");
  EXPECT_EQ(RdbVersionFor(dataset.keyspace), kRdbVersionFieldDeadlines);
  EXPECT_EQ(RdbVersionFor(dataset.At("h")), kRdbVersionFieldDeadlines);
  dataset.Run({"HPERSIST", "h", "FIELDS", "2", "b", "c"});
  EXPECT_EQ(Whole("h").substr(0, 4), Bytes({4, 1}) + "h\x03");
  EXPECT_EQ(RdbVersionFor(dataset.keyspace), kRdbVersion);
}

TEST_F(RdbEncoderTest, PiecesGiveTheSameAsTheWhole) {
  std::string pieces;
  dataset.Run({"RPUSH", "l", "a", "1"});
  encoder.CollectionHead(dataset.At("l"), 2);
  encoder.ListElement(MakeElement("a"));
  encoder.ListElement(MakeElement(int64_t{1}));
  pieces = Taken();
  EXPECT_EQ(pieces, Whole("l"));
  dataset.Run({"ZADD", "z", "2", "m"});
  dataset.Run({"PEXPIREAT", "z", "1800000000256"});
  encoder.CollectionHead(dataset.At("z"), 1);
  encoder.SortedSetMember("m", 2);
  pieces = Taken();
  EXPECT_EQ(pieces, Whole("z"));
  dataset.Run({"HSETEX", "h", "PXAT", "1800000000256", "FIELDS", "1", "f", "v"});
  encoder.CollectionHead(dataset.At("h"), 1, 1'800'000'000'256);
  encoder.HashField({"f", "v", 1'800'000'000'256});
  pieces = Taken();
  EXPECT_EQ(pieces, Whole("h"));
  dataset.Run({"SADD", "s", "1"});
  encoder.CollectionHead(dataset.At("s"), 1);
  encoder.SetMember("1");
  EXPECT_EQ(Plain(encoder.Take()), Bytes({2, 1}) + "s\x01\xc0\x01");
}

TEST_F(RdbEncoderTest, LargeStringsAreSharedNotCopied) {
  const std::string large(100'000, 'x');
  dataset.Run({"SET", "k", large});
  encoder.Whole(dataset.At("k"));
  EXPECT_EQ(encoder.bytes(), 3 + 5 + large.size());
  RdbChunk chunk = encoder.Take();
  EXPECT_EQ(encoder.bytes(), 0U);
  EXPECT_LT(chunk.bytes.size(), 100U);
  // What happens to the key afterwards does not touch the chunk.
  dataset.Run({"SETRANGE", "k", "0", "y"});
  dataset.Run({"DEL", "k"});
  EXPECT_EQ(Plain(chunk), Bytes({0, 1}) + "k" + Bytes({0x80, 0, 1, 0x86, 0xa0}) + large);
  EXPECT_LT(Plain(chunk, true).size(), 3000U);
}

TEST_F(RdbEncoderTest, TextsWorthItAreCompressed) {
  dataset.Run({"SET", "k", std::string(21, 'x')});
  dataset.Run({"SET", "l", std::string(20, 'x')});
  dataset.Run({"SET", "m", "abcdefghijklmnopqrstuvwxyz"});
  for (const char* key : {"k", "l", "m"}) encoder.Whole(dataset.At(key));
  const std::string compressed = Plain(encoder.Take(), true);
  // LZF: one literal, then a copy of 20 bytes from one byte back.
  EXPECT_EQ(compressed.substr(0, 3), Bytes({0, 1}) + "k");
  EXPECT_EQ(static_cast<uint8_t>(compressed[3]), 0xc3);
  EXPECT_EQ(compressed[5], 21);
  const size_t behind = 6 + static_cast<size_t>(compressed[4]);
  EXPECT_EQ(compressed.substr(behind), Bytes({0, 1}) + "l\x14" + std::string(20, 'x') +
                                           Bytes({0, 1}) +
                                           "m\x1a"
                                           "abcdefghijklmnopqrstuvwxyz");
}

}  // namespace
}  // namespace kvasir
