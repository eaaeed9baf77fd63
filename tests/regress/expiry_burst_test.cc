// Keys that were due in the same millisecond were all removed before the clock was looked at again:
// a million keys with one deadline stopped the server for most of a second.
#include <gtest/gtest.h>

#include <string>

#include "src/store/keyspace.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

TEST(ExpiryBurstTest, KeysThatAreDueTogetherAreRemovedInSlices) {
  constexpr int64_t kNow = 1'800'000'000'000;
  constexpr size_t kKeys = 100'000;
  Keyspace keyspace(1);
  keyspace.SetNow(kNow);
  Database& database = keyspace.database(0);
  for (size_t i = 0; i < kKeys; ++i) {
    SetString(database, Key::Of("key" + std::to_string(i)), {}, "v", ExpiryChange::At(kNow + 5));
  }
  keyspace.SetNow(kNow + 5);
  EXPECT_TRUE(keyspace.RemoveExpired(0));
  EXPECT_GT(keyspace.size(), kKeys - 1000);
  for (int i = 0; keyspace.RemoveExpired(1000); ++i) ASSERT_LT(i, 100'000);
  EXPECT_EQ(keyspace.size(), 0U);
}

}  // namespace
}  // namespace kvasir
