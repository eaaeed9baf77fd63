// Replaced bases with their increments (aof-keep-history), kept in "<log directory>/history/<n>",
// each with a manifest of its own: a copy of such a folder is a whole log. They are not left in the
// log's own manifest, where they would be history as well, because redis-server deletes what it
// finds there as history. <n> is when the first increment was begun, in unix ms.
// THREAD: any, one at a time per directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "persistence/file_system.h"
#include "persistence/log_paths.h"
#include "persistence/manifest.h"
#include "persistence/replay.h"
#include "src/base/result.h"

namespace kvasir {

// A base and the increments behind it.
struct LogGeneration {
  std::string
      folder;  // within the log's directory, with a slash at its end; empty: the current one
  Manifest manifest;
  // What the base holds, told by the first increment: all up to this record, and to this time. Both
  // are 0 where another server wrote that increment.
  uint64_t sequence = 0;
  uint64_t unix_ms = 0;
};

// What is kept, the oldest first, and the current one at the end. Empty when there is no log.
Result<std::vector<LogGeneration>> ListGenerations(FileSystem& files, const LogPaths& paths);

// Moves the files of `manifest.history` into history/ and drops those from it that have moved, or
// that are of no use: a base behind which nothing was logged. Then removes the oldest that are more
// than `generations`. What fails stays in the manifest's history, for another time.
// With 0 generations the files are removed, and what was kept before is left alone.
// REQUIRES: the manifest on disk is durable and does not use these files.
void KeepHistory(FileSystem& files, const LogPaths& paths, Manifest& manifest,
                 uint64_t generations);

// The files to replay for the state at `limit`: the newest base that is not newer, and every
// increment since. Names are relative to the log's directory. kNotFound when there is no such base.
Result<Manifest> FindRestoreChain(FileSystem& files, const LogPaths& paths,
                                  const ReplayLimit& limit);

}  // namespace kvasir
