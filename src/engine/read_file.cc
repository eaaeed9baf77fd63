#include "src/engine/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace kvasir {
namespace {

Result<std::string> ReadDescriptor(int descriptor, size_t max_bytes) {
  std::string text;
  char buffer[16 * 1024];
  while (text.size() <= max_bytes) {
    const ssize_t count = read(descriptor, buffer, sizeof(buffer));
    if (count == 0) return text;
    if (count > 0) {
      text.append(buffer, static_cast<size_t>(count));
    } else if (errno != EINTR) {
      return Fail(Errc::kIo, strerror(errno));
    }
  }
  return Fail(Errc::kTooLarge);
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  if (path == "-") return ReadDescriptor(STDIN_FILENO, max_bytes);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Fail(Errc::kIo, strerror(errno));
  Result<std::string> text = ReadDescriptor(descriptor, max_bytes);
  close(descriptor);
  return text;
}

}  // namespace kvasir
