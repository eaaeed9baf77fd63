#include "src/store/database.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "src/base/clock.h"
#include "src/store/keyspace.h"
#include "src/store/reclaimer.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kNow = 1'800'000'000'000;
constexpr uint64_t kPlentyUs = 10'000'000;

class Recorder : public KeyspaceListener {
 public:
  void OnChanged(int database, const Key& key) override {
    heard.push_back(std::to_string(database) + " changed " + std::string(key.bytes));
  }
  void OnRemoved(int database, const Key& key, RemovalReason reason) override {
    const char* word = reason == RemovalReason::kExpired ? " expired " : " evicted ";
    heard.push_back(std::to_string(database) + word + std::string(key.bytes));
  }
  std::vector<std::string> heard;
};

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest() {
    keyspace.context().listener = &recorder;
    keyspace.SetNow(kNow);
  }
  void Set(int number, std::string_view key, ExpiryChange expiry = {},
           std::string_view value = "v") {
    Database& database = keyspace.database(number);
    SetString(database, Key::Of(key), database.Locate(Key::Of(key)), value, expiry);
  }
  bool Has(int number, std::string_view key) {
    return keyspace.database(number).Peek(Key::Of(key)) != nullptr;
  }

  Recorder recorder;
  Reclaimer reclaimer;
  Keyspace keyspace{4, &reclaimer};
  Database& database = keyspace.database(0);
};

TEST_F(DatabaseTest, ReadsCountHitsAndMisses) {
  Set(0, "k");
  EXPECT_NE(database.Read(Key::Of("k")), nullptr);
  EXPECT_EQ(database.Read(Key::Of("absent")), nullptr);
  EXPECT_EQ(database.Peek(Key::Of("absent")), nullptr);
  EXPECT_EQ(keyspace.context().stats.hits, 1U);
  EXPECT_EQ(keyspace.context().stats.misses, 1U);
}

TEST_F(DatabaseTest, AKeyIsGoneAtItsDeadlineAndNotBefore) {
  Set(0, "k", ExpiryChange::At(kNow + 10));
  keyspace.SetNow(kNow + 9);
  EXPECT_TRUE(Has(0, "k"));
  keyspace.SetNow(kNow + 10);
  EXPECT_FALSE(Has(0, "k"));
  EXPECT_EQ(database.size(), 1U);  // Peek has no effects
  EXPECT_EQ(database.Read(Key::Of("k")), nullptr);
  EXPECT_EQ(database.size(), 0U);
  EXPECT_EQ(database.volatile_size(), 0U);
  EXPECT_THAT(recorder.heard, ElementsAre("0 expired k"));
  EXPECT_EQ(keyspace.context().stats.expired, 1U);
}

TEST_F(DatabaseTest, WithExpiryOffNothingIsRemoved) {
  keyspace.context().expiry_enabled = false;
  Set(0, "k", ExpiryChange::At(kNow - 10));
  EXPECT_FALSE(keyspace.RemoveExpired(kPlentyUs));
  EXPECT_EQ(keyspace.NextExpiryWakeMs(), std::nullopt);
  EXPECT_TRUE(Has(0, "k"));
  EXPECT_THAT(recorder.heard, IsEmpty());
}

TEST_F(DatabaseTest, DueKeysOfAllDatabasesAreRemovedAndNoOthers) {
  for (int number = 0; number < 4; ++number) {
    for (int i = 0; i < 1000; ++i) {
      Set(number, "k" + std::to_string(i), ExpiryChange::At(kNow + i));
    }
    Set(number, "stays");
  }
  EXPECT_LE(keyspace.NextExpiryWakeMs().value(), kNow);
  keyspace.SetNow(kNow + 499);
  EXPECT_FALSE(keyspace.RemoveExpired(kPlentyUs));
  EXPECT_EQ(keyspace.size(), 4U * 501);
  EXPECT_EQ(recorder.heard.size(), 4U * 500);
  EXPECT_EQ(keyspace.context().expiry_lag_ms.max(), 499U);
  keyspace.SetNow(kNow + 5000);
  EXPECT_FALSE(keyspace.RemoveExpired(kPlentyUs));
  EXPECT_EQ(keyspace.size(), 4U);
  EXPECT_EQ(keyspace.NextExpiryWakeMs(), std::nullopt);
}

TEST_F(DatabaseTest, RemovalWithoutTimeGoesOnNextTime) {
  for (int number = 0; number < 4; ++number) {
    for (int i = 0; i < 1000; ++i) Set(number, "k" + std::to_string(i), ExpiryChange::At(kNow));
  }
  int calls = 0;
  while (keyspace.RemoveExpired(0)) ASSERT_LT(++calls, 1000);
  EXPECT_GT(calls, 4);
  EXPECT_EQ(keyspace.size(), 0U);
}

