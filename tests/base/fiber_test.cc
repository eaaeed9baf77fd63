#include "src/base/fiber.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace kvasir {
namespace {

constexpr size_t kStackBytes = 256 * 1024;

struct Task {
  Fiber fiber{kStackBytes};
  std::string trace;
  std::function<void(Task&)> body;

  void Start() {
    fiber.Start(
        [](void* task) {
          auto* self = static_cast<Task*>(task);
          self->body(*self);
        },
        this);
  }
};

TEST(FiberTest, ATaskThatReturnsIsOverAtOnce) {
  Task task;
  task.body = [](Task& self) { self.trace += self.fiber.inside() ? "in" : "out"; };
  ASSERT_TRUE(task.fiber.ok());
  for (int i = 0; i < 3; ++i) task.Start();
  EXPECT_EQ(task.trace, "ininin");
  EXPECT_FALSE(task.fiber.suspended());
  EXPECT_FALSE(task.fiber.inside());
}

TEST(FiberTest, ASuspendedTaskGoesOnWhereItWas) {
  Task task;
  task.body = [](Task& self) {
    for (int i = 0; i < 3; ++i) {
      self.trace += std::to_string(i);
      self.fiber.Suspend();
    }
    self.trace += "end";
  };
  task.Start();
  EXPECT_TRUE(task.fiber.suspended());
  while (task.fiber.suspended()) {
    task.trace += "-";
    task.fiber.Resume();
  }
  EXPECT_EQ(task.trace, "0-1-2-end");
}

TEST(FiberTest, TheStackIsItsOwnAndDeep) {
  Task task;
  task.body = [](Task& self) {
    const std::function<int(int)> deep = [&](int depth) {
      volatile char used[512] = {};
      if (depth == 0) self.fiber.Suspend();
      return depth == 0 ? used[0] : deep(depth - 1) + 1;
    };
    self.trace = std::to_string(deep(50));
  };
  task.Start();
  volatile char mine[8192] = {};
  EXPECT_EQ(mine[0], 0);
  task.fiber.Resume();
  EXPECT_EQ(task.trace, "50");
}

TEST(FiberTest, ASuspendedTaskMayBeAbandoned) {
  Task task;
  task.body = [](Task& self) { self.fiber.Suspend(); };
  task.Start();
  EXPECT_TRUE(task.fiber.suspended());
}

}  // namespace
}  // namespace kvasir
