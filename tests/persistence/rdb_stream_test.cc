// Streams in RDB: what redis-server 7.0.15 dumps, in full and compressed; the types of other
// versions; and what is damaged.
#include <gtest/gtest.h>

#include <string>

#include "persistence/rdb_payload.h"
#include "persistence/stream_writer.h"
#include "src/store/stream_type.h"
#include "tests/persistence/rdb_fixture.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"

namespace kvasir {
namespace {

// Ten entries in nodes of four, some with other fields; two deleted, one trimmed, one deleted while
// pending; two groups, three consumers.
constexpr std::string_view kDumped =
    "1303100000018bcfe5680000000000000000014065650000002300020102010201846e616d6505816e02"
    "000103010001000182763103c3e802050102010001010182763203c7d002050103010101020182763303"
    "cbb80205010001010103010301846e616d650582763403816e02cfa0028178028179020a01ff10000001"
    "8bcfe5680100000000000000054069690000002300020102010201846e616d6505816e02000102010001"
    "000182763503f1881303050102010101010182763603f1701703050103010101020182763703f1581b03"
    "05010101010103010301846e616d650582763803816e02f1401f038178028179020a01ff100000018bcf"
    "e56803000000000000000939390000001200020100010201846e616d6505816e02000102010001000182"
    "763903f128230305010201000101018376313004f11027030501ff06810000018bcfe568030a81000001"
    "8bcfe5680002810000018bcfe56802080a020167810000018bcfe568020881ffffffffffffffff050000"
    "018bcfe56800000000000000000261c13d00a2010000010000018bcfe568010000000000000004e86be5"
    "cf8b010000040000018bcfe56801000000000000000561c13d00a2010000010000018bcfe56802000000"
    "000000000661c13d00a2010000010000018bcfe56802000000000000000861c13d00a20100000102c007"
    "61c13d00a2010000030000018bcfe5680100000000000000040000018bcfe56802000000000000000600"
    "00018bcfe56802000000000000000805616c69636561c13d00a2010000020000018bcfe5680000000000"
    "000000020000018bcfe5680100000000000000050168810000018bcfe568030a0300010469646c6561c1"
    "3d00a2010000000a004213162905d48d4b";
constexpr std::string_view kDumpedCompressed =
    "1303100000018bcfe568000000000000000001c3405f406507650000002300020140010d846e616d6505"
    "816e02000103010020010782763103c3e80205201d02000101200e033203c7d0200e0003200c0002200e"
    "033303cbb8200e401b00032001803f038276340320430bcfa0028178028179020a01ff100000018bcfe5"
    "68010000000000000005c340614069076900000023000201400109846e616d6505816e0200200e000020"
    "010882763503f188130305200f40000682763603f17017200f0003200e0002200f043703f1581b200f40"
    "00000320018042038276380320460cf1401f038178028179020a01ff100000018bcfe568030000000000"
    "00000939390000001200020100010201846e616d6505816e02000102010001000182763903f128230305"
    "010201000101018376313004f11027030501ff06810000018bcfe568030a810000018bcfe56800028100"
    "00018bcfe56802080a020167810000018bcfe568020881ffffffffffffffff050000018bcfe568000000"
    "00000000000261c13d00a2010000010000018bcfe568010000000000000004e86be5cf8b010000040000"
    "018bcfe56801000000000000000561c13d00a2010000010000018bcfe56802000000000000000661c13d"
    "00a2010000010000018bcfe56802000000000000000861c13d00a20100000102c00761c13d00a2010000"
    "030000018bcfe5680100000000000000040000018bcfe5680200000000000000060000018bcfe5680200"
    "0000000000000805616c69636561c13d00a2010000020000018bcfe5680000000000000000020000018b"
    "cfe5680100000000000000050168810000018bcfe568030a0300010469646c6561c13d00a2010000000a"
    "0027712ece8363dc20";
constexpr std::string_view kDigest = "b5840bb3373baf31e27fc23351921a7db4080449";

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// The payload with a footer that fits.
std::string Sealed(std::string value) {
  value += std::string("\x0a\0", 2);
  return value + LittleEndian64(Crc64(0, value));
}

class RdbStreamTest : public testing::Test {
 protected:
  EntryPtr Restore(const std::string& payload) {
    return RestoreValue(payload, dataset.database(), "s", {});
  }
  std::string DigestOf(const EntryPtr& entry, DigestDeadlines what = DigestDeadlines::kPresence) {
    return entry == nullptr ? "nothing" : DigestToHex(DigestValue(*entry, what));
  }
  // Cut off or changed anywhere, a payload is refused, or is a stream that can be used.
  void ExpectDamageIsFoundOrHarmless(const std::string& dumped) {
    const std::string value = dumped.substr(0, dumped.size() - kRdbPayloadFooterBytes);
    for (size_t at = 0; at < value.size(); ++at) {
      EXPECT_EQ(Restore(Sealed(value.substr(0, at))), nullptr) << at;
      for (const int change : {1, 2, 0x40, 0x80, 0xff}) {
        std::string damaged = value;
        damaged[at] = static_cast<char>(damaged[at] ^ change);
        const EntryPtr entry = Restore(Sealed(damaged));
        if (entry == nullptr) continue;
        EXPECT_NE(Restore(DumpValue(*entry, false)), nullptr) << at;
        DigestOf(entry, DigestDeadlines::kExact);
      }
    }
  }

