// Writes a whole keyspace to an RDB file in one go.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "persistence/file_system.h"
#include "persistence/rdb_encoder.h"
#include "persistence/rdb_file_writer.h"
#include "src/base/result.h"
#include "src/store/keyspace.h"

namespace kvasir {

struct RdbSaveOptions {
  RdbFileWriter::Options file;
  RdbEncoder::Options encoder;
  std::span<const RdbAuxField> fields;  // in front of the keys
};

// Writes `temporary`, syncs it, gives it the name `path` in the same directory, and syncs that.
// After an error what was there before stands, unless only that last sync failed. Blocks until it
// is done; returns the file's size.
Result<uint64_t> SaveKeyspace(const Keyspace& keyspace, FileSystem& files, const std::string& path,
                              const std::string& temporary, const RdbSaveOptions& options);

}  // namespace kvasir
