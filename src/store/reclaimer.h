// Frees what would take the loop too long: big values, whole tables.
// THREAD: Post from the loop; a thread of its own does the work.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace kvasir {

class Reclaimer {
 public:
  Reclaimer();
  ~Reclaimer();  // finishes all that was posted
  Reclaimer(const Reclaimer&) = delete;
  Reclaimer& operator=(const Reclaimer&) = delete;

  // Runs `work` once, later, on the reclaimer's thread. `objects` is how many values it frees, for
  // lazyfree_pending_objects.
  void Post(uint64_t objects, std::function<void()> work);

  // THREAD: any.
  uint64_t pending_objects() const;
  uint64_t freed_objects() const;
  void ResetStats();
  // Waits until all that was posted so far is freed.
  void Drain();

 private:
  struct Task {
    uint64_t objects;
    std::function<void()> work;
  };
  void Run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  uint64_t pending_objects_ = 0;
  uint64_t freed_objects_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kvasir
