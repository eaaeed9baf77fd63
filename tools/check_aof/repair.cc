#include "tools/check_aof/repair.h"

#include <memory>
#include <utility>
#include <vector>

#include "persistence/log_switch.h"

namespace kvasir {

// A server locks a file in its data directory. Where there is none, none has ever run.
Result<std::vector<std::unique_ptr<FileLock>>> LockLog(FileSystem& files, const LogPaths& paths) {
  std::vector<std::unique_ptr<FileLock>> locks;
  for (const std::string& directory : {paths.data_directory, paths.Directory()}) {
    const std::string path = directory + "/kvasir.lock";
    const Result<bool> exists = files.Exists(path);
    if (!exists) return tl::unexpected(exists.error());
    if (!*exists) continue;
    Result<std::unique_ptr<FileLock>> lock = files.Lock(path);
    if (!lock) return tl::unexpected(lock.error());
    locks.push_back(std::move(*lock));
  }
  return locks;
}

Result<TornTail> CutLog(FileSystem& files, const CheckTarget& target, const FileCheck& last) {
  Result<TornTail> cut = CutTornTail(files, target.paths, last.entry.name, last.whole_to);
  if (!cut || !target.has_manifest || last.format != FileFormat::kOurs) return cut;
  // Blocks of the cut batches may come back in the old file, with the right id and place.
  SwitchPlan plan;
  plan.old = target.manifest;
  plan.increment_number = target.manifest.NextIncrementNumber();
  plan.sequence = last.sequence;
  const SwitchOutcome outcome = SwitchFiles(files, target.paths, plan);
  if (!outcome.result) return tl::unexpected(outcome.result.error());
  return cut;
}

}  // namespace kvasir
