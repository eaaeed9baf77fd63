#include "persistence/torn_tail.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "persistence/file_window.h"
#include "persistence/log_format.h"
#include "src/base/clock.h"
#include "src/base/crc.h"

namespace kvasir {
namespace {

// Lines that look like ours may stand in values, each naming a long payload. So much is summed up
// to check them, as a multiple of what is left of the file.
constexpr uint64_t kChecksumWorkFactor = 16;
constexpr uint64_t kChecksumWorkMin = 64 * kReadChunkBytes;

class ProofSearch {
 public:
  ProofSearch(ReadFile& file, uint64_t size, uint64_t file_id, uint64_t damage)
      : scan_(file, size), check_(file, size), file_id_(file_id), damage_(damage) {
    work_left_ = std::max(kChecksumWorkMin, (size - damage) * kChecksumWorkFactor);
  }

  Result<std::optional<SyncedProof>> Run() {
    for (uint64_t at = damage_; at < scan_.size();) {
      const Result<std::string_view> bytes = scan_.View(at, kReadChunkBytes);
      if (!bytes) return tl::unexpected(bytes.error());
      const size_t found = bytes->find(kLogBatchTag);
      if (found == std::string_view::npos) {
        // A tag may lie across the end of what was seen.
        const bool last = at + bytes->size() >= scan_.size();
        at += last ? bytes->size() : bytes->size() - (kLogBatchTag.size() - 1);
        continue;
      }
      at += found;
      Result<std::optional<SyncedProof>> proof = Check(at);
      if (!proof || *proof) return proof;
      ++at;
    }
    return std::optional<SyncedProof>();
  }

 private:
  Result<std::optional<SyncedProof>> Check(uint64_t at) {
    const std::optional<SyncedProof> none;
    const Result<std::string_view> bytes = scan_.View(at, kLogLineBytesMax);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto line = ParseLogAnnotation(*bytes);
    // Only a batch that tells something new is worth its checksum.
    if (!line || line->value.synced_offset <= damage_ || line->value.synced_offset > at)
      return none;
    const uint64_t payload = at + line->length;
    if (line->value.bytes > scan_.size() - payload) return none;
    if (line->value.bytes > work_left_) {
      return Fail(Errc::kCorrupt, "it cannot be told whether the rest of the file was synced");
    }
    work_left_ -= line->value.bytes;
    const Result<uint32_t> crc = Checksum(at, payload, line->value);
    if (!crc) return tl::unexpected(crc.error());
    if (*crc != line->value.crc) return none;
    return std::optional(SyncedProof{at, line->value.synced_offset});
  }

  Result<uint32_t> Checksum(uint64_t at, uint64_t payload, const LogAnnotation& line) {
    uint32_t crc = LogBatchCrcSeed(file_id_, at, line);
    for (uint64_t done = 0; done < line.bytes;) {
      const uint64_t want = std::min<uint64_t>(line.bytes - done, kReadChunkBytes);
      const Result<std::string_view> bytes = check_.View(payload + done, want);
      if (!bytes) return tl::unexpected(bytes.error());
      crc = Crc32c(crc, bytes->substr(0, want));
      done += want;
    }
    return crc;
  }

  FileWindow scan_;
  FileWindow check_;
  const uint64_t file_id_;
  const uint64_t damage_;
  uint64_t work_left_;
};

// The end of what is not zero behind `offset`; `offset` when all of it is.
Result<uint64_t> EndOfContent(FileWindow& window, uint64_t offset) {
  uint64_t end = offset;
  for (uint64_t at = offset; at < window.size();) {
    const Result<std::string_view> bytes = window.View(at, kReadChunkBytes);
    if (!bytes) return tl::unexpected(bytes.error());
    const size_t last = bytes->find_last_not_of('\0');
    if (last != std::string_view::npos) end = at + last + 1;
    at += bytes->size();
  }
  return end;
}

Result<void> CopyRange(FileSystem& files, FileWindow& window, uint64_t from, uint64_t to,
                       const std::string& path) {
  Result<std::unique_ptr<AppendFile>> copy = files.OpenAppend(path, FileSystem::Open::kReplace);
  if (!copy) return tl::unexpected(copy.error());
  while (from < to) {
    const uint64_t want = std::min<uint64_t>(to - from, kReadChunkBytes);
    const Result<std::string_view> bytes = window.View(from, want);
    if (!bytes) return tl::unexpected(bytes.error());
    const std::array<std::string_view, 1> pieces = {bytes->substr(0, want)};
    if (Result<void> written = (*copy)->Append(pieces); !written) return written;
    from += want;
  }
  return (*copy)->SyncData();
}

Result<void> Truncate(FileSystem& files, const std::string& path, uint64_t size) {
  Result<std::unique_ptr<AppendFile>> file = files.OpenAppend(path, FileSystem::Open::kExisting);
  if (!file) return tl::unexpected(file.error());
  if (Result<void> cut = (*file)->Truncate(size); !cut) return cut;
  return (*file)->SyncData();
}

}  // namespace

Result<std::optional<SyncedProof>> FindSyncedProof(ReadFile& file, uint64_t size, uint64_t file_id,
                                                   uint64_t damage) {
  return ProofSearch(file, size, file_id, damage).Run();
}

Result<void> CheckTornTail(ReadFile& file, uint64_t size, const LogFileEnd& end) {
  const LogDamage& damage = *end.damage;
  if (damage.short_record) return {};
  if (!end.ours || end.plain_records) return Fail(Errc::kCorrupt, damage.reason);
  const Result<std::optional<SyncedProof>> proof =
      FindSyncedProof(file, size, end.header.file_id, damage.offset);
  if (!proof) return Fail(Errc::kCorrupt, damage.reason + "; " + proof.error().detail());
  if (!*proof) return {};
  return Fail(Errc::kCorrupt,
              fmt::format("{}; the batch at {} says that all up to {} had been "
                          "synced",
                          damage.reason, (*proof)->offset, (*proof)->synced_offset));
}

Result<TornTail> CutTornTail(FileSystem& files, const LogPaths& paths, const std::string& name,
                             uint64_t offset) {
  const std::string path = paths.InDirectory(name);
  Result<std::unique_ptr<ReadFile>> file = files.OpenRead(path);
  if (!file) return tl::unexpected(file.error());
  const Result<uint64_t> size = (*file)->Size();
  if (!size) return tl::unexpected(size.error());
  FileWindow window(**file, *size);
  const Result<uint64_t> end = EndOfContent(window, offset);
  if (!end) return tl::unexpected(end.error());
  TornTail torn = {
      .file = name, .offset = offset, .bytes = *size - offset, .reason = {}, .kept_as = {}};
  if (*end > offset) {
    torn.kept_as = fmt::format("{}.torn-{}", name, UnixTimeMs());
    Result<void> kept = CopyRange(files, window, offset, *end, paths.InDirectory(torn.kept_as));
    if (kept) kept = files.SyncDirectory(paths.Directory());
    if (!kept) return tl::unexpected(kept.error());
  }
  if (Result<void> cut = Truncate(files, path, offset); !cut) return tl::unexpected(cut.error());
  return torn;
}

}  // namespace kvasir