TEST_F(DatabaseTest, DeadlinesComeAndGo) {
  Set(0, "k");
  Database::Position position = database.Locate(Key::Of("k"));
  EXPECT_FALSE(database.ClearDeadline(Key::Of("k"), position));
  database.SetDeadline(Key::Of("k"), position, kNow + 5);
  EXPECT_EQ(database.DeadlineMs(*position.node()), kNow + 5);
  database.SetDeadline(Key::Of("k"), position, kNow + 500);
  EXPECT_EQ(database.volatile_size(), 1U);
  keyspace.SetNow(kNow + 5);
  EXPECT_FALSE(keyspace.RemoveExpired(kPlentyUs));
  EXPECT_TRUE(Has(0, "k"));
  position = database.Locate(Key::Of("k"));
  EXPECT_TRUE(database.ClearDeadline(Key::Of("k"), position));
  EXPECT_EQ(database.volatile_size(), 0U);
  keyspace.SetNow(kNow + 5000);
  EXPECT_TRUE(Has(0, "k"));
}

TEST_F(DatabaseTest, ADetachedEntryBelongsToTheCaller) {
  Set(0, "k", ExpiryChange::At(kNow + 5));
  Entry* entry = database.Detach(Key::Of("k"), database.Locate(Key::Of("k")));
  EXPECT_EQ(database.size(), 0U);
  EXPECT_EQ(database.volatile_size(), 0U);
  EXPECT_EQ(entry->key(), "k");
  keyspace.database(1).Insert(Key::Of("k"), entry);
  EXPECT_TRUE(Has(1, "k"));
  keyspace.SetNow(kNow + 5);
  keyspace.RemoveExpired(kPlentyUs);
  EXPECT_THAT(recorder.heard, ElementsAre("1 expired k"));
}

TEST_F(DatabaseTest, ChangesAreReportedOnlyWhileSomebodyWatches) {
  Set(0, "quiet");
  keyspace.context().notify_changes = true;
  Set(2, "loud");
  Database& second = keyspace.database(2);
  second.Remove(Key::Of("loud"), second.Locate(Key::Of("loud")));
  EXPECT_THAT(recorder.heard, ElementsAre("2 changed loud", "2 changed loud"));
}

TEST_F(DatabaseTest, ClearRemovesEverythingNowOrInTheBackground) {
  for (const bool wait : {true, false}) {
    const uint64_t changes = keyspace.context().changes;
    EXPECT_EQ(database.Clear(wait), 0U);
    EXPECT_EQ(keyspace.context().changes, changes);
    for (int i = 0; i < 5000; ++i) Set(0, "k" + std::to_string(i), ExpiryChange::At(kNow + 1));
    EXPECT_EQ(database.Clear(wait), 5000U);
    EXPECT_EQ(database.size(), 0U);
    EXPECT_FALSE(Has(0, "k1"));
    EXPECT_EQ(database.NextExpiryWakeMs(), std::nullopt);
    Set(0, "k1");
    EXPECT_TRUE(Has(0, "k1"));
    database.Clear(true);
  }
  reclaimer.Drain();
  EXPECT_EQ(reclaimer.freed_objects(), 5000U);
}

TEST_F(DatabaseTest, SwappedContentsKeepTheirDeadlines) {
  Set(0, "a", ExpiryChange::At(kNow + 5));
  Set(0, "b");
  Set(1, "c", ExpiryChange::At(kNow + 50));
  database.SwapContents(keyspace.database(1));
  EXPECT_EQ(database.size(), 1U);
  EXPECT_TRUE(Has(1, "a"));
  keyspace.SetNow(kNow + 50);
  keyspace.RemoveExpired(kPlentyUs);
  EXPECT_THAT(recorder.heard, ::testing::UnorderedElementsAre("1 expired a", "0 expired c"));
  EXPECT_TRUE(Has(1, "b"));
}

TEST_F(DatabaseTest, ARandomKeyIsALiveOne) {
  EXPECT_EQ(database.RandomEntry(), nullptr);
  for (int i = 0; i < 50; ++i) Set(0, "dead" + std::to_string(i), ExpiryChange::At(kNow + 1));
  Set(0, "alive");
  keyspace.SetNow(kNow + 1);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(database.RandomEntry()->key(), "alive");
  database.Remove(Key::Of("alive"), database.Locate(Key::Of("alive")));
  EXPECT_EQ(database.RandomEntry(), nullptr);
}

TEST_F(DatabaseTest, LargeValuesAreFreedInTheBackground) {
  Set(0, "large", {}, std::string(1 << 20, 'x'));
  database.Remove(Key::Of("large"), database.Locate(Key::Of("large")));
  reclaimer.Drain();
  EXPECT_EQ(reclaimer.freed_objects(), 1U);
  Set(0, "small");
  database.Remove(Key::Of("small"), database.Locate(Key::Of("small")));
  reclaimer.Drain();
  EXPECT_EQ(reclaimer.freed_objects(), 1U);
}

}  // namespace
}  // namespace kvasir
