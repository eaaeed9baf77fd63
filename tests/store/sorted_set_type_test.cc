#include "src/store/sorted_set_type.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/store/digest.h"
#include "src/store/key_operations.h"
#include "src/store/keyspace.h"
#include "src/store/sorted_set_builder.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

using Pair = std::pair<double, std::string>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

class SortedSetTypeTest : public ::testing::Test {
 protected:
  Database::Position Locate() { return database.Locate(key); }
  const Entry& entry() { return *Locate().node(); }

  AddResult Add(double score, std::string_view member, const AddConditions& conditions = {}) {
    SortedSetAdder adder(database, key, Locate());
    return adder.Add({member, score}, conditions);
  }
  size_t Remove(std::vector<std::string_view> members) {
    return SortedSetRemove(database, key, Locate(), members);
  }
  std::vector<Pair> All(SortedSetCursor::Direction direction = SortedSetCursor::Direction::kUp) {
    const bool up = direction == SortedSetCursor::Direction::kUp;
    SortedSetCursor cursor(entry(), up ? 0 : SortedSetLength(entry()) - 1, direction);
    std::vector<Pair> pairs;
    for (ScoredMember member; cursor.Next(member);) pairs.emplace_back(member.score, member.member);
    return pairs;
  }
  RankRange Scores(double low, double high, bool without_low = false, bool without_high = false) {
    return SortedSetRanks(entry(), ScoreRange{low, high, without_low, without_high});
  }
  RankRange Members(MemberBound low, MemberBound high) {
    return SortedSetRanks(entry(), MemberRange{low, high});
  }
  std::string_view Form() { return EncodingName(entry()); }
  void SetLimits(int64_t entries) { keyspace.context().limits.zset_max_listpack_entries = entries; }

  Keyspace keyspace{1};
  Database& database = keyspace.database(0);
  const Key key = Key::Of("z");
};

void ExpectRange(const RankRange& range, size_t first, size_t count) {
  EXPECT_EQ(range.count, count);
  if (count != 0) {
    EXPECT_EQ(range.first, first);
  }
}

TEST_F(SortedSetTypeTest, OrdersByScoreThenMember) {
  Add(2, "b");
  Add(1, "z");
  Add(2, "a");
  Add(-kInfinity, "low");
  Add(kInfinity, "high");
  Add(2, "10");
  Add(2, "9");
  const std::vector<Pair> expected = {
      {-kInfinity, "low"}, {1, "z"}, {2, "10"}, {2, "9"}, {2, "a"}, {2, "b"}, {kInfinity, "high"}};
  EXPECT_EQ(All(), expected);
  EXPECT_EQ(All(SortedSetCursor::Direction::kDown),
            std::vector<Pair>(expected.rbegin(), expected.rend()));
  EXPECT_EQ(SortedSetRank(entry(), "9"), 3U);
  EXPECT_EQ(SortedSetRank(entry(), "no"), std::nullopt);
  EXPECT_EQ(SortedSetScore(entry(), "high"), kInfinity);
}

TEST_F(SortedSetTypeTest, ChangesFormPastEitherThreshold) {
  for (int i = 0; i < 128; ++i) Add(i, std::to_string(i));
  EXPECT_EQ(Form(), "listpack");
  Add(0, "0");  // there already
  EXPECT_EQ(Form(), "listpack");
  const std::vector<Pair> before = All();
  Add(128, "128");
  EXPECT_EQ(Form(), "skiplist");
  EXPECT_EQ(SortedSetLength(entry()), 129U);
  std::vector<Pair> after = All();
  after.pop_back();
  EXPECT_EQ(after, before);
  Remove({"128"});
  EXPECT_EQ(Form(), "skiplist") << "there is no way back";
  database.Remove(key, Locate());
  Add(1, std::string(64, 'x'));
  EXPECT_EQ(Form(), "listpack");
  Add(1, std::string(65, 'x'));
  EXPECT_EQ(Form(), "skiplist");
}

