// The file that a snapshot's thread writes: RDB, or a base of commands. It counts only once Finish
// succeeded and it got its name, or a manifest names it (D5).
// THREAD: any, one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "persistence/file_system.h"
#include "persistence/rdb_file_writer.h"
#include "persistence/snapshot_chunk.h"
#include "src/base/result.h"

namespace kvasir {

class SnapshotFile {
 public:
  struct Options {
    RdbFileWriter::Options rdb;
    // Set: the file is a base of commands, and holds the effect of the records up to this one.
    std::optional<uint64_t> commands_up_to;
  };

  // Creates the file, replacing one of that name.
  static Result<std::unique_ptr<SnapshotFile>> Create(FileSystem& files, const std::string& path,
                                                      const Options& options);
  virtual ~SnapshotFile() = default;

  // After an error the file is worthless: give up. REQUIRES: chunks of the file's kind.
  virtual Result<void> Write(SnapshotChunk& chunk) = 0;
  // Ends and syncs the file; returns its size.
  virtual Result<uint64_t> Finish() = 0;
};

}  // namespace kvasir
