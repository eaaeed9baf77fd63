// Reads a log as the server's start would, changes nothing, and says of each file what it holds and
// what is wrong with it.
// THREAD: one.
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

// In the order of how bad it is; a log is what its worst file is.
enum class CheckState : uint8_t {
  kIntact,
  kTornTail,    // the server cuts it by itself
  kDamaged,     // the server refuses to start
  kUnreadable,  // a file could not be read, or is of a kind that this version does not know
};

enum class FileFormat : uint8_t { kOurs, kPlain, kRdb };

struct FileCheck {
  ManifestEntry entry;
  std::string path;
  CheckState state = CheckState::kIntact;
  FileFormat format = FileFormat::kPlain;
  uint64_t size = 0;
  uint64_t whole_to = 0;  // the end of the last whole batch, or of the last whole record
  uint64_t batches = 0;
  uint64_t commands = 0;  // SELECT, MULTI and EXEC included
  // Of the last record before the file, and of the last in it. A base has no records of its own.
  uint64_t sequence_before = 0;
  uint64_t sequence = 0;
  bool tells_sequence = false;  // the file itself says where its records begin
  uint64_t begun_ms = 0;        // of ours: when the file was begun
  uint64_t first_ms = 0;        // 0: nothing in the file tells the time
  uint64_t last_ms = 0;
  bool limit_reached = false;
  std::string rdb;    // what is in an RDB
  std::string wrong;  // what is wrong, with path and offset; empty when intact
};

struct LogCheck {
  CheckState state = CheckState::kIntact;
  std::vector<FileCheck> files;
};

// What is to be checked: the files of a manifest, or one file.
struct CheckTarget {
  LogPaths paths;
  Manifest manifest;
  bool has_manifest = false;
};

// Takes what a log holds, file by file.
class CheckSink : public ReplaySink {
 public:
  // `file` is not read yet: entry and sequence_before are set.
  virtual void BeginFile(const FileCheck& file) = 0;
};

// `path` is a data directory, the log's directory in it, a manifest, or one file of a log.
// kNotFound and kInvalidArgument say what was looked for; kCorrupt, that the manifest is damaged.
Result<CheckTarget> FindTarget(FileSystem& files, const std::string& path);

// `sink` is given everything that is intact and within the limit; null to only check.
LogCheck CheckLog(FileSystem& files, const CheckTarget& target, const ReplayLimit& limit,
                  CheckSink* sink);

}  // namespace kvasir
