#include "src/store/string_edit.h"

#include <gtest/gtest.h>

#include <string>

#include "src/store/keyspace.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

class StringEditTest : public ::testing::Test {
 protected:
  Database::Position At(std::string_view name) { return database.Locate(Key::Of(name)); }
  std::string Text() {
    IntegerText scratch;
    return std::string(StringBytes(*At("k").node(), scratch));
  }
  void Set(std::string_view value) { SetString(database, key, At("k"), value); }

  Keyspace keyspace{1};
  Database& database = keyspace.database(0);
  const Key key = Key::Of("k");
};

TEST_F(StringEditTest, MakesTheKeyAndFillsItWithZeros) {
  for (const size_t size : {1U, 1024U, 1025U, 100'000U}) {
    {
      StringEdit edit(database, key, At("k"), size);
      EXPECT_TRUE(edit.grown());
      ASSERT_EQ(edit.bytes().size(), size);
      edit.bytes()[size - 1] = 1;
    }
    std::string expected(size, '\0');
    expected.back() = '\1';
    EXPECT_EQ(Text(), expected);
    database.Remove(key, At("k"));
  }
}

TEST_F(StringEditTest, ChangesEveryFormInPlace) {
  for (const std::string& value : {std::string("12345"), std::string("short"),
                                   std::string(1000, 'r'), std::string(5000, 'b')}) {
    Set(value);
    {
      StringEdit edit(database, key, At("k"), value.size());
      EXPECT_FALSE(edit.grown());
      edit.bytes()[1] = 'X';
      edit.Touch();
    }
    std::string expected = value;
    expected[1] = 'X';
    EXPECT_EQ(Text(), expected);
    EXPECT_EQ(StringEncodingName(*At("k").node()), "raw");
  }
}

TEST_F(StringEditTest, AChangeCountsOnceAndALookNot) {
  Set(std::string(100, 'x'));
  const uint64_t before = keyspace.context().changes;
  { StringEdit edit(database, key, At("k"), 100); }
  EXPECT_EQ(keyspace.context().changes, before);
  {
    StringEdit edit(database, key, At("k"), 100);
    edit.Touch();
    edit.Touch();
  }
  EXPECT_EQ(keyspace.context().changes, before + 1);
  {
    StringEdit edit(database, key, At("k"), 101);
    edit.Touch();
  }
  EXPECT_EQ(keyspace.context().changes, before + 2);
}

TEST_F(StringEditTest, ALargeStringIsCopiedOnlyWhileSomebodyHoldsIt) {
  Set(std::string(50'000, 'b'));
  const auto data = [&] { return StringBlock(*At("k").node()).view().data(); };
  const char* first = data();
  {
    StringEdit edit(database, key, At("k"), 50'000);
    edit.bytes()[7] = 'X';
    edit.Touch();
  }
  EXPECT_EQ(data(), first);
  const SharedBytes held = StringBlock(*At("k").node());
  {
    StringEdit edit(database, key, At("k"), 50'000);
    edit.bytes()[8] = 'Y';
    edit.Touch();
  }
  EXPECT_EQ(held.view()[8], 'b');
  EXPECT_EQ(Text()[8], 'Y');
}

TEST_F(StringEditTest, TheDeadlineStays) {
  SetString(database, key, {}, "7", ExpiryChange::At(99'000));
  { StringEdit edit(database, key, At("k"), 2000); }
  EXPECT_EQ(database.DeadlineMs(*At("k").node()), 99'000);
}

TEST_F(StringEditTest, RawStringsStayBytes) {
  const auto encoding = [&] { return StringEncodingName(*At("k").node()); };
  SetRawString(database, key, {}, "12", ExpiryChange::Clear());
  EXPECT_EQ(encoding(), "raw");
  EXPECT_EQ(Text(), "12");
  SetRawString(database, key, At("k"), std::string(3000, 'a'), ExpiryChange::Keep());
  const char* block = StringBlock(*At("k").node()).view().data();
  SetRawString(database, key, At("k"), std::string(2000, 'c'), ExpiryChange::Keep());
  EXPECT_EQ(StringBlock(*At("k").node()).view().data(), block);
  EXPECT_EQ(Text(), std::string(2000, 'c'));
  const SharedBytes held = StringBlock(*At("k").node());
  SetRawString(database, key, At("k"), std::string(2000, 'd'), ExpiryChange::Keep());
  EXPECT_EQ(held.view(), std::string(2000, 'c'));
  SetRawString(database, key, At("k"), std::string(2000, 'e'), ExpiryChange::At(5));
  EXPECT_EQ(database.DeadlineMs(*database.Peek(key)), 5);
}

}  // namespace
}  // namespace kvasir
