#include "src/store/stream_idempotence.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace kvasir {
namespace {

std::vector<std::string> All(const StreamIdempotence& idempotence) {
  std::vector<std::string> all;
  idempotence.ForEach([&](std::string_view producer, const auto& items) {
    for (const StreamIdempotence::Item& item : items) {
      all.push_back(std::string(producer) + "/" + item.iid + "/" + std::to_string(item.id.ms));
    }
  });
  return all;
}

TEST(StreamIdempotenceTest, WhatIsForgottenFollowsFromWhatIsAdded) {
  StreamIdempotence idempotence;
  idempotence.SetLimits({.duration_seconds = 1, .size = 2});
  idempotence.Add("p", "a", {1000, 0});
  idempotence.Add("q", "a", {1500, 0});
  EXPECT_EQ(idempotence.Find("p", "a", 1999), (StreamId{1000, 0}));
  EXPECT_EQ(idempotence.Find("p", "a", 2000), std::nullopt);
  EXPECT_EQ(idempotence.Find("p", "b", 1000), std::nullopt);
  EXPECT_EQ(idempotence.Find("r", "a", 1000), std::nullopt);
  // A question forgets nothing.
  EXPECT_EQ(All(idempotence), (std::vector<std::string>{"p/a/1000", "q/a/1500"}));
  EXPECT_EQ(idempotence.CountAt(2100).producers, 1U);
  idempotence.Add("q", "b", {2000, 0});
  EXPECT_EQ(All(idempotence), (std::vector<std::string>{"q/a/1500", "q/b/2000"}));
  idempotence.Add("q", "c", {2001, 0});
  EXPECT_EQ(All(idempotence), (std::vector<std::string>{"q/b/2000", "q/c/2001"}));
  EXPECT_EQ(idempotence.added, 4U);
  EXPECT_EQ(idempotence.id_count(), 2U);
}

TEST(StreamIdempotenceTest, AnIdThatIsAddedAgainOutlivesWhatItWas) {
  StreamIdempotence idempotence;
  idempotence.SetLimits({.duration_seconds = 1, .size = 2});
  idempotence.Add("p", "a", {1000, 0});
  idempotence.Add("p", "a", {1900, 0});
  idempotence.Add("p", "b", {2500, 0});
  EXPECT_EQ(idempotence.Find("p", "a", 2500), (StreamId{1900, 0}));
  EXPECT_GT(idempotence.MemoryBytes(), sizeof idempotence);
}

TEST(StreamIdempotenceTest, AnIdThatIsAddedTwiceIsKnownUntilTheSecondGoes) {
  StreamIdempotence idempotence;
  idempotence.SetLimits({.duration_seconds = 100, .size = 2});
  idempotence.Add("p", "a", {1, 1});
  idempotence.Add("p", "a", {1, 1});
  idempotence.Add("p", "b", {1, 2});
  EXPECT_EQ(All(idempotence), (std::vector<std::string>{"p/a/1", "p/b/1"}));
  EXPECT_EQ(idempotence.Find("p", "a", 1), (StreamId{1, 1}));
}

TEST(StreamIdempotenceTest, OtherLimitsForgetAll) {
  StreamIdempotence idempotence;
  EXPECT_TRUE(idempotence.blank());
  idempotence.Add("p", "a", {1000, 0});
  idempotence.SetLimits({});
  EXPECT_EQ(idempotence.id_count(), 1U);
  idempotence.SetLimits({.duration_seconds = 5});
  EXPECT_EQ(idempotence.id_count(), 0U);
  EXPECT_FALSE(idempotence.blank());
}

TEST(StreamIdempotenceTest, FieldsInAnyOrderMakeTheSameId) {
  const auto id = [](std::vector<std::string_view> fields) {
    return StreamIdempotence::IdOf(fields);
  };
  EXPECT_EQ(id({"a", "1", "b", "2"}), id({"b", "2", "a", "1"}));
  EXPECT_NE(id({"a", "1", "b", "2"}), id({"a", "2", "b", "1"}));
  EXPECT_NE(id({"ab", "c"}), id({"a", "bc"}));
  EXPECT_EQ(id({"a", "1"}).size(), 16U);
}

}  // namespace
}  // namespace kvasir
