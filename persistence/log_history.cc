#include "persistence/log_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "persistence/log_format.h"
#include "persistence/log_switch.h"
#include "src/base/number.h"

namespace kvasir {
namespace {

constexpr std::string_view kHistoryName = "history";

std::string HistoryDirectory(const LogPaths& paths) { return paths.InDirectory(kHistoryName); }

LogPaths PathsOfFolder(const LogPaths& paths, std::string_view folder) {
  return {.data_directory = HistoryDirectory(paths),
          .directory_name = std::string(folder),
          .file_name = paths.file_name};
}

// The front of a file, as far as it tells what the file holds.
struct FileStart {
  std::optional<LogHeader> header;
  bool empty = false;  // of ours, and no record in it
};

Result<FileStart> ReadStart(FileSystem& files, const std::string& path) {
  Result<std::unique_ptr<ReadFile>> file = files.OpenRead(path);
  if (!file) return tl::unexpected(file.error());
  std::string bytes(2 * kLogLineBytesMax, '\0');
  const Result<size_t> read = (*file)->ReadAt(0, bytes.data(), bytes.size());
  if (!read) return tl::unexpected(read.error());
  bytes.resize(*read);
  FileStart start;
  const auto header = ParseLogHeader(bytes);
  if (!header) return start;
  start.header = header->value;
  const std::string_view rest = std::string_view(bytes).substr(header->length);
  const auto batch = ParseLogAnnotation(rest);
  start.empty = rest.empty() || (batch && batch->value.bytes == 0 && batch->length == rest.size());
  return start;
}

// Older generations come first. A folder that is no number, or holds no manifest, is not ours.
Result<std::vector<std::string>> ListFolders(FileSystem& files, const LogPaths& paths) {
  const std::string directory = HistoryDirectory(paths);
  const Result<bool> exists = files.Exists(directory);
  if (!exists) return tl::unexpected(exists.error());
  if (!*exists) return std::vector<std::string>();
  Result<std::vector<std::string>> names = files.List(directory);
  if (!names) return names;
  std::erase_if(*names, [](const std::string& name) { return !ParseUint64(name); });
  std::sort(names->begin(), names->end(), [](const std::string& a, const std::string& b) {
    return *ParseUint64(a) < *ParseUint64(b);
  });
  return names;
}

Result<LogGeneration> DescribeGeneration(FileSystem& files, const LogPaths& paths,
                                         std::string folder, Manifest manifest) {
  LogGeneration generation = {std::move(folder), std::move(manifest)};
  if (generation.manifest.increments.empty()) return generation;
  const ManifestEntry& first = generation.manifest.increments.front();
  const Result<FileStart> start =
      ReadStart(files, paths.InDirectory(generation.folder + first.name));
  if (!start) return tl::unexpected(start.error());
  if (!start->header) return generation;
  generation.sequence = start->header->sequence;
  // Before the first base there was nothing, at any time.
  if (generation.manifest.base) generation.unix_ms = start->header->unix_ms;
  return generation;
}

bool IsBaseName(const LogPaths& paths, const std::string& name) {
  return name == paths.file_name || name.find(".base.") != std::string::npos;
}

// Moves one base and its increments.
class Mover {
 public:
  Mover(FileSystem& files, const LogPaths& paths, std::span<const ManifestEntry> entries)
      : files_(files), paths_(paths) {
    for (const ManifestEntry& entry : entries) {
      const bool base = IsBaseName(paths, entry.name);
      manifest_.increments.push_back(entry);
      manifest_.increments.back().type = base ? LogFileType::kBase : LogFileType::kIncrement;
      if (!base) continue;
      manifest_.base = manifest_.increments.back();
      manifest_.increments.pop_back();
    }
  }

  // The first increment, which gives the folder its name, moves last: while it is there the rest
  // is not done, and a try that was interrupted is taken up again.
  Result<void> Run() {
    if (manifest_.increments.empty()) return Remove();
    const ManifestEntry& first = manifest_.increments.front();
    const Result<FileStart> start = ReadStart(files_, paths_.InDirectory(first.name));
    if (!start) {
      return start.error().code() == Errc::kNotFound ? Remove() : tl::unexpected(start.error());
    }
    // What is no base cannot be gone back to, but for the first life of a log.
    const bool from_nothing = !start->header || start->header->sequence == 0;
    const Result<bool> holds_records = HoldsRecords();
    if (!holds_records) return tl::unexpected(holds_records.error());
    if (!*holds_records || (!manifest_.base && !from_nothing)) return Remove();
    const uint64_t name = start->header ? start->header->unix_ms : first.number;
    return Move(PathsOfFolder(paths_, std::to_string(name)));
  }

 private:
  // The base of a switch that failed in the end, and one behind which nothing was logged, would
  // only push out those that are of use. A file that is not there has moved, in a former try.
  Result<bool> HoldsRecords() {
    for (const ManifestEntry& entry : manifest_.increments) {
      const Result<FileStart> start = ReadStart(files_, paths_.InDirectory(entry.name));
      if (!start && start.error().code() != Errc::kNotFound) return tl::unexpected(start.error());
      if (!start || !start->empty) return true;
    }
    return false;
  }

