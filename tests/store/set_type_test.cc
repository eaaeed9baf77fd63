#include "src/store/set_type.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "src/base/random.h"
#include "src/store/digest.h"
#include "src/store/key_operations.h"
#include "src/store/keyspace.h"
#include "src/store/set_operations.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

using Members = std::set<std::string>;

class SetTypeTest : public ::testing::Test {
 protected:
  size_t Add(std::string_view key, const std::vector<std::string>& members) {
    const std::vector<std::string_view> views(members.begin(), members.end());
    return AddSetMembers(database, Key::Of(key), database.Locate(Key::Of(key)), views);
  }
  size_t Remove(std::string_view key, const std::vector<std::string>& members) {
    const std::vector<std::string_view> views(members.begin(), members.end());
    return RemoveSetMembers(database, Key::Of(key), database.Locate(Key::Of(key)), views);
  }
  const Entry* Find(std::string_view key) { return database.Peek(Key::Of(key)); }
  Members All(std::string_view key) {
    Members all;
    if (const Entry* entry = Find(key)) {
      ForEachSetMember(*entry, [&](std::string_view member) {
        EXPECT_TRUE(all.insert(std::string(member)).second) << member << " came twice";
      });
      EXPECT_EQ(SetLength(*entry), all.size());
    }
    return all;
  }
  std::string Form(std::string_view key) { return std::string(EncodingName(*Find(key))); }
  static std::vector<std::string> Numbered(std::string_view prefix, int count) {
    std::vector<std::string> members;
    for (int i = 0; i < count; ++i) members.push_back(std::string(prefix) + std::to_string(i));
    return members;
  }

  Keyspace keyspace{2};
  Database& database = keyspace.database(0);
  CollectionLimits& limits = keyspace.context().limits;
};

TEST_F(SetTypeTest, FormsChangeAtTheThresholds) {
  Add("ints", Numbered("", 512));
  EXPECT_EQ(Form("ints"), "intset");
  Add("ints", {"512"});
  EXPECT_EQ(Form("ints"), "hashtable");
  for (const auto& member : Numbered("m", 128)) Add("packed", {member});
  EXPECT_EQ(Form("packed"), "listpack");
  EXPECT_EQ(Add("packed", {"m5"}), 0U);
  EXPECT_EQ(Form("packed"), "listpack");
  Add("packed", {"one more"});
  EXPECT_EQ(Form("packed"), "hashtable");
  EXPECT_EQ(All("packed").size(), 129U);
  Add("long", {std::string(64, 'x')});
  EXPECT_EQ(Form("long"), "listpack");
  Add("long", {std::string(65, 'x')});
  EXPECT_EQ(Form("long"), "hashtable");
  Add("many", Numbered("m", 129));
  EXPECT_EQ(Form("many"), "hashtable");
}

TEST_F(SetTypeTest, IntegersMeetText) {
  Add("few", {"1", "-9223372036854775808", "3"});
  EXPECT_EQ(Form("few"), "intset");
  Add("few", {"text"});
  EXPECT_EQ(Form("few"), "listpack");
  EXPECT_EQ(All("few"), (Members{"1", "-9223372036854775808", "3", "text"}));
  Add("many", Numbered("", 128));
  Add("many", {"text"});
  EXPECT_EQ(Form("many"), "hashtable");
  EXPECT_EQ(All("many").size(), 129U);
  limits.set_max_listpack_value_bytes = 2;
  Add("wide", {"1", "200"});
  Add("wide", {"x"});
  EXPECT_EQ(Form("wide"), "hashtable");
}

TEST_F(SetTypeTest, OnlyCanonicalIntegersAreIntegers) {
  const Members odd = {"", "-0", "007", "+1", "1 ", "9223372036854775808"};
  for (const std::string& text : odd) {
    const std::string key = "key of " + text;
    Add(key, {text, "7"});
    EXPECT_EQ(Form(key), "listpack") << text;
    EXPECT_EQ(All(key), (Members{text, "7"}));
    EXPECT_TRUE(SetContains(*Find(key), text));
    EXPECT_FALSE(SetContains(*Find(key), "0"));
  }
}

TEST_F(SetTypeTest, AllFormsCanBeSwitchedOff) {
  limits.set_max_intset_entries = 0;
  limits.set_max_listpack_entries = 0;
  Add("k", {"1"});
  EXPECT_EQ(Form("k"), "hashtable");
  EXPECT_EQ(All("k"), Members{"1"});
}

TEST_F(SetTypeTest, TheKeyGoesWithItsLastMember) {
  for (const std::vector<std::string>& members :
       {Numbered("", 3), Numbered("m", 3), Numbered("m", 200)}) {
    EXPECT_EQ(Add("k", members), members.size());
    EXPECT_EQ(Remove("k", {"absent"}), 0U);
    EXPECT_EQ(Remove("k", members), members.size());
    EXPECT_EQ(Find("k"), nullptr);
  }
}

