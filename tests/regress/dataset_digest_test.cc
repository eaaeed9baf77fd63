// DEBUG DIGEST of a whole dataset mixed the sums of keys in without hashing them once more, and so
// differed from Redis for every dataset but the empty one.
#include <gtest/gtest.h>

#include "src/store/digest.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

TEST(DatasetDigestTest, OneKeyHasRedissSum) {
  Keyspace keyspace(16);
  SetString(keyspace.database(0), Key::Of("key"), {}, "value");
  EXPECT_EQ(DigestToHex(DigestKeyspace(keyspace)), "f149f3abd419a8d7d8c5673c73a100bb87404213");
}

}  // namespace
}  // namespace kvasir
