// The expected sums are what redis-server 7.0.15 replied to DEBUG DIGEST and DEBUG DIGEST-VALUE for
// the same keys.
#include "src/store/digest.h"

#include <gtest/gtest.h>

#include <limits>

#include "src/store/sorted_set_type.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

class DigestTest : public ::testing::Test {
 protected:
  void Set(int database, std::string_view key, std::string_view value, ExpiryChange expiry = {}) {
    Database& target = keyspace.database(database);
    SetString(target, Key::Of(key), target.Locate(Key::Of(key)), value, expiry);
  }
  std::string All(DigestDeadlines deadlines = DigestDeadlines::kPresence) {
    return DigestToHex(DigestKeyspace(keyspace, deadlines));
  }
  std::string Value(std::string_view key) {
    return DigestToHex(DigestValue(*keyspace.database(0).Peek(Key::Of(key))));
  }

  Keyspace keyspace{16};
};

TEST_F(DigestTest, AgreesWithRedis) {
  EXPECT_EQ(All(), "0000000000000000000000000000000000000000");
  Set(0, "key", "value");
  EXPECT_EQ(All(), "f149f3abd419a8d7d8c5673c73a100bb87404213");
  Set(0, "number", "12345");
  Set(0, "empty", "");
  EXPECT_EQ(All(), "c376cfab80c5bb1edc93991d5abce490d510232e");
  Set(0, "volatile", "x", ExpiryChange::At(INT64_MAX));
  Set(3, "key", "other");
  Set(0, "bin", std::string_view("\0\xff\r\n", 4));
  Set(0, "big", std::string(100'000, 'z'));
  EXPECT_EQ(All(), "a6cd432a151bbb7f48044bdc64f813bd3116da09");
  EXPECT_EQ(Value("key"), "d59ec93db87f4cd915db3cdf44bb63755bc4a635");
  EXPECT_EQ(Value("number"), "e1cf90774e995ae03de66e8109dc5cb9d9c2dc83");
  EXPECT_EQ(Value("empty"), "8b3447c33a834b810e3e181b6fd6a2ee1020921c");
  EXPECT_EQ(Value("volatile"), "0745672cb1bf060476eedeb8a28f5ffe1ff5a2be");
  EXPECT_EQ(Value("bin"), "0be8cedfeef041d42343f84d3f6672142a3b9692");
  EXPECT_EQ(Value("big"), "156c6b335c529433fbd6674dbe6c764b48dc63ef");
}

TEST_F(DigestTest, SortedSetsAgreeWithRedis) {
  const auto add = [&](std::string_view key, double score, std::string_view member) {
    Database& database = keyspace.database(0);
    const Key name = Key::Of(key);
    SortedSetAdder(database, name, database.Locate(name)).Add({member, score}, {});
  };
  const double infinity = std::numeric_limits<double>::infinity();
  add("z", 1, "a");
  add("z", 2.5, "b");
  add("z", -infinity, "c");
  add("z", infinity, "d");
  add("z", 0.1, "e");
  add("z", 1e17, "12");
  add("z", -7, "-5");
  EXPECT_EQ(Value("z"), "016cdfd34470a0efc1057d7c3428b1563a0e2393");
  for (int i = 0; i < 1000; ++i) add("big", i * 37 % 1000 / 8.0, "member:" + std::to_string(i));
  EXPECT_EQ(Value("big"), "bcb465d891d45bbc31ebe60104df53aa92d81e80");
  EXPECT_EQ(All(), "75259bfd5798bdc8d7e03419ae97e21c569b5bed");
}

TEST_F(DigestTest, DependsOnContentAndNotOnHistory) {
  Set(0, "a", "1");
  Set(0, "b", "text");
  const std::string before = All();
  Set(0, "c", "x");
  EXPECT_NE(All(), before);
  Database& database = keyspace.database(0);
  database.Remove(Key::Of("c"), database.Locate(Key::Of("c")));
  EXPECT_EQ(All(), before);
  // The same text, held as an integer or not.
  SetStringRange(database, Key::Of("a"), database.Locate(Key::Of("a")), 0, "1");
  EXPECT_EQ(database.Peek(Key::Of("a"))->encoding(), Encoding::kRaw);
  EXPECT_EQ(All(), before);
}

TEST_F(DigestTest, ExactDeadlinesCountOnlyWhereAsked) {
  Set(0, "k", "v", ExpiryChange::At(INT64_MAX));
  const std::string present = All();
  const std::string exact = All(DigestDeadlines::kExact);
  Set(0, "k", "v", ExpiryChange::At(INT64_MAX - 1));
  EXPECT_EQ(All(), present);
  EXPECT_NE(All(DigestDeadlines::kExact), exact);
  Set(0, "k", "v");
  EXPECT_NE(All(), present);
}

TEST_F(DigestTest, TheDatabaseCounts) {
  Set(1, "k", "v");
  const std::string in_one = All();
  keyspace.database(1).SwapContents(keyspace.database(2));
  EXPECT_NE(All(), in_one);
}

}  // namespace
}  // namespace kvasir
