// Which files make up the log, in Redis 7's manifest format: one line per file,
// `file <name> seq <n> type <b|i|h>`, names with odd bytes between double quotes, `#` comments
// (persistence/FORMAT.md). Ours begin with a checksum, in a comment. The manifest on disk is
// replaced as a whole, by rename (D5). THREAD: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/file_system.h"
#include "persistence/log_paths.h"
#include "src/base/result.h"

namespace kvasir {

enum class LogFileType : char { kBase = 'b', kIncrement = 'i', kHistory = 'h' };

struct ManifestEntry {
  std::string name;  // within the log's directory: never a path
  uint64_t number = 0;
  LogFileType type = LogFileType::kIncrement;
  bool operator==(const ManifestEntry&) const = default;
};

struct Manifest {
  std::optional<ManifestEntry> base;
  std::vector<ManifestEntry> increments;  // in the order of replay: numbers go up
  std::vector<ManifestEntry> history;     // replaced files that are to be removed

  bool empty() const { return !base && increments.empty() && history.empty(); }
  uint64_t NextBaseNumber() const;
  uint64_t NextIncrementNumber() const;
  bool operator==(const Manifest&) const = default;
};

// Strict: kCorrupt with the line's number for anything that the format does not allow, a second
// base, increments whose numbers do not go up, a name that is a path, a wrong checksum.
Result<Manifest> ParseManifest(std::string_view text);
std::string FormatManifest(const Manifest& manifest);

enum class BaseFormat : uint8_t { kCommands, kRdb };

// "<file_name>.<number>.base.aof" (".base.rdb") and "<file_name>.<number>.incr.aof".
std::string BaseName(const LogPaths& paths, uint64_t number,
                     BaseFormat format = BaseFormat::kCommands);
std::string IncrementName(const LogPaths& paths, uint64_t number);

// The manifest on disk; nothing when there is none.
Result<std::optional<Manifest>> ReadManifest(FileSystem& files, const LogPaths& paths);

// How far a replacement got: decides what may still be deleted and which log counts (D5).
enum class ManifestWrite : uint8_t {
  kDone,          // durable
  kUntouched,     // failed before the rename: the old manifest stands
  kRenameFailed,  // the old manifest is seen, but nothing that the new one names may be deleted
  kUnknown,       // the new manifest is seen; after a power cut the disk may hold either one
};
struct ManifestWriteResult {
  ManifestWrite state = ManifestWrite::kDone;
  Result<void> result;
};

// Writes and syncs a temporary file, renames it over the manifest and syncs the directory.
ManifestWriteResult WriteManifest(FileSystem& files, const LogPaths& paths,
                                  const Manifest& manifest);

}  // namespace kvasir
