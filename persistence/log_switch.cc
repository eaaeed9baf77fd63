#include "persistence/log_switch.h"

#include <utility>

namespace kvasir {
namespace {

// The directory's own entry must be durable before anything in it is relied on.
Result<void> MakeLogDirectory(FileSystem& files, const LogPaths& paths) {
  Result<void> made = files.MakeDirectory(paths.Directory());
  if (!made && made.error().code() != Errc::kExists) return made;
  return files.SyncDirectory(paths.data_directory);
}

Result<std::unique_ptr<LogFile>> CreateFile(FileSystem& files, const std::string& path,
                                            uint64_t sequence) {
  Result<std::unique_ptr<AppendFile>> file = files.OpenAppend(path, FileSystem::Open::kReplace);
  if (!file) return tl::unexpected(file.error());
  return LogFile::Create(std::move(*file), sequence);
}

Result<uint64_t> CreateBase(FileSystem& files, const std::string& path, const SwitchPlan& plan) {
  Result<std::unique_ptr<LogFile>> file = CreateFile(files, path, plan.sequence);
  if (!file) return tl::unexpected(file.error());
  BaseWriter writer(std::move(*file), plan.sequence);
  if (Result<void> fed = (*plan.write_base)(writer); !fed) return tl::unexpected(fed.error());
  return writer.Finish();
}

Result<void> CreateFiles(FileSystem& files, const LogPaths& paths, const SwitchPlan& plan,
                         const Manifest& next, SwitchOutcome& outcome) {
  if (Result<void> made = MakeLogDirectory(files, paths); !made) return made;
  if (plan.write_base != nullptr) {
    const Result<uint64_t> size = CreateBase(files, paths.InDirectory(next.base->name), plan);
    if (!size) return tl::unexpected(size.error());
    outcome.base_bytes = *size;
  }
  if (!plan.adds_increment) return files.SyncDirectory(paths.Directory());
  const std::string path = paths.InDirectory(next.increments.back().name);
  Result<std::unique_ptr<LogFile>> increment = CreateFile(files, path, plan.sequence);
  if (!increment) return tl::unexpected(increment.error());
  outcome.increment = std::move(*increment);
  if (Result<void> synced = outcome.increment->Sync(); !synced) return synced;
  return files.SyncDirectory(paths.Directory());
}

void AddHistory(ManifestEntry entry, Manifest& manifest) {
  entry.type = LogFileType::kHistory;
  manifest.history.push_back(std::move(entry));
}

Manifest NextManifest(const LogPaths& paths, const SwitchPlan& plan) {
  Manifest next = plan.old;
  if (plan.replaces_base()) {
    if (plan.old.base) AddHistory(*plan.old.base, next);
    next.base = plan.written_base.value_or(
        ManifestEntry{BaseName(paths, plan.base_number), plan.base_number, LogFileType::kBase});
    std::erase_if(next.increments, [&](const ManifestEntry& entry) {
      if (entry.number >= plan.first_kept) return false;
      AddHistory(entry, next);
      return true;
    });
  }
  if (plan.written_increment) next.increments.push_back(*plan.written_increment);
  if (plan.adds_increment) {
    next.increments.push_back({IncrementName(paths, plan.increment_number), plan.increment_number,
                               LogFileType::kIncrement});
  }
  return next;
}

}  // namespace

SwitchOutcome SwitchFiles(FileSystem& files, const LogPaths& paths, const SwitchPlan& plan) {
  SwitchOutcome outcome;
  Manifest next = NextManifest(paths, plan);
  outcome.result = CreateFiles(files, paths, plan, next, outcome);
  if (outcome.result) {
    ManifestWriteResult written = WriteManifest(files, paths, next);
    outcome.state = written.state;
    outcome.result = std::move(written.result);
  }
  if (outcome.state == ManifestWrite::kDone || outcome.state == ManifestWrite::kUnknown) {
    outcome.manifest = std::move(next);
    return outcome;
  }
  outcome.increment.reset();
  outcome.manifest = plan.old;
  Manifest created;
  if (plan.replaces_base()) AddHistory(*next.base, created);
  if (plan.adds_increment) AddHistory(next.increments.back(), created);
  // D5: once the rename was tried, a file that the manifest on disk may name is not deleted. It is
  // history of the next switch that succeeds.
  if (outcome.state == ManifestWrite::kUntouched) RemoveHistory(files, paths, created);
  for (ManifestEntry& entry : created.history) outcome.manifest.history.push_back(std::move(entry));
  return outcome;
}

std::string FirstIncrementName(const LogPaths& paths, uint64_t number) {
  return paths.file_name + "." + std::to_string(number) + ".first.aof";
}

Result<std::unique_ptr<LogFile>> BeginIncrement(FileSystem& files, const LogPaths& paths,
                                                uint64_t number, uint64_t sequence, bool durable) {
  Result<void> made = files.MakeDirectory(paths.Directory());
  if (!made && made.error().code() != Errc::kExists) return tl::unexpected(made.error());
  Result<std::unique_ptr<LogFile>> file =
      CreateFile(files, paths.InDirectory(FirstIncrementName(paths, number)), sequence);
  if (!file || !durable) return file;
  Result<void> synced = (*file)->Sync();
  if (synced) synced = files.SyncDirectory(paths.Directory());
  if (!synced) return tl::unexpected(synced.error());
  return file;
}

void RemoveHistory(FileSystem& files, const LogPaths& paths, Manifest& manifest) {
  std::erase_if(manifest.history, [&](const ManifestEntry& entry) {
    const Result<void> removed = files.Unlink(paths.InDirectory(entry.name));
    return removed || removed.error().code() == Errc::kNotFound;
  });
}

}  // namespace kvasir
