#include "persistence/file_window.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kvasir {

Result<std::string_view> FileWindow::View(uint64_t offset, uint64_t want) {
  const uint64_t left = size_ - std::min(offset, size_);
  want = std::min(want, left);
  const bool inside = offset >= start_ && offset <= start_ + length_;
  const size_t kept = inside ? static_cast<size_t>(start_ + length_ - offset) : 0;
  if (kept < want) {
    const auto target =
        static_cast<size_t>(std::min(std::max<uint64_t>(want, kReadChunkBytes), left));
    if (target > capacity_) {
      auto larger = std::make_unique_for_overwrite<char[]>(target);
      if (kept > 0) memcpy(larger.get(), buffer_.get() + (offset - start_), kept);
      buffer_ = std::move(larger);
      capacity_ = target;
    } else if (kept > 0) {
      memmove(buffer_.get(), buffer_.get() + (offset - start_), kept);
    }
    start_ = offset;
    length_ = kept;
    const Result<size_t> read = file_.ReadAt(offset + kept, buffer_.get() + kept, target - kept);
    if (!read) return tl::unexpected(read.error());
    length_ += *read;
    if (length_ < want) return Fail(Errc::kIo, "the file became shorter while it was read");
  }
  return std::string_view(buffer_.get() + (offset - start_),
                          static_cast<size_t>(start_ + length_ - offset));
}

}  // namespace kvasir
