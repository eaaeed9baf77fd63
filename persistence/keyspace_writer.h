// The keyspace as the commands that rebuild it: the content of a base file.
// THREAD: loop.
#pragma once

#include "persistence/base_writer.h"
#include "persistence/file_system.h"
#include "persistence/log_paths.h"
#include "src/base/result.h"
#include "src/store/keyspace.h"

namespace kvasir {

// Writes the functions and every key, deadlines included, as commands that redis-server 7 knows.
Result<void> WriteKeyspace(const Keyspace& keyspace, BaseWriter& writer);

// Removes the log's directory with all files in it, for a log that was only made for a moment.
Result<void> RemoveLogFiles(FileSystem& files, const LogPaths& paths);

}  // namespace kvasir
