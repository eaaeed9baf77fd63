#include "src/store/string_type.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "src/store/keyspace.h"

namespace kvasir {
namespace {

class StringTypeTest : public ::testing::Test {
 protected:
  Database::Position At(std::string_view key) { return database.Locate(Key::Of(key)); }
  Entry& Of(std::string_view key) { return *At(key).node(); }
  std::string Text(std::string_view key) {
    IntegerText scratch;
    return std::string(StringBytes(Of(key), scratch));
  }
  void Set(std::string_view key, std::string_view value, ExpiryChange expiry = {}) {
    SetString(database, Key::Of(key), At(key), value, expiry);
  }

  Keyspace keyspace{1};
  Database& database = keyspace.database(0);
};

TEST_F(StringTypeTest, TheFormFollowsFromTheValue) {
  const std::pair<std::string, std::string_view> forms[] = {
      {"12345", "int"},
      {"-9223372036854775808", "int"},
      {"9223372036854775808", "embstr"},
      {"012", "embstr"},
      {"", "embstr"},
      {std::string(44, 'x'), "embstr"},
      {std::string(45, 'x'), "raw"},
      {std::string(kInlineStringMax, 'x'), "raw"},
      {std::string(kInlineStringMax + 1, 'x'), "raw"},
      {std::string(1'000'000, 'x'), "raw"},
  };
  for (const auto& [value, encoding] : forms) {
    Set("k", value);
    EXPECT_EQ(Text("k"), value);
    EXPECT_EQ(StringLength(Of("k")), value.size());
    EXPECT_EQ(StringEncodingName(Of("k")), encoding) << value.substr(0, 50);
    EXPECT_EQ(static_cast<bool>(StringBlock(Of("k"))), value.size() > kInlineStringMax);
    EXPECT_EQ(StringMemoryBytes(Of("k")) > value.size(), value.size() > kInlineStringMax);
  }
}

TEST_F(StringTypeTest, ABlockThatIsOfferedIsKept) {
  const SharedBytes block = SharedBytes::CopyOf(std::string(50'000, 'b'));
  SetString(database, Key::Of("k"), At("k"), block.view(), {}, &block);
  EXPECT_EQ(StringBlock(Of("k")).view().data(), block.view().data());
}

TEST_F(StringTypeTest, WhoeverHoldsTheBlockKeepsItsBytes) {
  Set("k", std::string(50'000, 'b'));
  const SharedBytes reply = StringBlock(Of("k"));
  const std::string before(reply.view());
  AppendString(database, Key::Of("k"), At("k"), "more");
  SetStringRange(database, Key::Of("k"), At("k"), 0, "over");
  EXPECT_EQ(reply.view(), before);
  EXPECT_EQ(Text("k"), "over" + before.substr(4) + "more");
}

TEST_F(StringTypeTest, RandomEditsBehaveLikeAString) {
  std::mt19937 random(3);
  for (int round = 0; round < 40; ++round) {
    std::string model;
    const std::string key = "k" + std::to_string(round);
    for (int step = 0; step < 200; ++step) {
      const std::string bytes(1 + random() % 60, static_cast<char>('a' + step % 26));
      switch (random() % 8) {
        case 0:
          model = bytes;
          Set(key, bytes);
          break;
        case 1:
          model = std::to_string(static_cast<int64_t>(random()) - 2'000'000'000);
          Set(key, model);
          break;
        case 2: {
          const size_t offset = random() % (model.size() + 30);
          if (model.size() < offset + bytes.size()) model.resize(offset + bytes.size(), '\0');
          model.replace(offset, bytes.size(), bytes);
          EXPECT_EQ(SetStringRange(database, Key::Of(key), At(key), offset, bytes), model.size());
          break;
        }
        default:
          model += bytes;
          EXPECT_EQ(AppendString(database, Key::Of(key), At(key), bytes), model.size());
      }
      ASSERT_EQ(Text(key), model) << round << " " << step;
    }
  }
}

TEST_F(StringTypeTest, ADeadlineIsKeptClearedOrSetAsTold) {
  keyspace.SetNow(1000);
  Set("k", "v", ExpiryChange::At(5000));
  EXPECT_EQ(database.DeadlineMs(Of("k")), 5000);
  Set("k", std::string(2000, 'v'), ExpiryChange::Keep());
  EXPECT_EQ(database.DeadlineMs(Of("k")), 5000);
  AppendString(database, Key::Of("k"), At("k"), "w");
  SetStringRange(database, Key::Of("k"), At("k"), 3, "w");
  EXPECT_EQ(database.DeadlineMs(Of("k")), 5000);
  Set("k", "w");
  EXPECT_EQ(database.DeadlineMs(Of("k")), std::nullopt);
  EXPECT_EQ(database.volatile_size(), 0U);
  SetStringInteger(database, Key::Of("k"), At("k"), 7, ExpiryChange::At(6000));
  SetStringInteger(database, Key::Of("k"), At("k"), 8);
  EXPECT_EQ(database.DeadlineMs(Of("k")), 6000);
  EXPECT_EQ(Text("k"), "8");
}

TEST_F(StringTypeTest, IntegersAreReadFromEveryForm) {
  Set("k", "77");
  EXPECT_EQ(StringInteger(Of("k")).value(), 77);
  AppendString(database, Key::Of("k"), At("k"), "8");
  EXPECT_EQ(StringInteger(Of("k")).value(), 778);
  for (const std::string value : {"", "x", "1.5", "9223372036854775808", " 1"}) {
    Set("k", value);
    EXPECT_EQ(StringInteger(Of("k")).error().code(), Errc::kNotInteger) << value;
  }
  Set("k", std::string(5000, '1'));
  EXPECT_EQ(StringInteger(Of("k")).error().code(), Errc::kNotInteger);
}

TEST_F(StringTypeTest, RangesAreCutToTheString) {
  EXPECT_EQ(StringRange("Hello", 0, -1), "Hello");
  EXPECT_EQ(StringRange("Hello", 1, 3), "ell");
  EXPECT_EQ(StringRange("Hello", -3, -2), "ll");
  EXPECT_EQ(StringRange("Hello", -100, 100), "Hello");
  EXPECT_EQ(StringRange("Hello", 3, 1), "");
  EXPECT_EQ(StringRange("Hello", -1, -3), "");
  EXPECT_EQ(StringRange("Hello", 5, 9), "");
  EXPECT_EQ(StringRange("Hello", INT64_MIN, INT64_MAX), "Hello");
  EXPECT_EQ(StringRange("Hello", INT64_MAX, INT64_MIN), "");
  EXPECT_EQ(StringRange("", 0, -1), "");
}

TEST_F(StringTypeTest, EveryWriteCountsAsOneChange) {
  uint64_t before = database.context().changes;
  const auto took_one = [&] { return ++before == database.context().changes; };
  Set("k", "v");
  EXPECT_TRUE(took_one());
  Set("k", "w");
  EXPECT_TRUE(took_one());
  SetStringInteger(database, Key::Of("k"), At("k"), 1);
  EXPECT_TRUE(took_one());
  AppendString(database, Key::Of("k"), At("k"), std::string(3000, 'x'));
  EXPECT_TRUE(took_one());
  AppendString(database, Key::Of("k"), At("k"), "x");
  EXPECT_TRUE(took_one());
  AppendString(database, Key::Of("k"), At("k"), "");
  EXPECT_TRUE(took_one());
}

}  // namespace
}  // namespace kvasir