TEST_F(SortedSetTypeTest, ConditionsDecide) {
  EXPECT_EQ(Add(1, "m", {.if_present = true}).outcome, AddOutcome::kRefused);
  EXPECT_FALSE(Locate()) << "nothing was added, so there is no key";
  for (const int64_t entries : {128, 0}) {
    SetLimits(entries);
    EXPECT_EQ(Add(5, "m", {.if_absent = true}).outcome, AddOutcome::kAdded);
    EXPECT_EQ(Add(6, "m", {.if_absent = true}).outcome, AddOutcome::kRefused);
    EXPECT_EQ(Add(4, "m", {.if_greater = true}).outcome, AddOutcome::kRefused);
    EXPECT_EQ(Add(6, "m", {.if_greater = true}).outcome, AddOutcome::kUpdated);
    EXPECT_EQ(Add(6, "m", {.if_greater = true}).outcome, AddOutcome::kRefused);
    EXPECT_EQ(Add(6, "m").outcome, AddOutcome::kUnchanged);
    EXPECT_EQ(Add(-1, "m", {.if_less = true, .increment = true}).score, 5);
    EXPECT_EQ(Add(1, "m", {.if_less = true, .increment = true}).outcome, AddOutcome::kRefused);
    EXPECT_EQ(Add(7, "new", {.if_greater = true}).outcome, AddOutcome::kAdded);
    EXPECT_EQ(SortedSetScore(entry(), "m"), 5);
    database.Remove(key, Locate());
  }
}

TEST_F(SortedSetTypeTest, OppositeInfinitiesChangeNothing) {
  for (const int64_t entries : {128, 0}) {
    SetLimits(entries);
    Add(kInfinity, "m");
    const uint64_t changes = keyspace.context().changes;
    EXPECT_EQ(Add(-kInfinity, "m", {.increment = true}).outcome, AddOutcome::kNotANumber);
    EXPECT_EQ(SortedSetScore(entry(), "m"), kInfinity);
    EXPECT_EQ(keyspace.context().changes, changes);
    database.Remove(key, Locate());
  }
}

// A log or a base file may bring either zero, in either form: the digest must not tell (D8).
TEST_F(SortedSetTypeTest, ZeroHasOneForm) {
  for (const int64_t entries : {128, 0}) {
    SetLimits(entries);
    Add(-0.0, "m");
    EXPECT_FALSE(std::signbit(*SortedSetScore(entry(), "m")));
    Add(1, "m");
    Add(-0.0, "m");
    EXPECT_FALSE(std::signbit(*SortedSetScore(entry(), "m")));
    const std::string zero = DigestToHex(DigestValue(entry()));
    database.Remove(key, Locate());
    Add(0, "m");
    EXPECT_EQ(DigestToHex(DigestValue(entry())), zero);
    database.Remove(key, Locate());
  }
}

TEST_F(SortedSetTypeTest, OnlyChangesAreReported) {
  Add(1, "m");
  const uint64_t changes = keyspace.context().changes;
  Add(1, "m");
  Add(2, "m", {.if_absent = true});
  EXPECT_EQ(Remove({"no"}), 0U);
  SortedSetRemove(database, key, Locate(), RankRange{});
  EXPECT_EQ(keyspace.context().changes, changes);
  Add(2, "m");
  EXPECT_EQ(keyspace.context().changes, changes + 1);
  EXPECT_EQ(Remove({"m", "m", "no"}), 1U);
  EXPECT_EQ(keyspace.context().changes, changes + 2);
  EXPECT_FALSE(Locate()) << "the key goes with its last member";
}

TEST_F(SortedSetTypeTest, RangesOfScores) {
  for (const int64_t entries : {128, 0}) {
    SetLimits(entries);
    int name = 0;
    for (const int score : {1, 2, 2, 3, 5}) Add(score, "m" + std::to_string(name++));
    ExpectRange(Scores(-kInfinity, kInfinity), 0, 5);
    ExpectRange(Scores(2, 2), 1, 2);
    ExpectRange(Scores(2, 3, true), 3, 1);
    ExpectRange(Scores(2, 3, false, true), 1, 2);
    ExpectRange(Scores(2, 2, true), 0, 0);
    ExpectRange(Scores(3, 2), 0, 0);
    ExpectRange(Scores(6, 9), 0, 0);
    ExpectRange(Scores(-9, 0), 0, 0);
    ExpectRange(Scores(4, kInfinity), 4, 1);
    database.Remove(key, Locate());
  }
}

