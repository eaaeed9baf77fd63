// Writes an RDB file from encoded chunks: compression, checksum, syncs. The file counts only once
// Finish succeeded and it got its name, or a manifest names it (D5).
// THREAD: any, one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "persistence/byte_buffer.h"
#include "persistence/file_system.h"
#include "persistence/rdb_chunk.h"
#include "src/base/result.h"

namespace kvasir {

class RdbFileWriter {
 public:
  struct Options {
    bool compress = true;           // rdbcompression
    bool checksum = true;           // rdbchecksum: without it a reader checks nothing
    uint64_t sync_every_bytes = 0;  // rdb-save-incremental-fsync: 0 syncs once, at the end
  };

  // LIFETIME: the file is empty and is this writer's.
  RdbFileWriter(std::unique_ptr<AppendFile> file, const Options& options);

  // Writes the chunk, or keeps up to 256 KiB of it for later. After an error the file is worthless:
  // give up.
  Result<void> Write(const RdbChunk& chunk);

  // Writes the checksum behind what was written, of which RdbEncoder::End was the last, and syncs.
  // Returns the file's size.
  Result<uint64_t> Finish();

  // What the file has so far.
  uint64_t bytes() const { return bytes_; }

 private:
  Result<void> Put(std::string_view piece);
  Result<void> Flush(std::string_view behind = {});

  std::unique_ptr<AppendFile> file_;
  Options options_;
  ByteBuffer buffer_;
  uint64_t bytes_ = 0;
  uint64_t written_ = 0;
  uint64_t synced_ = 0;
  uint64_t crc_ = 0;
};

}  // namespace kvasir
