// Commands to bytes, as RESP multibulk requests. One call per write on the loop, so it copies each
// argument once and allocates nothing in the steady state.
// THREAD: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "persistence/log_batch.h"
#include "src/base/shared_bytes.h"

namespace kvasir {

// Arguments of at least this size are worth a reference instead of a copy.
inline constexpr size_t kLogShareMin = 16 * 1024;

// Batches are closed when they pass this, at the next end of a record.
inline constexpr size_t kLogBatchBytes = 1024 * 1024;

// arguments[index] is `*bytes`, to be held by reference when it is large.
struct SharedArgument {
  size_t index = 0;
  const SharedBytes* bytes = nullptr;
};

class LogEncoder {
 public:
  // Adds one command to the current batch. Counts no record: AddRecord does. `shared` is in the
  // order of the indexes.
  void Append(std::span<const std::string_view> arguments,
              std::span<const SharedArgument> shared = {}) {
    size_t room = kHeaderMax;
    for (std::string_view argument : arguments) room += argument.size() + kHeaderMax + 2;
    if (room > static_cast<size_t>(limit_ - cursor_) || !shared.empty()) {
      AppendSlow(arguments, shared, room);
      return;
    }
    cursor_ = Encode(arguments, cursor_);
  }
  void AppendSelect(int database);
  // A group's MULTI and EXEC. One command between them stands for itself, so they are left out.
  void BeginGroup();
  void EndGroup(bool single);
  // REQUIRES: empty().
  void AppendTimestamp(uint64_t unix_s);
  void AddRecord(uint64_t sequence) {
    ++batch_.records;
    batch_.last_sequence = sequence;
  }

  size_t bytes() const { return settled_bytes_ + static_cast<size_t>(cursor_ - begin_); }
  bool empty() const { return bytes() == 0; }

  // The current batch, finished; the next one begins in recycled memory.
  LogBatch Take();
  // Gives a batch's memory back after it was written or copied.
  void Recycle(LogBatch batch) { pool_.Recycle(std::move(batch)); }

 private:
  static constexpr size_t kHeaderMax = 24;  // '*' or '$', 20 digits, CRLF

  static char* Encode(std::span<const std::string_view> arguments, char* out);
  void AppendSlow(std::span<const std::string_view> arguments,
                  std::span<const SharedArgument> shared, size_t room);
  void AppendBytes(std::string_view bytes);
  void AppendHeader(char kind, size_t number);
  void AppendReference(const SharedBytes& bytes);
  void AddChunk();
  void Settle();
  void TakeBackMulti();

  LogBatch batch_;
  LogBatchPool pool_;
  size_t settled_bytes_ = 0;  // of batch_.pieces
  char* begin_ = nullptr;     // [begin_, cursor_) of the last chunk is not in pieces yet
  char* cursor_ = nullptr;
  char* limit_ = nullptr;
  char* multi_end_ = nullptr;  // of the open group
  size_t multi_piece_ = 0;     // which piece holds it, or will
};

}  // namespace kvasir