TEST_F(SortedSetTypeTest, RangesOfMembers) {
  const MemberBound below{MemberBound::Kind::kBelowAll, {}, false};
  const MemberBound above{MemberBound::Kind::kAboveAll, {}, false};
  const auto with = [](std::string_view text) {
    return MemberBound{MemberBound::Kind::kText, text, false};
  };
  const auto without = [](std::string_view text) {
    return MemberBound{MemberBound::Kind::kText, text, true};
  };
  for (const int64_t entries : {128, 0}) {
    SetLimits(entries);
    for (const char* member : {"", "12", "a", "aa", "b", "\xff"}) Add(0, member);
    ExpectRange(Members(below, above), 0, 6);
    ExpectRange(Members(with("a"), with("aa")), 2, 2);
    ExpectRange(Members(without("a"), without("b")), 3, 1);
    ExpectRange(Members(without(""), above), 1, 5);
    ExpectRange(Members(with("12"), with("12")), 1, 1);
    ExpectRange(Members(above, below), 0, 0);
    ExpectRange(Members(above, above), 0, 0);
    ExpectRange(Members(below, below), 0, 0);
    ExpectRange(Members(with("b"), with("a")), 0, 0);
    database.Remove(key, Locate());
  }
}

TEST_F(SortedSetTypeTest, RemovesRanges) {
  for (const int64_t entries : {128, 0}) {
    SetLimits(entries);
    for (int i = 0; i < 10; ++i) Add(i, std::to_string(i));
    SortedSetRemove(database, key, Locate(), RankRange{2, 3});
    EXPECT_EQ(SortedSetLength(entry()), 7U);
    EXPECT_EQ(SortedSetRank(entry(), "5"), 2U);
    EXPECT_EQ(SortedSetScore(entry(), "3"), std::nullopt);
    SortedSetRemove(database, key, Locate(), RankRange{6, 1});
    EXPECT_EQ(SortedSetScore(entry(), "9"), std::nullopt);
    SortedSetRemove(database, key, Locate(), RankRange{0, 6});
    EXPECT_FALSE(Locate());
  }
}

TEST_F(SortedSetTypeTest, CursorsAndSamplersAgree) {
  for (const int64_t entries : {512, 0}) {
    SetLimits(entries);
    for (int i = 0; i < 300; ++i) Add(i % 7 / 2.0, std::to_string(i));
    const std::vector<Pair> all = All();
    SortedSetSampler sampler(entry());
    for (const size_t rank : {size_t{0}, size_t{150}, size_t{299}, size_t{29}, size_t{30}}) {
      const ScoredMember member = sampler.At(rank);
      EXPECT_EQ(Pair(member.score, member.member), all[rank]);
      SortedSetCursor down(entry(), rank, SortedSetCursor::Direction::kDown);
      ScoredMember at;
      size_t walked = 0;
      while (down.Next(at)) ++walked;
      EXPECT_EQ(walked, rank + 1);
      EXPECT_EQ(at.member, all[0].second);
    }
    SortedSetCursor past(entry(), 300);
    ScoredMember none;
    EXPECT_FALSE(past.Next(none));
    SortedSetCursor past_down(entry(), 300, SortedSetCursor::Direction::kDown);
    EXPECT_FALSE(past_down.Next(none));
    database.Remove(key, Locate());
  }
}

TEST_F(SortedSetTypeTest, AScanSeesWhatStays) {
  for (int i = 0; i < 2000; ++i) Add(i, std::to_string(i));
  std::set<std::string> seen;
  uint64_t cursor = 0;
  int removed = 1000;
  do {
    cursor = ScanSortedSet(entry(), cursor, [&](std::string_view member, std::string_view score) {
      EXPECT_EQ(member, score);
      seen.emplace(member);
    });
    for (int i = 0; i < 10 && removed < 2000; ++i) Remove({std::to_string(removed++)});
  } while (cursor != 0);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.contains(std::to_string(i))) << i;
}

