// Eviction in the background went on after maxmemory was lifted, down to the last key, and took
// keys away while the log was being loaded.
#include <gtest/gtest.h>

#include <string>

#include "src/base/memory.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

constexpr int kKeys = 5000;

class MemoryLimitTest : public CommandTest {
 protected:
  void SetUp() override {
    if (UsedMemory() == 0) GTEST_SKIP() << "this allocator does not say what is used";
    for (int i = 0; i < kKeys; ++i) Run({"SET", "key" + std::to_string(i), "value"});
  }

  void Limit(uint64_t maxmemory_bytes) {
    Settings settings = engine.settings();
    settings.maxmemory_bytes = maxmemory_bytes;
    settings.maxmemory_policy = EvictionPolicy::kAllKeysRandom;
    engine.set_settings(settings);
  }
};

TEST_F(MemoryLimitTest, ALimitThatIsLiftedEvictsNothingMore) {
  Limit(1);
  EXPECT_TRUE(engine.MakeRoom(0));
  EXPECT_TRUE(engine.eviction_pending());
  const size_t left = keyspace.size();
  EXPECT_GT(left, 0U);
  Limit(0);
  EXPECT_TRUE(engine.MakeRoom(1'000'000));
  EXPECT_FALSE(engine.eviction_pending());
  EXPECT_EQ(keyspace.size(), left);
}

TEST_F(MemoryLimitTest, NothingIsEvictedWhileTheLogIsLoaded) {  // D8
  Limit(1);
  engine.ArmGates(kGateLoading, true);
  EXPECT_TRUE(engine.MakeRoom(1'000'000));
  EXPECT_EQ(keyspace.size(), size_t{kKeys});
}

}  // namespace
}  // namespace kvasir
