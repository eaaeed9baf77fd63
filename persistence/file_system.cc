#include "persistence/file_system.h"

namespace kvasir {

Result<std::string> ReadWholeFile(FileSystem& files, const std::string& path, uint64_t bytes_max) {
  Result<std::unique_ptr<ReadFile>> file = files.OpenRead(path);
  if (!file) return tl::unexpected(file.error());
  const Result<uint64_t> size = (*file)->Size();
  if (!size) return tl::unexpected(size.error());
  if (*size > bytes_max) return Fail(Errc::kTooLarge, path + ": too long");
  std::string content(*size, '\0');
  const Result<size_t> read = (*file)->ReadAt(0, content.data(), content.size());
  if (!read) return tl::unexpected(read.error());
  content.resize(*read);
  return content;
}

}  // namespace kvasir
