#include "src/store/hash_type.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "src/base/random.h"
#include "src/store/digest.h"
#include "src/store/key_operations.h"
#include "src/store/keyspace.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

using Fields = std::map<std::string, std::string>;

class HashTypeTest : public ::testing::Test, public KeyspaceListener {
 protected:
  HashTypeTest() {
    keyspace.context().listener = this;
    keyspace.SetNow(1000);
  }
  void OnChanged(int /*database*/, const Key& /*key*/) override {}
  void OnRemoved(int /*database*/, const Key& key, RemovalReason /*reason*/) override {
    expired.push_back("whole " + std::string(key.bytes));
  }
  void OnElementsExpired(int database, const Key& key, const std::vector<std::string>& names,
                         bool /*all_gone*/) override {
    for (const std::string& name : names) {
      expired.push_back(std::to_string(database) + " " + std::string(key.bytes) + " " + name);
    }
  }

  size_t Set(std::string_view name, const std::vector<std::string>& pairs,
             int64_t deadline_ms = kNoFieldDeadline) {
    const std::vector<std::string_view> views(pairs.begin(), pairs.end());
    const Key key = Key::Of(name);
    const auto position = ExpireHashFields(database, key, database.Locate(key), views, 2);
    return SetHashFields(database, key, position, views, deadline_ms);
  }
  size_t Remove(std::string_view name, const std::vector<std::string>& names) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    const Key key = Key::Of(name);
    auto position = ExpireHashFields(database, key, database.Locate(key), views);
    return RemoveHashFields(database, key, position, views);
  }
  void SetDeadline(std::string_view name, std::string_view field, int64_t deadline_ms) {
    const Key key = Key::Of(name);
    SetHashFieldDeadline(database, key, database.Locate(key), field, deadline_ms);
  }
  const Entry* Find(std::string_view name) { return database.Peek(Key::Of(name)); }
  std::string Get(std::string_view name, std::string_view field) {
    ElementText scratch;
    const Entry* entry = Find(name);
    if (entry == nullptr) return "(no key)";
    const auto found = FindHashField(keyspace.context(), *entry, field, scratch);
    return found ? std::string(found->value) : "(none)";
  }
  int64_t Deadline(std::string_view name, std::string_view field) {
    ElementText scratch;
    return FindHashField(keyspace.context(), *Find(name), field, scratch)->deadline_ms;
  }
  Fields All(std::string_view name) {
    Fields all;
    if (const Entry* entry = Find(name)) {
      VisitHashFields(keyspace.context(), *entry, [&](const HashField& field) {
        EXPECT_TRUE(all.emplace(field.name, field.value).second) << field.name << " came twice";
        return true;
      });
      EXPECT_EQ(HashLength(keyspace.context(), *entry), all.size());
    }
    return all;
  }
  std::string Form(std::string_view name) { return std::string(EncodingName(*Find(name))); }
  // One field in each of the four forms, and then some.
  void AddForms() {
    Set("packed", {"f", "v", "g", "5"});
    Set("table", {"f", "v", "g", "5", "long", std::string(65, 'x')});
    Set("ex", {"f", "v", "g", "5", "volatile", "x"});
    SetDeadline("ex", "volatile", 1'000'000);
    Set("volatile table", {"f", "v", "g", "5", "long", std::string(65, 'x'), "volatile", "x"});
    SetDeadline("volatile table", "volatile", 1'000'000);
    EXPECT_EQ(Form("packed"), "listpack");
    EXPECT_EQ(Form("ex"), "listpackex");
    EXPECT_EQ(Form("table"), "hashtable");
    EXPECT_EQ(Form("volatile table"), "hashtable");
  }

  std::vector<std::string> expired;
  Keyspace keyspace{2};
  Database& database = keyspace.database(0);
  CollectionLimits& limits = keyspace.context().limits;
  const std::vector<std::string> forms = {"packed", "ex", "table", "volatile table"};
};

