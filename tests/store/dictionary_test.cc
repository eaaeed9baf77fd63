#include "src/store/dictionary.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/base/hash.h"
#include "src/base/random.h"

namespace kvasir {
namespace {

struct Node {
  std::string name;
  std::string_view key() const { return name; }
};

struct GoodHash {
  uint64_t operator()(std::string_view key) const { return HashBytes(key); }
};
// Everything collides: all nodes lie in the chain of one bucket.
struct ConstantHash {
  uint64_t operator()(std::string_view) const { return 0x1234567890abcdef; }
};

template <typename Hash>
class Tested {
 public:
  using Table = Dictionary<Node, Hash>;

  void Insert(const std::string& key) {
    auto node = std::make_unique<Node>(Node{key});
    table.Insert(node.get(), Hash{}(key));
    model.emplace(key, std::move(node));
  }
  void Erase(const std::string& key) {
    const auto position = table.Find(key, Hash{}(key));
    ASSERT_TRUE(position) << key;
    ASSERT_EQ(position.node(), model.at(key).get());
    table.Erase(position);
    model.erase(key);
  }
  bool Has(const std::string& key) const { return static_cast<bool>(table.Find(key, Hash{}(key))); }

  void ExpectEqualToModel() {
    ASSERT_EQ(table.size(), model.size());
    std::set<const Node*> visited;
    table.ForEach([&](const Node* node) { visited.insert(node); });
    ASSERT_EQ(visited.size(), model.size());
    for (const auto& [key, node] : model) ASSERT_TRUE(visited.count(node.get())) << key;
  }

