#include "persistence/replay.h"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <utility>

#include "persistence/log_reader.h"
#include "persistence/old_style.h"
#include "persistence/record_reader.h"
#include "persistence/torn_tail.h"

namespace kvasir {
namespace {

class Loader {
 public:
  Loader(FileSystem& files, const LogPaths& paths, const ReplayOptions& options, ReplaySink& sink)
      : files_(files), paths_(paths), options_(options), sink_(sink), records_(&sink) {}

  Result<ReplayStats> Run(FoundLog found) {
    stats_.upgraded = found.upgraded;
    next().manifest = std::move(found.manifest);
    if (next().manifest.empty()) return std::move(stats_);
    if (Result<void> opened = OpenAll(); !opened) return tl::unexpected(opened.error());
    sink_.Progress(0, stats_.bytes);
    for (size_t i = 0; i < sources_.size() && !stats_.limit_reached; ++i) {
      if (Result<void> read = ReadOne(i); !read) return tl::unexpected(read.error());
      ++stats_.files;
    }
    sink_.Progress(stats_.bytes, stats_.bytes);
    stats_.commands = records_.commands();
    stats_.unix_ms = records_.unix_ms();
    return std::move(stats_);
  }

 private:
  struct Source {
    const ManifestEntry* entry = nullptr;
    std::unique_ptr<ReadFile> file;
    uint64_t size = 0;
  };

  LogContinuation& next() { return stats_.continuation; }

  Result<void> Open(const ManifestEntry& entry) {
    Source source;
    source.entry = &entry;
    Result<std::unique_ptr<ReadFile>> file = files_.OpenRead(paths_.InDirectory(entry.name));
    if (!file) return tl::unexpected(file.error());
    source.file = std::move(*file);
    const Result<uint64_t> size = source.file->Size();
    if (!size) return tl::unexpected(size.error());
    source.size = *size;
    stats_.bytes += *size;
    sources_.push_back(std::move(source));
    return {};
  }

  // All files are opened before anything is applied: one that is missing is told at once.
  Result<void> OpenAll() {
    const Manifest& manifest = next().manifest;
    if (manifest.base) {
      if (Result<void> opened = Open(*manifest.base); !opened) return opened;
      next().base_bytes = sources_.back().size;
    }
    for (const ManifestEntry& entry : manifest.increments) {
      if (Result<void> opened = Open(entry); !opened) return opened;
    }
    return {};
  }

  Result<void> ReadOne(size_t index) {
    const Source& source = sources_[index];
    const bool base = source.entry->type == LogFileType::kBase;
    const bool last = index + 1 == sources_.size();
    FileWindow window(*source.file, source.size);
    const std::function<void(uint64_t)> progress = [this](uint64_t offset) { Progress(offset); };
    LogReader reader(records_, sink_.keyspace(), progress);
    Result<LogFileEnd> end = reader.Read({window, paths_.InDirectory(source.entry->name), base,
                                          next().sequence, expected_sequence_, options_.limit});
    if (!end) return tl::unexpected(end.error());
    uint64_t size = source.size;
    if (end->damage) {
      if (Result<void> judged = Judge(source, *end, last); !judged) return judged;
      size = end->damage->offset;
    }
    bytes_done_ += source.size;
    stats_.limit_reached = end->limit_reached || end->sequence >= options_.limit.sequence;
    next().sequence = end->sequence;
    next().total_bytes += size;
    expected_sequence_.reset();
    if (end->tells_sequence) expected_sequence_ = end->sequence;
    // Behind a cut a new file is begun: blocks of the cut batches may come back in the old one,
    // with the right place and file id, and must not count.
    next().append_to_last = last && !base && end->ours && !end->plain_records && !end->damage;
    next().file_id = end->header.file_id;
    next().last_file_bytes = size;
    return {};
  }

  // D4. Damage in the last increment may be a torn tail; anything else refuses and touches nothing.
  Result<void> Judge(const Source& source, const LogFileEnd& end, bool last) {
    const LogDamage& damage = *end.damage;
    const bool base = source.entry->type == LogFileType::kBase;
    const bool old_style = base && source.entry->name == paths_.file_name;
    if (!last || (base && !old_style)) return Refuse(source, damage.offset, damage.reason);
    const Result<void> torn_only = CheckTornTail(*source.file, source.size, end);
    if (!torn_only) return Refuse(source, damage.offset, torn_only.error().detail());
    if (options_.read_only) {
      stats_.torn = {.file = source.entry->name,
                     .offset = damage.offset,
                     .bytes = source.size - damage.offset,
                     .reason = damage.reason,
                     .kept_as = {}};
      return {};
    }
    if (!options_.load_truncated) {
      return Refuse(source, damage.offset,
                    damage.reason + " (a torn tail, which aof-load-truncated no does not cut)");
    }
    Result<TornTail> torn = CutTornTail(files_, paths_, source.entry->name, damage.offset);
    if (!torn) return tl::unexpected(torn.error());
    stats_.torn = std::move(*torn);
    stats_.torn.reason = damage.reason;
    return {};
  }

  tl::unexpected<Error> Refuse(const Source& source, uint64_t offset, const std::string& reason) {
    return Fail(
        Errc::kCorrupt,
        fmt::format("{}: damaged at offset {}: {}. Nothing was changed. To see what can be saved, "
                    "and how, run: kvasir-check-aof {}",
                    paths_.InDirectory(source.entry->name), offset, reason, paths_.Manifest()));
  }

  void Progress(uint64_t offset) {
    const uint64_t done = bytes_done_ + offset;
    if (done < told_ + kReadChunkBytes) return;
    told_ = done;
    sink_.Progress(done, stats_.bytes);
  }

  FileSystem& files_;
  const LogPaths& paths_;
  const ReplayOptions& options_;
  ReplaySink& sink_;
  RecordReader records_;
  ReplayStats stats_;
  std::vector<Source> sources_;
  std::optional<uint64_t> expected_sequence_;
  uint64_t bytes_done_ = 0;  // of the files before
  uint64_t told_ = 0;
};

}  // namespace

Result<ReplayStats> Replay(FileSystem& files, const LogPaths& paths, const ReplayOptions& options,
                           ReplaySink& sink) {
  Result<FoundLog> found = FindLog(files, paths);
  if (!found) return tl::unexpected(found.error());
  return Loader(files, paths, options, sink).Run(std::move(*found));
}

Result<ReplayStats> ReplayManifest(FileSystem& files, const LogPaths& paths, Manifest manifest,
                                   const ReplayOptions& options, ReplaySink& sink) {
  return Loader(files, paths, options, sink).Run({std::move(manifest), false});
}

}  // namespace kvasir
