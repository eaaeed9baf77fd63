#include "persistence/log_batch.h"

#include <cstring>
#include <utility>

namespace kvasir {
namespace {

constexpr size_t kAbsorbBytesMax = 16 * 1024;
constexpr size_t kPooledChunksMax = 64;
constexpr size_t kPooledBatchesMax = 64;

}  // namespace

bool LogBatch::Absorb(const LogBatch& next) {
  if (next.bytes > kAbsorbBytesMax || next.pieces.size() != 1 || !next.shared.empty()) return false;
  if (pieces.empty() || chunks.empty() || next.has_timestamp) return false;
  const std::string_view last = pieces.back();
  char* const chunk = chunks.back().get();
  if (last.data() < chunk || last.data() >= chunk + kLogChunkBytes) return false;
  const size_t used = static_cast<size_t>(last.data() - chunk) + last.size();
  if (kLogChunkBytes - used < next.bytes) return false;
  memcpy(chunk + used, next.pieces[0].data(), next.bytes);
  pieces.back() = {last.data(), last.size() + next.bytes};
  bytes += next.bytes;
  records += next.records;
  last_sequence = next.last_sequence;
  return true;
}

uint64_t LogBatch::MemoryBytes() const {
  uint64_t total = chunks.size() * kLogChunkBytes;
  for (const SharedBytes& block : shared) total += block.size();
  return total;
}

LogChunk LogBatchPool::TakeChunk() {
  if (chunks_.empty()) return std::make_unique_for_overwrite<char[]>(kLogChunkBytes);
  LogChunk chunk = std::move(chunks_.back());
  chunks_.pop_back();
  return chunk;
}

LogBatch LogBatchPool::TakeBatch() {
  if (batches_.empty()) return {};
  LogBatch batch = std::move(batches_.back());
  batches_.pop_back();
  return batch;
}

void LogBatchPool::Recycle(LogBatch batch) {
  for (LogChunk& chunk : batch.chunks) {
    if (chunks_.size() < kPooledChunksMax) chunks_.push_back(std::move(chunk));
  }
  if (batches_.size() >= kPooledBatchesMax) return;
  batch.pieces.clear();
  batch.chunks.clear();
  batch.shared.clear();
  batch.has_timestamp = false;
  batch.bytes = batch.records = batch.last_sequence = batch.held_bytes = 0;
  batches_.push_back(std::move(batch));
}

}  // namespace kvasir
