// The checked form of longjmp takes a jump to another stack for a mistake.
#undef _FORTIFY_SOURCE

#include "src/base/fiber.h"

#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#define KVASIR_ASAN_FIBERS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KVASIR_ASAN_FIBERS 1
#endif
#endif
#ifdef KVASIR_ASAN_FIBERS
#include <sanitizer/common_interface_defs.h>
#endif

namespace kvasir {

// The first entry goes through makecontext; every further switch through _setjmp and _longjmp,
// which, unlike swapcontext, make no system call (a technique of QEMU's coroutines).
struct Fiber::State {
  enum class Where { kIdle, kInside, kSuspended };

  char* stack = nullptr;
  size_t mapped_bytes = 0;
  Where where = Where::kIdle;
  bool entered = false;
  void (*task)(void*) = nullptr;
  void* argument = nullptr;
  jmp_buf outer;
  jmp_buf inner;
  ucontext_t first_outer;
  ucontext_t first_inner;
  const void* outer_stack = nullptr;
  size_t outer_stack_bytes = 0;

  size_t guard_bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  char* usable() const { return stack + guard_bytes; }
  size_t usable_bytes() const { return mapped_bytes - guard_bytes; }

  void Enter();
  void Leave();
  void Loop();
  static void Main(unsigned high, unsigned low);
};

namespace {

#ifdef KVASIR_ASAN_FIBERS
void BeginSwitch(void** fake, const void* stack, size_t bytes) {
  __sanitizer_start_switch_fiber(fake, stack, bytes);
}
void EndSwitch(void* fake, const void** from, size_t* bytes) {
  __sanitizer_finish_switch_fiber(fake, from, bytes);
}
#else
void BeginSwitch(void** /*fake*/, const void* /*stack*/, size_t /*bytes*/) {}
void EndSwitch(void* /*fake*/, const void** /*from*/, size_t* /*bytes*/) {}
#endif

}  // namespace

void Fiber::State::Enter() {
  where = Where::kInside;
  void* fake = nullptr;
  BeginSwitch(&fake, usable(), usable_bytes());
  if (_setjmp(outer) == 0) {
    if (entered) _longjmp(inner, 1);
    entered = true;
    swapcontext(&first_outer, &first_inner);
  }
  EndSwitch(fake, nullptr, nullptr);
}

void Fiber::State::Leave() {
  void* fake = nullptr;
  BeginSwitch(&fake, outer_stack, outer_stack_bytes);
  if (_setjmp(inner) == 0) _longjmp(outer, 1);
  EndSwitch(fake, &outer_stack, &outer_stack_bytes);
}

void Fiber::State::Loop() {
  EndSwitch(nullptr, &outer_stack, &outer_stack_bytes);
  while (true) {
    task(argument);
    where = Where::kIdle;
    Leave();
  }
}

// makecontext passes ints.
void Fiber::State::Main(unsigned high, unsigned low) {
  reinterpret_cast<State*>(static_cast<uintptr_t>(high) << 32 | low)->Loop();
}

Fiber::Fiber(size_t stack_bytes) : state_(std::make_unique<State>()) {
  const size_t bytes = stack_bytes + state_->guard_bytes;
  void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapped == MAP_FAILED) return;
  state_->stack = static_cast<char*>(mapped);
  state_->mapped_bytes = bytes;
  mprotect(mapped, state_->guard_bytes, PROT_NONE);
  getcontext(&state_->first_inner);
  state_->first_inner.uc_stack.ss_sp = state_->usable();
  state_->first_inner.uc_stack.ss_size = state_->usable_bytes();
  state_->first_inner.uc_link = nullptr;
  const auto address = reinterpret_cast<uintptr_t>(state_.get());
  makecontext(&state_->first_inner, reinterpret_cast<void (*)()>(&State::Main), 2,
              static_cast<unsigned>(address >> 32), static_cast<unsigned>(address));
}

Fiber::~Fiber() {
  if (state_->stack != nullptr) munmap(state_->stack, state_->mapped_bytes);
}

bool Fiber::ok() const { return state_->stack != nullptr; }
bool Fiber::inside() const { return state_->where == State::Where::kInside; }
bool Fiber::suspended() const { return state_->where == State::Where::kSuspended; }

void Fiber::Start(void (*task)(void*), void* argument) {
  state_->task = task;
  state_->argument = argument;
  state_->Enter();
}

void Fiber::Resume() { state_->Enter(); }

void Fiber::Suspend() {
  state_->where = State::Where::kSuspended;
  state_->Leave();
}

}  // namespace kvasir
