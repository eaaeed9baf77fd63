// The file side of a switch: new files, their syncs and the manifest, in D5's order. Knows no
// threads and nothing of the log that is being replaced but its manifest.
// THREAD: any, one at a time per directory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "persistence/base_writer.h"
#include "persistence/file_system.h"
#include "persistence/log_file.h"
#include "persistence/log_paths.h"
#include "persistence/manifest.h"
#include "src/base/result.h"

namespace kvasir {

struct SwitchPlan {
  Manifest old;  // what stands on the disk; empty when there is none

  // A base takes the place of the old one and of the increments before `first_kept`. It is written
  // by `write_base`, or it is `written_base`: complete and synced. Neither: base and increments
  // stay.
  const BaseSource* write_base = nullptr;
  uint64_t base_number = 0;
  std::optional<ManifestEntry> written_base;
  uint64_t first_kept = UINT64_MAX;
  // An increment that is there and synced, and that no manifest has named so far.
  std::optional<ManifestEntry> written_increment;

  bool adds_increment = true;  // begins the increment `increment_number`
  uint64_t increment_number = 0;
  uint64_t sequence = 0;  // of the last record before the new files

  bool replaces_base() const { return write_base != nullptr || written_base.has_value(); }
};

struct SwitchOutcome {
  Result<void> result;
  ManifestWrite state = ManifestWrite::kUntouched;
  Manifest manifest;                   // the one to go on with, in every state
  std::unique_ptr<LogFile> increment;  // synced and empty; set for kDone when one was added
  uint64_t base_bytes = 0;             // with write_base
};

// Creates and syncs the new files, syncs the directory and its parent, replaces the manifest. The
// caller has synced the old log (or begins no increment), and acknowledges on the new one only
// after kDone. Files that the new manifest does not use become its history; RemoveHistory deletes
// them after kDone. After kUntouched what was created is removed again; after kRenameFailed it is
// left, named in the outcome's history, and after kUnknown nothing at all is deleted.
SwitchOutcome SwitchFiles(FileSystem& files, const LogPaths& paths, const SwitchPlan& plan);

// The name of a log's first increment, "<file_name>.<number>.first.aof": it stands without a
// manifest until the first base counts, and is no sign of a manifest that was lost.
std::string FirstIncrementName(const LogPaths& paths, uint64_t number);

// Begins an increment of that name, which no manifest names: of no meaning to a start until a
// switch names it. `durable` syncs it and what leads to it, as it must be before that.
Result<std::unique_ptr<LogFile>> BeginIncrement(FileSystem& files, const LogPaths& paths,
                                                uint64_t number, uint64_t sequence, bool durable);

// Unlinks the history's files and drops those from it that are gone; persistence/log_history.h
// keeps them instead. REQUIRES: the manifest on disk is durable and does not use them.
void RemoveHistory(FileSystem& files, const LogPaths& paths, Manifest& manifest);

}  // namespace kvasir
