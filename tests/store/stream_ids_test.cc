#include "src/store/stream_ids.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>

namespace kvasir {
namespace {

struct Item {
  StreamId id;
  int value = 0;
};
using List = StreamIds<Item>;
using Model = std::map<StreamId, int>;

Model Contents(const List& list) {
  Model contents;
  List::Place place;
  for (const Item* item; (item = list.At(place)) != nullptr; list.Advance(place)) {
    contents.emplace(item->id, item->value);
  }
  return contents;
}

Model Contents(const FrozenStreamIds<Item>& frozen) {
  Model contents;
  for (const auto& part : frozen.parts()) {
    for (size_t i = 0; i < part.count; ++i) contents.emplace(part.items[i].id, part.items[i].value);
  }
  return contents;
}

void ChangeAtRandom(List& list, Model& model, std::mt19937& random, int changes) {
  for (int i = 0; i < changes; ++i) {
    const StreamId id = {random() % 40, random() % 40};
    const int value = static_cast<int>(random() % 100);
    switch (random() % 4) {
      case 0:
      case 1:
        EXPECT_EQ(list.Insert({id, value}), model.emplace(id, value).second);
        break;
      case 2:
        EXPECT_EQ(list.Erase(id), model.erase(id) == 1);
        break;
      default:
        Item* item = list.FindToChange(id);
        EXPECT_EQ(item != nullptr, model.contains(id));
        if (item != nullptr) item->value = model[id] = value;
    }
  }
}

TEST(StreamIdsTest, IsWhatAMapIs) {
  std::mt19937 random(7);
  List list;
  Model model;
  for (int round = 0; round < 50; ++round) {
    ChangeAtRandom(list, model, random, 200);
    EXPECT_EQ(Contents(list), model);
    EXPECT_EQ(list.size(), model.size());
    const StreamId id = {random() % 40, random() % 40};
    const Item* bound = list.At(list.LowerBound(id));
    const auto expected = model.lower_bound(id);
    ASSERT_EQ(bound != nullptr, expected != model.end());
    if (bound != nullptr) {
      EXPECT_EQ(bound->id, expected->first);
    }
  }
  while (!model.empty()) {
    EXPECT_EQ(list.front().id, model.begin()->first);
    EXPECT_EQ(list.back().id, model.rbegin()->first);
    list.Erase(model.begin()->first);
    model.erase(model.begin());
  }
  EXPECT_TRUE(list.empty());
}

TEST(StreamIdsTest, AscendingIdsFillTheirChunks) {
  List list;
  for (uint64_t i = 0; i < 6400; ++i) list.Insert({{i, 0}});
  EXPECT_EQ(list.chunk_count(), 100U);
  EXPECT_LT(list.MemoryBytes(), 6400 * sizeof(Item) + 8192);
}

TEST(StreamIdsTest, AFrozenListStaysAsItWas) {
  std::mt19937 random(11);
  auto list = std::make_unique<List>();
  Model model;
  for (int round = 0; round < 30; ++round) {
    ChangeAtRandom(*list, model, random, 300);
    const Model before = model;
    const FrozenStreamIds<Item> frozen(*list);
    ChangeAtRandom(*list, model, random, 300);
    EXPECT_EQ(Contents(frozen), before);
    EXPECT_EQ(Contents(*list), model);
    EXPECT_EQ(frozen.size(), before.size());
  }
  const FrozenStreamIds<Item> frozen(*list);
  list->Erase(model.begin()->first);
  list.reset();
  EXPECT_EQ(Contents(frozen), model);
}

}  // namespace
}  // namespace kvasir
