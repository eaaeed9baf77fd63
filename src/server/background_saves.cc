#include "src/server/background_saves.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "persistence/log_rewrite.h"
#include "persistence/rdb_reader.h"
#include "persistence/rdb_save.h"
#include "src/base/clock.h"
#include "src/base/memory.h"
#include "src/engine/version.h"

namespace kvasir {
namespace {

std::string_view NameOf(BackgroundSaves::Kind kind) {
  if (kind == BackgroundSaves::Kind::kDump) return "The dump for clients";
  return kind == BackgroundSaves::Kind::kSave ? "Background saving"
                                              : "Background append only file rewriting";
}

RdbEncoder::Access AccessOf(EvictionPolicy policy) {
  switch (policy) {
    case EvictionPolicy::kVolatileLru:
    case EvictionPolicy::kAllKeysLru:
      return RdbEncoder::Access::kIdle;
    case EvictionPolicy::kVolatileLfu:
    case EvictionPolicy::kAllKeysLfu:
      return RdbEncoder::Access::kFrequency;
    default:
      return RdbEncoder::Access::kNone;
  }
}

// What stands in front of a file's keys.
class FileFacts {
 public:
  FileFacts(BackgroundSaves::Kind kind, uint64_t sequence)
      : is_base_(kind == BackgroundSaves::Kind::kRewrite),
        now_(std::to_string(UnixTimeMs() / 1000)),
        memory_(std::to_string(UsedMemory())),
        sequence_(std::to_string(sequence)),
        fields_{{{"redis-ver", kRedisVersion},
                 {"redis-bits", "64"},
                 {"ctime", now_},
                 {"used-mem", memory_},
                 {"aof-base", is_base_ ? "1" : "0"},
                 {kRdbSequenceField, sequence_}}} {}
  FileFacts(const FileFacts&) = delete;
  FileFacts& operator=(const FileFacts&) = delete;

  std::span<const RdbAuxField> fields() const {
    return std::span(fields_).first(fields_.size() - (is_base_ ? 0 : 1));
  }

 private:
  bool is_base_;
  std::string now_;
  std::string memory_;
  std::string sequence_;
  std::array<RdbAuxField, 6> fields_;
};

RdbEncoder::Options EncoderOptions(const Keyspace& keyspace, const Settings& settings) {
  return {.note_texts = settings.rdbcompression,
          .access = AccessOf(settings.maxmemory_policy),
          .clock = &keyspace.context().access};
}

RdbFileWriter::Options FileOptions(BackgroundSaves::Kind kind, const Settings& settings) {
  // Between syncs the kernel gathers no more than this, and the last one is short.
  constexpr uint64_t kSyncEveryBytes = uint64_t{4} << 20;
  return {.compress = settings.rdbcompression,
          .checksum = settings.rdbchecksum || kind == BackgroundSaves::Kind::kRewrite,
          .sync_every_bytes = settings.rdb_save_incremental_fsync ? kSyncEveryBytes : 0};
}

uint64_t ThreadCpuUs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
}

// D5: the old file stands until the new one is whole.
Result<void> RenameSynced(FileSystem& files, const std::string& from, const std::string& to) {
  if (Result<void> renamed = files.Rename(from, to); !renamed) return renamed;
  return files.SyncDirectory(".");
}

}  // namespace

BackgroundSaves::BackgroundSaves(Keyspace& keyspace, Reclaimer& reclaimer, FileSystem& files,
                                 std::function<void()> progress)
    : keyspace_(keyspace),
      reclaimer_(reclaimer),
      files_(files),
      progress_(std::move(progress)),
      saved_ms_(UnixTimeMs()) {}

BackgroundSaves::~BackgroundSaves() = default;

void BackgroundSaves::BeginRewrite(AppendLog& log, const Settings& settings) {
  log_ = &log;
  target_ =
      log.BeginRewrite(settings.aof_use_rdb_preamble ? BaseFormat::kRdb : BaseFormat::kCommands);
  Snapshot::Options options = {.path = target_->base_path()};
  if (!settings.aof_use_rdb_preamble) options.file.commands_up_to = target_->sequence();
  Begin(Kind::kRewrite, std::move(options), settings, target_->sequence());
}

