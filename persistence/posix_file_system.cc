// The FileSystem of the operating system.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "persistence/file_system.h"

namespace kvasir {
namespace {

constexpr size_t kVectorMax = 1024;  // IOV_MAX on Linux

tl::unexpected<Error> SystemError(const std::string& path, int error) {
  Errc code = Errc::kIo;
  if (error == ENOENT) code = Errc::kNotFound;
  if (error == EEXIST) code = Errc::kExists;
  if (error == ENOSPC || error == EDQUOT) code = Errc::kNoSpace;
  return Fail(code, path + ": " + std::generic_category().message(error));
}

// A call that is tried again when a signal interrupts it; below 0 is an error in errno.
template <typename Call>
auto Retry(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

Result<void> Check(const std::string& path, int result) {
  if (result < 0) return SystemError(path, errno);
  return {};
}

Result<uint64_t> SizeOf(const std::string& path, int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) < 0) return SystemError(path, errno);
  return static_cast<uint64_t>(status.st_size);
}

class PosixAppendFile final : public AppendFile {
 public:
  PosixAppendFile(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  ~PosixAppendFile() override { close(descriptor_); }

  Result<void> Append(std::span<const std::string_view> pieces) override {
    std::array<iovec, kVectorMax> vector;
    while (!pieces.empty()) {
      const size_t count = std::min(pieces.size(), vector.size());
      for (size_t i = 0; i < count; ++i) {
        vector[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
      }
      Result<void> written = WriteAll({vector.data(), count});
      if (!written) return written;
      pieces = pieces.subspan(count);
    }
    return {};
  }

  Result<void> SyncData() override {
    Result<void> synced = Check(path_, Retry([this] { return fdatasync(descriptor_); }));
    return synced ? CheckName() : synced;
  }
  Result<void> Truncate(uint64_t size) override {
    return Check(path_, Retry([&] { return ftruncate(descriptor_, static_cast<off_t>(size)); }));
  }
  Result<uint64_t> Size() override { return SizeOf(path_, descriptor_); }

 private:
  // What was moved or removed, with its directory or without, takes writes all the same; the next
  // start would not find them.
  Result<void> CheckName() const {
    struct stat named;
    struct stat opened;
    if (fstat(descriptor_, &opened) < 0) return SystemError(path_, errno);
    const bool found = stat(path_.c_str(), &named) == 0;
    if (found && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino) return {};
    return Fail(Errc::kIo, path_ + ": is not there any more");
  }

  Result<void> WriteAll(std::span<iovec> vector) {
    while (!vector.empty()) {
      const ssize_t written = Retry(
          [&] { return writev(descriptor_, vector.data(), static_cast<int>(vector.size())); });
      if (written < 0) return SystemError(path_, errno);
      auto left = static_cast<size_t>(written);
      while (!vector.empty() && left >= vector[0].iov_len) {
        left -= vector[0].iov_len;
        vector = vector.subspan(1);
      }
      if (vector.empty()) break;
      vector[0].iov_base = static_cast<char*>(vector[0].iov_base) + left;
      vector[0].iov_len -= left;
    }
    return {};
  }

  const std::string path_;
  const int descriptor_;
};

class PosixReadFile final : public ReadFile {
 public:
  PosixReadFile(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  ~PosixReadFile() override { close(descriptor_); }

  Result<size_t> ReadAt(uint64_t offset, char* out, size_t size) override {
    size_t done = 0;
    while (done < size) {
      const ssize_t part = Retry([&] {
        return pread(descriptor_, out + done, size - done, static_cast<off_t>(offset + done));
      });
      if (part < 0) return SystemError(path_, errno);
      if (part == 0) break;
      done += static_cast<size_t>(part);
    }
    return done;
  }
  Result<uint64_t> Size() override { return SizeOf(path_, descriptor_); }

 private:
  const std::string path_;
  const int descriptor_;
};

class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(int descriptor) : descriptor_(descriptor) {}
  // The file stays: removing it would let two processes lock two files of one name.
  ~PosixFileLock() override { close(descriptor_); }

 private:
  const int descriptor_;
};

std::string HolderOf(int descriptor) {
  std::array<char, 32> text;
  const ssize_t size = pread(descriptor, text.data(), text.size(), 0);
  std::string holder(text.data(), static_cast<size_t>(std::max<ssize_t>(size, 0)));
  holder.erase(std::min(holder.find_first_not_of("0123456789"), holder.size()));
  return holder.empty() ? "another process" : "process " + holder;
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<AppendFile>> OpenAppend(const std::string& path, Open how) override {
    const int create = how == Open::kReplace ? O_CREAT | O_TRUNC : 0;
    const int descriptor = OpenFile(path, O_WRONLY | O_APPEND | create);
    if (descriptor < 0) return SystemError(path, errno);
    return std::make_unique<PosixAppendFile>(path, descriptor);
  }

  Result<std::unique_ptr<ReadFile>> OpenRead(const std::string& path) override {
    const int descriptor = OpenFile(path, O_RDONLY);
    if (descriptor < 0) return SystemError(path, errno);
    return std::make_unique<PosixReadFile>(path, descriptor);
  }

  Result<bool> Exists(const std::string& path) override {
    struct stat status;
    if (stat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return SystemError(path, errno);
  }

  Result<std::vector<std::string>> List(const std::string& directory) override {
    DIR* stream = opendir(directory.c_str());
    if (stream == nullptr) return SystemError(directory, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    const int error = errno;
    closedir(stream);
    if (error != 0) return SystemError(directory, error);
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<void> MakeDirectory(const std::string& path) override {
    return Check(path, mkdir(path.c_str(), 0755));
  }
  Result<void> Rename(const std::string& from, const std::string& to) override {
    return Check(to, rename(from.c_str(), to.c_str()));
  }
  Result<void> Unlink(const std::string& path) override {
    return Check(path, unlink(path.c_str()));
  }

  Result<void> RemoveDirectory(const std::string& path) override {
    return Check(path, rmdir(path.c_str()));
  }

  Result<void> SyncDirectory(const std::string& path) override {
    const int descriptor = OpenFile(path, O_RDONLY | O_DIRECTORY);
    if (descriptor < 0) return SystemError(path, errno);
    Result<void> synced = Check(path, Retry([&] { return fsync(descriptor); }));
    close(descriptor);
    return synced;
  }

  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    const int descriptor = OpenFile(path, O_RDWR | O_CREAT);
    if (descriptor < 0) return SystemError(path, errno);
    auto lock = std::make_unique<PosixFileLock>(descriptor);
    if (Retry([&] { return flock(descriptor, LOCK_EX | LOCK_NB); }) < 0) {
      if (errno != EWOULDBLOCK) return SystemError(path, errno);
      return Fail(Errc::kLocked, fmt::format("{}: locked by {}", path, HolderOf(descriptor)));
    }
    const std::string holder = fmt::format("{}\n", getpid());
    if (ftruncate(descriptor, 0) < 0 || pwrite(descriptor, holder.data(), holder.size(), 0) < 0) {
      return SystemError(path, errno);
    }
    return lock;
  }

 private:
  static int OpenFile(const std::string& path, int flags) {
    return Retry([&] { return open(path.c_str(), flags | O_CLOEXEC, 0644); });
  }
};

}  // namespace

FileSystem& PosixFiles() {
  static PosixFileSystem files;
  return files;
}

}  // namespace kvasir
