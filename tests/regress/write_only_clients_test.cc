// Under `appendfsync always` the list of keys with undurable writes was cut only by reads: clients
// that only write made it grow for ever.
#include <gtest/gtest.h>

#include <string>

#include "src/base/memory.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

// Keeps nothing; everything is durable at once.
class CountingLog : public CommandLog {
 public:
  uint64_t Append(int, std::span<const std::string_view>) override { return ++count_; }
  uint64_t AppendShared(int, std::span<const std::string_view>, size_t,
                        const SharedBytes&) override {
    return ++count_;
  }
  void BeginGroup() override {}
  void EndGroup() override {}
  bool RepliesWaitForSync() const override { return true; }
  uint64_t appended() const override { return count_; }
  uint64_t releasable() const override { return count_; }
  uint64_t durable() const override { return count_; }
  uint64_t pending_bytes() const override { return 0; }
  const std::string* Refusal() const override { return nullptr; }

 private:
  uint64_t count_ = 0;
};

class WriteOnlyClientsTest : public CommandTest {};

TEST_F(WriteOnlyClientsTest, LeaveNothingBehind) {
  if (UsedMemory() == 0) GTEST_SKIP() << "this allocator does not say what is used";
  check_replay = false;
  CountingLog counting;
  engine.set_log(&counting);
  constexpr int kTicks = 2000;
  constexpr int kWritesPerTick = 100;
  Run({"SET", "counter", "0"});
  const uint64_t before = UsedMemory();
  for (int tick = 0; tick < kTicks; ++tick) {
    engine.BeginTick(now_ms);
    for (int i = 0; i < kWritesPerTick; ++i) Run({"INCR", "counter"});
  }
  EXPECT_LT(UsedMemory(), before + 256 * 1024);
  engine.set_log(nullptr);
}

}  // namespace
}  // namespace kvasir
