// Which files a path on the command line means.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "persistence/rdb_reader.h"
#include "tools/check_aof/log_check.h"

namespace kvasir {
namespace {

constexpr std::string_view kManifestSuffix = ".manifest";

// The paths of a log whose directory is `directory`.
LogPaths PathsIn(const std::string& directory, std::string_view file_name) {
  LogPaths paths;
  const size_t slash = directory.rfind('/');
  paths.data_directory = slash == std::string::npos ? "." : directory.substr(0, slash);
  paths.directory_name = slash == std::string::npos ? directory : directory.substr(slash + 1);
  if (slash == 0) paths.data_directory = "/.";
  paths.file_name = file_name;
  return paths;
}

Result<CheckTarget> TargetOfManifest(FileSystem& files, LogPaths paths) {
  Result<std::optional<Manifest>> manifest = ReadManifest(files, paths);
  if (!manifest) return tl::unexpected(manifest.error());
  if (!*manifest) return Fail(Errc::kNotFound, paths.Manifest() + ": there is no such manifest");
  return CheckTarget{std::move(paths), std::move(**manifest), true};
}

Result<CheckTarget> TargetOfDirectory(FileSystem& files, const std::string& directory,
                                      const std::vector<std::string>& names) {
  std::vector<std::string> manifests;
  std::copy_if(names.begin(), names.end(), std::back_inserter(manifests),
               [](std::string_view name) {
                 return name.ends_with(kManifestSuffix) && !name.starts_with("temp-");
               });
  if (manifests.size() == 1) {
    manifests[0].resize(manifests[0].size() - kManifestSuffix.size());
    return TargetOfManifest(files, PathsIn(directory, manifests[0]));
  }
  if (manifests.size() > 1) {
    return Fail(Errc::kInvalidArgument,
                fmt::format("{}: holds several manifests; name one of them", directory));
  }
  const LogPaths paths = {.data_directory = directory};
  if (std::binary_search(names.begin(), names.end(), paths.directory_name)) {
    const std::string inside = paths.Directory();
    const Result<std::vector<std::string>> deeper = files.List(inside);
    if (!deeper) return tl::unexpected(deeper.error());
    return TargetOfDirectory(files, inside, *deeper);
  }
  return Fail(Errc::kNotFound, directory + ": holds neither a manifest nor appendonlydir");
}

// What begins with an RDB is a base, or a single-file log, whose tail may be torn.
Result<bool> BeginsWithRdb(FileSystem& files, const std::string& path) {
  Result<std::unique_ptr<ReadFile>> file = files.OpenRead(path);
  if (!file) return tl::unexpected(file.error());
  std::array<char, 16> bytes;
  const Result<size_t> read = (*file)->ReadAt(0, bytes.data(), bytes.size());
  if (!read) return tl::unexpected(read.error());
  return LooksLikeRdb({bytes.data(), *read});
}

Result<CheckTarget> TargetOfFile(FileSystem& files, const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  CheckTarget target;
  const Result<bool> rdb = BeginsWithRdb(files, path);
  if (!rdb) return tl::unexpected(rdb.error());
  const bool named_base = name.find(".base.") != std::string::npos;
  const bool base = named_base || *rdb;
  target.paths =
      PathsIn(slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1)),
              named_base ? "" : name);
  const ManifestEntry entry = {name, 1, base ? LogFileType::kBase : LogFileType::kIncrement};
  if (base) {
    target.manifest.base = entry;
  } else {
    target.manifest.increments.push_back(entry);
  }
  return target;
}

}  // namespace

Result<CheckTarget> FindTarget(FileSystem& files, const std::string& path) {
  std::string directory = path;
  while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
  const Result<std::vector<std::string>> names = files.List(directory);
  if (names) return TargetOfDirectory(files, directory, *names);
  const Result<bool> exists = files.Exists(path);
  if (!exists) return tl::unexpected(exists.error());
  if (!*exists) return Fail(Errc::kNotFound, path + ": there is no such file or directory");
  if (!path.ends_with(kManifestSuffix)) return TargetOfFile(files, path);
  const size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return TargetOfManifest(
      files, PathsIn(slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1)),
                     std::string_view(name).substr(0, name.size() - kManifestSuffix.size())));
}

}  // namespace kvasir
