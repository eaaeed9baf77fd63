// Files behind a small interface, so that tests can lose what was not synced, fail the nth call and
// tear a write (tests/support/fault_file_system.h). Everything in persistence/ goes through it.
//
// Errors: kNotFound, kExists, kNoSpace (ENOSPC, EDQUOT), kLocked, else kIo; the detail is
// "<path>: <what the system says>".
// THREAD: any; one writer at a time per AppendFile, except that SyncData may run beside Append.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace kvasir {

// A file that is written at its end only.
class AppendFile {
 public:
  virtual ~AppendFile() = default;  // closes; what was not synced may be lost

  // Writes all pieces one behind the other; partial writes of the system are gone on with. After
  // an error any number of the bytes may stand in the file: Truncate before the next Append.
  virtual Result<void> Append(std::span<const std::string_view> pieces) = 0;
  // Makes the content durable, and of the metadata what is needed to read it (fdatasync). After an
  // error nothing is known about what the disk holds, and a later success proves nothing (D6). An
  // error, too, when the file is not to be found under its path any more.
  virtual Result<void> SyncData() = 0;
  virtual Result<void> Truncate(uint64_t size) = 0;
  virtual Result<uint64_t> Size() = 0;
};

class ReadFile {
 public:
  virtual ~ReadFile() = default;
  // Reads up to `size` bytes at `offset`; fewer only at the end of the file.
  virtual Result<size_t> ReadAt(uint64_t offset, char* out, size_t size) = 0;
  virtual Result<uint64_t> Size() = 0;
};

// Holds the lock until it is destroyed.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

class FileSystem {
 public:
  enum class Open : uint8_t {
    kExisting,  // kNotFound when it is not there
    kReplace,   // created empty; an old content is dropped
  };

  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<AppendFile>> OpenAppend(const std::string& path, Open how) = 0;
  virtual Result<std::unique_ptr<ReadFile>> OpenRead(const std::string& path) = 0;
  virtual Result<bool> Exists(const std::string& path) = 0;
  // The names in a directory, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> List(const std::string& directory) = 0;
  // kExists when something of that name is there.
  virtual Result<void> MakeDirectory(const std::string& path) = 0;
  // Atomic; replaces `to`. Durable, like creation and Unlink, only after SyncDirectory.
  virtual Result<void> Rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> Unlink(const std::string& path) = 0;
  // Of an empty directory.
  virtual Result<void> RemoveDirectory(const std::string& path) = 0;
  virtual Result<void> SyncDirectory(const std::string& path) = 0;
  // D9: takes the lock file exclusively, creating it, and writes this process's id into it; kLocked
  // names the holder's id when another process has it.
  virtual Result<std::unique_ptr<FileLock>> Lock(const std::string& path) = 0;
};

// The operating system's files.
FileSystem& PosixFiles();

// The whole content of a file; kTooLarge when it is longer than `bytes_max`.
Result<std::string> ReadWholeFile(FileSystem& files, const std::string& path, uint64_t bytes_max);

}  // namespace kvasir
