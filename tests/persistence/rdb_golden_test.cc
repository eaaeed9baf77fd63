// Files that other servers wrote, kept in golden/ (made by redis-server 7.0.15; "small" has
// listpacks, intsets and LZF, "large" strings, plain nodes of lists and no compression). Forms that
// no server of today writes are put together by hand in rdb_old_forms_test.cc.
#include <gtest/gtest.h>

#include "tests/persistence/rdb_fixture.h"
#include "tests/support/temp_directory.h"

namespace kvasir {
namespace {

// What DEBUG DIGEST said when they were written.
constexpr const char* kDigest = "1f8a7ec6e551d2b09618755d0cae2cd95561a659";

class RdbGoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(RdbGoldenTest, IsLoadedWithTheSameDigest) {
  const std::string bytes =
      ReadFile(std::string(KVASIR_TESTS_DIRECTORY) + "/persistence/golden/" + GetParam());
  ASSERT_FALSE(bytes.empty());
  Dataset loaded;
  const Result<RdbLoaded> result = LoadRdb(bytes, &loaded.keyspace, {.whole_file = true});
  ASSERT_TRUE(result) << result.error().detail();
  EXPECT_EQ(result->version, 10U);
  EXPECT_TRUE(result->checked);
  EXPECT_EQ(DigestToHex(DigestKeyspace(loaded.keyspace)), kDigest);
  EXPECT_EQ(loaded.Run({"PEXPIRETIME", "volatile"}), "(integer) 4000000000123");
  EXPECT_EQ(loaded.Run({"LRANGE", "list", "0", "3"}), "[a, 1, b, -70000]");
  EXPECT_EQ(loaded.Run({"OBJECT", "ENCODING", "hash"}), "listpack");
}

TEST_P(RdbGoldenTest, EveryTruncationAndBitFlipIsRefused) {
  const std::string bytes =
      ReadFile(std::string(KVASIR_TESTS_DIRECTORY) + "/persistence/golden/" + GetParam());
  for (size_t size = 0; size < bytes.size(); ++size) {
    Dataset fresh;
    EXPECT_FALSE(LoadRdb(bytes.substr(0, size), &fresh.keyspace)) << size;
  }
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    Keyspace fresh(16);
    EXPECT_FALSE(LoadRdb(flipped, &fresh, {.whole_file = true})) << bit;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, RdbGoldenTest,
                         testing::Values("redis-7.0-small.rdb", "redis-7.0-large.rdb",
                                         "redis-7.0-lru-functions.rdb"));

}  // namespace
}  // namespace kvasir
