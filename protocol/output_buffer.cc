#include "protocol/output_buffer.h"

#include <algorithm>
#include <utility>

namespace kvasir {
namespace {

constexpr size_t kChunkBytes = 16 * 1024;
constexpr size_t kPooledChunksMax = 256;

// One write takes no more pieces. With so many waiting, more messages are on their way than a chunk
// costs; up to there the chunk of each of thousands would cost more than all that is in it.
constexpr size_t kFannedPiecesMax = 64;

// Chunks that were sent wait here for the next reply, so that a tick's replies are written to
// memory that is still in the cache.
class ChunkPool {
 public:
  ~ChunkPool() {
    for (char* chunk : free_) ::operator delete(chunk, kChunkBytes);
  }
  char* Take() {
    if (free_.empty()) {
      ++count_;
      return static_cast<char*>(::operator new(kChunkBytes));
    }
    char* chunk = free_.back();
    free_.pop_back();
    return chunk;
  }
  void Give(char* chunk) {
    if (free_.size() < kPooledChunksMax) {
      free_.push_back(chunk);
    } else {
      --count_;
      ::operator delete(chunk, kChunkBytes);
    }
  }
  size_t bytes() const { return count_ * kChunkBytes; }

 private:
  std::vector<char*> free_;
  size_t count_ = 0;  // also of those that were taken
};

ChunkPool& Pool() {
  thread_local ChunkPool pool;
  return pool;
}

}  // namespace

size_t OutputBuffer::ChunkBytes() { return Pool().bytes(); }

void OutputBuffer::Swap(OutputBuffer& other) noexcept {
  std::swap(pieces_, other.pieces_);
  std::swap(head_, other.head_);
  std::swap(settled_bytes_, other.settled_bytes_);
  std::swap(last_begin_, other.last_begin_);
  std::swap(cursor_, other.cursor_);
  std::swap(limit_, other.limit_);
}

// Closes the chunk that is being filled: from here on its end is fixed.
void OutputBuffer::Settle() {
  if (cursor_ == nullptr) return;
  pieces_.back().end = cursor_;
  settled_bytes_ += static_cast<size_t>(cursor_ - last_begin_);
  last_begin_ = cursor_ = limit_ = nullptr;
}

void OutputBuffer::AddChunk() {
  Settle();
  char* chunk = Pool().Take();
  Piece piece;
  piece.chunk = chunk;
  piece.begin = chunk;
  pieces_.push_back(std::move(piece));
  last_begin_ = cursor_ = chunk;
  limit_ = chunk + kChunkBytes;
}

void OutputBuffer::AppendSlow(std::string_view bytes) {
  while (!bytes.empty()) {
    if (cursor_ == limit_) AddChunk();
    const size_t part = std::min(bytes.size(), static_cast<size_t>(limit_ - cursor_));
    memcpy(cursor_, bytes.data(), part);
    cursor_ += part;
    bytes.remove_prefix(part);
  }
}

void OutputBuffer::AppendShared(const SharedBytes& bytes) {
  const std::string_view view = bytes.view();
  if (view.size() < kShareMin) {
    Append(view);
  } else {
    AddReference(bytes);
  }
}

void OutputBuffer::AppendFanned(const SharedBytes& bytes) {
  const std::string_view view = bytes.view();
  const bool fits = view.size() <= static_cast<size_t>(limit_ - cursor_);
  const bool many = pieces_.size() - head_ >= kFannedPiecesMax;
  if (view.size() < kShareMin && (many || (fits && view.size() <= kReserveMax))) {
    Append(view);
  } else {
    AddReference(bytes);
  }
}

void OutputBuffer::AddReference(const SharedBytes& bytes) {
  const std::string_view view = bytes.view();
  Settle();
  Piece piece;
  piece.shared = bytes;
  piece.begin = view.data();
  piece.end = view.data() + view.size();
  pieces_.push_back(std::move(piece));
  settled_bytes_ += view.size();
}

void OutputBuffer::AppendBuffer(OutputBuffer&& other) {
  other.Settle();
  Settle();
  for (size_t i = other.head_; i < other.pieces_.size(); ++i) {
    pieces_.push_back(std::move(other.pieces_[i]));
  }
  settled_bytes_ += other.settled_bytes_;
  other.pieces_.clear();
  other.head_ = 0;
  other.settled_bytes_ = 0;
}

size_t OutputBuffer::Gather(std::span<std::string_view> out) {
  size_t count = 0;
  for (size_t i = head_; i < pieces_.size() && count < out.size(); ++i) {
    const Piece& piece = pieces_[i];
    const bool filling = i + 1 == pieces_.size() && cursor_ != nullptr;
    const char* end = filling ? cursor_ : piece.end;
    if (end != piece.begin) {
      out[count++] = {piece.begin, static_cast<size_t>(end - piece.begin)};
    }
  }
  return count;
}

void OutputBuffer::Consume(size_t bytes) {
  if (bytes == size()) {
    Clear();
    return;
  }
  while (bytes > 0) {
    Piece& piece = pieces_[head_];
    const bool filling = head_ + 1 == pieces_.size() && cursor_ != nullptr;
    const char* end = filling ? cursor_ : piece.end;
    const size_t part = std::min(bytes, static_cast<size_t>(end - piece.begin));
    piece.begin += part;
    bytes -= part;
    if (filling) {
      last_begin_ += part;
    } else {
      settled_bytes_ -= part;
    }
    if (piece.begin == end && !filling) {
      if (piece.chunk != nullptr) Pool().Give(piece.chunk);
      piece = Piece();
      ++head_;
    }
  }
  if (head_ > 64 && head_ * 2 > pieces_.size()) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<ptrdiff_t>(head_));
    head_ = 0;
  }
}

void OutputBuffer::Clear() {
  for (size_t i = head_; i < pieces_.size(); ++i) {
    if (pieces_[i].chunk != nullptr) Pool().Give(pieces_[i].chunk);
  }
  pieces_.clear();
  if (pieces_.capacity() > 64) pieces_.shrink_to_fit();
  head_ = 0;
  settled_bytes_ = 0;
  last_begin_ = cursor_ = limit_ = nullptr;
}

std::string OutputBuffer::ToString() {
  std::vector<std::string_view> views(pieces_.size() - head_);
  views.resize(Gather(views));
  std::string text;
  for (std::string_view view : views) text += view;
  return text;
}

}  // namespace kvasir
