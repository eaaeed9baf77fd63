// Lives through a log's life again and again; each time the power goes after one more of the calls
// that change something, with every kind of loss.
//
// `World` is made of a `Life`, and has a file system `files` and log `options` (LogWorld), and
//   void Live(AppendLog&)      the life, until its end or until the power goes
//   void CheckLoad(uint64_t)   what comes back holds so many records at least
//   void CheckGoesOn()         the log goes on behind what came back
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "persistence/append_log.h"
#include "tests/support/fault_file_system.h"

namespace kvasir {

// True when the life ended before the point was reached.
template <typename World, typename Life>
bool CrashAt(const Life& life, FaultFileSystem::Loss loss, uint64_t point, uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "loss " << static_cast<int>(loss) << ", crash after change "
                                  << point << ", seed " << seed);
  World world(life);
  world.files.StopAfter(point);
  uint64_t owed = 0;
  bool reached = false;
  {
    AppendLog log(world.files, world.options);
    world.Live(log);
    reached = world.files.stopped();
    world.files.StopAfter(0);
    // A power cut leaves what is durable, a kill what is written.
    const bool killed = loss == FaultFileSystem::Loss::kNone;
    if (log.is_open() && log.counts())
      owed = killed ? std::max(log.acknowledged(), log.durable()) : log.durable();
  }
  world.files.Crash(loss, seed);
  world.CheckLoad(owed);
  if (!testing::Test::HasFatalFailure()) world.CheckGoesOn();
  return !reached;
}

// `points_min` guards against a life that became shorter than the test means.
template <typename World, typename Life>
void CrashEverywhere(const Life& life, uint64_t points_min) {
  using Loss = FaultFileSystem::Loss;
  for (const Loss loss : {Loss::kAll, Loss::kNone, Loss::kKeepPrefix, Loss::kTornSectors,
                          Loss::kZeros, Loss::kGarbage, Loss::kMixed}) {
    const uint64_t seeds = loss == Loss::kAll || loss == Loss::kNone ? 1 : 3;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      uint64_t point = 0;
      while (!CrashAt<World>(life, loss, point, seed)) {
        if (testing::Test::HasFailure()) return;
        ++point;
      }
      EXPECT_GT(point, points_min) << "the life became shorter than the test means";
    }
  }
}

}  // namespace kvasir