TEST_F(SetTypeTest, OnlyWhatChangesCounts) {
  Add("k", {"a"});
  const uint64_t before = keyspace.context().changes;
  Add("k", {"a", "a"});
  Remove("k", {"b"});
  Remove("absent", {"b"});
  EXPECT_EQ(keyspace.context().changes, before);
  Add("k", {"b"});
  Remove("k", {"b"});
  EXPECT_EQ(keyspace.context().changes, before + 2);
}

TEST_F(SetTypeTest, EveryFormAgreesWithAModel) {
  for (const int range : {40, 300, 3000}) {
    Members model;
    for (int i = 0; i < 10'000; ++i) {
      std::string member = std::to_string(RandomBelow(static_cast<uint64_t>(range)));
      if (range == 300) member = "m" + member;
      if (RandomBelow(5) < 2) {
        ASSERT_EQ(Remove("k", {member}), model.erase(member));
      } else {
        ASSERT_EQ(Add("k", {member}), model.insert(member).second ? 1U : 0U);
      }
      const Entry* entry = Find("k");
      ASSERT_EQ(entry != nullptr && SetContains(*entry, member), model.contains(member));
    }
    EXPECT_EQ(All("k"), model);
    Remove("k", {model.begin(), model.end()});
  }
}

TEST_F(SetTypeTest, LongMembersAndOddBytes) {
  const std::string zeros("a\0b\0", 4);
  const std::vector<std::string> members = {"", zeros, std::string(254, 'a'), std::string(255, 'b'),
                                            std::string(100'000, 'c')};
  EXPECT_EQ(Add("k", members), members.size());
  EXPECT_EQ(Add("k", members), 0U);
  EXPECT_EQ(All("k"), Members(members.begin(), members.end()));
  EXPECT_GT(CollectionMemoryBytes(*Find("k"), 0), 100'000U);
  EXPECT_EQ(Remove("k", {members[4], members[3]}), 2U);
}

TEST_F(SetTypeTest, CopiesAreIndependent) {
  for (const std::vector<std::string>& members :
       {Numbered("", 5), Numbered("m", 5), Numbered("m", 500)}) {
    Add("k", members);
    CopyEntry(*Find("k"), database, Key::Of("copy"));
    EXPECT_EQ(DigestValue(*Find("k")), DigestValue(*Find("copy")));
    Remove("copy", {members[0]});
    EXPECT_TRUE(SetContains(*Find("k"), members[0]));
    EXPECT_EQ(SetLength(*Find("copy")) + 1, SetLength(*Find("k")));
    Remove("k", members);
  }
}

// What redis-server 7.0.15 replies to DEBUG DIGEST-VALUE for these members.
TEST_F(SetTypeTest, TheDigestIsThatOfRedis) {
  Add("k", {"a", "b", "1", "-5", "hello world"});
  EXPECT_EQ(DigestToHex(DigestValue(*Find("k"))), "b6521fc7765c3b59bd87cb6d79b964b68eccb822");
}

class SetRandomTest : public SetTypeTest {
 protected:
  // One key per form.
  void SetUp() override {
    Add("ints", Numbered("", 20));
    Add("packed", Numbered("m", 20));
    limits.set_max_listpack_entries = 10;
    Add("table", Numbered("m", 20));
    EXPECT_EQ(Form("table"), "hashtable");
  }
  const std::vector<std::string> keys = {"ints", "packed", "table"};
};

TEST_F(SetRandomTest, SamplesAreDifferentMembers) {
  for (const std::string& key : keys) {
    for (const size_t count : {1U, 5U, 19U, 20U, 100U}) {
      Members sample;
      SampleSet(*Find(key), count, [&](std::string_view member) {
        EXPECT_TRUE(sample.insert(std::string(member)).second);
        EXPECT_TRUE(SetContains(*Find(key), member));
      });
      EXPECT_EQ(sample.size(), std::min<size_t>(count, 20)) << key;
    }
  }
}

TEST_F(SetRandomTest, RepeatedSamplesMayRepeat) {
  for (const std::string& key : keys) {
    size_t count = 0;
    Members sample;
    SampleSetRepeatedly(*Find(key), 1000, [&](std::string_view member) {
      sample.insert(std::string(member));
      ++count;
    });
    EXPECT_EQ(count, 1000U);
    EXPECT_EQ(sample, All(key));
  }
}

// Each of 20 members is chosen about 1000 times; 200 is more than six standard deviations.
TEST_F(SetRandomTest, ChoicesAreFair) {
  for (const std::string& key : keys) {
    for (const size_t at_once : {1U, 4U, 10U}) {
      std::map<std::string, size_t> chosen;
      for (size_t i = 0; i < 20'000 / at_once; ++i) {
        SampleSet(*Find(key), at_once,
                  [&](std::string_view member) { ++chosen[std::string(member)]; });
      }
      for (const auto& [member, times] : chosen) {
        EXPECT_NEAR(static_cast<double>(times), 1000, 200) << key << " " << member;
      }
      EXPECT_EQ(chosen.size(), 20U);
    }
  }
}

TEST_F(SetRandomTest, PoppedMembersAreGone) {
  for (const std::string& key : keys) {
    Members left = All(key);
    for (const size_t count : {1U, 7U, 1U, 2U}) {
      const Key name = Key::Of(key);
      size_t popped = 0;
      PopSetMembers(database, name, database.Locate(name), count, [&](std::string_view member) {
        EXPECT_EQ(left.erase(std::string(member)), 1U);
        ++popped;
      });
      EXPECT_EQ(popped, count);
      EXPECT_EQ(All(key), left);
    }
    const Key name = Key::Of(key);
    PopSetMembers(database, name, database.Locate(name), 9, [](std::string_view) {});
    EXPECT_EQ(Find(key), nullptr);
  }
}

class SetOperationsTest : public SetTypeTest {
 protected:
  SetOperands Operands(const std::vector<std::string>& names) {
    SetOperands operands;
    for (const std::string& name : names) operands.push_back(Find(name));
    return operands;
  }
  template <typename Operation>
  Members Collect(Operation operation) {
    Members result;
    operation([&](std::string_view member) {
      EXPECT_TRUE(result.insert(std::string(member)).second) << member << " came twice";
      return true;
    });
    return result;
  }
  Members Inter(const std::vector<std::string>& names) {
    return Collect([&](SetVisitor visit) { IntersectSets(Operands(names), visit); });
  }
  Members Union(const std::vector<std::string>& names) {
    return Collect([&](SetVisitor visit) { UniteSets(database, Operands(names), visit); });
  }
  Members Diff(const std::vector<std::string>& names) {
    return Collect([&](SetVisitor visit) { SubtractSets(database, Operands(names), visit); });
  }
};

TEST_F(SetOperationsTest, AbsentSetsAreEmpty) {
  Add("a", {"1", "x"});
  EXPECT_EQ(Inter({"a", "no"}), Members{});
  EXPECT_EQ(Inter({}), Members{});
  EXPECT_EQ(Union({"no", "a", "no", "no"}), (Members{"1", "x"}));
  EXPECT_EQ(Union({"no"}), Members{});
  EXPECT_EQ(Diff({"a", "no"}), (Members{"1", "x"}));
  EXPECT_EQ(Diff({"no", "a"}), Members{});
  EXPECT_EQ(Diff({"a", "a"}), Members{});
  EXPECT_EQ(Union({"a", "a"}), (Members{"1", "x"}));
}

TEST_F(SetOperationsTest, AgreeWithAModel) {
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  for (int round = 0; round < 200; ++round) {
    std::map<std::string, Members> model;
    for (const std::string& name : names) {
      const Members old = All(name);
      Remove(name, {old.begin(), old.end()});
      const uint64_t size = RandomBelow(RandomBelow(2) == 0 ? 300 : 20);
      for (uint64_t i = 0; i < size; ++i) {
        const std::string number = std::to_string(RandomBelow(100));
        const std::string member = RandomBelow(10) == 0 ? "m" + number : number;
        model[name].insert(member);
        Add(name, {member});
      }
    }
    Members inter = model["a"];
    Members all = model["a"];
    Members diff = model["a"];
    for (const std::string name : {"b", "c", "d"}) {
      std::erase_if(inter, [&](const std::string& m) { return !model[name].contains(m); });
      std::erase_if(diff, [&](const std::string& m) { return model[name].contains(m); });
      all.insert(model[name].begin(), model[name].end());
    }
    ASSERT_EQ(Inter(names), inter);
    ASSERT_EQ(Union(names), all);
    ASSERT_EQ(Diff(names), diff);
  }
}

TEST_F(SetOperationsTest, TheVisitorMayStop) {
  Add("a", Numbered("", 100));
  Add("b", Numbered("", 200));
  Add("c", Numbered("m", 200));
  int seen = 0;
  const auto three = [&](std::string_view) { return ++seen < 3; };
  IntersectSets(Operands({"a", "b"}), three);
  EXPECT_EQ(std::exchange(seen, 0), 3);
  UniteSets(database, Operands({"a", "b", "c"}), three);
  EXPECT_EQ(std::exchange(seen, 0), 3);
  UniteSets(database, Operands({"a", "b"}), three);
  EXPECT_EQ(std::exchange(seen, 0), 3);
  SubtractSets(database, Operands({"b", "a"}), three);
  EXPECT_EQ(std::exchange(seen, 0), 3);
}

}  // namespace
}  // namespace kvasir
