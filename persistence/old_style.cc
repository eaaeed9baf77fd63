#include "persistence/old_style.h"

#include <fmt/format.h>

#include "persistence/log_format.h"

namespace kvasir {
namespace {

Result<void> MoveIntoDirectory(FileSystem& files, const LogPaths& paths) {
  Result<void> moved = files.Rename(paths.OldStyleFile(), paths.InDirectory(paths.file_name));
  if (moved) moved = files.SyncDirectory(paths.Directory());
  if (moved) moved = files.SyncDirectory(paths.data_directory);
  return moved;
}

Result<FoundLog> Upgrade(FileSystem& files, const LogPaths& paths) {
  FoundLog found;
  found.upgraded = true;
  found.manifest.base = ManifestEntry{paths.file_name, 1, LogFileType::kBase};
  Result<void> made = files.MakeDirectory(paths.Directory());
  if (!made && made.error().code() != Errc::kExists) return tl::unexpected(made.error());
  made = files.SyncDirectory(paths.data_directory);
  if (made) made = WriteManifest(files, paths, found.manifest).result;
  if (made) made = MoveIntoDirectory(files, paths);
  if (!made) return tl::unexpected(made.error());
  return found;
}

// The manifest of an upgrade names the old file, which may not have been moved yet.
Result<bool> FinishUpgrade(FileSystem& files, const LogPaths& paths, const Manifest& manifest) {
  if (!manifest.base || manifest.base->name != paths.file_name) return false;
  const Result<bool> inside = files.Exists(paths.InDirectory(paths.file_name));
  if (!inside) return tl::unexpected(inside.error());
  if (*inside) return false;
  const Result<bool> outside = files.Exists(paths.OldStyleFile());
  if (!outside) return tl::unexpected(outside.error());
  if (!*outside) return false;
  if (Result<void> moved = MoveIntoDirectory(files, paths); !moved) {
    return tl::unexpected(moved.error());
  }
  return true;
}

// An increment that holds more than our header line was acknowledged to somebody once.
Result<void> RefuseLostManifest(FileSystem& files, const LogPaths& paths) {
  const Result<bool> exists = files.Exists(paths.Directory());
  if (!exists) return tl::unexpected(exists.error());
  if (!*exists) return {};
  const Result<std::vector<std::string>> names = files.List(paths.Directory());
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!name.starts_with(paths.file_name + ".") || !name.ends_with(".incr.aof")) continue;
    Result<std::unique_ptr<ReadFile>> file = files.OpenRead(paths.InDirectory(name));
    if (!file) return tl::unexpected(file.error());
    const Result<uint64_t> size = (*file)->Size();
    if (!size) return tl::unexpected(size.error());
    if (*size <= kLogLineBytesMax) continue;
    return Fail(Errc::kCorrupt,
                fmt::format("{}: is missing, but {} holds data; restore the manifest, or move the "
                            "directory away to start empty",
                            paths.Manifest(), name));
  }
  return {};
}

}  // namespace

Result<FoundLog> FindLog(FileSystem& files, const LogPaths& paths) {
  Result<std::optional<Manifest>> manifest = ReadManifest(files, paths);
  if (!manifest) return tl::unexpected(manifest.error());
  if (*manifest) {
    const Result<bool> finished = FinishUpgrade(files, paths, **manifest);
    if (!finished) return tl::unexpected(finished.error());
    return FoundLog{std::move(**manifest), *finished};
  }
  if (Result<void> lost = RefuseLostManifest(files, paths); !lost) {
    return tl::unexpected(lost.error());
  }
  const Result<bool> old_style = files.Exists(paths.OldStyleFile());
  if (!old_style) return tl::unexpected(old_style.error());
  return *old_style ? Upgrade(files, paths) : FoundLog();
}

}  // namespace kvasir
