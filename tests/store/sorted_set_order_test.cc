#include "src/store/sorted_set_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace kvasir {
namespace {

using Members = std::vector<std::pair<double, std::string>>;

// What comes out must be the order of pairs.
void ExpectSorted(Members members) {
  std::vector<ScoredNode> nodes;
  for (const auto& [score, member] : members) {
    nodes.push_back({score, SortedSetNode::Create(score, member)});
  }
  SortByScore(nodes);
  std::sort(members.begin(), members.end());
  for (size_t i = 0; i < nodes.size(); ++i) {
    EXPECT_EQ(nodes[i].score, members[i].first);
    EXPECT_EQ(nodes[i].node->key(), members[i].second);
    EXPECT_EQ(nodes[i].node->score(), nodes[i].score);
    EXPECT_EQ(std::signbit(nodes[i].node->score()), std::signbit(nodes[i].score));
    SortedSetNode::Destroy(nodes[i].node);
  }
}

Members Shuffled(Members members) {
  std::shuffle(members.begin(), members.end(), std::mt19937(7));
  return members;
}

TEST(SortedSetOrderTest, NoneAndOne) {
  ExpectSorted({});
  ExpectSorted({{1, "a"}});
}

TEST(SortedSetOrderTest, ScoresThenMembers) {
  for (const int scores : {1, 2, 7, 5000}) {
    Members members;
    for (int i = 0; i < 5000; ++i) members.emplace_back(i % scores, "member:" + std::to_string(i));
    ExpectSorted(Shuffled(members));
  }
  Members zeros;
  for (int i = 0; i < 100; ++i) zeros.emplace_back(i % 3 == 0 ? -0.0 : 0.0, std::to_string(i));
  ExpectSorted(Shuffled(zeros));
  ExpectSorted({{-1, "b"}, {1e300, "x"}, {-1, "a"}, {-1e300, "x2"}, {0.5, ""}, {0.5, "y"}});
}

// Members that differ late, end early, or hold bytes of zero and above 127.
TEST(SortedSetOrderTest, MembersThatAreAlike) {
  Members members;
  for (int i = 0; i < 100; ++i) {
    members.emplace_back(1, std::string(static_cast<size_t>(i), '\0'));
    members.emplace_back(1, std::string(static_cast<size_t>(i), 'p') + '\x80');
    members.emplace_back(1, std::string(static_cast<size_t>(i + 1), 'p'));
    members.emplace_back(1, std::string(300, 'q') + std::to_string(i));
    members.emplace_back(
        1, std::string(300, 'q') + std::to_string(i) + std::string(i % 9, '\0') + '\xff');
  }
  ExpectSorted(Shuffled(members));
}

// Deeper than excerpts go.
TEST(SortedSetOrderTest, EachMemberBeginsTheNext) {
  Members members;
  for (size_t i = 0; i < 2000; ++i) members.emplace_back(1, std::string(8 * i, 'x'));
  ExpectSorted(Shuffled(members));
}

}  // namespace
}  // namespace kvasir
