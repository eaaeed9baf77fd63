// FLUSHALL freed a single set of millions of members on the loop: only the keys were counted.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "src/store/keyspace.h"
#include "src/store/reclaimer.h"
#include "src/store/set_type.h"

namespace kvasir {
namespace {

size_t FreedInTheBackground(int members) {
  Reclaimer reclaimer;
  Keyspace keyspace(1, &reclaimer);
  std::vector<std::string> texts;
  for (int i = 0; i < members; ++i) texts.push_back("member:" + std::to_string(i));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  AddSetMembers(keyspace.database(0), Key::Of("set"), {}, views);
  keyspace.database(0).Clear(false);
  reclaimer.Drain();
  return reclaimer.freed_objects();
}

TEST(FlushedCollectionTest, ALargeOneIsFreedInTheBackground) {
  EXPECT_EQ(FreedInTheBackground(100'000), 1U);
}

TEST(FlushedCollectionTest, ASmallOneIsNotWorthIt) { EXPECT_EQ(FreedInTheBackground(10), 0U); }

}  // namespace
}  // namespace kvasir
