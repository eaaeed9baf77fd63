#include "src/store/sorted_set_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace kvasir {
namespace {

using Pair = std::pair<double, std::string>;

// A tree beside a std::set that is known to be right.
class SortedSetTreeTest : public ::testing::Test {
 protected:
  ~SortedSetTreeTest() override {
    for (const auto& [pair, node] : nodes_) SortedSetNode::Destroy(node);
  }

  bool Add(double score, const std::string& member) {
    if (nodes_.contains({score, member})) return false;
    SortedSetNode* node = SortedSetNode::Create(score, member);
    tree_.Insert(node);
    nodes_[{score, member}] = node;
    return true;
  }
  void Erase(const Pair& pair) {
    SortedSetNode* node = nodes_.at(pair);
    tree_.Erase(node);
    Forget(pair);
  }
  void EraseAt(size_t rank) {
    const Pair expected = std::next(nodes_.begin(), static_cast<ptrdiff_t>(rank))->first;
    const SortedSetNode* node = tree_.EraseAt(rank);
    EXPECT_EQ(Pair(node->score(), node->key()), expected);
    Forget(expected);
  }
  void SetScore(const Pair& pair, double score) {
    SortedSetNode* node = nodes_.at(pair);
    tree_.SetScore(node, score);
    nodes_.erase(pair);
    nodes_[{score, pair.second}] = node;
  }
  Pair Some() {
    return std::next(nodes_.begin(), static_cast<ptrdiff_t>(random_() % nodes_.size()))->first;
  }

  // Walks both ways, and looks some ranks up in both directions.
  void ExpectSame() {
    ASSERT_EQ(tree_.size(), nodes_.size());
    auto place = tree_.At(0);
    size_t rank = 0;
    for (const auto& [pair, node] : nodes_) {
      ASSERT_TRUE(place);
      ASSERT_EQ(&place.node(), node);
      ASSERT_EQ(place.score(), pair.first);
      if (random_() % 16 == 0) {
        ASSERT_EQ(&tree_.At(rank).node(), node);
        ASSERT_EQ(RankOf(pair), rank);
      }
      place.Next();
      ++rank;
    }
    EXPECT_FALSE(place);
    EXPECT_FALSE(tree_.At(rank));
    if (rank == 0) return;
    place = tree_.At(rank - 1);
    for (auto it = nodes_.rbegin(); it != nodes_.rend(); ++it, place.Previous()) {
      ASSERT_TRUE(place);
      ASSERT_EQ(&place.node(), it->second);
    }
    EXPECT_FALSE(place);
  }
  size_t RankOf(const Pair& pair) const {
    return tree_.CountBefore([&](double score, const SortedSetNode& node) {
      return score != pair.first ? score < pair.first : node.key() < pair.second;
    });
  }

  std::mt19937 random_{7};
  SortedSetTree tree_;
  std::map<Pair, SortedSetNode*> nodes_;

 private:
  void Forget(const Pair& pair) {
    SortedSetNode::Destroy(nodes_.at(pair));
    nodes_.erase(pair);
  }
};

TEST_F(SortedSetTreeTest, AnEmptyOneHasNothing) {
  EXPECT_EQ(tree_.size(), 0U);
  EXPECT_FALSE(tree_.At(0));
  EXPECT_EQ(RankOf({1, "a"}), 0U);
  EXPECT_EQ(tree_.BlockCount(), 0U);
}

TEST_F(SortedSetTreeTest, AscendingMembersFillTheLeaves) {
  for (int i = 0; i < 20'000; ++i) Add(i, "m");
  ExpectSame();
  // 30 members a leaf, and few inner nodes above.
  EXPECT_LT(tree_.BlockCount(), 20'000U / 29);
}

TEST_F(SortedSetTreeTest, DescendingMembersWorkAsWell) {
  for (int i = 0; i < 20'000; ++i) Add(-i, "m");
  ExpectSame();
  EXPECT_LT(tree_.BlockCount(), 20'000U / 14);
}

TEST_F(SortedSetTreeTest, EqualScoresAreOrderedByMember) {
  std::vector<int> order(5000);
  for (int i = 0; i < 5000; ++i) order[static_cast<size_t>(i)] = i;
  std::shuffle(order.begin(), order.end(), random_);
  for (const int i : order) Add(0, "member:" + std::to_string(i));
  ExpectSame();
  EXPECT_EQ(
      tree_.CountBefore([](double, const SortedSetNode& node) { return node.key() < "member:2"; }),
      1U + 1111U);
}

TEST_F(SortedSetTreeTest, EmptiesFromEitherEndAndTheMiddle) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5000; ++i) Add(i, "m");
    while (!nodes_.empty()) {
      const size_t size = nodes_.size();
      EraseAt(round == 0 ? 0 : round == 1 ? size - 1 : size / 2);
      if (size % 1000 == 0) ExpectSame();
    }
    EXPECT_EQ(tree_.BlockCount(), 0U) << "a block was kept";
  }
}

TEST_F(SortedSetTreeTest, ScoresMoveWithinALeafAndAcross) {
  for (int i = 0; i < 2000; ++i) Add(i * 10, std::to_string(i));
  for (int i = 0; i < 4000; ++i) {
    const Pair pair = Some();
    const double score = i % 2 == 0 ? pair.first + 1 : static_cast<double>(random_() % 20'000);
    if (!nodes_.contains({score, pair.second})) SetScore(pair, score);
    if (i % 500 == 0) ExpectSame();
  }
  ExpectSame();
}

TEST_F(SortedSetTreeTest, RandomChangesAgreeWithAModel) {
  // Grows, shrinks to almost nothing, and grows again.
  for (int phase = 0; phase < 4; ++phase) {
    const unsigned add_percent = phase % 2 == 0 ? 70 : 20;
    for (int i = 0; i < 12'000; ++i) {
      const unsigned dice = random_() % 100;
      if (nodes_.empty() || dice < add_percent) {
        Add(static_cast<double>(random_() % 50), std::to_string(random_() % 3000));
      } else if (dice % 3 == 0) {
        Erase(Some());
      } else if (dice % 3 == 1) {
        EraseAt(random_() % nodes_.size());
      } else {
        const Pair pair = Some();
        const double score = static_cast<double>(random_() % 50);
        if (!nodes_.contains({score, pair.second})) SetScore(pair, score);
      }
      if (i % 2000 == 0) ExpectSame();
    }
    ExpectSame();
  }
  // Thin nodes were merged: less than three times the blocks of a well filled tree.
  EXPECT_LT(tree_.BlockCount(), nodes_.size() / 10 + 10);
}

TEST(SortedSetNodeTest, KeepsScoreAndMember) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{3}, size_t{4}, size_t{5}, size_t{1000}}) {
    const std::string member(size, 'x');
    SortedSetNode* node = SortedSetNode::Create(-1.5, member);
    EXPECT_EQ(node->key(), member);
    EXPECT_EQ(node->score(), -1.5);
    EXPECT_GE(node->AllocatedBytes(), size + 12);
    SortedSetNode::Destroy(node);
  }
}

}  // namespace
}  // namespace kvasir
