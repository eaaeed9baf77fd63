// Preloaded into a real server: makes the calls that write files of the log fail or hang, as the
// file named by KVASIR_FAULT_FILE says at the time of the call:
//   hang-sync      fdatasync waits until the word is gone
//   fail-sync      fdatasync fails with EIO
//   fail-write     writev fails with EROFS
// Only files below a directory "appendonlydir" are touched.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

// By system calls, since the library's own functions may be those that are replaced.
bool Wanted(std::string_view word) {
  const char* path = getenv("KVASIR_FAULT_FILE");
  if (path == nullptr) return false;
  const long file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  std::array<char, 256> text;
  const long size = syscall(SYS_read, file, text.data(), text.size());
  syscall(SYS_close, file);
  return size > 0 && std::string_view(text.data(), static_cast<size_t>(size)).find(word) !=
                         std::string_view::npos;
}

bool IsOfLog(int descriptor) {
  std::array<char, 64> link;
  snprintf(link.data(), link.size(), "/proc/self/fd/%d", descriptor);
  std::array<char, 4096> target;
  const ssize_t size = readlink(link.data(), target.data(), target.size());
  return size > 0 &&
         std::string_view(target.data(), static_cast<size_t>(size)).find("/appendonlydir/") !=
             std::string_view::npos;
}

}  // namespace

extern "C" {

int fdatasync(int descriptor) {
  constexpr useconds_t kPauseUs = 1000;
  if (IsOfLog(descriptor)) {
    while (Wanted("hang-sync")) usleep(kPauseUs);
    if (Wanted("fail-sync")) {
      errno = EIO;
      return -1;
    }
  }
  return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}

ssize_t writev(int descriptor, const iovec* pieces, int count) {
  if (IsOfLog(descriptor) && Wanted("fail-write")) {
    errno = EROFS;
    return -1;
  }
  return syscall(SYS_writev, descriptor, pieces, count);
}

}  // extern "C"
