#include "persistence/rdb_save.h"

#include <memory>
#include <utility>

namespace kvasir {
namespace {

constexpr size_t kChunkBytes = size_t{256} * 1024;

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

Result<void> WriteKeys(const Keyspace& keyspace, RdbEncoder& encoder, RdbFileWriter& writer) {
  Result<void> result;
  for (int i = 0; i < keyspace.database_count() && result; ++i) {
    const Database& database = keyspace.database(i);
    if (database.size() == 0) continue;
    encoder.SelectDatabase(i, database.size(), database.volatile_size());
    database.table().ForEachWhile([&](const Entry* entry) {
      encoder.Whole(*entry);
      if (encoder.bytes() >= kChunkBytes) result = writer.Write(encoder.Take());
      return result.has_value();
    });
  }
  return result;
}

Result<uint64_t> WriteFile(const Keyspace& keyspace, std::unique_ptr<AppendFile> file,
                           const RdbSaveOptions& options) {
  RdbFileWriter writer(std::move(file), options.file);
  RdbEncoder encoder(options.encoder);
  encoder.Start(keyspace, options.fields);
  Result<void> written = WriteKeys(keyspace, encoder, writer);
  encoder.End();
  if (written) written = writer.Write(encoder.Take());
  if (!written) return tl::unexpected(written.error());
  return writer.Finish();
}

}  // namespace

Result<uint64_t> SaveKeyspace(const Keyspace& keyspace, FileSystem& files, const std::string& path,
                              const std::string& temporary, const RdbSaveOptions& options) {
  Result<std::unique_ptr<AppendFile>> file =
      files.OpenAppend(temporary, FileSystem::Open::kReplace);
  if (!file) return tl::unexpected(file.error());
  Result<uint64_t> size = WriteFile(keyspace, std::move(*file), options);
  Result<void> named;
  if (size) named = files.Rename(temporary, path);
  if (!size || !named) {
    // What is left of it is of no meaning, and the next save replaces it.
    (void)files.Unlink(temporary);
  } else {
    named = files.SyncDirectory(DirectoryOf(path));
  }
  if (size && !named) return tl::unexpected(named.error());
  return size;
}

}  // namespace kvasir
