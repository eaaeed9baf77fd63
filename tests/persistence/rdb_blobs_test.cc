#include "persistence/rdb_blobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/persistence/rdb_fixture.h"

namespace kvasir {
namespace {

using testing::ElementsAre;
using Visit = bool (*)(std::string_view, ElementVisitor);

// The elements as texts; "(broken)" at the end when the blob is.
std::vector<std::string> Texts(Visit visit, const std::string& blob) {
  std::vector<std::string> texts;
  const bool whole = visit(blob, [&](const PackedElement& element) {
    ElementText scratch;
    texts.emplace_back(element.Text(scratch));
    return true;
  });
  if (!whole) texts.emplace_back("(broken)");
  return texts;
}

bool IsWhole(Visit visit, const std::string& blob) {
  return visit(blob, [](const PackedElement&) { return true; });
}

std::string Listpack(int count, const std::string& entries) {
  const auto size = static_cast<int>(7 + entries.size());
  return Bytes({size & 0xff, size >> 8, 0, 0, count & 0xff, count >> 8}) + entries + "\xff";
}

TEST(RdbBlobsTest, ListpackHasIntegersOfAllWidthsAndTexts) {
  const std::string entries = Bytes({0x7f, 1, 0xdf, 0xff, 2, 0xcf, 0xff, 2, 0xf1, 0x00, 0x80, 3}) +
                              Bytes({0xf2, 0xff, 0xff, 0x7f, 4, 0xf3, 0, 0, 0, 0x80, 5}) +
                              Bytes({0xf4, 0, 0, 0, 0, 0, 0, 0, 0x80, 9}) + Bytes({0x82}) + "ab" +
                              Bytes({3}) + Bytes({0xe0, 2}) + "cd" + Bytes({4}) +
                              Bytes({0xf0, 1, 0, 0, 0}) + "e" + Bytes({6}) + Bytes({0x80, 1});
  EXPECT_THAT(Texts(VisitListpack, Listpack(11, entries)),
              ElementsAre("127", "-1", "4095", "-32768", "8388607", "-2147483648",
                          "-9223372036854775808", "ab", "cd", "e", ""));
}

TEST(RdbBlobsTest, ListpackElementsHaveTheirLengthBehindThem) {
  const std::string text(200, 'x');
  const std::string long_entry = Bytes({0xe0, 200}) + text + Bytes({1, 0x80 | 74});
  EXPECT_THAT(Texts(VisitListpack, Listpack(1, long_entry)), ElementsAre(text));
  EXPECT_FALSE(IsWhole(VisitListpack, Listpack(1, Bytes({0xe0, 200}) + text + Bytes({1, 74}))));
  EXPECT_FALSE(IsWhole(VisitListpack, Listpack(1, Bytes({5, 2}))));
  EXPECT_TRUE(IsWhole(VisitListpack, Listpack(0, "")));
  EXPECT_TRUE(IsWhole(VisitListpack, Listpack(0xffff, Bytes({5, 1}))));
  EXPECT_FALSE(IsWhole(VisitListpack, Listpack(2, Bytes({5, 1}))));
}

std::string Ziplist(int count, int last, const std::string& entries) {
  const auto size = static_cast<int>(11 + entries.size());
  return Bytes({size & 0xff, size >> 8, 0, 0, last & 0xff, last >> 8, 0, 0, count & 0xff,
                count >> 8}) +
         entries + "\xff";
}

// Redis writes three bytes behind an element of 16383, which two would hold.
TEST(RdbBlobsTest, ListpackElementOf16383BytesHasThreeBytesBehindIt) {
  const std::string text(16383 - 5, 'x');
  const std::string head = Bytes({0xf0, 0xfa, 0x3f, 0, 0});
  EXPECT_THAT(Texts(VisitListpack, Listpack(1, head + text + Bytes({0, 0xff, 0xff}))),
              ElementsAre(text));
  EXPECT_FALSE(IsWhole(VisitListpack, Listpack(1, head + text + Bytes({0x7f, 0xff}))));
}

TEST(RdbBlobsTest, ZiplistHasIntegersOfAllWidthsAndTexts) {
  const std::string entries =
      Bytes({0, 0xf1, 2, 0xfd, 2, 0xfe, 0x80, 3, 0xc0, 0xff, 0x7f, 4, 0xf0, 0, 0, 0x80}) +
      Bytes({5, 0xd0, 0, 0, 0, 0x80, 6, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x80}) + Bytes({10, 0x02}) +
      "ab" + Bytes({4, 0x40, 1}) + "c" + Bytes({4, 0x80, 0, 0, 0, 1}) + "d";
  const int last = static_cast<int>(10 + entries.size() - 7);
  EXPECT_THAT(Texts(VisitZiplist, Ziplist(10, last, entries)),
              ElementsAre("0", "12", "-128", "32767", "-8388608", "-2147483648",
                          "-9223372036854775808", "ab", "c", "d"));
}

TEST(RdbBlobsTest, ZiplistChecksTheWayBack) {
  const std::string text(300, 'x');
  const std::string entries = Bytes({0, 0x41, 0x2c}) + text + Bytes({0xfe, 0x2f, 1, 0, 0, 0xf2});
  EXPECT_THAT(Texts(VisitZiplist, Ziplist(2, 10 + 303, entries)), ElementsAre(text, "1"));
  EXPECT_FALSE(IsWhole(VisitZiplist, Ziplist(2, 10, entries)));
  EXPECT_FALSE(IsWhole(VisitZiplist, Ziplist(3, 10 + 303, entries)));
  EXPECT_FALSE(IsWhole(VisitZiplist, Ziplist(2, 12, Bytes({0, 0xf1, 3, 0xf2}))));
  EXPECT_TRUE(IsWhole(VisitZiplist, Ziplist(2, 12, Bytes({0, 0xf1, 2, 0xf2}))));
  EXPECT_TRUE(IsWhole(VisitZiplist, Ziplist(0, 10, "")));
}

TEST(RdbBlobsTest, ZipmapHasPairsAndUnusedBytes) {
  const std::string long_value(254, 'v');
  const std::string blob = Bytes({2, 1}) + "a" + Bytes({2, 3}) + "12???" + Bytes({1}) + "b" +
                           Bytes({254, 254, 0, 0, 0, 0}) + long_value + "\xff";
  EXPECT_THAT(Texts(VisitZipmap, blob), ElementsAre("a", "12", "b", long_value));
  EXPECT_TRUE(IsWhole(VisitZipmap, Bytes({0, 0xff})));
  EXPECT_FALSE(IsWhole(VisitZipmap, Bytes({1, 0xff})));
  EXPECT_FALSE(IsWhole(VisitZipmap, Bytes({1, 1}) + "a" + "\xff"));
  EXPECT_FALSE(IsWhole(VisitZipmap, blob + "x"));
}

TEST(RdbBlobsTest, IntsetIsSortedAndOfOneWidth) {
  EXPECT_THAT(Texts(VisitIntset, Bytes({2, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 1, 0})),
              ElementsAre("-1", "1"));
  EXPECT_THAT(Texts(VisitIntset, Bytes({8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0})),
              ElementsAre("4294967296"));
  EXPECT_TRUE(IsWhole(VisitIntset, Bytes({4, 0, 0, 0, 0, 0, 0, 0})));
  EXPECT_FALSE(IsWhole(VisitIntset, Bytes({3, 0, 0, 0, 0, 0, 0, 0})));
  EXPECT_FALSE(IsWhole(VisitIntset, Bytes({2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 1, 0})));
  EXPECT_FALSE(IsWhole(VisitIntset, Bytes({2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 0})));
  EXPECT_FALSE(IsWhole(VisitIntset, Bytes({2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 0})));
}

TEST(RdbBlobsTest, NoBytesAreReadBeyondTheEnd) {
  const std::vector<std::pair<Visit, std::string>> samples = {
      {VisitListpack, Listpack(2, Bytes({0x82}) + "ab" + Bytes({3, 0xf1, 0, 1, 3}))},
      {VisitZiplist, Ziplist(2, 14, Bytes({0, 2}) + "ab" + Bytes({4, 0xc0, 0, 1}))},
      {VisitZipmap, Bytes({1, 1}) + "a" + Bytes({2, 1}) + "12?\xff"},
      {VisitIntset, Bytes({2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0})}};
  for (const auto& [visit, sample] : samples) {
    ASSERT_TRUE(IsWhole(visit, sample));
    for (size_t size = 0; size < sample.size(); ++size) {
      // A copy of exactly this size, so that a sanitizer sees what is read behind it.
      EXPECT_FALSE(IsWhole(visit, std::string(sample.substr(0, size)))) << size;
    }
    for (size_t bit = 0; bit < sample.size() * 8; ++bit) {
      std::string flipped = sample;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      IsWhole(visit, flipped);
    }
  }
}

}  // namespace
}  // namespace kvasir
