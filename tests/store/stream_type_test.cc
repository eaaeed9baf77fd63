#include "src/store/stream_type.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>

#include "src/store/stream_builder.h"

namespace kvasir {
namespace {

// All that a stream tells, as text.
class Teller final : public StreamSink {
 public:
  void Facts(const StreamFacts& facts) override {
    text += "facts " + std::to_string(facts.length) + " " + std::to_string(facts.entries_added) +
            Id(facts.first) + Id(facts.last) + Id(facts.max_deleted);
  }
  void Group(const StreamGroupFacts& facts) override {
    text += "\ngroup " + std::string(facts.name) + Id(facts.last_delivered);
  }
  void Pending(const StreamPending& pending) override {
    text += Id(pending.id) + "*" + std::to_string(pending.deliveries);
  }
  void Consumer(const StreamConsumerFacts& facts) override {
    text += "\n  consumer " + std::string(facts.name) + " " + std::to_string(facts.seen_ms);
  }
  void Owned(const StreamId& id) override { text += Id(id); }

  std::string text;

 private:
  static std::string Id(const StreamId& id) {
    StreamIdText scratch;
    return " " + std::string(FormatStreamId(id, scratch));
  }
};

std::string EntriesOf(const Stream& stream, bool backwards) {
  std::string text;
  StreamCursor cursor(stream, kStreamIdMin, kStreamIdMax, backwards);
  for (StreamEntry entry; cursor.Next(entry);) {
    StreamIdText scratch;
    std::string one(FormatStreamId(entry.id, scratch));
    StreamFields fields(entry);
    ElementText text_scratch;
    for (PackedElement name, value; fields.Next(name, value);) {
      one += "," + std::string(name.Text(text_scratch));
      one += "=" + std::string(value.Text(text_scratch));
    }
    text = backwards ? one + ";" + text : text + one + ";";
  }
  return text;
}

std::string Tell(const Stream& stream) {
  Teller teller;
  stream.Visit(teller);
  EXPECT_EQ(EntriesOf(stream, false), EntriesOf(stream, true));
  return teller.text + "\n" + EntriesOf(stream, false);
}

// A cut builds a copy.
class CopySink final : public ElementSink {
 public:
  StreamSink* stream() override { return &builder; }
  void AllTaken() override { done = true; }

  StreamBuilder builder;
  bool done = false;
};

class StreamTypeTest : public ::testing::Test {
 protected:
  StreamId Near() { return {1 + random_() % (last_ + 2), random_() % 2}; }

