// While an fsync of `everysec` hung, writes went on being acknowledged: a power cut would have lost
// far more than the last second.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "persistence/log_encoder.h"
#include "persistence/log_worker.h"
#include "tests/persistence/log_fixture.h"

namespace kvasir {
namespace {

class HangingFile : public AppendFile {
 public:
  explicit HangingFile(std::future<void> go_on) : go_on_(std::move(go_on)) {}
  Result<void> Append(std::span<const std::string_view>) override { return {}; }
  Result<void> SyncData() override {
    ++syncs;
    if (go_on_.valid()) go_on_.get();
    return {};
  }
  Result<void> Truncate(uint64_t) override { return {}; }
  Result<uint64_t> Size() override { return 0; }

  std::atomic<int> syncs{0};

 private:
  std::future<void> go_on_;
};

TEST(HangingSyncTest, WritesAreHeldUntilItEnds) {  // D2
  constexpr uint64_t kIntervalMs = 20;
  std::promise<void> go_on;
  auto file = std::make_unique<HangingFile>(go_on.get_future());
  const HangingFile& hanging = *file;
  LogWorker worker(std::make_unique<LogFile>(std::move(file), 1, 0), 0,
                   {.policy = SyncPolicy::kEverySecond, .sync_interval_ms = kIntervalMs}, {});
  LogEncoder encoder;
  std::vector<LogBatch> recycled;
  const auto write = [&](uint64_t sequence) {
    encoder.Append(std::array<std::string_view, 1>{"FLUSHALL"});
    encoder.AddRecord(sequence);
    worker.Submit(encoder.Take(), recycled);
  };
  write(1);
  ASSERT_TRUE(WaitUntil([&] { return hanging.syncs == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(2 * kIntervalMs));
  write(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(2 * kIntervalMs));
  EXPECT_EQ(worker.written(), 1U);
  go_on.set_value();
  EXPECT_TRUE(WaitUntil([&] { return worker.written() == 2 && worker.durable() == 2; }));
}

}  // namespace
}  // namespace kvasir