  Table table;
  std::unordered_map<std::string, std::unique_ptr<Node>> model;
};

std::string KeyOf(uint64_t number) { return "key:" + std::to_string(number); }

TEST(DictionaryTest, AnEmptyTableFindsNothing) {
  Tested<GoodHash> empty;
  EXPECT_FALSE(empty.Has("k"));
  EXPECT_EQ(empty.table.RandomNode(RandomBits), nullptr);
  EXPECT_EQ(empty.table.Scan(0, [](Node*) { FAIL(); }), 0U);
  EXPECT_EQ(empty.table.Scan(12345, [](Node*) { FAIL(); }), 0U);
  empty.table.PrefetchBucket(1);
  empty.table.PrefetchNode(1);
  empty.ExpectEqualToModel();
}

// Grows and shrinks over several doublings and the border of the first segment.
TEST(DictionaryTest, RandomInsertsAndErasesBehaveLikeAMap) {
  Tested<GoodHash> tested;
  std::mt19937_64 random(1);
  constexpr uint64_t kKeys = 60'000;
  for (const int inserts_of_ten : {9, 3, 7, 0}) {
    for (int step = 0; step < 100'000; ++step) {
      const std::string key = KeyOf(random() % kKeys);
      const bool there = tested.model.count(key) != 0;
      ASSERT_EQ(tested.Has(key), there);
      const bool insert = static_cast<int>(random() % 10) < inserts_of_ten;
      if (insert && !there) tested.Insert(key);
      if (!insert && there) {
        ASSERT_NO_FATAL_FAILURE(tested.Erase(key));
      }
    }
    ASSERT_NO_FATAL_FAILURE(tested.ExpectEqualToModel());
  }
  while (!tested.model.empty()) {
    ASSERT_NO_FATAL_FAILURE(tested.Erase(std::string(tested.model.begin()->first)));
  }
  EXPECT_EQ(tested.table.size(), 0U);
}

TEST(DictionaryTest, CollidingKeysAreKeptApart) {
  Tested<ConstantHash> tested;
  for (uint64_t i = 0; i < 300; ++i) tested.Insert(KeyOf(i));
  ASSERT_NO_FATAL_FAILURE(tested.ExpectEqualToModel());
  for (uint64_t i = 0; i < 300; i += 2) tested.Erase(KeyOf(i));
  for (uint64_t i = 0; i < 300; ++i) EXPECT_EQ(tested.Has(KeyOf(i)), i % 2 == 1);
  for (uint64_t i = 1; i < 300; i += 2) tested.Erase(KeyOf(i));
  EXPECT_EQ(tested.table.size(), 0U);
}

TEST(DictionaryTest, MemoryIsReturnedAfterMassDeletion) {
  Tested<GoodHash> tested;
  constexpr uint64_t kKeys = 200'000;
  for (uint64_t i = 0; i < kKeys; ++i) tested.Insert(KeyOf(i));
  const size_t full = tested.table.MemoryBytes();
  // DESIGN: 48 bytes per key in all; the table's share is at most 16 of them.
  EXPECT_LT(full, kKeys * 16);
  for (uint64_t i = 100; i < kKeys; ++i) tested.Erase(KeyOf(i));
  EXPECT_LT(tested.table.MemoryBytes(), full / 100);
  ASSERT_NO_FATAL_FAILURE(tested.ExpectEqualToModel());
  for (uint64_t i = 0; i < 100; ++i) tested.Erase(KeyOf(i));
  EXPECT_LE(tested.table.bucket_count(), 4U);
}

TEST(DictionaryTest, SwapExchangesEverything) {
  Tested<GoodHash> tested;
  for (uint64_t i = 0; i < 100; ++i) tested.Insert(KeyOf(i));
  Tested<GoodHash>::Table other;
  other.Swap(tested.table);
  EXPECT_EQ(tested.table.size(), 0U);
  EXPECT_FALSE(tested.Has(KeyOf(1)));
  EXPECT_EQ(other.size(), 100U);
  const Tested<GoodHash>::Table moved = std::move(other);
  EXPECT_TRUE(moved.Find(KeyOf(1), GoodHash{}(KeyOf(1))));
}

// A whole scan while `change` inserts or erases other keys between its steps.
template <typename Change>
void ScanWhile(Tested<GoodHash>& tested, uint64_t stable, Change change) {
  std::set<std::string> seen;
  uint64_t cursor = 0;
  uint64_t steps = 0;
  do {
    cursor = tested.table.Scan(cursor, [&](Node* node) { seen.insert(node->name); });
    change();
    ASSERT_LT(++steps, 10'000'000U) << "the scan does not end";
  } while (cursor != 0);
  for (uint64_t i = 0; i < stable; ++i) ASSERT_TRUE(seen.count(KeyOf(i))) << i;
}

TEST(DictionaryTest, AScanSeesEveryKeyThatIsThereThroughout) {
  constexpr uint64_t kStable = 500;
  Tested<GoodHash> tested;
  for (uint64_t i = 0; i < kStable; ++i) tested.Insert(KeyOf(i));
  ASSERT_NO_FATAL_FAILURE(ScanWhile(tested, kStable, [] {}));
  uint64_t next = kStable;
  // Grows from 100 to some ten thousand buckets, at several speeds.
  for (const int speed : {1, 7, 40}) {
    ASSERT_NO_FATAL_FAILURE(ScanWhile(tested, kStable, [&] {
      for (int i = 0; i < speed && next < 60'000; ++i) tested.Insert(KeyOf(next++));
    }));
  }
  for (const int speed : {40, 7, 1}) {
    ASSERT_NO_FATAL_FAILURE(ScanWhile(tested, kStable, [&] {
      for (int i = 0; i < speed && next > kStable; ++i) tested.Erase(KeyOf(--next));
    }));
  }
  // Back and forth over the same sizes.
  std::mt19937_64 random(1);
  for (int round = 0; round < 20; ++round) {
    const uint64_t target = kStable + random() % 20'000;
    ASSERT_NO_FATAL_FAILURE(ScanWhile(tested, kStable, [&] {
      for (int i = 0; i < 9 && next < target; ++i) tested.Insert(KeyOf(next++));
      for (int i = 0; i < 9 && next > target; ++i) tested.Erase(KeyOf(--next));
    }));
  }
}

TEST(DictionaryTest, CursorsFromNowhereAreHarmless) {
  Tested<GoodHash> tested;
  for (uint64_t i = 0; i < 1000; ++i) tested.Insert(KeyOf(i));
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    uint64_t cursor = random();
    int steps = 0;
    do {
      cursor = tested.table.Scan(cursor, [](Node*) {});
    } while (cursor != 0 && ++steps < 10'000);
    ASSERT_LT(steps, 10'000);
  }
}

TEST(DictionaryTest, RandomNodesAreChosenEvenly) {
  for (const uint64_t keys : {3, 10, 100, 700}) {
    Tested<GoodHash> tested;
    for (uint64_t i = 0; i < keys; ++i) tested.Insert(KeyOf(i));
    std::unordered_map<std::string, int> counts;
    constexpr int kPerKey = 400;
    for (uint64_t i = 0; i < keys * kPerKey; ++i) {
      ++counts[tested.table.RandomNode(RandomBits)->name];
    }
    // Ten standard deviations and more on both sides.
    for (uint64_t i = 0; i < keys; ++i) {
      EXPECT_GT(counts[KeyOf(i)], kPerKey / 2) << i << " of " << keys;
      EXPECT_LT(counts[KeyOf(i)], kPerKey * 2) << i << " of " << keys;
    }
  }
}

}  // namespace
}  // namespace kvasir
