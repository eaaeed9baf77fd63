// A file read front to back through a buffer: about 1 MiB at a time, more only where one unit is
// longer, and never more than the file still holds (D4).
// THREAD: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "persistence/file_system.h"
#include "src/base/result.h"

namespace kvasir {

inline constexpr size_t kReadChunkBytes = 1024 * 1024;

class FileWindow {
 public:
  // LIFETIME: `file` outlives the window. `size` is the file's size when it was opened; what is
  // appended later is not seen.
  FileWindow(ReadFile& file, uint64_t size) : file_(file), size_(size) {}

  uint64_t size() const { return size_; }

  // The bytes at `offset`: at least `want` of them, or all up to the end of the file; more when
  // they are buffered already. kIo when the file is shorter than it was.
  // LIFETIME: the view holds until the next call.
  Result<std::string_view> View(uint64_t offset, uint64_t want);

 private:
  ReadFile& file_;
  const uint64_t size_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
  uint64_t start_ = 0;  // the file's bytes [start_, start_ + length_) are in the buffer
  size_t length_ = 0;
};

}  // namespace kvasir
