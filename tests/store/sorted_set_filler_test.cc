#include "src/store/sorted_set_filler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/store/digest.h"
#include "src/store/key_operations.h"
#include "src/store/sorted_set_type.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

class SortedSetFillerTest : public ::testing::Test {
 protected:
  struct Free {
    void operator()(Entry* entry) const { Entry::Destroy(entry); }
  };
  using Owned = std::unique_ptr<Entry, Free>;

  Owned Fill(const std::vector<ScoredMember>& members) {
    SortedSetFiller filler(keyspace.database(0));
    for (const ScoredMember& member : members) filler.Add(member);
    EXPECT_EQ(filler.size(), members.size());
    return Owned(filler.Build(Key::Of("z")));
  }
  static std::string Members(const Entry& entry) {
    std::string text;
    SortedSetCursor cursor(entry, 0);
    for (ScoredMember next; cursor.Next(next);) {
      text += std::string(next.member) + "=" + std::to_string(next.score) + " ";
    }
    return text;
  }

  Keyspace keyspace{1};
};

TEST_F(SortedSetFillerTest, InOrderAndOutOfOrderAreTheSame) {
  const Owned in_order = Fill({{"b", -1.5}, {"a", 2}, {"c", 2}, {"12", 3}});
  const Owned out_of_order = Fill({{"c", 2}, {"12", 3}, {"b", -1.5}, {"a", 2}});
  EXPECT_EQ(Members(*in_order), "b=-1.500000 a=2.000000 c=2.000000 12=3.000000 ");
  EXPECT_EQ(Members(*out_of_order), Members(*in_order));
  EXPECT_EQ(EncodingName(*in_order), "listpack");
  EXPECT_EQ(DigestValue(*out_of_order), DigestValue(*in_order));
}

TEST_F(SortedSetFillerTest, AMemberThatCameTwiceIsNoticed) {
  for (const size_t count : {3, 2000}) {
    std::vector<std::string> names;
    for (size_t i = 0; i < count; ++i) names.push_back("member " + std::to_string(i));
    for (const double score : {-1.0, 0.0, double(count) + 1}) {
      for (const size_t twice : {size_t{0}, count - 1}) {
        SortedSetFiller filler(keyspace.database(0));
        for (size_t i = 0; i < count; ++i) filler.Add({names[i], double(i)});
        filler.Add({names[twice], score});
        EXPECT_EQ(filler.Build(Key::Of("z")), nullptr) << count << " " << score << " " << twice;
      }
    }
  }
}

TEST_F(SortedSetFillerTest, ZeroHasOneForm) {
  const Owned entry = Fill({{"minus", -0.0}, {"plus", 0.0}});
  EXPECT_FALSE(std::signbit(*SortedSetScore(*entry, "minus")));
}

TEST_F(SortedSetFillerTest, BeyondTheThresholdsItTakesItsFullForm) {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back("member " + std::to_string(1000 + i));
  std::vector<ScoredMember> members;
  for (const std::string& name : names) members.push_back({name, 1});
  const auto most = static_cast<size_t>(keyspace.context().limits.zset_max_listpack_entries);
  const Owned full = Fill(members);
  EXPECT_EQ(EncodingName(*full), "skiplist");
  EXPECT_EQ(SortedSetLength(*full), members.size());
  members.resize(most);
  EXPECT_EQ(EncodingName(*Fill(members)), "listpack");
  const std::string too_long(65, 'x');
  EXPECT_EQ(EncodingName(*Fill({{"a", 1}, {too_long, 2}})), "skiplist");
}

TEST(SeenNamesTest, NeverTakesForNewWhatCameBefore) {
  SeenNames seen;
  size_t taken_for_new = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string name = std::to_string(i);
    taken_for_new += seen.IsNew(name) ? 1 : 0;
    EXPECT_FALSE(seen.IsNew(name));
  }
  EXPECT_GT(taken_for_new, 400U);
  seen.Clear();
  EXPECT_TRUE(seen.IsNew("1"));
}

}  // namespace
}  // namespace kvasir