void BackgroundSaves::BeginSave(const Settings& settings) {
  save_path_ = "./" + settings.dbfilename;
  // A save that was given up may still be removing its own file.
  Begin(Kind::kSave, {.path = fmt::format("./temp-{}-{}.rdb", getpid(), ++saves_begun_)}, settings,
        0);
}

void BackgroundSaves::BeginDump(const Settings& settings) {
  Begin(Kind::kDump, {.path = fmt::format("./temp-{}-{}.rdb", getpid(), ++saves_begun_)}, settings,
        0);
}

void BackgroundSaves::Begin(Kind kind, Snapshot::Options options, const Settings& settings,
                            uint64_t sequence) {
  const FileFacts facts(kind, sequence);
  options.fields = facts.fields();
  options.encoder = EncoderOptions(keyspace_, settings);
  options.file.rdb = FileOptions(kind, settings);
  options.progress = progress_;
  kind_ = kind;
  concluding_ = false;
  began_ms_ = UnixTimeMs();
  began_us_ = MonotonicUs();
  slice_us_max_ = slice_cpu_us_max_ = 0;
  began_changes_ = keyspace_.context().changes;
  snapshot_ = std::make_unique<Snapshot>(keyspace_, files_, options);
  spdlog::info("{} started", NameOf(kind));
}

Result<void> BackgroundSaves::SaveNow(const Settings& settings) {
  const FileFacts facts(Kind::kSave, 0);
  const int64_t began_ms = UnixTimeMs();
  const std::string path = "./" + settings.dbfilename;
  const std::string temporary = fmt::format("./temp-{}-{}.rdb", getpid(), ++saves_begun_);
  const Result<uint64_t> size = SaveKeyspace(keyspace_, files_, path, temporary,
                                             {.file = FileOptions(Kind::kSave, settings),
                                              .encoder = EncoderOptions(keyspace_, settings),
                                              .fields = facts.fields()});
  save_.ok = size.has_value();
  if (!size) {
    spdlog::error("Saving failed: {}", size.error().detail());
    return tl::unexpected(size.error());
  }
  ++save_.count;
  NoteSaved(keyspace_.context().changes, began_ms);
  spdlog::info("Saved {} keys to {}: {} bytes of RDB version {}, after {:.3f} seconds",
               keyspace_.size(), path, *size, RdbVersionFor(keyspace_),
               static_cast<double>(UnixTimeMs() - began_ms) / 1000);
  return {};
}

void BackgroundSaves::NoteSaved(uint64_t changes, int64_t taken_ms) {
  saved_changes_ = changes;
  saved_ms_ = taken_ms;
}

bool BackgroundSaves::wants_step() const {
  return snapshot_ != nullptr && snapshot_->state() == Snapshot::State::kTaking;
}

void BackgroundSaves::Step(uint64_t budget_us) {
  if (snapshot_ == nullptr) return;
  const uint64_t began_us = MonotonicUs();
  const uint64_t began_cpu_us = ThreadCpuUs();
  snapshot_->Step(began_us + budget_us);
  NoteSlice(MonotonicUs() - began_us, ThreadCpuUs() - began_cpu_us);
}

void BackgroundSaves::NoteSlice(uint64_t took_us, uint64_t cpu_us) {
  slice_us_max_ = std::max(slice_us_max_, took_us);
  slice_cpu_us_max_ = std::max(slice_cpu_us_max_, cpu_us);
}

// Why the job cannot come to a good end any more.
std::optional<std::string> BackgroundSaves::Failure() {
  const auto file = snapshot_->writer().file();
  if (file && !*file) return file->error().detail();
  if (kind_ != Kind::kRewrite) return std::nullopt;
  if (target_->rotation() == LogRewrite::Rotation::kFailed && !target_->heals()) {
    return target_->error();
  }
  // Its increment will not come; what heals the log begins anew.
  if (log_->NeedsRewrite() && !target_->heals()) return log_->Health().error;
  return std::nullopt;
}

