// A call with a stack of its own, so that it can be left in the middle and gone on with later, by
// the same thread. A script that takes long is left this way while the loop serves others: it sits
// deep in the interpreter, and nothing below it could return.
// THREAD: one thread uses a fiber.
#pragma once

#include <cstddef>
#include <memory>

namespace kvasir {

class Fiber {
 public:
  // Reserves the stack; memory comes with its use.
  explicit Fiber(size_t stack_bytes);
  // What a suspended call holds is not given back. REQUIRES: not called from inside.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // False when the system gave no stack: then nothing can be started.
  bool ok() const;

  // Runs `task(argument)` until it returns or suspends. REQUIRES: ok(), idle.
  // LIFETIME: `argument` outlives the first suspension only if the task keeps using it.
  void Start(void (*task)(void*), void* argument);
  // Goes on behind the Suspend. REQUIRES: suspended().
  void Resume();
  // Leaves: Start or Resume return. REQUIRES: inside().
  void Suspend();

  bool inside() const;
  bool suspended() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kvasir
