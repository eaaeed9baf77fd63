#include "persistence/rdb_file_writer.h"

#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "persistence/rdb_format.h"
#include "src/base/crc.h"

namespace kvasir {
namespace {

constexpr size_t kBufferBytes = size_t{256} * 1024;
// Pieces of this size and more are written from where they are.
constexpr size_t kDirectMin = size_t{64} * 1024;

}  // namespace

RdbFileWriter::RdbFileWriter(std::unique_ptr<AppendFile> file, const Options& options)
    : file_(std::move(file)), options_(options) {}

Result<void> RdbFileWriter::Write(const RdbChunk& chunk) {
  Result<void> result;
  ForEachRdbPiece(chunk, options_.compress, [&](std::string_view piece) {
    if (result) result = Put(piece);
  });
  return result;
}

Result<void> RdbFileWriter::Put(std::string_view piece) {
  bytes_ += piece.size();
  if (options_.checksum) crc_ = Crc64(crc_, piece);
  if (piece.size() >= kDirectMin) return Flush(piece);
  buffer_.Append(piece);
  return buffer_.size() < kBufferBytes ? Result<void>() : Flush();
}

Result<void> RdbFileWriter::Flush(std::string_view behind) {
  const std::array<std::string_view, 2> pieces = {buffer_.view(), behind};
  if (Result<void> written = file_->Append(pieces); !written) return written;
  written_ += buffer_.size() + behind.size();
  buffer_.Clear();
  if (options_.sync_every_bytes == 0 || written_ - synced_ < options_.sync_every_bytes) return {};
  synced_ = written_;
  return file_->SyncData();
}

Result<uint64_t> RdbFileWriter::Finish() {
  // 0 says that there is none; Crc64 of a file is never taken for that by a reader that checks.
  const uint64_t stored = options_.checksum ? crc_ : 0;
  static_assert(std::endian::native == std::endian::little && sizeof stored == kRdbChecksumBytes);
  char text[sizeof stored];
  memcpy(text, &stored, sizeof stored);
  buffer_.Append({text, sizeof text});
  bytes_ += sizeof text;
  Result<void> done = Flush();
  if (done) done = file_->SyncData();
  if (!done) return tl::unexpected(done.error());
  return bytes_;
}

}  // namespace kvasir
