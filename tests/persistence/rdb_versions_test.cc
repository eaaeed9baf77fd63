// What servers of each version wrote of the same data (golden/README.md): all types, small forms
// and large ones, compressed strings, deadlines; streams, functions and field deadlines where the
// version has them.
#include <gtest/gtest.h>

#include <string>

#include "tests/persistence/rdb_fixture.h"
#include "tests/support/temp_directory.h"

namespace kvasir {
namespace {

// What DEBUG DIGEST said when they were written.
constexpr const char* kDigestOf24 = "ff44072efa3eca3c8f9f87e4a1add986eec14649";  // no PEXPIREAT
constexpr const char* kDigest = "8868b6d78b98d1cbebf6ae0809e229b0d5ce6be1";
constexpr const char* kDigestWithStreams = "2dc373a8d283f10b6eb505480ea8e25bee182ffa";
constexpr const char* kDigestWithFieldDeadlines = "b852acc1b4b83814a69515686d86a9f7a62c2cf7";

struct Golden {
  const char* server;
  uint32_t version;
  bool checked;
  size_t functions;
  const char* digest;
};

std::ostream& operator<<(std::ostream& out, const Golden& golden) { return out << golden.server; }

class RdbVersionsTest : public testing::TestWithParam<Golden> {
 protected:
  void SetUp() override {
    const std::string bytes = ReadFile(std::string(KVASIR_TESTS_DIRECTORY) +
                                       "/persistence/golden/" + GetParam().server + ".rdb");
    ASSERT_FALSE(bytes.empty());
    const Result<RdbLoaded> result = LoadRdb(bytes, &loaded.keyspace, {.whole_file = true});
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(result->version, GetParam().version);
    EXPECT_EQ(result->checked, GetParam().checked);
  }

  bool has_streams() const { return GetParam().version >= 9; }

  Dataset loaded;
};

TEST_P(RdbVersionsTest, HasTheDigestThatItsServerSaw) {
  EXPECT_EQ(DigestToHex(DigestKeyspace(loaded.keyspace)), GetParam().digest);
  EXPECT_EQ(loaded.keyspace.function_libraries().size(), GetParam().functions);
}

TEST_P(RdbVersionsTest, HasItsTextsAndDeadlines) {
  EXPECT_EQ(loaded.Run({"MGET", "number:-9223372036854775808", "number:2147483648"}),
            "[-9223372036854775808, 2147483648]");
  EXPECT_EQ(loaded.Run({"GET", "number:007"}), "007");
  EXPECT_EQ(loaded.Run({"STRLEN", "compressed"}), "(integer) 1600");
  EXPECT_EQ(loaded.Run({"GET", std::string("bin\0ary", 7)}), std::string("\0\xff\r\n", 4));
  if (GetParam().version >= 6) {
    EXPECT_EQ(loaded.Run({"PEXPIRETIME", "volatile"}), "(integer) 4000000000123");
    EXPECT_EQ(loaded.Run({"PEXPIRETIME", "zset:large"}), "(integer) 4000000000789");
  }
  loaded.Run({"SELECT", "9"});
  EXPECT_EQ(loaded.Run({"EXPIRETIME", "text"}), "(integer) 2000000000");
}

TEST_P(RdbVersionsTest, HasItsCollections) {
  EXPECT_EQ(loaded.Run({"LRANGE", "list:small", "3", "7"}),
            "[, element 1 of this collection, 1, -70000, ]");
  EXPECT_EQ(loaded.Run({"LLEN", "list:large"}), "(integer) 160");
  EXPECT_EQ(loaded.Run({"HGET", "hash:large", "39"}), std::string(39, 'v'));
  EXPECT_EQ(loaded.Run({"HGET", "hash:small", "element 3 of this collection"}), "900");
  EXPECT_EQ(loaded.Run({"ZSCORE", "zset:small", "odd"}), "3.0000000000000004");
  EXPECT_EQ(loaded.Run({"ZRANGE", "zset:large", "0", "1", "WITHSCORES"}),
            "[first, -inf, element 0 of this collection, -3]");
  EXPECT_EQ(loaded.Run({"SISMEMBER", "integers64:large", "195000000000"}), "(integer) 1");
  EXPECT_EQ(loaded.Run({"SCARD", "set:large"}), "(integer) 80");
}

TEST_P(RdbVersionsTest, HasItsStreams) {
  if (!has_streams()) GTEST_SKIP() << "the version has none";
  EXPECT_EQ(loaded.Run({"XLEN", "stream"}), "(integer) 116");
  EXPECT_EQ(loaded.Run({"XRANGE", "stream", "119", "+"}),
            "[[119-2, [field, value 119, other, 119]]]");
  EXPECT_EQ(loaded.Run({"XPENDING", "stream", "group"}),
            "[(integer) 11, 5-2, 16-1, [[other, 5], [reader, 6]]]");
  EXPECT_EQ(loaded.Run({"XLEN", "stream:empty"}), "(integer) 0");
}

TEST_P(RdbVersionsTest, HasItsFieldDeadlines) {
  if (GetParam().version < 12) GTEST_SKIP() << "the version has none";
  for (const char* key : {"hash:small", "hash:large"}) {
    EXPECT_EQ(loaded.Run({"HPEXPIRETIME", key, "FIELDS", "3", "0", "1", "2"}),
              "[(integer) 4000000000555, (integer) 4000000000555, (integer) -1]");
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, RdbVersionsTest,
                         testing::Values(Golden{"redis-2.4", 2, false, 0, kDigestOf24},
                                         Golden{"redis-2.6", 6, true, 0, kDigest},
                                         Golden{"redis-3.2", 7, true, 0, kDigest},
                                         Golden{"redis-4.0", 8, true, 0, kDigest},
                                         Golden{"redis-5.0", 9, true, 0, kDigestWithStreams},
                                         Golden{"redis-6.2", 9, true, 0, kDigestWithStreams},
                                         Golden{"redis-7.0", 10, true, 1, kDigestWithStreams},
                                         Golden{"redis-7.2", 11, true, 1, kDigestWithStreams},
                                         Golden{"redis-7.4", 12, true, 1,
                                                kDigestWithFieldDeadlines},
                                         Golden{"valkey-8.0", 11, true, 1, kDigestWithStreams}),
                         [](const auto& golden) {
                           std::string name = golden.param.server;
                           for (char& c : name) {
                             if (c == '-' || c == '.') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace kvasir
