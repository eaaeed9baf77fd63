#include "src/engine/blocked_keys.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

namespace kvasir {
namespace {

class BlockedKeysTest : public ::testing::Test {
 protected:
  void Wait(Session& session, int database, std::initializer_list<std::string_view> keys) {
    auto waiter = std::make_unique<BlockedKeys::Waiter>();
    waiter->session = &session;
    waiter->type = ValueType::kList;
    waiter->order = ++order_;
    blocked_.Add(std::move(waiter), database, std::vector<std::string_view>(keys));
  }

  std::vector<const Session*> WaitersOf(int database, std::string_view key) {
    std::vector<const Session*> found;
    uint64_t order = 0;
    while (const auto* waiter = blocked_.NextWaiter(database, Key::Of(key), order)) {
      found.push_back(waiter->session);
      order = waiter->order;
    }
    return found;
  }

  std::vector<std::string> TakeAllReady() {
    std::vector<std::string> keys;
    while (blocked_.has_ready()) keys.push_back(blocked_.TakeReady().key);
    return keys;
  }

  using Sessions = std::vector<const Session*>;
  using Keys = std::vector<std::string>;
  BlockedKeys blocked_;
  Session a_;
  Session b_;
  uint64_t order_ = 0;
};

TEST_F(BlockedKeysTest, LongestWaitingComesFirst) {
  Wait(b_, 0, {"k", "l"});
  Wait(a_, 0, {"l", "k"});
  EXPECT_EQ(WaitersOf(0, "k"), (Sessions{&b_, &a_}));
  EXPECT_EQ(WaitersOf(0, "l"), (Sessions{&b_, &a_}));
  EXPECT_EQ(WaitersOf(1, "k"), Sessions{});
  EXPECT_EQ(blocked_.key_count(), 2U);
}

TEST_F(BlockedKeysTest, ARemovedWaiterLeavesNoTrace) {
  Wait(a_, 0, {"k", "l", "k"});
  Wait(b_, 0, {"l"});
  blocked_.MarkReady(0, Key::Of("k"));
  EXPECT_NE(blocked_.Remove(a_), nullptr);
  EXPECT_EQ(blocked_.Remove(a_), nullptr);
  EXPECT_EQ(blocked_.Find(a_), nullptr);
  EXPECT_EQ(blocked_.key_count(), 1U);
  EXPECT_EQ(WaitersOf(0, "l"), Sessions{&b_});
  EXPECT_EQ(TakeAllReady(), Keys{"k"});
  EXPECT_NE(blocked_.Remove(b_), nullptr);
  EXPECT_TRUE(blocked_.empty());
  EXPECT_EQ(blocked_.key_count(), 0U);
}

TEST_F(BlockedKeysTest, WaitersMayGoBetweenTwoLooks) {
  Wait(a_, 0, {"k"});
  Wait(b_, 0, {"k"});
  const uint64_t first = blocked_.NextWaiter(0, Key::Of("k"), 0)->order;
  blocked_.Remove(a_);
  EXPECT_EQ(blocked_.NextWaiter(0, Key::Of("k"), first)->session, &b_);
  blocked_.Remove(b_);
  EXPECT_EQ(blocked_.NextWaiter(0, Key::Of("k"), first), nullptr);
}

TEST_F(BlockedKeysTest, OnlyWaitedForKeysBecomeReadyAndOnlyOnce) {
  Wait(a_, 3, {"k", "l"});
  blocked_.MarkReady(3, Key::Of("other"));
  blocked_.MarkReady(0, Key::Of("k"));
  EXPECT_FALSE(blocked_.has_ready());
  for (const char* key : {"l", "k", "l", "k"}) blocked_.MarkReady(3, Key::Of(key));
  EXPECT_EQ(TakeAllReady(), (Keys{"l", "k"}));
  blocked_.MarkReady(3, Key::Of("k"));
  EXPECT_EQ(TakeAllReady(), Keys{"k"});
}

TEST_F(BlockedKeysTest, AWholeDatabaseBecomesReady) {
  Wait(a_, 3, {"k"});
  Wait(b_, 4, {"l"});
  blocked_.MarkAllReady(4);
  blocked_.MarkAllReady(4);
  EXPECT_EQ(TakeAllReady(), Keys{"l"});
}

}  // namespace
}  // namespace kvasir
