// A snapshot of a keyspace as an RDB file, or as the commands of a base (D7): the loop hands the
// keyspace over in slices, a thread compresses, checksums, writes and syncs. THREAD: loop.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "persistence/rdb_encoder.h"
#include "persistence/snapshot_content.h"
#include "persistence/snapshot_writer.h"
#include "src/store/keyspace_cut.h"

namespace kvasir {

class Snapshot {
 public:
  struct Options {
    std::string path;  // of the file, replaced if it is there
    SnapshotFile::Options file;
    // Of an RDB file.
    RdbEncoder::Options encoder;
    std::span<const RdbAuxField> fields;  // in front of the keys
    SnapshotWriter::Progress progress;
  };

  // The point in time is now. LIFETIME: both outlive the snapshot.
  // REQUIRES: no other snapshot of the keyspace is being taken.
  Snapshot(Keyspace& keyspace, FileSystem& files, const Options& options);

  enum class State : uint8_t {
    kTaking,   // Step has more to do
    kWaiting,  // the writer is behind: Step has more to do once it has caught up
    kWriting,  // all was handed over
  };
  State state() const;
  // Hands over some of the keyspace until the monotonic clock shows `until_us`, or little more.
  void Step(uint64_t until_us);

  // Keys that the file will have, and how many were handed over.
  uint64_t keys_total() const { return keys_total_; }
  uint64_t keys_taken() const { return cut_ == nullptr ? keys_total_ : cut_->keys_taken(); }

  // True when a database was emptied since: a snapshot begun now would be smaller.
  bool outdated() const { return cut_ != nullptr && cut_->keeps_database(); }

  // What became of the file.
  SnapshotWriter& writer() { return *writer_; }
  const std::string& path() const { return path_; }
  // Gives the writer away, whose end may take the disk's time. Only destruction may follow.
  std::unique_ptr<SnapshotWriter> ReleaseWriter() { return std::move(writer_); }

 private:
  const std::string path_;
  std::unique_ptr<SnapshotWriter> writer_;
  std::unique_ptr<SnapshotContent> content_;
  uint64_t keys_total_ = 0;
  std::unique_ptr<KeyspaceCut> cut_;  // until all was handed over
};

}  // namespace kvasir
