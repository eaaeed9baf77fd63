#include "src/base/shared_bytes.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace kvasir {
namespace {

TEST(SharedBytesTest, AnEmptyHandleHoldsNothing) {
  const SharedBytes none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none.view(), "");
  EXPECT_EQ(none.AllocatedBytes(), 0U);
  EXPECT_FALSE(none.IsUnique());
  EXPECT_TRUE(SharedBytes::CopyOf(""));
}

TEST(SharedBytesTest, CopiesShareOneBlock) {
  SharedBytes first = SharedBytes::CopyOf("bytes");
  EXPECT_TRUE(first.IsUnique());
  SharedBytes second = first;
  EXPECT_EQ(first.view().data(), second.view().data());
  EXPECT_FALSE(first.IsUnique());
  second = SharedBytes();
  EXPECT_TRUE(first.IsUnique());
  SharedBytes& same = first;
  first = same;
  EXPECT_EQ(first.view(), "bytes");
  const SharedBytes moved = std::move(first);
  EXPECT_TRUE(moved.IsUnique());
  EXPECT_EQ(moved.view(), "bytes");
}

TEST(SharedBytesTest, RoomIsFilledInPlace) {
  SharedBytes bytes = SharedBytes::WithCapacity(100);
  EXPECT_EQ(bytes.size(), 0U);
  EXPECT_EQ(bytes.capacity(), 100U);
  memcpy(bytes.mutable_data(), "abc", 3);
  bytes.set_size(3);
  EXPECT_EQ(bytes.view(), "abc");
}

TEST(SharedBytesTest, ARawPointerKeepsItsReference) {
  SharedBytes bytes = SharedBytes::CopyOf("raw");
  const SharedBytes other = bytes;
  void* raw = bytes.ReleaseRaw();
  EXPECT_FALSE(bytes);
  EXPECT_FALSE(other.IsUnique());
  EXPECT_EQ(SharedBytes::ViewRaw(raw), "raw");
  { const SharedBytes back = SharedBytes::FromRaw(raw); }
  EXPECT_TRUE(other.IsUnique());
}

TEST(SharedBytesTest, ThreadsMayCopyAndDropTheSameBlock) {
  const SharedBytes bytes = SharedBytes::CopyOf(std::string(1000, 'x'));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([bytes] {
      for (int n = 0; n < 10'000; ++n) {
        const SharedBytes copy = bytes;
        ASSERT_EQ(copy.view()[999], 'x');
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(bytes.IsUnique());
}

}  // namespace
}  // namespace kvasir
