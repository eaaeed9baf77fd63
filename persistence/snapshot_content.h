// What a cut's entries and elements become on the loop: the bytes of an RDB file, or commands.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "persistence/rdb_encoder.h"
#include "persistence/snapshot_chunk.h"
#include "src/store/keyspace.h"
#include "src/store/keyspace_cut.h"

namespace kvasir {

class SnapshotContent : public CutSink {
 public:
  // Chunks of about this size go to the writer.
  static constexpr size_t kChunkBytes = size_t{256} * 1024;

  // Takes a chunk; `last` ends the file.
  using HandOver = std::function<void(SnapshotChunk chunk, bool last)>;

  // What was encoded and not handed over.
  virtual size_t bytes() const = 0;
  // Hands it over. The last time with what ends the file.
  virtual void HandOverAll(bool last) = 0;
};

// Begins with what stands in front of the keys. LIFETIME: the keyspace outlives it.
std::unique_ptr<SnapshotContent> MakeRdbContent(const Keyspace& keyspace,
                                                const RdbEncoder::Options& options,
                                                std::span<const RdbAuxField> fields,
                                                SnapshotContent::HandOver hand_over);
std::unique_ptr<SnapshotContent> MakeCommandContent(const Keyspace& keyspace, uint64_t sequence,
                                                    SnapshotContent::HandOver hand_over);

}  // namespace kvasir
