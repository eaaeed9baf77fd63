#include "src/store/expiry_wheel.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace kvasir {
namespace {

constexpr int64_t kStart = 1'800'000'000'000;
constexpr int64_t kLatest = std::numeric_limits<int64_t>::max();

// A wheel beside the plainest structure that could do its work.
class Tested {
 public:
  ExpiryNode* Add(int64_t deadline_ms) {
    nodes.push_back(std::make_unique<ExpiryNode>(ExpiryNode{deadline_ms, nullptr, nullptr}));
    ExpiryNode* node = nodes.back().get();
    wheel.Add(node);
    model.emplace(deadline_ms, node);
    return node;
  }
  void Remove(ExpiryNode* node) {
    wheel.Remove(node);
    Forget(node);
  }
  void Forget(const ExpiryNode* node) {
    auto [at, end] = model.equal_range(node->deadline_ms);
    while (at != end && at->second != node) ++at;
    ASSERT_TRUE(at != end) << "handed out twice";
    model.erase(at);
  }

  // Takes out everything that is due; each node has to be, and none may be left.
  void Advance(int64_t now_ms, int steps_per_call = 1000) {
    while (true) {
      int steps = steps_per_call;
      ExpiryNode* node = wheel.NextDue(now_ms, &steps);
      if (node == nullptr && steps > 0) break;
      if (node == nullptr) continue;
      ASSERT_LE(node->deadline_ms, now_ms) << "too early";
      wheel.Remove(node);
      ASSERT_NO_FATAL_FAILURE(Forget(node));
    }
    ASSERT_EQ(wheel.size(), model.size());
    if (!model.empty()) {
      ASSERT_GT(model.begin()->first, now_ms) << "forgotten";
      ASSERT_TRUE(wheel.NextWakeMs());
      ASSERT_LE(*wheel.NextWakeMs(), model.begin()->first) << "would sleep too long";
    } else {
      ASSERT_FALSE(wheel.NextWakeMs());
    }
  }

  ExpiryWheel wheel;
  std::vector<std::unique_ptr<ExpiryNode>> nodes;
  std::multimap<int64_t, const ExpiryNode*> model;
};

TEST(ExpiryWheelTest, AnEmptyWheelHasNothingToDo) {
  Tested tested;
  EXPECT_FALSE(tested.wheel.NextWakeMs());
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart));
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kLatest));
}

TEST(ExpiryWheelTest, DeadlinesInThePastAreDueAtOnce) {
  Tested tested;
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart));
  for (const int64_t deadline : {kStart, kStart - 1, int64_t{1}, int64_t{0}, int64_t{-5}}) {
    tested.Add(deadline);
  }
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart));
  EXPECT_EQ(tested.wheel.size(), 0U);
}

TEST(ExpiryWheelTest, NextToEveryBorderOfALevelNoneIsEarlyOrLate) {
  Tested tested;
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart));
  for (int bits = 0; bits < 48; ++bits) {
    for (const int64_t offset : {-1, 0, 1}) tested.Add(kStart + (int64_t{1} << bits) + offset);
  }
  while (!tested.model.empty()) {
    const int64_t next = tested.model.begin()->first;
    ASSERT_NO_FATAL_FAILURE(tested.Advance(next - 1));
    ASSERT_NO_FATAL_FAILURE(tested.Advance(next));
  }
}

