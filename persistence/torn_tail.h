// D4: tells a torn tail from damage, and cuts it. A write that was under way when the power went
// may have left any bytes behind the last position known to be synced, and only there. The batches'
// annotations say what was synced when they were written, also those that lie behind the damage.
// THREAD: one.
#pragma once

#include <cstdint>
#include <optional>

#include "persistence/file_system.h"
#include "persistence/log_paths.h"
#include "persistence/log_reader.h"
#include "persistence/replay.h"
#include "src/base/result.h"

namespace kvasir {

struct SyncedProof {
  uint64_t offset = 0;         // a whole batch that lies behind the damage
  uint64_t synced_offset = 0;  // and says that the damaged place had been synced
};

// Looks through the file behind `damage` for a batch that proves that the bytes there had been on
// the disk. kCorrupt when the file is made so that looking would take too long.
Result<std::optional<SyncedProof>> FindSyncedProof(ReadFile& file, uint64_t size, uint64_t file_id,
                                                   uint64_t damage);

// Whether what is wrong in a file may be a torn tail: nothing when it may, if the file is the last
// one of its log and no base of ours; else kCorrupt, with the reason.
// REQUIRES: end.damage.
Result<void> CheckTornTail(ReadFile& file, uint64_t size, const LogFileEnd& end);

// Keeps what lies behind `offset` in "<name>.torn-<unix ms>" and cuts it off, both durably and in
// this order.
Result<TornTail> CutTornTail(FileSystem& files, const LogPaths& paths, const std::string& name,
                             uint64_t offset);

}  // namespace kvasir
