#include "src/server/large_receiver.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kvasir {

// Up to eight times what has come, so that a value of some hundred kB is never moved and a client
// that only promises cannot make the server take memory.
size_t LargeReceiver::NextCapacity() const {
  constexpr size_t kGrowth = 8;
  constexpr size_t kCapacityMin = 64 * 1024;
  return std::min(total(), std::max(kCapacityMin, received_ * kGrowth));
}

void LargeReceiver::Begin(size_t size, std::string_view first, size_t proven) {
  size_ = size;
  received_ = first.size();
  block_ = SharedBytes::WithCapacity(
      std::max({NextCapacity(), first.size(), std::min(total(), proven)}));
  if (!first.empty()) memcpy(block_.mutable_data(), first.data(), first.size());
}

bool LargeReceiver::Commit(size_t bytes) {
  received_ += bytes;
  if (received_ == total()) return true;
  if (room() == 0) {
    SharedBytes grown = SharedBytes::WithCapacity(NextCapacity());
    memcpy(grown.mutable_data(), block_.mutable_data(), received_);
    block_ = std::move(grown);
  }
  return false;
}

SharedBytes LargeReceiver::Take() {
  block_.set_size(size_);
  received_ = 0;
  return std::exchange(block_, SharedBytes());
}

}  // namespace kvasir
