// Cuts the last file of a log. What is cut off is kept beside it, and the log goes on in a new
// increment, as after a cut by the server.
// THREAD: one.
#pragma once

#include <cstdint>
#include <string>

#include "persistence/file_system.h"
#include "persistence/torn_tail.h"
#include "src/base/result.h"
#include "tools/check_aof/log_check.h"

namespace kvasir {

// Keeps a running server away from the log. kLocked names its process.
Result<std::vector<std::unique_ptr<FileLock>>> LockLog(FileSystem& files, const LogPaths& paths);

// Cuts `last`, the last file of the check, at its whole_to. REQUIRES: LockLog.
Result<TornTail> CutLog(FileSystem& files, const CheckTarget& target, const FileCheck& last);

}  // namespace kvasir
