// What stands in the data directory when there is no manifest: nothing, the single-file log of
// Redis before 7, or a directory whose manifest was lost. THREAD: one.
#pragma once

#include "persistence/file_system.h"
#include "persistence/log_paths.h"
#include "persistence/manifest.h"
#include "src/base/result.h"

namespace kvasir {

struct FoundLog {
  Manifest manifest;      // empty: there is no log
  bool upgraded = false;  // a single-file log was moved into the directory
};

// Reads the manifest. Without one, a single-file log becomes the base of a new directory, as Redis
// 7 does it: the manifest first, then the file moves; a crash between the two is finished here.
// kCorrupt when there is no manifest but increments that hold something.
Result<FoundLog> FindLog(FileSystem& files, const LogPaths& paths);

}  // namespace kvasir
