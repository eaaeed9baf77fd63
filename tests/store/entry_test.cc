#include "src/store/entry.h"

#include <gtest/gtest.h>

#include <string>

#include "src/base/memory.h"

namespace kvasir {
namespace {

TEST(EntryTest, HoldsKeysAndValuesOfAllSizes) {
  // Keys of 65,535 bytes and more store their size elsewhere.
  for (const size_t key_size : {0, 1, 16, 255, 65'534, 65'535, 65'536, 1'000'000}) {
    for (const size_t value_size : {0, 1, 100, 1024}) {
      for (const bool has_expiry : {false, true}) {
        const std::string key(key_size, 'k');
        const std::string value(value_size, 'v');
        Entry* entry = Entry::Create({.key = key,
                                      .type = ValueType::kString,
                                      .encoding = Encoding::kRaw,
                                      .value_bytes = value,
                                      .has_expiry = has_expiry,
                                      .access = 0xabcdef});
        EXPECT_EQ(entry->key(), key);
        EXPECT_EQ(entry->value_bytes(), value);
        EXPECT_EQ(entry->type(), ValueType::kString);
        EXPECT_EQ(entry->encoding(), Encoding::kRaw);
        EXPECT_EQ(entry->has_expiry(), has_expiry);
        EXPECT_EQ(entry->access(), 0xabcdefU);
        EXPECT_GE(entry->AllocatedBytes(), 8 + key_size + value_size + (has_expiry ? 24 : 0));
        Entry::Destroy(entry);
      }
    }
  }
}

TEST(EntryTest, RebuildKeepsAllButTheRoomForADeadline) {
  for (const std::string& key : {std::string("key"), std::string(70'000, 'k')}) {
    Entry* entry = Entry::Create({.key = key, .value_bytes = "value", .access = 77});
    entry = Entry::Rebuild(entry, true);
    EXPECT_TRUE(entry->has_expiry());
    entry->expiry()->deadline_ms = 5;
    EXPECT_EQ(Entry::FromExpiry(entry->expiry()), entry);
    EXPECT_EQ(entry->key(), key);
    EXPECT_EQ(entry->value_bytes(), "value");
    EXPECT_EQ(entry->access(), 77U);
    entry = Entry::Rebuild(entry, false);
    EXPECT_FALSE(entry->has_expiry());
    EXPECT_EQ(entry->value_bytes(), "value");
    Entry::Destroy(entry);
  }
}

TEST(EntryTest, IntegersAndPointersReadBackFromAnyAlignment) {
  for (size_t key_size = 0; key_size < 16; ++key_size) {
    const std::string key(key_size, 'k');
    Entry* entry = Entry::Create({.key = key,
                                  .encoding = Encoding::kInteger,
                                  .value_bytes = std::string_view("\0\0\0\0\0\0\0\0", 8)});
    entry->set_integer(INT64_MIN + 7);
    EXPECT_EQ(entry->integer(), INT64_MIN + 7);
    entry->set_pointer(&entry);
    EXPECT_EQ(entry->pointer(), &entry);
    EXPECT_EQ(entry->key(), key);
    Entry::Destroy(entry);
  }
}

TEST(EntryTest, AnOverwriteStaysInPlaceOnlyWithinItsSizeClass) {
  for (size_t key_size = 1; key_size < 300; key_size += 7) {
    const std::string key(key_size, 'k');
    for (size_t from = 0; from < 300; from += 5) {
      Entry* entry = Entry::Create({.key = key, .value_bytes = std::string(from, 'f')});
      const size_t allocated = entry->AllocatedBytes();
      for (size_t to = 0; to < 300; to += 11) {
        const std::string value(to, 't');
        Entry* fresh = Entry::Create({.key = key, .value_bytes = value});
        const bool same_class = fresh->AllocatedBytes() == allocated;
        ASSERT_EQ(entry->OverwriteInline(Encoding::kRaw, value), same_class);
        if (same_class) {
          ASSERT_EQ(entry->value_bytes(), value);
        }
        ASSERT_EQ(entry->AllocatedBytes(), allocated);
        ASSERT_EQ(entry->key(), key);
        Entry::Destroy(fresh);
      }
      Entry::Destroy(entry);
    }
  }
}

TEST(EntryTest, AnOverwriteMayComeFromTheEntryItself) {
  Entry* entry = Entry::Create({.key = "k", .value_bytes = "abcdef"});
  EXPECT_TRUE(entry->OverwriteInline(Encoding::kRaw, entry->value_bytes().substr(1)));
  EXPECT_EQ(entry->value_bytes(), "bcdef");
  Entry::Destroy(entry);
}

TEST(EntryTest, DestroyingAnEntryReleasesItsBlock) {
  const SharedBytes block = SharedBytes::CopyOf(std::string(5000, 'b'));
  SharedBytes reference = block;
  void* raw = reference.ReleaseRaw();
  Entry* entry = Entry::Create(
      {.key = "k",
       .encoding = Encoding::kBlock,
       .value_bytes = std::string_view(reinterpret_cast<const char*>(&raw), sizeof raw)});
  EXPECT_EQ(entry->block_view().size(), 5000U);
  EXPECT_FALSE(block.IsUnique());
  EXPECT_FALSE(entry->OverwriteInline(Encoding::kRaw, "12345678"));
  Entry::Destroy(entry);
  EXPECT_TRUE(block.IsUnique());
}

// DESIGN §4: a 16-byte key with an 8-byte value costs at most 48 bytes, 32 of them here.
TEST(EntryTest, ASmallEntryIsSmall) {
  const std::string key(16, 'k');
  Entry* text = Entry::Create({.key = key, .value_bytes = "12345678"});
  EXPECT_EQ(text->AllocatedBytes(), 32U);
  Entry::Destroy(text);
}

}  // namespace
}  // namespace kvasir
