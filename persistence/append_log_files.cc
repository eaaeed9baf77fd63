// How the log opens and changes its files.
#include <algorithm>
#include <cassert>
#include <utility>

#include "persistence/append_log.h"
#include "persistence/log_history.h"
#include "persistence/log_rewrite.h"
#include "persistence/log_switch.h"
#include "persistence/log_worker.h"
#include "persistence/replay.h"

namespace kvasir {
namespace {

Result<void> SyncFileNamed(FileSystem& files, const std::string& path) {
  Result<std::unique_ptr<AppendFile>> file = files.OpenAppend(path, FileSystem::Open::kExisting);
  if (!file) return tl::unexpected(file.error());
  return (*file)->SyncData();
}

// A process that was killed leaves files, and a manifest, that only the kernel has. What was
// replayed from them is shown to clients, so it must be durable first (D1).
Result<void> SyncReplayed(FileSystem& files, const LogPaths& paths, const Manifest& manifest) {
  std::vector<ManifestEntry> entries = manifest.increments;
  if (manifest.base) entries.push_back(*manifest.base);
  for (const ManifestEntry& entry : entries) {
    Result<void> synced = SyncFileNamed(files, paths.InDirectory(entry.name));
    if (!synced) return synced;
  }
  if (Result<void> synced = files.SyncDirectory(paths.Directory()); !synced) return synced;
  return files.SyncDirectory(paths.data_directory);
}

}  // namespace

Result<void> AppendLog::Start(const LogContinuation& from) {
  assert(!is_open());
  appended_ = from.sequence;
  if (Result<void> adopted = AdoptFiles(from); !adopted) return adopted;
  if (!from.append_to_last) return SwitchFilesTo(nullptr);
  Result<std::unique_ptr<LogFile>> increment = OpenIncrement(from);
  if (!increment) return tl::unexpected(increment.error());
  older_bytes_ = from.total_bytes - from.base_bytes - from.last_file_bytes;
  Open(std::move(*increment));
  return {};
}

Result<void> AppendLog::AdoptFiles(const LogContinuation& from) {
  manifest_ = from.manifest;
  base_bytes_ = from.base_bytes;
  older_bytes_ = from.total_bytes - from.base_bytes;
  if (manifest_.empty()) {
    const Result<bool> exists = files_.Exists(options_.paths.Manifest());
    if (!exists) return tl::unexpected(exists.error());
    if (*exists) return Fail(Errc::kExists, options_.paths.Manifest() + ": was not replayed");
    return {};
  }
  KeepNumbers(manifest_);
  if (Result<void> synced = SyncReplayed(files_, options_.paths, manifest_); !synced) return synced;
  KeepHistory(files_, options_.paths, manifest_, options_.keep_history);
  return {};
}

Result<std::unique_ptr<LogFile>> AppendLog::OpenIncrement(const LogContinuation& from) {
  const std::string path = options_.paths.InDirectory(manifest_.increments.back().name);
  Result<std::unique_ptr<AppendFile>> file = files_.OpenAppend(path, FileSystem::Open::kExisting);
  if (!file) return tl::unexpected(file.error());
  const Result<uint64_t> size = (*file)->Size();
  if (!size) return tl::unexpected(size.error());
  if (*size != from.last_file_bytes) {
    return Fail(Errc::kCorrupt, path + ": has changed since it was replayed");
  }
  return std::make_unique<LogFile>(std::move(*file), from.file_id, *size);
}

void AppendLog::KeepNumbers(const Manifest& manifest) {
  next_base_number_ = std::max(next_base_number_, manifest.NextBaseNumber());
  next_increment_number_ = std::max(next_increment_number_, manifest.NextIncrementNumber());
}

void AppendLog::Open(std::unique_ptr<LogFile> increment) {
  const LogWorker::Options options = {options_.policy, options_.sync_interval_ms,
                                      options_.retry_ms_min, options_.retry_ms_max};
  database_ = -1;
  worker_ = std::make_unique<LogWorker>(std::move(increment), appended_, options, progress_);
}

Result<void> AppendLog::Begin() {
  assert(!is_open());
  Result<std::optional<Manifest>> manifest = ReadManifest(files_, options_.paths);
  if (!manifest) return tl::unexpected(manifest.error());
  manifest_ = std::move(*manifest).value_or(Manifest());
  KeepNumbers(manifest_);
  const uint64_t number = next_increment_number_++;
  Result<std::unique_ptr<LogFile>> increment =
      BeginIncrement(files_, options_.paths, number, appended_, false);
  if (!increment) return tl::unexpected(increment.error());
  unnamed_ = number;
  counts_ = false;
  base_bytes_ = older_bytes_ = 0;
  Open(std::move(*increment));
  return {};
}

void AppendLog::RemoveUnnamed() {
  if (unnamed_ == 0) return;
  (void)files_.Unlink(options_.paths.InDirectory(FirstIncrementName(options_.paths, unnamed_)));
  unnamed_ = 0;
}

Result<void> AppendLog::SwitchTo(const BaseSource& write_base) {
  assert(!in_group_);
  Result<void> switched;
  if (is_open()) {
    Commit();
    worker_->Pause();
    if (rewrite_ != nullptr) SettleRewrite();
    // D5: the old log is synced first. When it cannot be, the new base holds all of it.
    (void)worker_->Drain();
    switched = SwitchFilesTo(&write_base);
    worker_->Resume();
  } else {
    Result<std::optional<Manifest>> manifest = ReadManifest(files_, options_.paths);
    if (!manifest) return tl::unexpected(manifest.error());
    manifest_ = std::move(*manifest).value_or(Manifest());
    KeepNumbers(manifest_);
    switched = SwitchFilesTo(&write_base);
  }
  NoteSwitch(switched);
  return switched;
}

void AppendLog::NoteSwitch(const Result<void>& switched) {
  switch_error_ = switched ? std::string() : switched.error().detail();
  if (!switched && switch_error_.empty()) switch_error_ = "failed";
  if (switched) ++switches_;
}

// REQUIRES: the worker, if there is one, is paused.
Result<void> AppendLog::SwitchFilesTo(const BaseSource* write_base) {
  const SwitchPlan plan = {.old = manifest_,
                           .write_base = write_base,
                           .base_number = next_base_number_,
                           .increment_number = next_increment_number_,
                           .sequence = appended_};
  if (write_base != nullptr) ++next_base_number_;
  ++next_increment_number_;
  SwitchOutcome outcome = SwitchFiles(files_, options_.paths, plan);
  manifest_ = std::move(outcome.manifest);
  if (outcome.state != ManifestWrite::kDone) {
    // Neither log is the one that a power cut would leave: acknowledging on it could be a lie (D5).
    if (outcome.state == ManifestWrite::kUnknown && is_open()) {
      worker_->Fault(LogFault::kSwitch, outcome.result.error().detail());
    }
    return outcome.result;
  }
  if (write_base != nullptr) {
    base_bytes_ = outcome.base_bytes;
    older_bytes_ = 0;
  }
  database_ = -1;
  if (is_open()) {
    worker_->Replace(std::move(outcome.increment), appended_);
  } else {
    Open(std::move(outcome.increment));
  }
  RemoveUnnamed();
  counts_ = true;
  KeepHistory(files_, options_.paths, manifest_, options_.keep_history);
  return {};
}

std::shared_ptr<LogRewrite> AppendLog::BeginRewrite(BaseFormat format) {
  assert(is_open() && !in_group_);
  Commit();
  rewrite_ =
      std::make_shared<LogRewrite>(files_, options_.paths,
                                   LogRewrite::Plan{.old = manifest_,
                                                    .base_number = next_base_number_++,
                                                    .increment_number = next_increment_number_++,
                                                    .sequence = appended_,
                                                    .heals = NeedsRewrite(),
                                                    .keep_history = options_.keep_history,
                                                    .unnamed = unnamed_,
                                                    .format = format});
  rewrite_abandoned_ = false;
  // What comes next stands at the beginning of a file.
  database_ = -1;
  worker_->Rotate([rewrite = rewrite_](uint64_t old_bytes) {
    return rewrite->heals() ? LogWorker::NextFile() : rewrite->OpenIncrement(old_bytes);
  });
  return rewrite_;
}

bool AppendLog::rewriting() {
  if (rewrite_ != nullptr && rewrite_abandoned_ &&
      rewrite_->rotation() != LogRewrite::Rotation::kPending) {
    SettleRewrite();
  }
  return rewrite_ != nullptr;
}

void AppendLog::SettleRewrite() {
  worker_->CancelRotation();
  manifest_ = rewrite_->manifest();
  older_bytes_ += rewrite_->rotated_bytes();
  if (unnamed_ != 0 && rewrite_->rotation() == LogRewrite::Rotation::kDone) {
    unnamed_ = rewrite_->increment_number();
  }
  rewrite_.reset();
}

void AppendLog::AbandonRewrite(const std::string& error) {
  if (!error.empty()) NoteSwitch(Fail(Errc::kIo, error));
  rewrite_abandoned_ = true;
  const bool cancelled = worker_->CancelRotation();
  if (cancelled) SettleRewrite();
}

// The first base failed to count, and with it the increment.
void AppendLog::EndFirstRewrite(const LogRewrite& rewrite, const std::string& error) {
  unnamed_ = rewrite.increment_number();
  if (!rewrite.uncertain()) return;
  // A power cut may leave a manifest that names it, or one that does not: it is never deleted, and
  // nothing is acknowledged on it (D5).
  unnamed_ = 0;
  worker_->Pause();
  worker_->Fault(LogFault::kSwitch, error);
  worker_->Resume();
}

void AppendLog::EndRewrite(const Result<void>& adopted) {
  const std::shared_ptr<LogRewrite> rewrite = std::exchange(rewrite_, nullptr);
  NoteSwitch(adopted);
  manifest_ = rewrite->manifest();
  if (!adopted) {
    older_bytes_ += rewrite->rotated_bytes();
    if (rewrite->heals()) {
      worker_->CancelRotation();
    } else if (unnamed_ != 0) {
      EndFirstRewrite(*rewrite, adopted.error().detail());
    }
    return;
  }
  unnamed_ = 0;
  counts_ = true;
  base_bytes_ = rewrite->base_bytes();
  older_bytes_ = 0;
  if (!rewrite->heals()) return;
  // D6: nothing that the failed file may hold is needed any more.
  worker_->Pause();
  worker_->Replace(rewrite->TakeIncrement(), rewrite->sequence());
  worker_->Resume();
}

}  // namespace kvasir
