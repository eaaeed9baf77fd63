// Snapshots and dumped values between us and the real redis-server, both ways.
#include <gtest/gtest.h>

#include "persistence/rdb_payload.h"
#include "persistence/rdb_save.h"
#include "tests/persistence/rdb_fixture.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"

namespace kvasir {
namespace {

std::string DigestOf(const Dataset& dataset) {
  return DigestToHex(DigestKeyspace(dataset.keyspace));
}

class RdbInterchangeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!RedisServer::Present()) GTEST_SKIP() << "redis-server is not installed";
    FillWithAllTypes(dataset);
  }
  std::string Path() const { return directory.path() + "/dump.rdb"; }
  // Gives the server forms that it does not choose by itself, saves, and loads that here.
  void SaveAndLoad(RedisServer& redis, const std::string& expected) {
    ASSERT_EQ(redis.Run({"SAVE"}), "OK");
    Dataset loaded;
    const std::string bytes = ReadFile(Path());
    const Result<RdbLoaded> result = LoadRdb(bytes, &loaded.keyspace, {.whole_file = true});
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(DigestOf(loaded), expected);
    EXPECT_TRUE(LoadRdb(bytes, nullptr));
  }

  TempDirectory directory;
  Dataset dataset;
};

TEST_F(RdbInterchangeTest, RedisLoadsOurSnapshotAndWeLoadItsOwn) {
  const std::array<RdbAuxField, 3> fields = {
      {{"redis-ver", "7.0.15"}, {"aof-base", "0"}, {"kvasir-seq", "12345678901"}}};
  ASSERT_TRUE(SaveKeyspace(dataset.keyspace, PosixFiles(), Path(), directory.path() + "/t.rdb",
                           {.fields = fields}));
  RedisServer redis(directory.path(), {"--rdbcompression", "yes"});
  const std::string digest = redis.Digest();
  EXPECT_EQ(digest, DigestOf(dataset));
  EXPECT_EQ(redis.Run({"PEXPIRETIME", "volatile"}), "(integer) 1900000000123");
  SaveAndLoad(redis, digest);
}

TEST_F(RdbInterchangeTest, WeLoadTheFormsThatRedisSavesUnderOtherSettings) {
  ASSERT_TRUE(
      SaveKeyspace(dataset.keyspace, PosixFiles(), Path(), directory.path() + "/t.rdb", {}));
  const std::string expected = DigestOf(dataset);
  const std::vector<std::vector<std::string>> settings = {
      {"--rdbcompression", "no", "--rdbchecksum", "no"},
      {"--hash-max-listpack-entries", "5000", "--zset-max-listpack-entries", "5000",
       "--set-max-intset-entries", "5000", "--list-max-listpack-size", "-5",
       "--hash-max-listpack-value", "9999", "--zset-max-listpack-value", "9999"},
      {"--hash-max-listpack-entries", "0", "--zset-max-listpack-entries", "0",
       "--set-max-intset-entries", "0", "--list-max-listpack-size", "1", "--list-compress-depth",
       "1"},
      {"--maxmemory-policy", "allkeys-lfu"},
      {"--maxmemory-policy", "allkeys-lru"}};
  for (const std::vector<std::string>& arguments : settings) {
    RedisServer redis(directory.path(), arguments);
    EXPECT_EQ(redis.Digest(), expected);
    // Loading keeps some forms of the file; writing anew gives those of the settings.
    redis.Run({"DEBUG", "QUICKLIST-PACKED-THRESHOLD", "100b"});
    for (const char* key : {"list:large", "set:large", "hash:large", "zset:large", "list:small",
                            "set:integers", "hash:small", "zset:small"}) {
      redis.Run({"COPY", key, "copy"});
      redis.Run({"RENAME", "copy", key});
    }
    for (const char* key : {"list:small"}) redis.Run({"PEXPIREAT", key, "1900000000456"});
    EXPECT_EQ(redis.Digest(), expected);
    SaveAndLoad(redis, expected);
  }
}

TEST_F(RdbInterchangeTest, ListsWithPlainNodesAreLoaded) {
  RedisServer redis(directory.path(), {});
  redis.Run({"DEBUG", "QUICKLIST-PACKED-THRESHOLD", "10b"});
  redis.Run({"RPUSH", "l", "short", "an element that is longer than that", "7"});
  SaveAndLoad(redis, redis.Digest());
}

TEST_F(RdbInterchangeTest, StreamsOfRedisAreLoaded) {
  RedisServer redis(directory.path(), {"--stream-node-max-entries", "10"});
  redis.Run({"XGROUP", "CREATE", "events", "g", "0", "MKSTREAM"});
  for (int i = 1; i <= 35; ++i) redis.Run({"XADD", "events", "*", "f", "v", "n", "12"});
  redis.Run({"XREADGROUP", "GROUP", "g", "c", "COUNT", "17", "STREAMS", "events", ">"});
  redis.Run({"XGROUP", "CREATE", "empty", "g", "0", "MKSTREAM"});
  SaveAndLoad(redis, redis.Digest());
}

TEST_F(RdbInterchangeTest, FunctionsOfRedisComeBackToIt) {
  const std::string library = "#!lua name=l\nredis.register_function('f', function() return 1 end)";
  Dataset loaded;
  {
    RedisServer redis(directory.path(), {});
    EXPECT_EQ(redis.Run({"FUNCTION", "LOAD", library}), "l");
    ASSERT_EQ(redis.Run({"SAVE"}), "OK");
  }
  ASSERT_TRUE(LoadRdb(ReadFile(Path()), &loaded.keyspace));
  ASSERT_TRUE(SaveKeyspace(loaded.keyspace, PosixFiles(), Path(), directory.path() + "/t.rdb", {}));
  RedisServer redis(directory.path(), {});
  EXPECT_EQ(redis.Run({"FCALL", "f", "0"}), "(integer) 1");
}

TEST_F(RdbInterchangeTest, DumpedValuesGoBothWays) {
  RedisServer redis(directory.path(), {});
  Database& database = dataset.database();
  std::vector<std::string> keys;
  database.table().ForEach([&](const Entry* entry) { keys.emplace_back(entry->key()); });
  Dataset back;
  for (const std::string& key : keys) {
    const Entry& entry = dataset.At(key);
    for (const bool compress : {false, true}) {
      ASSERT_EQ(redis.Run({"RESTORE", key, "0", DumpValue(entry, compress), "REPLACE"}), "OK")
          << key;
    }
    const std::string payload = redis.Run({"DUMP", key});
    ASSERT_TRUE(IsIntactPayload(payload)) << key;
    EntryPtr restored = RestoreValue(payload, back.database(), key, {});
    ASSERT_NE(restored, nullptr) << key;
    EXPECT_EQ(DigestToHex(DigestValue(*restored)),
              redis.Run({"DEBUG", "DIGEST-VALUE", key}).substr(1, 40))
        << key;
    back.database().Insert(Key::Of(key), restored.release());
  }
  EXPECT_EQ(redis.Digest(), DigestOf(back));
}

}  // namespace
}  // namespace kvasir
