#include "persistence/group_commit.h"

#include <gtest/gtest.h>

namespace kvasir {
namespace {

constexpr uint64_t kUs = 1000;

TEST(GroupCommit, TakesTheFirstRecordOfAllAtOnce) { EXPECT_EQ(GroupCommit().WaitNs(1, 0), 0U); }

TEST(GroupCommit, NeverLetsASingleClientWait) {
  GroupCommit group;
  group.Synced(1, 0, 200 * kUs, 1000 * kUs);
  EXPECT_EQ(group.WaitNs(1, 1001 * kUs), 0U);
}

TEST(GroupCommit, NeverLetsTwoClientsThatTakeTurnsWait) {
  GroupCommit group;
  group.Synced(1, 1, 200 * kUs, 1000 * kUs);
  EXPECT_EQ(group.WaitNs(1, 1000 * kUs), 0U);
}

TEST(GroupCommit, WaitsForHalfOfThoseThatWereAnsweredOrQueue) {
  GroupCommit group;
  group.Synced(40, 10, 200 * kUs, 1000 * kUs);
  EXPECT_EQ(group.wanted(), 25U);
  EXPECT_EQ(group.WaitNs(24, 1050 * kUs), 150 * kUs);
  EXPECT_EQ(group.WaitNs(25, 1050 * kUs), 0U);
}

TEST(GroupCommit, GoesOnAtOnceWhenHalfQueueAlready) {
  GroupCommit group;
  group.Synced(20, 30, 200 * kUs, 1000 * kUs);
  EXPECT_EQ(group.WaitNs(30, 1000 * kUs), 0U);
}

TEST(GroupCommit, WaitsNoLongerThanTheLastSyncTook) {
  GroupCommit group;
  group.Synced(50, 0, 200 * kUs, 1000 * kUs);
  EXPECT_EQ(group.WaitNs(1, 1200 * kUs), 0U);
}

TEST(GroupCommit, WaitsForAMillisecondAtMostOnASlowDisk) {
  GroupCommit group;
  group.Synced(50, 0, 30'000 * kUs, 0);
  EXPECT_EQ(group.WaitNs(1, 0), 1000 * kUs);
}

TEST(GroupCommit, ForgetsThoseThatDidNotComeBack) {
  GroupCommit group;
  group.Synced(50, 0, 200 * kUs, 0);
  group.Synced(2, 0, 200 * kUs, 500 * kUs);
  EXPECT_EQ(group.WaitNs(1, 501 * kUs), 0U);
}

}  // namespace
}  // namespace kvasir
