// std::mutex and std::condition_variable with the annotations that clang's -Wthread-safety checks
// (https://clang.llvm.org/docs/ThreadSafetyAnalysis.html). What crosses threads sits in a structure
// whose members say which Mutex guards them.
// THREAD: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#if defined(__clang__)
#define KVASIR_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define KVASIR_THREAD_ATTRIBUTE(x)
#endif

#define KVASIR_GUARDED_BY(x) KVASIR_THREAD_ATTRIBUTE(guarded_by(x))
#define KVASIR_REQUIRES(x) KVASIR_THREAD_ATTRIBUTE(requires_capability(x))
#define KVASIR_EXCLUDES(x) KVASIR_THREAD_ATTRIBUTE(locks_excluded(x))

namespace kvasir {

class KVASIR_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void Lock() KVASIR_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void Unlock() KVASIR_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

class KVASIR_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) KVASIR_THREAD_ATTRIBUTE(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() KVASIR_THREAD_ATTRIBUTE(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits may end without a reason: ask the condition again in a loop.
class Condition {
 public:
  void Wait(Mutex& mutex) KVASIR_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  void WaitForNs(Mutex& mutex, uint64_t nanoseconds) KVASIR_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_for(lock, std::chrono::nanoseconds(nanoseconds));
    lock.release();
  }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace kvasir