  void ChangeAtRandom(Stream& stream) {
    std::vector<std::unique_ptr<char[]>> removed;
    StreamGroup* group = stream.FindGroup("g");
    if (group == nullptr) group = stream.AddGroup("g", {}, 0);
    const std::string name(1, static_cast<char>('a' + random_() % 3));
    switch (random_() % 12) {
      default: {
        last_ += random_() % 2;
        const StreamId id = {std::max(stream.last_id().ms, last_), stream.last_id().sequence + 1};
        const std::string value = std::to_string(random_() % 100'000);
        const std::string other = random_() % 4 == 0 ? "x" : "name";
        const std::string_view fields[] = {other, value, "second", "v"};
        stream.Append(id, fields, {.bytes = 300, .entries = 10});
        break;
      }
      case 0:
        stream.Erase(Near());
        break;
      case 1:
        stream.Trim({.length = stream.Length() - std::min<size_t>(stream.Length(), random_() % 9),
                     .whole_nodes = random_() % 2 == 0},
                    removed);
        break;
      case 2:
        stream.Trim({.by = StreamTrim::By::kId,
                     .least = {last_ > 60 ? last_ - 60 : 0, 3},
                     .whole_nodes = random_() % 2 == 0,
                     .limit = random_() % 20},
                    removed);
        break;
      case 3:
      case 4:
      case 5: {
        StreamConsumer* consumer = group->FindConsumer(name);
        if (consumer == nullptr) consumer = &group->AddConsumer(name, 1);
        group->Assign({.id = Near(), .delivered_ms = 5, .deliveries = 1, .consumer = consumer});
        break;
      }
      case 6:
        group->Acknowledge(Near());
        break;
      case 7:
        if (random_() % 30 == 0) {
          stream.RemoveGroup("g");
        } else if (StreamConsumer* consumer = group->FindConsumer(name)) {
          group->RemoveConsumer(*consumer);
        }
    }
  }

  std::mt19937 random_{3};
  uint64_t last_ = 1;
};

TEST_F(StreamTypeTest, ACutIsOfItsMoment) {
  Stream stream;
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 40; ++i) ChangeAtRandom(stream);
    const std::string before = Tell(stream);
    CopySink sink;
    ASSERT_TRUE(stream.BeginCut(sink, 1));
    EXPECT_TRUE(stream.in_cut());
    while (!stream.TakeElements(1)) {
      for (int i = 0; i < 5; ++i) ChangeAtRandom(stream);
    }
    EXPECT_TRUE(sink.done);
    EXPECT_FALSE(stream.in_cut());
    const std::unique_ptr<Stream> copy = sink.builder.Take();
    ASSERT_NE(copy, nullptr) << sink.builder.error();
    EXPECT_EQ(Tell(*copy), before);
  }
}

TEST_F(StreamTypeTest, ACutCanBeGivenUp) {
  Stream stream;
  for (int i = 0; i < 500; ++i) ChangeAtRandom(stream);
  CopySink sink;
  ASSERT_TRUE(stream.BeginCut(sink, 1));
  EXPECT_FALSE(stream.TakeElements(1));
  for (int i = 0; i < 100; ++i) ChangeAtRandom(stream);
  stream.AbandonCut();
  const std::string now = Tell(stream);
  const std::unique_ptr<Collection> copy = stream.Clone();
  EXPECT_EQ(Tell(static_cast<const Stream&>(*copy)), now);
}

TEST_F(StreamTypeTest, RemembersWhatRedisRemembers) {
  Stream stream;
  const std::string_view fields[] = {"f", "v"};
  for (uint64_t i = 1; i <= 9; ++i) stream.Append({i, 0}, fields, {.entries = 3});
  EXPECT_EQ(stream.node_count(), 3U);
  EXPECT_TRUE(stream.Erase({1, 0}));
  EXPECT_FALSE(stream.Erase({1, 0}));
  EXPECT_EQ(stream.first_id(), (StreamId{2, 0}));
  EXPECT_EQ(stream.max_deleted_id(), (StreamId{1, 0}));
  std::vector<std::unique_ptr<char[]>> removed;
  // Four entries may stay: the first two nodes have five.
  EXPECT_EQ(stream.Trim({.length = 4, .whole_nodes = true}, removed), 2U);
  EXPECT_EQ(stream.Trim({.length = 4}, removed), 2U);
  EXPECT_EQ(stream.first_id(), (StreamId{6, 0}));
  EXPECT_EQ(stream.max_deleted_id(), (StreamId{1, 0}));
  EXPECT_EQ(stream.Trim({.length = 0, .whole_nodes = true, .limit = 2}, removed), 1U);
  EXPECT_EQ(stream.Trim({.length = 0}, removed), 3U);
  EXPECT_EQ(stream.first_id(), (StreamId{}));
  EXPECT_EQ(stream.last_id(), (StreamId{9, 0}));
  EXPECT_EQ(stream.entries_added(), 9U);
  EXPECT_FALSE(stream.LastEntryId());
  EXPECT_EQ(stream.Length(), 0U);
}

TEST_F(StreamTypeTest, MemoryIsCounted) {
  Stream stream;
  const size_t empty = stream.MemoryBytes(0);
  EXPECT_LT(empty, 400U);
  const std::string value(100, 'v');
  const std::string_view fields[] = {"f", value};
  for (uint64_t i = 1; i <= 10'000; ++i) stream.Append({i, 0}, fields, {});
  EXPECT_GT(stream.MemoryBytes(0), 10'000 * 100U);
  EXPECT_LT(stream.MemoryBytes(0), 10'000 * 130U);
  EXPECT_NEAR(static_cast<double>(stream.MemoryBytes(5)),
              static_cast<double>(stream.MemoryBytes(0)), 50'000);
  EXPECT_GT(stream.FreeEffort(), 200U);
}

}  // namespace
}  // namespace kvasir
