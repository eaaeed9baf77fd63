// A file system in memory that can be broken: it keeps for each file and directory what was synced
// beside what is seen, loses the difference in a crash, and fails the calls it is told to.
// THREAD: any.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "persistence/file_system.h"
#include "src/base/mutex.h"

namespace kvasir {

class FaultFileSystem final : public FileSystem {
 public:
  enum class Op : uint8_t {
    kOpen,
    kWrite,
    kSync,
    kTruncate,
    kMakeDirectory,
    kRename,
    kUnlink,
    kSyncDirectory,
    kRead
  };

  // What a crash leaves of bytes that were written and not synced.
  enum class Loss : uint8_t {
    kAll,          // nothing
    kNone,         // everything: the process was killed, the kernel lives
    kKeepPrefix,   // a random part from the front
    kTornSectors,  // each 512-byte sector is new or zero
    kZeros,        // the length, but zeros in it
    kGarbage,      // the length, but random bytes in it
    kMixed,        // one of the above for each file, and any of the directory changes
  };

  FaultFileSystem();

  // Fails call number `nth` (1 is the next one) of that kind, and `times` - 1 after it.
  void Fail(Op op, uint64_t nth, Errc code, uint64_t times = 1);
  void ClearFaults();
  // Bytes that all files may have together; a write that passes it writes what fits, then fails.
  void SetCapacity(uint64_t bytes);
  // File syncs wait until they are released.
  void HoldSyncs(bool hold);

  // After `count` more changing calls every call fails and changes nothing: the power is gone.
  void StopAfter(uint64_t count);
  bool stopped() const;
  uint64_t changes() const;  // calls so far that change something

  // Power comes back: what was not synced is lost as told. Open files of before stay dead.
  void Crash(Loss loss, uint64_t seed = 1);

  // The content as seen; dies when the file is not there. Overwrite counts as synced.
  std::string Content(const std::string& path) const;
  void Overwrite(const std::string& path, const std::string& content);
  uint64_t syncs() const;

  Result<std::unique_ptr<AppendFile>> OpenAppend(const std::string& path, Open how) override;
  Result<std::unique_ptr<ReadFile>> OpenRead(const std::string& path) override;
  Result<bool> Exists(const std::string& path) override;
  Result<std::vector<std::string>> List(const std::string& directory) override;
  Result<void> MakeDirectory(const std::string& path) override;
  Result<void> Rename(const std::string& from, const std::string& to) override;
  Result<void> Unlink(const std::string& path) override;
  Result<void> RemoveDirectory(const std::string& path) override;
  Result<void> SyncDirectory(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override;

 private:
  friend class FaultAppendFile;
  friend class FaultReadFile;
  friend class FaultLock;

  struct Node {
    std::string seen;
    std::string synced;
  };
  using NodePtr = std::shared_ptr<Node>;
  // One change of a directory: the name now means `node`, or nothing.
  struct Change {
    std::string name;
    NodePtr node;
    std::string also_removed;  // a rename's old name: both happen or none
  };
  struct Directory {
    std::map<std::string, NodePtr> seen;
    std::map<std::string, NodePtr> synced;
    std::vector<Change> changes;  // since the last sync
  };
  struct Fault {
    uint64_t first = 0;
    uint64_t last = 0;
    Errc code = Errc::kIo;
  };

  Result<void> Begin(Op op, const std::string& path) KVASIR_REQUIRES(mutex_);
  Result<Directory*> DirectoryOf(const std::string& path, std::string& name)
      KVASIR_REQUIRES(mutex_);
  NodePtr Find(const std::string& path) const KVASIR_REQUIRES(mutex_);
  uint64_t UsedBytes() const KVASIR_REQUIRES(mutex_);
  void CrashFile(Node& node, Loss loss) KVASIR_REQUIRES(mutex_);
  void CrashDirectory(Directory& directory, Loss loss) KVASIR_REQUIRES(mutex_);
  static void Apply(std::map<std::string, NodePtr>& names, const Change& change);

  // Calls of open files.
  Result<void> Append(const std::string& path, Node& node, uint64_t generation,
                      std::span<const std::string_view> pieces);
  Result<void> SyncData(const std::string& path, Node& node, uint64_t generation);
  Result<void> Truncate(const std::string& path, Node& node, uint64_t generation, uint64_t size);
  Result<size_t> ReadAt(const std::string& path, const Node& node, uint64_t offset, char* out,
                        size_t size);
  uint64_t SizeOf(const Node& node) const;

  mutable Mutex mutex_;
  Condition released_;
  std::map<std::string, Directory> directories_ KVASIR_GUARDED_BY(mutex_);
  std::set<std::string> locks_ KVASIR_GUARDED_BY(mutex_);
  std::array<uint64_t, 9> calls_ KVASIR_GUARDED_BY(mutex_){};
  std::array<std::optional<Fault>, 9> faults_ KVASIR_GUARDED_BY(mutex_);
  uint64_t capacity_ KVASIR_GUARDED_BY(mutex_) = UINT64_MAX;
  uint64_t changes_ KVASIR_GUARDED_BY(mutex_) = 0;
  uint64_t stop_at_ KVASIR_GUARDED_BY(mutex_) = UINT64_MAX;
  uint64_t generation_ KVASIR_GUARDED_BY(mutex_) = 0;
  bool hold_syncs_ KVASIR_GUARDED_BY(mutex_) = false;
  std::mt19937_64 random_ KVASIR_GUARDED_BY(mutex_);
};

}  // namespace kvasir
