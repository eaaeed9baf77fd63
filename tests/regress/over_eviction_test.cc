// Values that are freed in the background still counted as used memory, so that their neighbours
// were evicted for nothing until the thread had caught up.
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "src/base/memory.h"
#include "src/store/eviction.h"
#include "src/store/reclaimer.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

TEST(OverEvictionTest, WhatIsBeingFreedIsWaitedFor) {
  TrackThreadMemory();
  if (UsedMemory() == 0) GTEST_SKIP() << "this allocator does not say what is used";
  Reclaimer reclaimer;
  Keyspace keyspace(1, &reclaimer);
  constexpr int kKeys = 32;
  const std::string value(1 << 20, 'v');
  for (int i = 0; i < kKeys; ++i) {
    SetString(keyspace.database(0), Key::Of("key" + std::to_string(i)), {}, value);
  }
  Evictor evictor(keyspace);
  const auto evict = [&](uint64_t limit) {
    constexpr uint64_t kPlentyUs = 60'000'000;
    const auto nothing = [] { return uint64_t{0}; };
    return evictor.Run(EvictionPolicy::kAllKeysRandom, 5, limit, nothing, kPlentyUs);
  };
  std::promise<void> go_on;
  reclaimer.Post(1, [&] { go_on.get_future().wait(); });
  const uint64_t limit = UsedMemory() - value.size() / 2;
  EXPECT_EQ(evict(limit), Evictor::Outcome::kMoreToDo);
  go_on.set_value();
  reclaimer.Drain();
  Evictor::Outcome outcome = evict(limit);
  while (outcome == Evictor::Outcome::kMoreToDo) {
    reclaimer.Drain();
    outcome = evict(limit);
  }
  EXPECT_EQ(outcome, Evictor::Outcome::kEnough);
  EXPECT_EQ(keyspace.size(), size_t{kKeys} - 1);
}

}  // namespace
}  // namespace kvasir
