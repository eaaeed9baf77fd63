#include "src/engine/replace_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>

namespace kvasir {
namespace {

constexpr mode_t kNewFileMode = 0644;

tl::unexpected<Error> SystemError(const std::string& action, const std::string& path) {
  const Errc code = errno == ENOSPC || errno == EDQUOT ? Errc::kNoSpace : Errc::kIo;
  return Fail(code, action + " '" + path + "': " + strerror(errno));
}

std::string FollowLinks(const std::string& path) {
  char resolved[PATH_MAX];
  return realpath(path.c_str(), resolved) == nullptr ? path : resolved;
}

bool WriteAll(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = write(descriptor, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    content.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

Result<void> FillFile(int descriptor, const std::string& path, mode_t mode,
                      std::string_view content) {
  if (fchmod(descriptor, mode) != 0 || !WriteAll(descriptor, content)) {
    return SystemError("can't write", path);
  }
  if (fsync(descriptor) != 0) return SystemError("can't sync", path);
  return {};
}

Result<void> SyncDirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return SystemError("can't open directory", directory);
  Result<void> done;
  if (fsync(descriptor) != 0) done = SystemError("can't sync directory", directory);
  close(descriptor);
  return done;
}

}  // namespace

Result<void> ReplaceFile(const std::string& path, std::string_view content) {
  const std::string target = FollowLinks(path);
  struct stat status = {};
  const mode_t mode = stat(target.c_str(), &status) == 0 ? status.st_mode & 07777 : kNewFileMode;
  std::string temporary = target + ".XXXXXX";
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return SystemError("can't create", temporary);
  Result<void> done = FillFile(descriptor, temporary, mode, content);
  close(descriptor);
  if (done && rename(temporary.c_str(), target.c_str()) != 0) {
    done = SystemError("can't replace", target);
  }
  if (!done) {
    unlink(temporary.c_str());
    return done;
  }
  return SyncDirectoryOf(target);
}

}  // namespace kvasir
