// What told clients of evicted keys counted as used memory, so that more keys had to go, and more
// clients had to be told: a client that caches could empty the keyspace.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "src/base/memory.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

class EvictionFeedbackTest : public CommandTest {
 protected:
  static constexpr int kKeys = 300;
  static constexpr int kReaders = 10;
  static constexpr uint64_t kPlentyUs = 60'000'000;

  void SetUp() override {
    TrackThreadMemory();
    if (UsedMemory() == 0) GTEST_SKIP() << "this allocator does not say what is used";
    // The tests' log keeps in memory what a log writes.
    engine.set_log(nullptr);
    check_replay = false;
    snapshot_budget = 0;
    Run({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  }

  static std::string KeyOf(int i) { return std::to_string(i) + std::string(1000, 'x'); }

  void FillAndRead() {
    std::vector<Session*> readers;
    for (int i = 0; i < kReaders; ++i) {
      readers.push_back(&NewSession());
      RunAs(*readers.back(), {"HELLO", "3"});
      RunAs(*readers.back(), {"CLIENT", "TRACKING", "ON"});
    }
    for (int i = 0; i < kKeys; ++i) {
      RunAs(session, {"SET", KeyOf(i), "v"});
      for (Session* reader : readers) EXPECT_EQ(RunAs(*reader, {"GET", KeyOf(i)}), "v");
    }
  }

  size_t Evict() {
    engine.MakeRoom(kPlentyUs);
    return kKeys - keyspace.size();
  }
};

TEST_F(EvictionFeedbackTest, InvalidationsThatWaitMakeNoMoreKeysGo) {
  FillAndRead();
  const uint64_t limit = UsedMemory() - 40'000;
  Run({"CONFIG", "SET", "maxmemory", std::to_string(limit)});
  const size_t gone = Evict();
  EXPECT_GE(gone, 10U);
  EXPECT_LE(gone, 50U);
  EXPECT_GT(engine.UncountedBytes(), 0U);
  // Nobody has read what he was sent, and still nothing more goes.
  EXPECT_EQ(Evict(), gone);
  Run({"CONFIG", "SET", "maxmemory", "0"});
}

}  // namespace
}  // namespace kvasir
