#include "persistence/base_writer.h"

#include "src/base/clock.h"

namespace kvasir {

Result<void> BaseWriter::Append(int database, std::span<const std::string_view> arguments,
                                std::span<const SharedArgument> shared) {
  if (database != database_) {
    encoder_.AppendSelect(database);
    database_ = database;
  }
  encoder_.Append(arguments, shared);
  return encoder_.bytes() < kLogBatchBytes ? Result<void>() : WriteBatch();
}

Result<void> BaseWriter::AppendBatch(LogBatch& batch) {
  if (Result<void> written = WriteBatch(); !written || batch.bytes == 0) return written;
  database_ = -1;
  batch.last_sequence = sequence_;
  return file_->Write({&batch, 1}, static_cast<uint64_t>(UnixTimeMs()));
}

Result<void> BaseWriter::WriteBatch() {
  if (encoder_.empty()) return {};
  // Every batch of a base stands for the same point in time.
  encoder_.AddRecord(sequence_);
  LogBatch batch = encoder_.Take();
  Result<void> written = file_->Write({&batch, 1}, static_cast<uint64_t>(UnixTimeMs()));
  encoder_.Recycle(std::move(batch));
  return written;
}

Result<uint64_t> BaseWriter::Finish() {
  Result<void> done = WriteBatch();
  if (done) done = file_->Sync();
  if (done) done = file_->WriteEndMark(sequence_, static_cast<uint64_t>(UnixTimeMs()));
  if (done) done = file_->Sync();
  if (!done) return tl::unexpected(done.error());
  return file_->offset();
}

}  // namespace kvasir