std::function<Result<void>()> BackgroundSaves::Conclusion(uint64_t bytes) {
  if (kind_ == Kind::kRewrite) {
    return [target = target_, bytes] { return target->Adopt(bytes); };
  }
  // The file stays where it is.
  if (kind_ == Kind::kDump) return [] { return Result<void>(); };
  return [&files = files_, from = snapshot_->path(), to = save_path_] {
    return RenameSynced(files, from, to);
  };
}

BackgroundSaves::Kind BackgroundSaves::Poll() {
  if (snapshot_ == nullptr) return Kind::kNone;
  const Kind kind = kind_;
  if (concluding_) {
    const auto concluded = snapshot_->writer().concluded();
    if (!concluded) return Kind::kNone;
    if (log_ != nullptr) log_->EndRewrite(*concluded);
    End(*concluded);
    return kind;
  }
  if (const std::optional<std::string> failure = Failure()) {
    if (log_ != nullptr) log_->AbandonRewrite(*failure);
    End(Fail(Errc::kIo, *failure));
    return kind;
  }
  const auto file = snapshot_->writer().file();
  if (!file) return Kind::kNone;
  const bool rotated = kind_ != Kind::kRewrite || target_->heals() ||
                       target_->rotation() == LogRewrite::Rotation::kDone;
  if (!rotated) return Kind::kNone;
  concluding_ = true;
  snapshot_->writer().Conclude(Conclusion(**file));
  return Kind::kNone;
}

void BackgroundSaves::Stop(const std::string& reason) {
  if (snapshot_ == nullptr) return;
  if (concluding_) {
    // Too late to give up: what it does must be known before anybody changes the files.
    const Result<void> concluded = snapshot_->writer().WaitConcluded();
    if (log_ != nullptr) log_->EndRewrite(concluded);
    if (kind_ == Kind::kDump) (void)files_.Unlink(snapshot_->path());
    End(concluded);
    return;
  }
  if (log_ != nullptr) log_->AbandonRewrite({});
  spdlog::info("{} was stopped: {}", NameOf(kind_), reason);
  Clear();
}

void BackgroundSaves::Note(Kind kind, const Result<void>& result, uint64_t keys) {
  Record& record = kind == Kind::kSave ? save_ : kind == Kind::kDump ? dumps_ : rewrite_;
  record.ok = result.has_value();
  const uint64_t took_us = MonotonicUs() - began_us_;
  record.seconds = static_cast<int64_t>(took_us / 1'000'000);
  if (result) {
    ++record.count;
    spdlog::info(
        "{} ended after {:.3f} seconds, {} keys; the longest slice took {} us, {} us on the CPU",
        NameOf(kind), static_cast<double>(took_us) / 1e6, keys, slice_us_max_, slice_cpu_us_max_);
  } else {
    spdlog::error("{} failed: {}", NameOf(kind), result.error().detail());
  }
}

void BackgroundSaves::End(const Result<void>& result) {
  Note(kind_, result, snapshot_->keys_total());
  if (result && kind_ == Kind::kSave) NoteSaved(began_changes_, began_ms_);
  if (kind_ == Kind::kDump) {
    dump_ = snapshot_->path();
    if (!result) dump_ = tl::unexpected(result.error());
  }
  Clear();
}

void BackgroundSaves::Clear() {
  // The thread may hang on a slow disk, so it is joined elsewhere.
  std::shared_ptr<SnapshotWriter> writer = snapshot_->ReleaseWriter();
  snapshot_.reset();
  reclaimer_.Post(1, [writer = std::move(writer)]() mutable { writer.reset(); });
  target_.reset();
  log_ = nullptr;
  kind_ = Kind::kNone;
}

BackgroundSaves::Progress BackgroundSaves::progress() const {
  Progress progress = {.running_ms = static_cast<int64_t>((MonotonicUs() - began_us_) / 1000),
                       .keys_total = snapshot_->keys_total(),
                       .keys_taken = snapshot_->keys_taken()};
  if (progress.keys_taken != 0) {
    const double share =
        static_cast<double>(progress.keys_taken) / static_cast<double>(progress.keys_total);
    progress.left_ms =
        static_cast<int64_t>(static_cast<double>(progress.running_ms) * (1 / share - 1));
  }
  return progress;
}

}  // namespace kvasir