TEST_F(SortedSetTypeTest, CopiesStandAlone) {
  for (const int64_t entries : {128, 0}) {
    SetLimits(entries);
    for (int i = 0; i < 100; ++i) Add(i / 3.0, std::to_string(i));
    const Key copy = Key::Of("copy");
    CopyEntry(entry(), database, copy);
    const Entry& copied = *database.Peek(copy);
    EXPECT_EQ(DigestValue(copied), DigestValue(entry()));
    EXPECT_EQ(EncodingName(copied), Form());
    Remove({"5"});
    EXPECT_EQ(SortedSetScore(copied, "5"), 5 / 3.0);
    EXPECT_NE(DigestValue(copied), DigestValue(entry()));
    database.Remove(key, Locate());
  }
}

TEST_F(SortedSetTypeTest, MemoryIsCounted) {
  Add(1, "m");
  EXPECT_LT(CollectionMemoryBytes(entry(), 0), 64U);
  Remove({"m"});
  SetLimits(0);
  for (int i = 0; i < 1000; ++i) Add(i, std::string(100, 'x') + std::to_string(i));
  const size_t exact = CollectionMemoryBytes(entry(), 0);
  EXPECT_GT(exact, 112'000U);
  EXPECT_LT(exact, 200'000U);
  EXPECT_NEAR(static_cast<double>(CollectionMemoryBytes(entry(), 5)), static_cast<double>(exact),
              static_cast<double>(exact) / 10);
  EXPECT_GT(FreeEffort(entry()), 1000U);
}

TEST_F(SortedSetTypeTest, RandomChangesAgreeWithAModel) {
  std::mt19937 random(3);
  for (const int64_t entries : {1000, 20}) {
    SetLimits(entries);
    std::map<std::string, double> model;
    for (int i = 0; i < 5000; ++i) {
      const std::string member = std::to_string(random() % 200);
      if (random() % 5 < 2) {
        const bool there = model.erase(member) != 0;
        EXPECT_EQ(Locate() ? Remove({member}) : 0, there ? 1U : 0U);
      } else {
        const double score = static_cast<double>(random() % 100) / 4;
        Add(score, member);
        model[member] = score;
      }
      if (i % 100 != 0 || model.empty()) continue;
      std::set<Pair> sorted;
      for (const auto& [name, score] : model) sorted.emplace(score, name);
      ASSERT_EQ(All(), std::vector<Pair>(sorted.begin(), sorted.end()));
      const auto first = sorted.lower_bound({5, ""});
      const auto behind = sorted.upper_bound({15, "~"});
      ExpectRange(Scores(5, 15), static_cast<size_t>(std::distance(sorted.begin(), first)),
                  static_cast<size_t>(std::distance(first, behind)));
    }
    database.Remove(key, Locate());
  }
}

TEST_F(SortedSetTypeTest, BuildersStoreInTheFormThatFits) {
  for (const int members : {5, 128, 129, 3000}) {
    SortedSetBuilder builder;
    for (int i = 0; i < members; ++i) {
      builder.Add({std::to_string(i), static_cast<double>((i * 7919) % 1000)});
    }
    const auto add = [](double old) { return old + 0.5; };
    builder.AddOrCombine({"0", 99}, add);
    builder.Sort();
    EXPECT_EQ(builder.size(), static_cast<size_t>(members));
    builder.Store(database, key);
    EXPECT_EQ(Form(), members <= 128 ? "listpack" : "skiplist");
    EXPECT_EQ(SortedSetScore(entry(), "0"), 0.5);
    const std::vector<Pair> all = All();
    EXPECT_EQ(all.size(), static_cast<size_t>(members));
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    Add(5000, "last");
    EXPECT_EQ(SortedSetRank(entry(), "last"), static_cast<size_t>(members));
  }
  SortedSetBuilder empty;
  empty.Sort();
  empty.Store(database, key);
  EXPECT_FALSE(Locate());
}

}  // namespace
}  // namespace kvasir
