#include "src/store/reclaimer.h"

#include <utility>

#include "src/base/memory.h"

namespace kvasir {

Reclaimer::Reclaimer() : thread_([this] { Run(); }) {}

Reclaimer::~Reclaimer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Reclaimer::Post(uint64_t objects, std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({objects, std::move(work)});
    pending_objects_ += objects;
  }
  changed_.notify_all();
}

uint64_t Reclaimer::pending_objects() const {
  const std::lock_guard lock(mutex_);
  return pending_objects_;
}

uint64_t Reclaimer::freed_objects() const {
  const std::lock_guard lock(mutex_);
  return freed_objects_;
}

void Reclaimer::ResetStats() {
  const std::lock_guard lock(mutex_);
  freed_objects_ = 0;
}

void Reclaimer::Drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return pending_objects_ == 0; });
}

void Reclaimer::Run() {
  TrackThreadMemory();
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task.work();
    task.work = nullptr;
    lock.lock();
    pending_objects_ -= task.objects;
    freed_objects_ += task.objects;
    changed_.notify_all();
  }
}

}  // namespace kvasir