  Result<void> Move(const LogPaths& target) {
    for (const std::string& directory : {target.data_directory, target.Directory()}) {
      Result<void> made = files_.MakeDirectory(directory);
      if (!made && made.error().code() != Errc::kExists) return made;
    }
    Result<void> done = files_.SyncDirectory(target.data_directory);
    if (done) done = files_.SyncDirectory(paths_.Directory());
    if (done) done = WriteManifest(files_, target, manifest_).result;
    for (size_t i = manifest_.increments.size(); i > 1 && done; --i) {
      done = MoveFile(manifest_.increments[i - 1].name, target);
    }
    if (done && manifest_.base) done = MoveFile(manifest_.base->name, target);
    if (done) done = SyncBoth(target);
    if (done) done = MoveFile(manifest_.increments.front().name, target);
    return done ? SyncBoth(target) : done;
  }

  Result<void> MoveFile(const std::string& name, const LogPaths& target) {
    Result<void> moved = files_.Rename(paths_.InDirectory(name), target.InDirectory(name));
    return !moved && moved.error().code() == Errc::kNotFound ? Result<void>() : moved;
  }

  // Where the files are now first, so that a crash leaves each in one place at least.
  Result<void> SyncBoth(const LogPaths& target) {
    Result<void> synced = files_.SyncDirectory(target.Directory());
    return synced ? files_.SyncDirectory(paths_.Directory()) : synced;
  }

  Result<void> Remove() {
    Manifest useless;
    useless.history = manifest_.increments;
    if (manifest_.base) useless.history.push_back(*manifest_.base);
    RemoveHistory(files_, paths_, useless);
    return useless.history.empty() ? Result<void>() : Fail(Errc::kIo);
  }

  FileSystem& files_;
  const LogPaths& paths_;
  Manifest manifest_;
};

// The manifest goes first: a folder without one does not count.
Result<void> RemoveFolder(FileSystem& files, const LogPaths& folder) {
  Result<void> removed = files.Unlink(folder.Manifest());
  if (!removed && removed.error().code() != Errc::kNotFound) return removed;
  if (Result<void> synced = files.SyncDirectory(folder.Directory()); !synced) return synced;
  const Result<std::vector<std::string>> names = files.List(folder.Directory());
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (removed = files.Unlink(folder.InDirectory(name)); !removed) return removed;
  }
  return files.RemoveDirectory(folder.Directory());
}

void RemoveOldest(FileSystem& files, const LogPaths& paths, uint64_t generations) {
  const Result<std::vector<std::string>> folders = ListFolders(files, paths);
  if (!folders || folders->size() <= generations) return;
  for (size_t i = 0; i < folders->size() - generations; ++i) {
    (void)RemoveFolder(files, PathsOfFolder(paths, (*folders)[i]));
  }
}

std::string Named(const LogGeneration& generation, const ManifestEntry& entry) {
  return generation.folder + entry.name;
}

}  // namespace

Result<std::vector<LogGeneration>> ListGenerations(FileSystem& files, const LogPaths& paths) {
  std::vector<LogGeneration> generations;
  const Result<std::vector<std::string>> folders = ListFolders(files, paths);
  if (!folders) return tl::unexpected(folders.error());
  for (size_t i = 0; i <= folders->size(); ++i) {
    const bool current = i == folders->size();
    const LogPaths from = current ? paths : PathsOfFolder(paths, (*folders)[i]);
    Result<std::optional<Manifest>> manifest = ReadManifest(files, from);
    if (!manifest) return tl::unexpected(manifest.error());
    if (!*manifest) continue;
    std::string folder =
        current ? std::string() : fmt::format("{}/{}/", kHistoryName, (*folders)[i]);
    Result<LogGeneration> generation =
        DescribeGeneration(files, paths, std::move(folder), std::move(**manifest));
    if (!generation) return tl::unexpected(generation.error());
    generations.push_back(std::move(*generation));
  }
  return generations;
}

void KeepHistory(FileSystem& files, const LogPaths& paths, Manifest& manifest,
                 uint64_t generations) {
  if (generations == 0) return RemoveHistory(files, paths, manifest);
  if (manifest.history.empty()) return;
  std::vector<ManifestEntry> entries = std::exchange(manifest.history, {});
  const auto begins = [&](const ManifestEntry& entry) { return IsBaseName(paths, entry.name); };
  for (auto first = entries.begin(); first != entries.end();) {
    const auto last = std::find_if(first + 1, entries.end(), begins);
    if (!Mover(files, paths, {first, last}).Run()) {
      manifest.history.insert(manifest.history.end(), first, last);
    }
    first = last;
  }
  RemoveOldest(files, paths, generations);
}

Result<Manifest> FindRestoreChain(FileSystem& files, const LogPaths& paths,
                                  const ReplayLimit& limit) {
  const Result<std::vector<LogGeneration>> generations = ListGenerations(files, paths);
  if (!generations) return tl::unexpected(generations.error());
  if (generations->empty()) return Fail(Errc::kNotFound, paths.Manifest() + ": there is no log");
  const auto from = std::find_if(generations->rbegin(), generations->rend(), [&](const auto& one) {
    return one.sequence <= limit.sequence && one.unix_ms <= limit.unix_ms;
  });
  if (from == generations->rend()) {
    const LogGeneration& oldest = generations->front();
    return Fail(
        Errc::kNotFound,
        fmt::format("{}: the oldest base that is kept holds all up to record {} and unix ms "
                    "{}, which lies behind what was asked for",
                    paths.Directory(), oldest.sequence, oldest.unix_ms));
  }
  Manifest chain;
  if (from->manifest.base) chain.base = from->manifest.base;
  if (chain.base) chain.base->name = Named(*from, *chain.base);
  for (auto one = from.base() - 1; one != generations->end(); ++one) {
    for (ManifestEntry entry : one->manifest.increments) {
      entry.name = Named(*one, entry);
      chain.increments.push_back(std::move(entry));
    }
  }
  return chain;
}

}  // namespace kvasir
