// The one call that may take long: a script, or a transaction with scripts in it. It runs on a
// stack of its own, so that it can be left in the middle while the loop tells everybody else that
// the server is busy, and be gone on with afterwards.
//
// Why so: libuv's loop must not be run from inside one of its callbacks, and a script stands deep
// in such a callback. With a stack of its own nothing is nested: the loop goes round as ever, and
// gives the script a slice of time in each round.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/fiber.h"

namespace kvasir {

class Call;
class Session;

class LongCall {
 public:
  // Whether a call has begun and not ended; whether it was left in the middle.
  bool running() const { return fiber_ != nullptr && (fiber_->inside() || fiber_->suspended()); }
  bool suspended() const { return fiber_ != nullptr && fiber_->suspended(); }

  // Runs `task(argument)`; true when it ended, false when it was left. Without memory for a stack
  // it runs on the caller's, and cannot be left.
  bool Start(void (*task)(void*), void* argument);
  bool Continue();
  // From inside the task. REQUIRES: CanSuspend().
  void Suspend() { fiber_->Suspend(); }
  bool CanSuspend() const { return fiber_ != nullptr && fiber_->inside() && may_suspend; }

  Session* session = nullptr;  // whose request it is
  Call* call = nullptr;        // lies on the call's own stack
  bool may_suspend = false;
  // The request's arguments, which lie in a buffer that others use while the call is suspended.
  std::vector<std::string> kept;
  std::vector<std::string_view> kept_views;

 private:
  std::unique_ptr<Fiber> fiber_;
};

// What the scripting room keeps with the engine; made by that room when it is first needed.
class ScriptingState {
 public:
  virtual ~ScriptingState() = default;
};

}  // namespace kvasir
