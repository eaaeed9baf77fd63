// What a snapshot hands over from the loop to the thread that writes it.
// THREAD: any, one at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <variant>

#include "persistence/log_batch.h"
#include "persistence/rdb_chunk.h"
#include "src/store/stream_type.h"

namespace kvasir {

// A stream as it was, whose commands are made by the thread: they need all of it.
struct StreamCopy {
  int database = 0;
  std::string key;
  int64_t deadline_ms = 0;  // 0: none
  std::unique_ptr<Stream> stream;
};

// Bytes of an RDB file, or commands, or a copy that becomes commands.
using SnapshotChunk = std::variant<RdbChunk, LogBatch, StreamCopy>;

inline size_t SizeOf(const SnapshotChunk& chunk) {
  if (const auto* rdb = std::get_if<RdbChunk>(&chunk)) return rdb->size();
  if (const auto* batch = std::get_if<LogBatch>(&chunk)) return batch->bytes;
  return std::get<StreamCopy>(chunk).stream->MemoryBytes(1);
}

}  // namespace kvasir