TEST_F(HashTypeTest, FormsChangeAtTheThresholds) {
  for (int i = 0; i < 512; ++i) Set("h", {"f" + std::to_string(i), "v"});
  EXPECT_EQ(Form("h"), "listpack");
  Set("h", {"f5", "changed"});
  EXPECT_EQ(Form("h"), "listpack");
  Set("h", {"one more", "v"});
  EXPECT_EQ(Form("h"), "hashtable");
  EXPECT_EQ(All("h").size(), 513U);
  EXPECT_EQ(Get("h", "f5"), "changed");
  const std::string longest(64, 'x');
  Set("long", {longest, longest});
  EXPECT_EQ(Form("long"), "listpack");
  Set("long", {longest, longest + "x"});
  EXPECT_EQ(Form("long"), "hashtable");
  Set("name", {longest + "x", "1"});
  EXPECT_EQ(Form("name"), "hashtable");
  limits.hash_max_listpack_entries = 0;
  Set("none", {"f", "v"});
  EXPECT_EQ(Form("none"), "hashtable");
}

TEST_F(HashTypeTest, AFullVolatileHashBecomesATable) {
  Set("h", {"f", "v"}, 5000);
  EXPECT_EQ(Form("h"), "listpackex");
  for (int i = 0; i < 511; ++i) Set("h", {"f" + std::to_string(i), "v"});
  EXPECT_EQ(Form("h"), "listpackex");
  Set("h", {"one more", "v"});
  EXPECT_EQ(Form("h"), "hashtable");
  EXPECT_EQ(Deadline("h", "f"), 5000);
  EXPECT_EQ(database.volatile_elements_size(), 1U);
  keyspace.SetNow(5000);
  EXPECT_EQ(Get("h", "f"), "(none)");
  EXPECT_FALSE(database.RemoveExpired(UINT64_MAX));
  EXPECT_EQ(expired, std::vector<std::string>{"0 h f"});
}

TEST_F(HashTypeTest, EveryFormSetsFindsAndRemoves) {
  AddForms();
  for (const std::string& key : forms) {
    EXPECT_EQ(Set(key, {"f", "new", "h", "", "f", "newest"}), 1U);
    EXPECT_EQ(Get(key, "f"), "newest");
    EXPECT_EQ(Get(key, "h"), "");
    EXPECT_EQ(Get(key, "g"), "5");
    EXPECT_EQ(Get(key, "v"), "(none)") << "a value is no name";
    EXPECT_EQ(Remove(key, {"absent"}), 0U);
    EXPECT_EQ(Remove(key, {"f", "f", "g", "h"}), 3U);
    EXPECT_EQ(Get(key, "f"), key == "packed" ? "(no key)" : "(none)");
    Remove(key, {"long", "volatile"});
    EXPECT_EQ(Find(key), nullptr);
  }
  EXPECT_EQ(database.volatile_elements_size(), 0U);
}

