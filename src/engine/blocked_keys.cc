#include "src/engine/blocked_keys.h"

#include <algorithm>
#include <utility>

namespace kvasir {

void BlockedKeys::Add(std::unique_ptr<Waiter> waiter, int database,
                      std::span<const std::string_view> keys) {
  for (const std::string_view key : keys) {
    Place place{database, std::string(key)};
    // A key may be named twice; one place in its queue is enough.
    const bool added = queues_[place].waiters.emplace(waiter->order, waiter.get()).second;
    if (added) waiter->places.push_back(std::move(place));
  }
  const Session* session = waiter->session;
  waiters_.emplace(session, std::move(waiter));
}

std::unique_ptr<BlockedKeys::Waiter> BlockedKeys::Remove(const Session& session) {
  const auto found = waiters_.find(&session);
  if (found == waiters_.end()) return nullptr;
  std::unique_ptr<Waiter> waiter = std::move(found->second);
  waiters_.erase(found);
  for (const Place& place : waiter->places) {
    const auto queue = queues_.find(place);
    queue->second.waiters.erase(waiter->order);
    // What is still in ready_ then finds nobody.
    if (queue->second.waiters.empty()) queues_.erase(queue);
  }
  return waiter;
}

BlockedKeys::Waiter* BlockedKeys::Find(const Session& session) const {
  const auto found = waiters_.find(&session);
  return found == waiters_.end() ? nullptr : found->second.get();
}

size_t BlockedKeys::needed_key_count() const {
  return static_cast<size_t>(std::count_if(queues_.begin(), queues_.end(), [](const auto& queue) {
    return std::any_of(queue.second.waiters.begin(), queue.second.waiters.end(),
                       [](const auto& waiter) { return waiter.second->needs_key; });
  }));
}

void BlockedKeys::MarkReady(int database, const Key& key) {
  const auto found = queues_.find(PlaceView{database, key.bytes, key.hash});
  if (found == queues_.end() || found->second.ready) return;
  found->second.ready = true;
  ready_.push_back(found->first);
}

void BlockedKeys::MarkAllReady(int database) {
  for (auto& [place, queue] : queues_) {
    if (place.database != database || queue.ready) continue;
    queue.ready = true;
    ready_.push_back(place);
  }
}

BlockedKeys::Place BlockedKeys::TakeReady() {
  Place place = std::move(ready_.front());
  ready_.pop_front();
  const auto found = queues_.find(place);
  if (found != queues_.end()) found->second.ready = false;
  return place;
}

BlockedKeys::Waiter* BlockedKeys::NextWaiter(int database, const Key& key, uint64_t after) const {
  const auto found = queues_.find(PlaceView{database, key.bytes, key.hash});
  if (found == queues_.end()) return nullptr;
  const auto next = found->second.waiters.upper_bound(after);
  return next == found->second.waiters.end() ? nullptr : next->second;
}

}  // namespace kvasir
