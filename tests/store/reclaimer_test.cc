#include "src/store/reclaimer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace kvasir {
namespace {

TEST(ReclaimerTest, RunsEverythingOnceOnAThreadOfItsOwn) {
  std::atomic<int> runs = 0;
  std::atomic<bool> elsewhere = true;
  const std::thread::id here = std::this_thread::get_id();
  Reclaimer reclaimer;
  for (int i = 0; i < 1000; ++i) {
    reclaimer.Post(2, [&] {
      ++runs;
      if (std::this_thread::get_id() == here) elsewhere = false;
    });
  }
  reclaimer.Drain();
  EXPECT_EQ(runs, 1000);
  EXPECT_TRUE(elsewhere);
  EXPECT_EQ(reclaimer.pending_objects(), 0U);
  EXPECT_EQ(reclaimer.freed_objects(), 2000U);
  reclaimer.ResetStats();
  EXPECT_EQ(reclaimer.freed_objects(), 0U);
}

TEST(ReclaimerTest, WhatTheWorkHoldsIsFreedBeforeItCountsAsFreed) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  Reclaimer reclaimer;
  reclaimer.Post(1, [held] {});
  held.reset();
  reclaimer.Drain();
  EXPECT_TRUE(watched.expired());
}

TEST(ReclaimerTest, TheEndWaitsForAllThatWasPosted) {
  std::atomic<int> runs = 0;
  {
    Reclaimer reclaimer;
    for (int i = 0; i < 100; ++i) reclaimer.Post(1, [&] { ++runs; });
  }
  EXPECT_EQ(runs, 100);
}

}  // namespace
}  // namespace kvasir
