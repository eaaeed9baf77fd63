#include "src/store/packed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace kvasir {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> TextsOf(const Packed& packed) {
  std::vector<std::string> texts;
  ElementText scratch;
  const char* at = packed.begin();
  while (at != packed.end()) texts.emplace_back(ReadElement(at).Text(scratch));
  return texts;
}

class ElementRoundTrip : public ::testing::TestWithParam<std::string> {};

TEST_P(ElementRoundTrip, KeepsTheText) {
  const std::string text = GetParam();
  const PackedElement element = MakeElement(text);
  std::string wire(ElementBytes(element) + 8, 'x');
  char* end = WriteElement(element, wire.data());
  EXPECT_EQ(static_cast<size_t>(end - wire.data()), ElementBytes(element));
  EXPECT_EQ(SkipElement(wire.data()), end);
  const char* at = wire.data();
  ElementText scratch;
  EXPECT_EQ(ReadElement(at).Text(scratch), text);
  EXPECT_EQ(at, end);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ElementRoundTrip,
    ::testing::Values("", "a", "0", "127", "128", "-1", "-4096", "-4097", "4095", "4096", "32767",
                      "-32768", "32768", "8388607", "8388608", "-8388608", "-8388609", "2147483647",
                      "2147483648", "-2147483648", "-2147483649", "9223372036854775807",
                      "-9223372036854775808", "9223372036854775808", "007", "-0", "+1", "1.5",
                      std::string(63, 'a'), std::string(64, 'a'), std::string(4095, 'a'),
                      std::string(4096, 'a'), std::string(100'000, 'a'), std::string("\0\r\n", 3)));

TEST(PackedTest, DoublesKeepAllBits) {
  Packed packed;
  packed.Append({MakeElement(0.1), MakeElement(-std::numeric_limits<double>::infinity())});
  const char* at = packed.begin();
  EXPECT_EQ(ReadElement(at).real, 0.1);
  EXPECT_EQ(ReadElement(at).real, -std::numeric_limits<double>::infinity());
}

TEST(PackedTest, InsertsErasesAndReplacesAnywhere) {
  Packed packed;
  packed.Append({MakeElement("b"), MakeElement("d")});
  packed.Insert(packed.begin(), {MakeElement("a")});
  packed.Insert(packed.At(2), {MakeElement("c")});
  EXPECT_THAT(TextsOf(packed), ElementsAre("a", "b", "c", "d"));
  packed.Erase(packed.At(1), 2);
  EXPECT_THAT(TextsOf(packed), ElementsAre("a", "d"));
  packed.Replace(packed.At(0), MakeElement(std::string(70, 'x')));
  packed.Replace(packed.At(1), MakeElement("12345"));
  EXPECT_THAT(TextsOf(packed), ElementsAre(std::string(70, 'x'), "12345"));
  packed.Erase(packed.begin(), 2);
  EXPECT_EQ(packed.count(), 0U);
  EXPECT_EQ(packed.begin(), packed.end());
}

TEST(PackedTest, FindLooksAtEveryStrideth) {
  Packed packed;
  packed.Append({MakeElement("f"), MakeElement("v"), MakeElement("v"), MakeElement("12")});
  packed.Append({MakeElement("12"), MakeElement("")});
  EXPECT_EQ(packed.Find("v", 2), packed.At(2));
  EXPECT_EQ(packed.Find("12", 2), packed.At(4));
  EXPECT_EQ(packed.Find("", 2), nullptr);
  EXPECT_EQ(packed.Find("", 1), packed.At(5));
  EXPECT_EQ(packed.Find("vv", 1), nullptr);
  EXPECT_EQ(Packed().Find("v", 1), nullptr);
}

TEST(PackedTest, FindTakesNoByteBehindTheEnd) {
  Packed packed;
  packed.Append({MakeElement("a")});
  EXPECT_EQ(packed.Find("abcdefgh", 1), nullptr);
  EXPECT_EQ(packed.Find("9223372036854775807", 1), nullptr);
}

TEST(PackedTest, RawFormAndCloneAreIndependent) {
  Packed packed;
  packed.Append({MakeElement("a")});
  Packed clone = packed.Clone();
  clone.Append({MakeElement("b")});
  Packed back = Packed::FromRaw(packed.ReleaseRaw());
  EXPECT_THAT(TextsOf(back), ElementsAre("a"));
  EXPECT_THAT(TextsOf(clone), ElementsAre("a", "b"));
  EXPECT_EQ(packed.count(), 0U);
}

}  // namespace
}  // namespace kvasir