  Dataset dataset;
};

TEST_F(RdbStreamTest, WhatRedisDumpedIsDumpedAgainByteForByte) {
  for (const std::string_view dumped : {kDumped, kDumpedCompressed}) {
    const EntryPtr entry = Restore(FromHex(dumped));
    EXPECT_EQ(DigestOf(entry), kDigest);
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(DumpValue(*entry, dumped == kDumpedCompressed), FromHex(dumped));
    const Stream& stream = StreamOf(*entry);
    EXPECT_EQ(stream.Length(), 6U);
    EXPECT_EQ(stream.entries_added(), 10U);
    const StreamGroup* group = stream.FindGroup("g");
    ASSERT_NE(group, nullptr);
    EXPECT_EQ(group->pending().size(), 5U);
    EXPECT_EQ(group->FindConsumer("7")->owned().size(), 3U);
    EXPECT_EQ(group->FindPending({1700000000001, 4})->deliveries, 4U);
    EXPECT_EQ(group->FindPending({1700000000001, 4})->delivered_ms, 1700000001000);
    EXPECT_EQ(stream.FindGroup("h")->entries_read, 3);
  }
}

// Types 15 (Redis 5 and 6) and 21 (Redis 7.2) of a stream with one entry, a group, and a consumer.
TEST_F(RdbStreamTest, OtherTypesAreRead) {
  dataset.Run({"XADD", "s", "1-1", "f", "v"});
  const std::string dumped = DumpValue(dataset.At("s"), false);
  const size_t node = 1 + 1 + 1 + 16;
  const std::string nodes = dumped.substr(1, node - 1 + 1 + static_cast<uint8_t>(dumped[node]));
  const std::string id = std::string(7, '\0') + "\x01" + std::string(7, '\0') + "\x01";
  const std::string pending = id + LittleEndian64(1700) + "\x02";
  const std::string seen = LittleEndian64(1800);
  const std::string old = "\x0f" + nodes + Bytes({1, 1, 1}) +  // length, last id
                          Bytes({1, 1}) + "g" + Bytes({1, 1, 1}) + pending + Bytes({1, 1}) + "c" +
                          seen + "\x01" + id;
  const EntryPtr read = Restore(Sealed(old));
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(StreamOf(*read).entries_added(), 1U);
  EXPECT_EQ(StreamOf(*read).first_id(), (StreamId{1, 1}));
  EXPECT_EQ(StreamOf(*read).FindGroup("g")->entries_read, 1);
  const std::string newer = "\x15" + nodes + Bytes({1, 1, 1, 1, 1, 0, 0, 1}) + Bytes({1, 1}) + "g" +
                            Bytes({1, 1, 1, 1}) + pending + Bytes({1, 1}) + "c" + seen +
                            LittleEndian64(1750) + "\x01" + id;
  const EntryPtr third = Restore(Sealed(newer));
  ASSERT_NE(third, nullptr);
  EXPECT_EQ(DigestOf(third, DigestDeadlines::kExact), DigestOf(read, DigestDeadlines::kExact));
  EXPECT_EQ(StreamOf(*third).FindGroup("g")->FindConsumer("c")->active_ms, 1750);
}

TEST_F(RdbStreamTest, DamageIsFoundOrHarmless) { ExpectDamageIsFoundOrHarmless(FromHex(kDumped)); }

TEST_F(RdbStreamTest, CommandsBringBackAllOfIt) {
  dataset.database().Insert(Key::Of("s"), Restore(FromHex(kDumped)).release());
  dataset.Run({"XGROUP", "CREATE", "empty", "g", "$", "MKSTREAM"});
  dataset.Run({"XADD", "trimmed", "5-1", "f", "v"});
  dataset.Run({"XADD", "trimmed", "5-2", "f", "v"});
  dataset.Run({"XGROUP", "CREATE", "trimmed", "g", "0"});
  dataset.Run({"XREADGROUP", "GROUP", "g", "c", "STREAMS", "trimmed", ">"});
  dataset.Run({"XTRIM", "trimmed", "MAXLEN", "1"});
  dataset.Run({"COPY", "trimmed", "gone"});
  dataset.Run({"XTRIM", "gone", "MAXLEN", "0"});
  Dataset copy;
  for (const char* key : {"s", "empty", "trimmed", "gone"}) {
    const auto run = [&](std::span<const std::string_view> arguments) {
      copy.Run({arguments.begin(), arguments.end()});
      return Result<void>();
    };
    ASSERT_TRUE(WriteStream(key, StreamOf(dataset.At(key)), run));
  }
  EXPECT_EQ(copy.Digest(), dataset.Digest());
}

class NewRdbStreamTest : public RdbStreamTest {
 protected:
  void SetUp() override {
    for (const char* id : {"1-1", "1-2", "1-3"}) dataset.Run({"XADD", "s", id, "f", "v"});
    dataset.Run({"XGROUP", "CREATE", "s", "g", "0"});
    dataset.Run({"XGROUP", "CREATE", "s", "h", "0"});
    dataset.Run({"XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">"});
  }
  std::string ExactDigest(const Entry& entry) {
    return DigestToHex(DigestValue(entry, DigestDeadlines::kExact));
  }
  // The value comes back from its payload and from commands; returns its type and version.
  std::pair<int, int> RoundTrip() {
    const Entry& entry = dataset.At("s");
    const std::string dumped = DumpValue(entry, false);
    const EntryPtr read = Restore(dumped);
    EXPECT_EQ(DigestOf(read, DigestDeadlines::kExact), ExactDigest(entry));
    Dataset copy;
    const auto run = [&](std::span<const std::string_view> arguments) {
      copy.Run({arguments.begin(), arguments.end()});
      return Result<void>();
    };
    EXPECT_TRUE(WriteStream("s", StreamOf(entry), run));
    EXPECT_EQ(ExactDigest(copy.At("s")), ExactDigest(entry));
    return {dumped[0], dumped[dumped.size() - kRdbPayloadFooterBytes]};
  }
};

TEST_F(NewRdbStreamTest, TheLowestTypeThatHoldsItIsWritten) {
  EXPECT_EQ(RoundTrip(), (std::pair(19, 10)));
  dataset.Run({"XCFGSET", "s", "IDMP-DURATION", "100"});
  EXPECT_EQ(RoundTrip(), (std::pair(19, 10)));
  dataset.Run({"XCFGSET", "s", "IDMP-DURATION", "300"});
  dataset.Run({"XIDMPRECORD", "s", "p", "a", "1-1"});
  dataset.Run({"XIDMPRECORD", "s", "q", "a", "1-3"});
  dataset.Run({"XIDMPRECORD", "s", "p", "b", "1-2"});
  EXPECT_EQ(RoundTrip(), (std::pair(26, 13)));
  dataset.Run({"XNACK", "s", "g", "FATAL", "IDS", "2", "1-3", "1-1"});
  EXPECT_EQ(RoundTrip(), (std::pair(27, 14)));
}

// No command can have made them, so none could bring them back.
TEST_F(NewRdbStreamTest, ProducersAndIdsWithoutATextAreRefused) {
  dataset.Run({"XIDMPRECORD", "s", "p", "a", "1-1"});
  const std::string dumped = DumpValue(dataset.At("s"), false);
  const std::string value = dumped.substr(0, dumped.size() - kRdbPayloadFooterBytes);
  const std::string known = Bytes({1, 'p', 1, 1, 'a'});
  const size_t at = value.rfind(known);
  ASSERT_NE(at, std::string::npos);
  EXPECT_NE(Restore(Sealed(value)), nullptr);
  for (const std::string& damaged : {Bytes({0, 1, 1, 'a'}), Bytes({1, 'p', 1, 0})}) {
    EXPECT_EQ(Restore(Sealed(std::string(value).replace(at, known.size(), damaged))), nullptr);
  }
}

// The order in which producers stand in a file is not that in which they came.
TEST_F(NewRdbStreamTest, ProducersDoNotMakeEachOtherBeForgottenWhenTheyAreRead) {
  dataset.Run({"XADD", "s", "1000000-1", "f", "v"});
  dataset.Run({"XIDMPRECORD", "s", "q", "a", "1000000-1"});
  dataset.Run({"XIDMPRECORD", "s", "p", "a", "1-1"});
  EXPECT_EQ(RoundTrip(), (std::pair(26, 13)));
}

TEST_F(NewRdbStreamTest, WhatNobodyHasStandsBehindTheConsumers) {
  dataset.Run({"XNACK", "s", "g", "FAIL", "IDS", "2", "1-3", "1-1"});
  EXPECT_EQ(RoundTrip(), (std::pair(27, 14)));
  const std::string dumped = DumpValue(dataset.At("s"), false);
  const auto id = [](char sequence) {
    return std::string(7, '\0') + "\x01" + std::string(7, '\0') + sequence;
  };
  // What "c" still has, and what was released; at the end limits, and neither producers nor counts.
  const size_t at = dumped.find("\x01" + id(2) + "\x02" + id(3) + id(1) + "\x01" + "h");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(dumped.substr(dumped.size() - kRdbPayloadFooterBytes - 7, 7),
            Bytes({0x40, 100, 0x40, 100, 0, 0, 0}));
}

TEST_F(NewRdbStreamTest, DamageIsFoundOrHarmless) {
  dataset.Run({"XIDMPRECORD", "s", "p", "a", "1-1"});
  dataset.Run({"XIDMPRECORD", "s", "p", "b", "1-2"});
  dataset.Run({"XNACK", "s", "g", "FAIL", "IDS", "2", "1-3", "1-1"});
  ExpectDamageIsFoundOrHarmless(DumpValue(dataset.At("s"), false));
}

TEST_F(RdbStreamTest, RedisRestoresWhatWeDump) {
  if (!RedisServer::Present()) GTEST_SKIP() << "redis-server is not installed";
  TempDirectory directory;
  RedisServer redis(directory.path(), {});
  for (int i = 1; i <= 500; ++i) {
    dataset.Run({"XADD", "s", std::to_string(i) + "-1", "field", std::to_string(i), "text",
                 std::string(static_cast<size_t>(i), 'x')});
  }
  dataset.Run({"XGROUP", "CREATE", "s", "g", "0"});
  dataset.Run({"XREADGROUP", "GROUP", "g", "c", "COUNT", "300", "STREAMS", "s", ">"});
  dataset.Run({"XDEL", "s", "20-1", "499-1"});
  dataset.Run({"XTRIM", "s", "MAXLEN", "490"});
  for (const bool compress : {false, true}) {
    EXPECT_EQ(redis.Run({"RESTORE", "s", "0", DumpValue(dataset.At("s"), compress), "REPLACE"}),
              "OK");
    EXPECT_EQ(redis.Run({"DEBUG", "DIGEST-VALUE", "s"}).substr(1, 40),
              DigestToHex(DigestValue(dataset.At("s"))));
  }
  EXPECT_EQ(redis.Run({"XPENDING", "s", "g"}), "[(integer) 300, 1-1, 300-1, [[c, 300]]]");
  const EntryPtr back = Restore(redis.Run({"DUMP", "s"}));
  EXPECT_EQ(DigestOf(back, DigestDeadlines::kExact),
            DigestToHex(DigestValue(dataset.At("s"), DigestDeadlines::kExact)));
}

}  // namespace
}  // namespace kvasir
