#include "persistence/rdb_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "persistence/lzf.h"
#include "tests/persistence/rdb_fixture.h"

namespace kvasir {
namespace {

using testing::HasSubstr;

class RdbReaderTest : public testing::Test {
 protected:
  Result<RdbLoaded> Load(const std::string& bytes, RdbLoadOptions options = {}) {
    return LoadRdb(bytes, &loaded.keyspace, std::move(options));
  }
  // Why the file is refused.
  static std::string Refusal(const std::string& bytes) {
    Dataset fresh;
    const Result<RdbLoaded> result = LoadRdb(bytes, &fresh.keyspace, {.whole_file = true});
    return result ? "(loaded)" : result.error().detail();
  }
  static Errc Code(const std::string& bytes) {
    Dataset fresh;
    const Result<RdbLoaded> result = LoadRdb(bytes, &fresh.keyspace);
    EXPECT_FALSE(result);
    return result ? Errc::kExists : result.error().code();
  }

  Dataset dataset;
  Dataset loaded;
};

TEST_F(RdbReaderTest, AllTypesComeBack) {
  FillWithAllTypes(dataset);
  for (const bool compress : {false, true}) {
    Dataset fresh;
    const Result<RdbLoaded> result = LoadRdb(SaveRdb(dataset, compress), &fresh.keyspace);
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(result->version, kRdbVersion);
    EXPECT_EQ(result->keys, dataset.keyspace.size());
    EXPECT_TRUE(result->checked);
    EXPECT_EQ(fresh.Digest(), dataset.Digest());
    EXPECT_EQ(fresh.database().volatile_size(), 3U);
    for (const char* key : {"text", "long", "list:small", "list:large", "set:small", "set:integers",
                            "set:large", "hash:small", "hash:large", "zset:small", "zset:large"}) {
      EXPECT_EQ(fresh.Run({"OBJECT", "ENCODING", key}), dataset.Run({"OBJECT", "ENCODING", key}))
          << key;
    }
  }
}

TEST_F(RdbReaderTest, FieldDeadlinesComeBack) {
  FillWithAllTypes(dataset);
  AddFieldDeadlines(dataset);
  const Result<RdbLoaded> result = Load(SaveRdb(dataset));
  ASSERT_TRUE(result) << result.error().detail();
  EXPECT_EQ(result->version, kRdbVersionFieldDeadlines);
  EXPECT_EQ(loaded.Digest(), dataset.Digest());
  EXPECT_EQ(loaded.database().volatile_elements_size(), 2U);
}

TEST_F(RdbReaderTest, ManyKeysAndLargeValuesPassTheWindow) {
  for (int i = 0; i < 60'000; ++i) {
    dataset.Run({"SET", "key:" + std::to_string(i), "value " + std::to_string(i * 7)});
  }
  std::string noise;
  for (int i = 0; i < 3'000'000; ++i)
    noise += static_cast<char>(i * 2654435761U >> 13 ^ i * 40503U >> 7);
  dataset.Run({"SET", "noise", noise});
  dataset.Run({"RPUSH", "list", noise, noise.substr(0, 2'000'000)});
  uint64_t last = 0;
  const Result<RdbLoaded> result = Load(SaveRdb(dataset), {.progress = [&](uint64_t offset) {
                                          EXPECT_GE(offset, last);
                                          last = offset;
                                        }});
  ASSERT_TRUE(result) << result.error().detail();
  EXPECT_GT(last, 4'000'000U);
  EXPECT_EQ(loaded.Digest(), dataset.Digest());
}

TEST_F(RdbReaderTest, WithoutAKeyspaceTheFileIsOnlyChecked) {
  FillWithAllTypes(dataset);
  std::string bytes = SaveRdb(dataset);
  const Result<RdbLoaded> result = LoadRdb(bytes, nullptr);
  ASSERT_TRUE(result) << result.error().detail();
  EXPECT_EQ(result->keys, dataset.keyspace.size());
  bytes[bytes.size() / 2] ^= 1;
  EXPECT_FALSE(LoadRdb(bytes, nullptr));
}

TEST_F(RdbReaderTest, ExpiredKeysAreSkippedOnlyWhenAsked) {
  dataset.Run({"SET", "k", "v", "PXAT", "1800000000001"});
  dataset.Run({"SET", "l", "v"});
  const std::string bytes = SaveRdb(dataset);
  loaded.SetNow(1'800'000'000'001);
  loaded.keyspace.context().expiry_enabled = false;
  Result<RdbLoaded> result = Load(bytes, {.skip_expired = true});
  EXPECT_EQ(result->expired, 1U);
  EXPECT_EQ(result->keys, 1U);
  EXPECT_EQ(loaded.keyspace.size(), 1U);
  loaded.Run({"FLUSHALL"});
  EXPECT_EQ(Load(bytes)->keys, 2U);
  EXPECT_EQ(loaded.keyspace.size(), 2U);
}

TEST_F(RdbReaderTest, DeadlinesOfOldFilesAreInSeconds) {
  ASSERT_TRUE(
      Load(RdbFile(Bytes({0xfd, 0, 0x13, 0x49, 0x71, 0, 1}) + "k\x01v" +
                       Bytes({0xfc, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1}) + "l\x01v" +
                       Bytes({0xfc, 255, 255, 255, 255, 255, 255, 255, 255, 0, 1}) + "m\x01v",
                   "REDIS0006")));
  loaded.keyspace.context().expiry_enabled = false;
  EXPECT_EQ(loaded.Run({"PEXPIRETIME", "k"}), "(integer) 1900614400000");
  EXPECT_EQ(loaded.Run({"PEXPIRETIME", "l"}), "(integer) 1");
  EXPECT_EQ(loaded.Run({"PEXPIRETIME", "m"}), "(integer) -1");
}

TEST_F(RdbReaderTest, IdleTimesAndFrequenciesAreKept) {
  const std::string bytes = RdbFile(Bytes({0xf8, 0x41, 0, 0, 1}) + "k\x01v" +
                                    Bytes({0xf9, 77, 0, 1}) + "l\x01v" + Bytes({0, 1}) + "m\x01v");
  ASSERT_TRUE(Load(bytes));
  EXPECT_EQ(loaded.Run({"OBJECT", "IDLETIME", "k"}), "(integer) 256");
  EXPECT_EQ(loaded.Run({"OBJECT", "IDLETIME", "m"}), "(integer) 0");
  Dataset lfu;
  lfu.keyspace.context().access.set_lfu(true);
  ASSERT_TRUE(LoadRdb(bytes, &lfu.keyspace));
  EXPECT_EQ(lfu.At("l").access() & 0xff, 77U);
}

TEST_F(RdbReaderTest, OtherItemsArePassedOverOrKept) {
  const Result<RdbLoaded> result = Load(RdbFile(
      Bytes({0xfa}) + RdbText("redis-ver") + RdbText("7.0.15") + Bytes({0xfa}) +
      RdbText("kvasir-seq") + Bytes({0xc1, 0x39, 0x30}) + Bytes({0xf5}) + RdbText("#!lua name=l") +
      Bytes({0xfe, 2, 0xf4, 5, 6, 7, 0xfb, 1, 0, 0, 1}) + "k\x01v"));
  ASSERT_TRUE(result) << result.error().detail();
  EXPECT_EQ(result->sequence, 12345U);
  EXPECT_EQ(result->functions, 1U);
  EXPECT_THAT(loaded.keyspace.function_libraries(), testing::ElementsAre("#!lua name=l"));
  EXPECT_EQ(loaded.database(2).size(), 1U);
}

TEST_F(RdbReaderTest, EmptyCollectionsAreNoKeys) {
  const Result<RdbLoaded> result =
      Load(RdbFile(Bytes({1, 1}) + "l" + Bytes({0, 2, 1}) + "s" + Bytes({0, 4, 1}) + "h" +
                   Bytes({0, 5, 1}) + "z" + Bytes({0, 0, 1}) + "k\x01v"));
  ASSERT_TRUE(result) << result.error().detail();
  EXPECT_EQ(result->empty, 4U);
  EXPECT_EQ(loaded.keyspace.size(), 1U);
}

TEST_F(RdbReaderTest, WhatCannotBeHeldIsRefusedByName) {
  // "ReJSON-RL" in six bits a character, version 3.
  const std::string module = Bytes({0x81, 0x45, 0xe2, 0x52, 0x38, 0xdf, 0x91, 0x14 << 2 & 0xff, 3});
  EXPECT_THAT(Refusal(RdbFile(Bytes({7, 1}) + "j" + module)), HasSubstr("data of the module "));
  EXPECT_THAT(Refusal(RdbFile(Bytes({247}) + module)), HasSubstr("data of the module "));
  EXPECT_EQ(Code(RdbFile(Bytes({247}) + module)), Errc::kUnsupported);
  EXPECT_THAT(Refusal(RdbFile(Bytes({0xfe, 16, 0, 1}) + "k\x01v")),
              HasSubstr("keys of database 16, but there are only 16"));
  EXPECT_THAT(Refusal(RdbFile("", "REDIS0015")), HasSubstr("version 15"));
  EXPECT_THAT(Refusal(RdbFile("", "REDIS0000")), HasSubstr("version 0"));
  EXPECT_THAT(Refusal(RdbFile("", "VALKEY099")), HasSubstr("version 99"));
  EXPECT_EQ(Code(RdbFile("", "REDIS0015")), Errc::kUnsupported);
  EXPECT_THAT(Refusal(RdbFile(Bytes({246}))), HasSubstr("release candidate"));
  EXPECT_THAT(Refusal("*1\r\n$4\r\nPING\r\n"), HasSubstr("not the start of an RDB"));
  EXPECT_THAT(Refusal(RdbFile(Bytes({8, 1}) + "k")), HasSubstr("8 is no type"));
}

TEST(RdbModuleNameTest, NineCharactersOfSixBits) {
  // "ABCDEFGHI" and version 1.
  uint64_t id = 0;
  for (uint64_t i = 0; i < 9; ++i) id = id << 6 | i;
  EXPECT_EQ(RdbModuleName(id << 10 | 1), "ABCDEFGHI");
  EXPECT_EQ(RdbModuleName(UINT64_MAX), "_________");
}

TEST_F(RdbReaderTest, DoubledThingsAreRefused) {
  EXPECT_THAT(Refusal(RdbFile(Bytes({0, 1}) + "k\x01v" + Bytes({0, 1}) + "k\x01w")),
              HasSubstr("there before (key 'k')"));
  EXPECT_THAT(Refusal(RdbFile(Bytes({2, 1}) + "s" + Bytes({2, 1}) +
                              "a\x01"
                              "a")),
              HasSubstr("member twice"));
  EXPECT_THAT(Refusal(RdbFile(Bytes({4, 1}) + "h" + Bytes({2, 1}) +
                              "a\x01"
                              "a\x01"
                              "a\x01"
                              "b")),
              HasSubstr("field twice"));
  const std::string score = LittleEndian64(0);
  EXPECT_THAT(Refusal(RdbFile(Bytes({5, 1}) + "z" + Bytes({2, 1}) + "a" + score +
                              "\x01"
                              "a" +
                              score)),
              HasSubstr("member twice"));
}

TEST_F(RdbReaderTest, LengthsAreNotBelieved) {
  const std::string huge = Bytes({0x81, 0x7f, 255, 255, 255, 255, 255, 255, 255});
  for (const int type : {0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 16, 17, 18, 20, 22, 23, 24, 25}) {
    EXPECT_EQ(Code(RdbFile(Bytes({type, 1}) + "k" + huge + std::string(30, '\0'))), Errc::kCorrupt)
        << type;
  }
  // Compressed strings: one longer than the file, one that would grow beyond what LZF can do.
  EXPECT_EQ(Code(RdbFile(Bytes({0, 1}) + "k\xc3" + huge + Bytes({5, 0, 0, 0}))), Errc::kCorrupt);
  EXPECT_THAT(Refusal(RdbFile(Bytes({0, 1}) + "k\xc3\x04" + huge + "abcd")),
              HasSubstr("does not have the length that it should"));
  // A table of the announced size is not made for a file that could not fill it.
  ASSERT_TRUE(Load(RdbFile(Bytes({0xfe, 0, 0xfb}) + huge + huge + Bytes({0, 1}) + "k\x01v")));
  EXPECT_LT(loaded.database().table().MemoryBytes(), 10'000U);
}

TEST_F(RdbReaderTest, ChecksumIsVerifiedUnlessThereIsNone) {
  std::string bytes = RdbFile(Bytes({0, 1}) + "k\x01v");
  bytes[13] = 'w';
  EXPECT_THAT(Refusal(bytes), HasSubstr("checksum of all that stands before is wrong"));
  for (size_t i = bytes.size() - 8; i < bytes.size(); ++i) bytes[i] = 0;
  const Result<RdbLoaded> result = Load(bytes);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->checked);
  // Before version 5 there was none at all.
  EXPECT_EQ(LoadRdb("REDIS0004" + Bytes({0, 1}) + "k\x01v\xff", nullptr)->keys, 1U);
}

TEST_F(RdbReaderTest, EveryTruncationAndBitFlipIsRefused) {
  for (const char* key : {"a", "b", "volatile"}) dataset.Run({"SET", key, "some text"});
  dataset.Run({"PEXPIREAT", "volatile", "1900000000000"});
  dataset.Run({"SET", "compressed", std::string(30, 'c')});
  dataset.Run({"RPUSH", "l", "a", "1000"});
  dataset.Run({"SADD", "s", "1", "2"});
  dataset.Run({"ZADD", "z", "1", "m"});
  dataset.Run({"HSETEX", "h", "PXAT", "1900000000000", "FIELDS", "1", "f", "v"});
  const std::string bytes = SaveRdb(dataset);
  ASSERT_EQ(Refusal(bytes), "(loaded)");
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(Refusal(bytes.substr(0, size)), HasSubstr("dump.rdb: at offset ")) << size;
  }
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(Refusal(flipped), HasSubstr("dump.rdb: at offset ")) << bit;
  }
}

}  // namespace
}  // namespace kvasir
