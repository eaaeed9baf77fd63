#include "src/base/memory.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace kvasir {
namespace {

// A thread that ended while another one began took that one's counters away.
TEST(MemoryTest, ThreadsThatComeAndGoAtTheSameTimeDoNotDisturbEachOther) {
  for (int round = 0; round < 300; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([] {
        TrackThreadMemory();
        const std::vector<char> some(1000);
        UsedMemory();
      });
    }
    UsedMemory();
    for (std::thread& thread : threads) thread.join();
  }
}

TEST(MemoryTest, WhatAnEndedThreadLeftBehindCounts) {
  TrackThreadMemory();
  constexpr size_t kBytes = 8 << 20;
  const uint64_t before = UsedMemory();
  std::vector<char> left;
  std::thread([&left] {
    TrackThreadMemory();
    left.resize(kBytes);
  }).join();
  EXPECT_GE(UsedMemory(), before + kBytes);
  std::vector<char>().swap(left);
  EXPECT_LT(UsedMemory(), before + kBytes);
}

}  // namespace
}  // namespace kvasir