TEST(ExpiryWheelTest, RandomDeadlinesComeOnceInTheirTime) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 30; ++round) {
    Tested tested;
    int64_t now = kStart + static_cast<int64_t>(random() % 1'000'000'000);
    std::vector<ExpiryNode*> removable;
    for (int step = 0; step < 3000; ++step) {
      const auto span = static_cast<int64_t>(random() >> (20 + random() % 44));
      switch (random() % 8) {
        case 0:
          now += static_cast<int64_t>(random() % 3);
          ASSERT_NO_FATAL_FAILURE(tested.Advance(now, 1 + static_cast<int>(random() % 50)));
          removable.clear();
          break;
        case 1:
          // A jump ahead, as after a suspended machine.
          now += span % 100'000;
          ASSERT_NO_FATAL_FAILURE(tested.Advance(now, 1 + static_cast<int>(random() % 50)));
          removable.clear();
          break;
        case 2:
          if (!removable.empty()) {
            tested.Remove(removable.back());
            removable.pop_back();
          }
          break;
        default:
          removable.push_back(tested.Add(now + span - 2));
      }
    }
    for (; !tested.model.empty(); now = tested.model.begin()->first) {
      ASSERT_NO_FATAL_FAILURE(tested.Advance(now));
      if (tested.model.empty()) break;
    }
  }
}

TEST(ExpiryWheelTest, AClockThatJumpsBackMakesNothingEarly) {
  Tested tested;
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart));
  tested.Add(kStart + 100);
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart - 1'000'000));
  tested.Add(kStart - 500);
  // What is due by the old clock and not by the new one may wait, but it comes.
  int steps = 1000;
  ExpiryNode* early = tested.wheel.NextDue(kStart - 1000, &steps);
  EXPECT_EQ(early, nullptr);
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart + 99));
  EXPECT_EQ(tested.model.size(), 1U);
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart + 100));
  EXPECT_EQ(tested.model.size(), 0U);
}

// The wheel spans 2^48 ms, which end in the year 10889; the clock is not expected to.
TEST(ExpiryWheelTest, DeadlinesBeyondTheSpanWait) {
  Tested tested;
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart));
  tested.Add(kLatest);
  tested.Add(kLatest - 1);
  tested.Add(kStart + (int64_t{1} << 50));
  tested.Add(kStart + 10);
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart + 10));
  EXPECT_EQ(tested.model.size(), 3U);
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart + 1'000'000'000));
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart + (int64_t{1} << 47)));
  EXPECT_EQ(tested.model.size(), 3U);
}

TEST(ExpiryWheelTest, AMovedNodeKeepsItsPlace) {
  Tested tested;
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart));
  tested.Add(kStart + 5);
  ExpiryNode* from = tested.Add(kStart + 5);
  tested.Add(kStart + 5);
  ExpiryNode to{};
  tested.wheel.Relocate(from, &to);
  EXPECT_EQ(to.deadline_ms, kStart + 5);
  int steps = 1000;
  int due = 0;
  bool moved = false;
  while (ExpiryNode* node = tested.wheel.NextDue(kStart + 5, &steps)) {
    EXPECT_NE(node, from);
    moved |= node == &to;
    tested.wheel.Remove(node);
    ++due;
  }
  EXPECT_EQ(due, 3);
  EXPECT_TRUE(moved);
}

TEST(ExpiryWheelTest, SwapExchangesTheNodes) {
  Tested tested;
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart));
  for (int i = 0; i < 100; ++i) tested.Add(kStart + i * 37);
  ExpiryWheel other;
  other.Swap(tested.wheel);
  EXPECT_EQ(tested.wheel.size(), 0U);
  EXPECT_EQ(other.size(), 100U);
  tested.wheel.Swap(other);
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart + 3700));
  EXPECT_TRUE(tested.model.empty());
}

TEST(ExpiryWheelTest, TheSoonestAreVisitedFirst) {
  Tested tested;
  ASSERT_NO_FATAL_FAILURE(tested.Advance(kStart));
  for (int i = 0; i < 20; ++i) tested.Add(kStart + 1'000'000 + i);
  tested.Add(kStart + 3);
  int64_t first = 0;
  size_t visited = 0;
  tested.wheel.VisitSoonest([&](const ExpiryNode* node) {
    if (visited++ == 0) first = node->deadline_ms;
    return visited < 5;
  });
  EXPECT_EQ(first, kStart + 3);
  EXPECT_EQ(visited, 5U);
  EXPECT_EQ(tested.wheel.size(), 21U);
}

}  // namespace
}  // namespace kvasir
