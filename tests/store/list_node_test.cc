#include "src/store/list_node.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

namespace kvasir {
namespace {

std::vector<std::string> Texts(const ListNode& node) {
  std::vector<std::string> texts;
  for (const char* at = node.begin(); at != node.end(); at = node.Next(at)) {
    const char* read = at;
    ElementText scratch;
    texts.emplace_back(ReadElement(read).Text(scratch));
  }
  EXPECT_EQ(texts.size(), node.count());
  return texts;
}

ListNode NodeOf(const std::vector<std::string>& texts) {
  ListNode node;
  for (const std::string& text : texts) node.PushBack(MakeElement(text), 0);
  return node;
}

std::vector<std::string> Numbers(int from, int to) {
  std::vector<std::string> texts;
  for (int i = from; i < to; ++i) texts.push_back("element" + std::to_string(i));
  return texts;
}

using Strings = std::vector<std::string>;

TEST(ListNodeTest, AnEmptyNodeHasNothing) {
  ListNode node;
  EXPECT_EQ(node.count(), 0U);
  EXPECT_EQ(node.bytes(), 0U);
  EXPECT_EQ(node.AllocatedBytes(), 0U);
  EXPECT_EQ(node.begin(), node.end());
  node.Trim();
  EXPECT_EQ(node.Clone().count(), 0U);
}

TEST(ListNodeTest, GrowsAtBothEnds) {
  ListNode node;
  node.PushFront(MakeElement("b"), 0);
  node.PushBack(MakeElement("12"), 0);
  node.PushFront(MakeElement(""), 0);
  node.PushBack(MakeElement(std::string(300, 'x')), 0);
  EXPECT_EQ(Texts(node), (Strings{"", "b", "12", std::string(300, 'x')}));
}

TEST(ListNodeTest, TheLastElementIsFoundWhateverItsLength) {
  for (const size_t length : {0U, 1U, 62U, 64U, 125U, 126U, 127U, 128U, 4095U, 4096U, 20000U}) {
    ListNode node = NodeOf(Numbers(0, 20));
    node.Last();
    node.PushBack(MakeElement(std::string(length, 'y')), 0);
    node.PushBack(MakeElement("7"), 0);
    node.DropLast(node.Last());
    const char* last = node.Last();
    EXPECT_EQ(ReadElement(last).bytes.size(), length);
    EXPECT_EQ(Texts(node).size(), 21U);
  }
}

TEST(ListNodeTest, LengthsGoWhenTheyAreNotNeeded) {
  ListNode node = NodeOf(Numbers(0, 40));
  const size_t bytes = node.bytes();
  node.Last();
  EXPECT_EQ(node.bytes(), bytes);
  node.Trim();
  EXPECT_EQ(node.bytes(), bytes);
  EXPECT_EQ(Texts(node), Numbers(0, 40));
}

TEST(ListNodeTest, TrimLeavesNoRoom) {
  ListNode node;
  node.PushBack(MakeElement("abcdefgh"), 8192);
  EXPECT_GE(node.AllocatedBytes(), 8192U);
  node.Trim();
  EXPECT_EQ(node.AllocatedBytes(), 32U);
  EXPECT_EQ(Texts(node), Strings{"abcdefgh"});
}

TEST(ListNodeTest, ANodeThatEmptiesGivesMemoryBack) {
  ListNode node = NodeOf(Numbers(0, 500));
  while (node.count() > 5) node.DropFirst();
  EXPECT_LT(node.AllocatedBytes(), 500U);
  EXPECT_EQ(Texts(node), Numbers(495, 500));
}

TEST(ListNodeTest, ChangesInTheMiddle) {
  for (const bool with_lengths : {false, true}) {
    ListNode node = NodeOf(Numbers(0, 30));
    if (with_lengths) node.Last();
    node.Insert(node.At(10), MakeElement("5"));
    node.Insert(node.end(), MakeElement("end"));
    node.Replace(node.At(0), MakeElement(std::string(200, 'r')));
    Strings expected = Numbers(0, 30);
    expected.insert(expected.begin() + 10, "5");
    expected.emplace_back("end");
    expected[0] = std::string(200, 'r');
    EXPECT_EQ(Texts(node), expected);
    node.Last();
    const ListNode rest = node.SplitOff(node.At(20), 20);
    EXPECT_EQ(Texts(rest), Strings(expected.begin() + 20, expected.end()));
    EXPECT_EQ(Texts(node), Strings(expected.begin(), expected.begin() + 20));
    node.Last();
    node.Append(rest.Clone());
    EXPECT_EQ(Texts(node), expected);
    node.CutFrom(node.At(12), 12);
    node.CutBefore(node.At(9), 9);
    EXPECT_EQ(Texts(node), Strings(expected.begin() + 9, expected.begin() + 12));
  }
}

TEST(ListNodeTest, EqualElementsAreRemovedFromEitherEnd) {
  const Strings texts = {"a", "1", "a", "b", "a", "a"};
  const ElementMatcher a(MakeElement("a"));
  const auto removed = [&](size_t limit, bool from_back) {
    ListNode node = NodeOf(texts);
    node.RemoveEqual(a, limit, from_back);
    return Texts(node);
  };
  EXPECT_EQ(removed(1, false), (Strings{"1", "a", "b", "a", "a"}));
  EXPECT_EQ(removed(2, true), (Strings{"a", "1", "a", "b"}));
  EXPECT_EQ(removed(3, true), (Strings{"a", "1", "b"}));
  EXPECT_EQ(removed(99, false), (Strings{"1", "b"}));
  ListNode node = NodeOf(texts);
  EXPECT_EQ(node.RemoveEqual(ElementMatcher(MakeElement("1")), 9, true), 1U);
  EXPECT_EQ(node.RemoveEqual(ElementMatcher(MakeElement("no")), 9, true), 0U);
}

// "1" is held as an integer, and a string may begin with the same bytes as an integer's text.
TEST(ListNodeTest, OnlyEqualElementsMatch) {
  const Strings texts = {"1",
                         "01",
                         "1 ",
                         "",
                         "127",
                         "128",
                         std::string(64, 'a'),
                         std::string(63, 'a'),
                         "-1",
                         "70000",
                         "9223372036854775807"};
  for (const std::string& wanted : texts) {
    const ElementMatcher matcher(MakeElement(wanted));
    const ListNode node = NodeOf(texts);
    size_t matches = 0;
    for (const char* at = node.begin(); at != node.end(); at = node.Next(at)) {
      if (matcher.Matches(at, node.end())) ++matches;
    }
    EXPECT_EQ(matches, 1U) << wanted;
  }
}

TEST(ListNodeTest, RandomChangesAtTheEndsKeepTheElements) {
  std::mt19937 random(7);
  ListNode node;
  std::deque<std::string> model;
  for (int i = 0; i < 20000; ++i) {
    const std::string text =
        random() % 2 == 0 ? std::to_string(random() % 100000) : std::string(random() % 150, 'z');
    switch (random() % (i / 2000 % 2 == 0 ? 6 : 4)) {
      case 0:
        if (model.empty()) break;
        node.DropFirst();
        model.pop_front();
        break;
      case 1:
        if (model.empty()) break;
        node.DropLast(node.Last());
        model.pop_back();
        break;
      case 2:
      case 4:
        node.PushFront(MakeElement(text), random() % 4096);
        model.push_front(text);
        break;
      default:
        node.PushBack(MakeElement(text), 0);
        model.push_back(text);
    }
    if (i % 500 == 0) {
      ASSERT_EQ(Texts(node), Strings(model.begin(), model.end()));
    }
  }
  EXPECT_EQ(Texts(node), Strings(model.begin(), model.end()));
}

TEST(ListNodeTest, ACompressedNodeExpandsToWhatItWas) {
  const Strings texts = Numbers(0, 600);
  ListNode node = NodeOf(texts);
  node.Last();
  node.Trim();
  const size_t plain_bytes = node.AllocatedBytes();
  const size_t bytes = node.bytes();
  node.Compress();
  ASSERT_TRUE(node.compressed());
  EXPECT_LT(node.AllocatedBytes(), plain_bytes / 2);
  EXPECT_EQ(node.bytes(), bytes);
  EXPECT_EQ(node.count(), 600U);
  node.Compress();
  EXPECT_EQ(Texts(node.Expanded()), texts);
  ListNode clone = node.Clone();
  EXPECT_TRUE(clone.compressed());
  clone.Expand();
  EXPECT_FALSE(clone.compressed());
  clone.PushFront(MakeElement("x"), 0);
  clone.DropLast(clone.Last());
  EXPECT_EQ(Texts(clone)[599], "element598");
  EXPECT_TRUE(node.compressed());
}

// It has to save a quarter, and to be neither too small for that nor too large for the loop.
TEST(ListNodeTest, WhatGainsNothingStaysPlain) {
  std::mt19937 random(3);
  Strings noise;
  for (int i = 0; i < 300; ++i) {
    std::string text(10, ' ');
    for (char& c : text) c = static_cast<char>(random());
    noise.push_back(text);
  }
  for (const Strings& texts :
       {Strings(), Numbers(0, 10), noise, Strings{std::string(100000, 'x')}}) {
    ListNode node = NodeOf(texts);
    node.Compress();
    EXPECT_FALSE(node.compressed());
    EXPECT_EQ(Texts(node), texts);
  }
}

}  // namespace
}  // namespace kvasir
