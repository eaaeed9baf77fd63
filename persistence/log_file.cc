#include "persistence/log_file.h"

#include <array>
#include <random>

#include "persistence/log_format.h"
#include "src/base/clock.h"
#include "src/base/crc.h"

namespace kvasir {

uint64_t NewFileId() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

Result<std::unique_ptr<LogFile>> LogFile::Create(std::unique_ptr<AppendFile> file,
                                                 uint64_t sequence) {
  const LogHeader header = {NewFileId(), sequence, static_cast<uint64_t>(UnixTimeMs())};
  const std::string line = FormatLogHeader(header);
  const std::array<std::string_view, 1> pieces = {line};
  if (Result<void> written = file->Append(pieces); !written) {
    return tl::unexpected(written.error());
  }
  auto created = std::make_unique<LogFile>(std::move(file), header.file_id, line.size());
  created->synced_ = 0;
  return created;
}

LogFile::LogFile(std::unique_ptr<AppendFile> file, uint64_t file_id, uint64_t size)
    : file_(std::move(file)), file_id_(file_id), offset_(size), synced_(size) {}

Result<void> LogFile::Write(std::span<const LogBatch> batches, uint64_t unix_ms) {
  if (poisoned()) return Fail(Errc::kIo, "an fsync of this file failed before");
  if (Result<void> cut = CutTornPiece(); !cut) return cut;
  uint64_t end = offset();
  lines_.resize(batches.size());
  pieces_.clear();
  for (size_t i = 0; i < batches.size(); ++i) {
    const LogBatch& batch = batches[i];
    LogAnnotation annotation = {batch.last_sequence, batch.bytes, 0, synced_offset(), unix_ms};
    annotation.crc = LogBatchCrcSeed(file_id_, end, annotation);
    for (std::string_view piece : batch.pieces) annotation.crc = Crc32c(annotation.crc, piece);
    const size_t length = FormatLogAnnotation(annotation, lines_[i].data());
    pieces_.emplace_back(lines_[i].data(), length);
    pieces_.insert(pieces_.end(), batch.pieces.begin(), batch.pieces.end());
    end += length + batch.bytes;
  }
  torn_ = true;
  if (Result<void> written = file_->Append(pieces_); !written) {
    // When this fails too, it is tried again before the next write.
    (void)CutTornPiece();
    return written;
  }
  torn_ = false;
  offset_.store(end, std::memory_order_release);
  return {};
}

Result<void> LogFile::WriteEndMark(uint64_t sequence, uint64_t unix_ms) {
  LogBatch mark;
  mark.last_sequence = sequence;
  return Write({&mark, 1}, unix_ms);
}

Result<void> LogFile::Sync() {
  if (poisoned()) return Fail(Errc::kIo, "an fsync of this file failed before");
  const uint64_t end = offset();
  if (Result<void> synced = file_->SyncData(); !synced) {
    poisoned_.store(true, std::memory_order_release);
    return synced;
  }
  synced_.store(end, std::memory_order_release);
  return {};
}

Result<void> LogFile::CutTornPiece() {
  if (!torn_) return {};
  Result<void> cut = file_->Truncate(offset());
  if (cut) torn_ = false;
  return cut;
}

}  // namespace kvasir