TEST_F(HashTypeTest, LengthsOfAllWidths) {
  Fields model;
  for (const size_t size : {0U, 1U, 254U, 255U, 256U, 65'535U, 65'536U, 200'000U}) {
    model["name" + std::string(size, 'n')] = std::string(size, 'v');
    model["short" + std::to_string(size)] = std::string(size, 'w');
  }
  for (const auto& [name, value] : model) Set("h", {name, value});
  EXPECT_EQ(All("h"), model);
  // Values that fit the allocation are overwritten in place, others are not.
  for (auto& [name, value] : model) {
    for (const size_t size : {3U, 5U, 300U, 250U, 70'000U, 69'990U, 0U}) {
      value = std::string(size, 'z');
      Set("h", {name, value});
      ASSERT_EQ(Get("h", name), value);
    }
  }
  EXPECT_EQ(All("h"), model);
}

TEST_F(HashTypeTest, AgreesWithAModel) {
  for (const int range : {20, 2000}) {
    Fields model;
    for (int i = 0; i < 20'000; ++i) {
      const std::string name = std::to_string(RandomBelow(static_cast<uint64_t>(range)));
      if (RandomBelow(3) == 0) {
        ASSERT_EQ(Remove("h", {name}), model.erase(name));
      } else {
        const std::string value(RandomBelow(70), 'v');
        ASSERT_EQ(Set("h", {name, value}), model.contains(name) ? 0U : 1U);
        model[name] = value;
      }
    }
    EXPECT_EQ(All("h"), model);
    for (const auto& [name, value] : model) Remove("h", {name});
  }
}

TEST_F(HashTypeTest, SamplesAreFairAndDifferent) {
  for (const bool table : {false, true}) {
    limits.hash_max_listpack_entries = table ? 1 : 512;
    for (int i = 0; i < 20; ++i) Set("h", {"f" + std::to_string(i), std::to_string(i)});
    for (const size_t at_once : {1U, 4U, 10U}) {
      std::map<std::string, size_t> chosen;
      for (size_t i = 0; i < 20'000 / at_once; ++i) {
        Fields sample;
        SampleHash(keyspace.context(), *Find("h"), at_once, [&](const HashField& field) {
          sample.emplace(field.name, field.value);
          EXPECT_EQ("f" + std::string(field.value), field.name);
          ++chosen[std::string(field.name)];
        });
        ASSERT_EQ(sample.size(), at_once);
      }
      EXPECT_EQ(chosen.size(), 20U);
      for (const auto& [name, times] : chosen) {
        EXPECT_NEAR(static_cast<double>(times), 1000, 200) << name;
      }
    }
    size_t count = 0;
    SampleHashRepeatedly(keyspace.context(), *Find("h"), 500, [&](const HashField&) { ++count; });
    EXPECT_EQ(count, 500U);
  }
}

TEST_F(HashTypeTest, SetsKeepsAndClearsDeadlines) {
  AddForms();
  for (const std::string& key : forms) {
    SetDeadline(key, "f", 9000);
    EXPECT_EQ(Deadline(key, "f"), 9000);
    EXPECT_EQ(Deadline(key, "g"), kNoFieldDeadline);
    Set(key, {"f", "kept", "new", "x"}, kKeepFieldDeadline);
    EXPECT_EQ(Deadline(key, "f"), 9000);
    EXPECT_EQ(Deadline(key, "new"), kNoFieldDeadline);
    Set(key, {"f", "cleared"});
    EXPECT_EQ(Deadline(key, "f"), kNoFieldDeadline);
    Set(key, {"f", "again"}, 7000);
    EXPECT_EQ(Deadline(key, "f"), 7000);
    SetDeadline(key, "f", 6000);
    EXPECT_EQ(Deadline(key, "f"), 6000);
    SetDeadline(key, "f", kNoFieldDeadline);
    EXPECT_EQ(Deadline(key, "f"), kNoFieldDeadline);
    EXPECT_EQ(Get(key, "f"), "again");
  }
}

TEST_F(HashTypeTest, ExpiredFieldsAreInvisible) {
  AddForms();
  for (const std::string& key : forms) {
    SetDeadline(key, "f", 2000);
    SetDeadline(key, "g", 3000);
  }
  keyspace.SetNow(2000);
  for (const std::string& key : forms) {
    EXPECT_EQ(Get(key, "f"), "(none)");
    EXPECT_EQ(Get(key, "g"), "5");
    EXPECT_FALSE(All(key).contains("f"));
    SampleHashRepeatedly(keyspace.context(), *Find(key), 50,
                         [](const HashField& field) { EXPECT_NE(field.name, "f"); });
    uint64_t cursor = 0;
    do {
      cursor = ScanHash(keyspace.context(), *Find(key), cursor,
                        [](const HashField& field) { EXPECT_NE(field.name, "f"); });
    } while (cursor != 0);
  }
  EXPECT_TRUE(expired.empty());
  keyspace.context().expiry_enabled = false;
  for (const std::string& key : forms) EXPECT_EQ(Get(key, "f"), "v") << "during replay";
}

TEST_F(HashTypeTest, DueFieldsAreRemovedInTheirOrder) {
  AddForms();
  EXPECT_EQ(database.volatile_elements_size(), 2U);
  SetDeadline("packed", "f", 2000);
  SetDeadline("table", "f", 3000);
  EXPECT_LE(*database.NextExpiryWakeMs(), 2000);
  keyspace.SetNow(1999);
  EXPECT_FALSE(database.RemoveExpired(UINT64_MAX));
  EXPECT_TRUE(expired.empty());
  keyspace.SetNow(2000);
  EXPECT_FALSE(database.RemoveExpired(UINT64_MAX));
  EXPECT_EQ(expired, std::vector<std::string>{"0 packed f"});
  keyspace.SetNow(3000);
  database.RemoveExpired(UINT64_MAX);
  EXPECT_EQ(expired.back(), "0 table f");
  EXPECT_EQ(database.volatile_elements_size(), 2U);
  keyspace.SetNow(1'000'000);
  database.RemoveExpired(UINT64_MAX);
  EXPECT_EQ(database.volatile_elements_size(), 0U);
  EXPECT_EQ(keyspace.context().stats.expired_elements, 4U);
}

TEST_F(HashTypeTest, TheKeyGoesWithItsLastField) {
  Set("h", {"a", "1", "b", "2"}, 2000);
  Set("t", {"a", std::string(100, 'x')}, 2000);
  keyspace.SetNow(2000);
  database.RemoveExpired(UINT64_MAX);
  EXPECT_EQ(Find("h"), nullptr);
  EXPECT_EQ(Find("t"), nullptr);
  EXPECT_EQ(database.size(), 0U);
  EXPECT_EQ(expired.size(), 3U);
  EXPECT_FALSE(database.NextExpiryWakeMs().has_value());
}

TEST_F(HashTypeTest, ManyDueFieldsAreRemovedInSlices) {
  std::vector<std::string> pairs;
  for (int i = 0; i < 5000; ++i) pairs.insert(pairs.end(), {"f" + std::to_string(i), "v"});
  Set("h", pairs, 2000);
  Set("h", {"stays", "v"});
  keyspace.SetNow(2000);
  EXPECT_TRUE(database.RemoveExpired(0)) << "without time, work is left";
  EXPECT_LT(expired.size(), 5000U);
  EXPECT_EQ(HashLength(keyspace.context(), *Find("h")), 1U);
  // What changes the hash removes some in passing, and the fields that it names in any case.
  const size_t before = expired.size();
  const std::string last = "f4999";
  EXPECT_EQ(Set("h", {last, "again", "f4998", "again"}), 2U);
  EXPECT_GT(expired.size(), before);
  EXPECT_LT(expired.size(), 5000U);
  EXPECT_EQ(Get("h", last), "again");
  while (database.RemoveExpired(0)) continue;
  EXPECT_EQ(expired.size(), 5000U);
  EXPECT_EQ(All("h"), (Fields{{"stays", "v"}, {last, "again"}, {"f4998", "again"}}));
}

TEST_F(HashTypeTest, DeadlinesFollowTheKey) {
  for (const std::string& value : {std::string("v"), std::string(100, 'x')}) {
    Set("a", {"f", value, "g", "1"});
    SetDeadline("a", "f", 5000);
    const Key a = Key::Of("a");
    Database::Position position = database.Locate(a);
    database.SetDeadline(a, position, 100'000);
    position = database.Locate(a);
    database.SetDeadline(a, position, 200'000);
    position = database.Locate(a);
    EXPECT_TRUE(database.ClearDeadline(a, position));
    RenameKey(database, a, Key::Of("b"));
    CopyEntry(*Find("b"), database, Key::Of("c"));
    EXPECT_EQ(database.volatile_elements_size(), 2U);
    MoveKey(database, keyspace.database(1), Key::Of("b"));
    database.SwapContents(keyspace.database(1));
    keyspace.SetNow(5000);
    EXPECT_FALSE(keyspace.RemoveExpired(1'000'000));
    EXPECT_EQ(expired, (std::vector<std::string>{"0 b f", "1 c f"}));
    expired.clear();
    database.Clear(true);
    keyspace.database(1).Clear(true);
    keyspace.SetNow(1000);
  }
}

TEST_F(HashTypeTest, ReplacedAndRemovedHashesLeaveTheWheel) {
  Set("a", {"f", "v"}, 5000);
  Set("b", {"f", "v"}, 5000);
  Set("c", {"f", "v"}, 5000);
  database.Remove(Key::Of("a"), database.Locate(Key::Of("a")));
  CopyEntry(*Find("c"), database, Key::Of("b"));
  EXPECT_EQ(database.volatile_elements_size(), 2U);
  database.Evict(database.Peek(Key::Of("c")));
  EXPECT_EQ(database.volatile_elements_size(), 1U);
  database.Clear(true);
  EXPECT_EQ(database.volatile_elements_size(), 0U);
  keyspace.SetNow(6000);
  EXPECT_FALSE(database.RemoveExpired(UINT64_MAX));
}

TEST_F(HashTypeTest, RandomDeadlinesAgreeWithAModel) {
  std::map<std::string, int64_t> model;
  for (int64_t now = 1000; now < 6000; ++now) {
    keyspace.SetNow(now);
    std::erase_if(model, [&](const auto& item) { return item.second <= now; });
    if (now % 7 == 0) database.RemoveExpired(UINT64_MAX);
    const std::string name = "f" + std::to_string(RandomBelow(now < 3000 ? 30 : 900));
    const int64_t deadline = now + 1 + static_cast<int64_t>(RandomBelow(300));
    switch (RandomBelow(4)) {
      case 0:
        Set("h", {name, "v"});
        model[name] = kNoFieldDeadline;
        break;
      case 1:
        Remove("h", {name});
        model.erase(name);
        break;
      default:
        Set("h", {name, "v"}, deadline);
        model[name] = deadline;
    }
    if (now % 50 != 0) continue;
    std::map<std::string, int64_t> actual;
    if (Find("h") != nullptr) {
      VisitHashFields(keyspace.context(), *Find("h"), [&](const HashField& field) {
        actual.emplace(field.name, field.deadline_ms);
        return true;
      });
    }
    ASSERT_EQ(actual, model) << now;
  }
}

TEST_F(HashTypeTest, CopiesAreIndependent) {
  AddForms();
  for (const std::string& key : forms) {
    CopyEntry(*Find(key), database, Key::Of("copy"));
    EXPECT_EQ(DigestValue(*Find(key), DigestDeadlines::kExact),
              DigestValue(*Find("copy"), DigestDeadlines::kExact));
    Set("copy", {"f", "other"});
    EXPECT_EQ(Get(key, "f"), "v");
    EXPECT_NE(DigestValue(*Find(key)), DigestValue(*Find("copy")));
    EXPECT_GT(CollectionMemoryBytes(*Find(key), 0), 0U);
  }
}

// What redis-server 7.0.15 replies to DEBUG DIGEST-VALUE for these fields.
TEST_F(HashTypeTest, TheDigestIsThatOfRedis) {
  Set("h", {"a", "1", "b", "two", "empty", "", "10", "-5"});
  EXPECT_EQ(DigestToHex(DigestValue(*Find("h"))), "314d1ab03f562dc2315c6cb67411f0ffab947c2b");
  const auto before = DigestValue(*Find("h"), DigestDeadlines::kExact);
  SetDeadline("h", "a", 5000);
  const auto volatile_digest = DigestValue(*Find("h"));
  EXPECT_NE(DigestValue(*Find("h"), DigestDeadlines::kExact), before);
  SetDeadline("h", "a", 5001);
  EXPECT_EQ(DigestValue(*Find("h")), volatile_digest);
  SetDeadline("h", "a", kNoFieldDeadline);
  EXPECT_EQ(DigestValue(*Find("h"), DigestDeadlines::kExact), before);
}

}  // namespace
}  // namespace kvasir
