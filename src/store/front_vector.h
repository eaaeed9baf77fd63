// A vector that is cheap to shorten at its front: what is taken off there leaves a gap, which is
// closed when it is as large as the rest.
// THREAD: any, one at a time.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace kvasir {

template <typename T>
class FrontVector {
 public:
  size_t size() const { return items_.size() - gap_; }
  bool empty() const { return size() == 0; }
  T& operator[](size_t index) { return items_[gap_ + index]; }
  const T& operator[](size_t index) const { return items_[gap_ + index]; }
  T& front() { return items_[gap_]; }
  const T& front() const { return items_[gap_]; }
  T& back() { return items_.back(); }
  const T& back() const { return items_.back(); }
  // Room that is allocated, in items.
  size_t capacity() const { return items_.capacity(); }

  void push_back(T item) { items_.push_back(std::move(item)); }
  void insert(size_t index, T item) { items_.insert(At(index), std::move(item)); }
  void reserve(size_t count) { items_.reserve(gap_ + count); }

  // Leaves a moved-from item behind when it is the first one.
  void erase(size_t index) {
    if (index != 0) {
      items_.erase(At(index));
      return;
    }
    T gone = std::move(items_[gap_++]);
    if (gap_ * 2 < items_.size()) return;
    items_.erase(items_.begin(), At(0));
    gap_ = 0;
  }

 private:
  typename std::vector<T>::iterator At(size_t index) {
    return items_.begin() + static_cast<ptrdiff_t>(gap_ + index);
  }

  std::vector<T> items_;
  size_t gap_ = 0;
};

}  // namespace kvasir
