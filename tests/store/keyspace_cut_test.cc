#include "src/store/keyspace_cut.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "src/store/digest.h"
#include "src/store/hash_type.h"
#include "src/store/key_operations.h"
#include "src/store/list_type.h"
#include "src/store/reclaimer.h"
#include "src/store/set_type.h"
#include "src/store/sorted_set_type.h"
#include "src/store/string_type.h"
#include "tests/support/keyspace_copy.h"

namespace kvasir {
namespace {

constexpr int64_t kNowMs = 1'700'000'000'000;

class KeyspaceCutTest : public ::testing::Test {
 protected:
  static constexpr int kDatabases = 4;

  KeyspaceCutTest() { keyspace.SetNow(kNowMs); }

  uint64_t Below(uint64_t limit) { return random() % limit; }
  std::string Text(uint64_t number) { return "element:" + std::to_string(number); }
  Database& AnyDatabase() { return keyspace.database(static_cast<int>(Below(kDatabases))); }

  // A key's type is told by its name, so that no operation meets a value of another type. A few
  // keys are large.
  std::string AnyKey(char type) { return type + std::to_string(Below(40)); }
  size_t TypicalLength(const std::string& key) {
    return key.ends_with('7') ? 2000 + Below(2000) : Below(30);
  }

  void PushSome(Database& database, const std::string& key, size_t count) {
    const Key name = Key::Of(key);
    for (size_t i = 0; i < count; ++i) {
      const std::string text = Text(Below(100'000));
      const std::string_view view = text;
      ListPush(database, name, database.Locate(name),
               Below(2) == 0 ? ListEnd::kHead : ListEnd::kTail, {&view, 1});
    }
  }
  void AddSome(Database& database, const std::string& key, size_t count) {
    const Key name = Key::Of(key);
    for (size_t i = 0; i < count; ++i) {
      const std::string text = Text(Below(100'000));
      const std::string_view view = text;
      AddSetMembers(database, name, database.Locate(name), {&view, 1});
    }
  }
  void SetSome(Database& database, const std::string& key, size_t count) {
    const Key name = Key::Of(key);
    for (size_t i = 0; i < count; ++i) {
      const std::string field = Text(Below(5000));
      const std::string value = Text(Below(100'000));
      const std::string_view texts[] = {field, value};
      const bool has_deadline = key.starts_with("h1") && Below(4) == 0;
      SetHashFields(database, name, database.Locate(name), texts,
                    has_deadline ? kNowMs + 1000 + static_cast<int64_t>(Below(1'000'000))
                                 : kKeepFieldDeadline);
    }
  }
  void ScoreSome(Database& database, const std::string& key, size_t count) {
    const Key name = Key::Of(key);
    for (size_t i = 0; i < count; ++i) {
      const std::string member = Text(Below(5000));
      SortedSetAdder(database, name, database.Locate(name))
          .Add({member, static_cast<double>(Below(1000))}, {});
    }
  }
  void Grow(Database& database, const std::string& key, size_t count) {
    switch (key.front()) {
      case 'l':
        return PushSome(database, key, count);
      case 's':
        return AddSome(database, key, count);
      case 'h':
        return SetSome(database, key, count);
      case 'z':
        return ScoreSome(database, key, count);
      default:
        return SetString(database, Key::Of(key), database.Locate(Key::Of(key)),
                         Text(Below(100'000)), {});
    }
  }
  void Fill() {
    for (int i = 0; i < kDatabases; ++i) {
      for (const char type : {'l', 's', 'h', 'z', 'k'}) {
        for (int number = 0; number < 40; ++number) {
          const std::string key = type + std::to_string(number);
          if (Below(4) != 0) Grow(keyspace.database(i), key, TypicalLength(key));
        }
      }
    }
  }

  void ShrinkList(Database& database, const Key& key, Database::Position position) {
    const size_t length = ListLength(*position.node());
    const std::string text = Text(Below(100'000));
    switch (Below(6)) {
      case 0:
        return ListPop(database, key, position, ListEnd::kHead, Below(length) + 1,
                       [](const PackedElement&) {});
      case 1:
        return ListPop(database, key, position, ListEnd::kTail, 1, [](const PackedElement&) {});
      case 2:
        return ListSet(database, key, position, Below(length), text);
      case 3: {
        const size_t start = Below(length);
        return ListTrim(database, key, position, start, Below(length - start) + 1);
      }
      case 4:
        ListRemove(database, key, position, ListEnd::kHead, 3, text);
        return;
      default: {
        std::string pivot;
        ListRange(*position.node(), Below(length), 1, [&](const PackedElement& element) {
          ElementText scratch;
          pivot = element.Text(scratch);
        });
        ListInsert(database, key, position, true, pivot, text);
      }
    }
  }
  void ShrinkSortedSet(Database& database, const Key& key, Database::Position position) {
    const std::string member = Text(Below(5000));
    const std::string_view view = member;
    if (Below(2) == 0) {
      SortedSetRemove(database, key, position, std::span(&view, 1));
    } else {
      const size_t first = Below(SortedSetLength(*position.node()));
      const size_t left = SortedSetLength(*position.node()) - first;
      SortedSetRemove(database, key, position, RankRange{first, std::min<size_t>(left, Below(50))});
    }
  }
  void ShrinkHash(Database& database, const Key& key, Database::Position position) {
    for (int i = 0; i < 20 && position; ++i) {
      const std::string field = Text(Below(5000));
      const std::string_view view = field;
      RemoveHashFields(database, key, position, {&view, 1});
    }
  }
  void Shrink(Database& database, const std::string& name) {
    const Key key = Key::Of(name);
    Database::Position position = database.Locate(key);
    if (!position) return;
    switch (name.front()) {
      case 'l':
        return ShrinkList(database, key, position);
      case 's':
        return PopSetMembers(database, key, position, Below(30) + 1, [](std::string_view) {});
      case 'h':
        return ShrinkHash(database, key, position);
      case 'z':
        return ShrinkSortedSet(database, key, position);
      default:
        AppendString(database, key, position, "tail");
    }
  }
  void ChangeKey(Database& database, const std::string& name) {
    const Key key = Key::Of(name);
    Database::Position position = database.Locate(key);
    if (!position) return Grow(database, name, TypicalLength(name));
    const std::string other = AnyKey(name.front());
    switch (Below(6)) {
      case 0:
        return database.Remove(key, position);
      case 1:
        return database.SetDeadline(key, position, kNowMs + static_cast<int64_t>(Below(100'000)));
      case 2:
        database.ClearDeadline(key, position);
        return;
      case 3:
        if (other != name) RenameKey(database, key, Key::Of(other));
        return;
      case 4:
        return database.Evict(position.node());
      default:
        if (!AnyDatabase().Locate(Key::Of(other))) return;
    }
  }
  void ChangeSomething() {
    const std::string key = AnyKey("lshzk"[Below(5)]);
    const uint64_t what = Below(1000);
    if (what < 400) return Grow(AnyDatabase(), key, Below(5) + 1);
    if (what < 800) return Shrink(AnyDatabase(), key);
    if (what < 990) return ChangeKey(AnyDatabase(), key);
    if (what < 995) return AnyDatabase().SwapContents(AnyDatabase());
    if (what < 997) {
      AnyDatabase().Clear(false);
      return;
    }
    keyspace.SetNow(keyspace.context().now_ms + static_cast<int64_t>(Below(2000)));
    keyspace.RemoveExpired(1'000'000);
  }

  std::mt19937_64 random{std::random_device{}()};
  Reclaimer reclaimer;
  Keyspace keyspace{kDatabases, &reclaimer};
};

// Takes a cut with `changes` changes between two steps, and compares what it took with what there
// was.
TEST_F(KeyspaceCutTest, TakesExactlyOnePointInTimeWhileEverythingChanges) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  random.seed(seed);
  Fill();
  int large = 0;
  for (int round = 0; round < 12; ++round) {
    const std::string before = DigestToHex(DigestKeyspace(keyspace, DigestDeadlines::kExact));
    const uint64_t keys = keyspace.size();
    Keyspace copy(kDatabases);
    copy.context().expiry_enabled = false;
    KeyspaceCopy sink(copy);
    const uint64_t changes = Below(200);
    {
      KeyspaceCut cut(keyspace, sink);
      for (bool more = true; more; more = cut.Step()) {
        for (uint64_t i = Below(changes + 1); i > 0; --i) ChangeSomething();
      }
      EXPECT_TRUE(cut.done());
      EXPECT_EQ(cut.keys_total(), keys);
      EXPECT_EQ(cut.keys_taken(), keys);
    }
    large += sink.large();
    ASSERT_EQ(DigestToHex(DigestKeyspace(copy, DigestDeadlines::kExact)), before)
        << "round " << round;
    ASSERT_EQ(copy.size(), keys);
  }
  EXPECT_GT(large, 0);
}

TEST_F(KeyspaceCutTest, CanBeGivenUpAtAnyPointAndBegunAnew) {
  Fill();
  for (int round = 0; round < 20; ++round) {
    Keyspace scratch(kDatabases);
    KeyspaceCopy sink(scratch);
    KeyspaceCut cut(keyspace, sink);
    for (uint64_t i = Below(60); i > 0 && cut.Step(); --i) ChangeSomething();
  }
  const std::string before = DigestToHex(DigestKeyspace(keyspace, DigestDeadlines::kExact));
  Keyspace copy(kDatabases);
  KeyspaceCopy sink(copy);
  KeyspaceCut cut(keyspace, sink);
  while (cut.Step()) {
  }
  EXPECT_EQ(DigestToHex(DigestKeyspace(copy, DigestDeadlines::kExact)), before);
}

TEST_F(KeyspaceCutTest, OfNothingIsDoneAtOnce) {
  KeyspaceCopy sink(keyspace);
  KeyspaceCut cut(keyspace, sink);
  EXPECT_TRUE(cut.done());
  EXPECT_FALSE(cut.Step());
}

// The table shrinks meanwhile: buckets that were taken and others must not become one.
TEST_F(KeyspaceCutTest, HoldsWhenAlmostEverythingIsDeleted) {
  Database& database = keyspace.database(0);
  for (int i = 0; i < 50'000; ++i) Grow(database, "k" + std::to_string(i), 1);
  const std::string before = DigestToHex(DigestKeyspace(keyspace));
  Keyspace copy(kDatabases);
  KeyspaceCopy sink(copy);
  {
    KeyspaceCut cut(keyspace, sink);
    for (int i = 0; i < 200; ++i) cut.Step();
    for (int i = 0; i < 49'000; ++i) {
      const std::string name = "k" + std::to_string(i);
      database.Remove(Key::Of(name), database.Locate(Key::Of(name)));
    }
    while (cut.Step()) {
    }
  }
  EXPECT_EQ(DigestToHex(DigestKeyspace(copy)), before);
  EXPECT_EQ(database.size(), 1000U);
}

}  // namespace
}  // namespace kvasir
