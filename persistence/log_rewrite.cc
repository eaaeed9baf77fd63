#include "persistence/log_rewrite.h"

#include <optional>
#include <utility>

#include "persistence/log_history.h"

namespace kvasir {

LogRewrite::LogRewrite(FileSystem& files, LogPaths paths, Plan plan)
    : files_(files),
      paths_(std::move(paths)),
      plan_(std::move(plan)),
      base_path_(paths_.InDirectory(BaseName(paths_, plan_.base_number, plan_.format))),
      manifest_(plan_.old) {
  // What failed may be that the directory was moved away. A failure shows with the base.
  if (plan_.heals) (void)files_.MakeDirectory(paths_.Directory());
}

// What the increment before this one holds is in the base, too, and without it of no use.
LogWorker::NextFile LogRewrite::OpenUnnamed() {
  Result<std::unique_ptr<LogFile>> increment =
      BeginIncrement(files_, paths_, plan_.increment_number, plan_.sequence, true);
  LogWorker::NextFile next;
  const bool done = increment.has_value();
  if (done) {
    next.file = std::move(*increment);
    (void)files_.Unlink(paths_.InDirectory(FirstIncrementName(paths_, plan_.unnamed)));
  } else {
    error_ = increment.error().detail();
  }
  next.settled = [this, done] {
    rotation_.store(done ? Rotation::kDone : Rotation::kFailed, std::memory_order_release);
  };
  return next;
}

LogWorker::NextFile LogRewrite::OpenIncrement(uint64_t old_bytes) {
  if (plan_.unnamed != 0) return OpenUnnamed();
  SwitchOutcome outcome = SwitchFiles(
      files_, paths_,
      {.old = plan_.old, .increment_number = plan_.increment_number, .sequence = plan_.sequence});
  manifest_ = std::move(outcome.manifest);
  const bool done = outcome.result.has_value();
  LogWorker::NextFile next;
  next.settled = [this, done] {
    rotation_.store(done ? Rotation::kDone : Rotation::kFailed, std::memory_order_release);
  };
  if (done) {
    rotated_bytes_.store(old_bytes, std::memory_order_relaxed);
    next.file = std::move(outcome.increment);
    return next;
  }
  error_ = outcome.result.error().detail();
  // Neither file is the one that a power cut would leave: acknowledging on it could be a lie (D5).
  if (outcome.state == ManifestWrite::kUnknown) next.fault = error_;
  return next;
}

Result<void> LogRewrite::Adopt(uint64_t base_bytes) {
  const ManifestEntry base = {BaseName(paths_, plan_.base_number, plan_.format), plan_.base_number,
                              LogFileType::kBase};
  std::optional<ManifestEntry> begun;
  if (plan_.unnamed != 0 && !plan_.heals) {
    begun = ManifestEntry{FirstIncrementName(paths_, plan_.increment_number),
                          plan_.increment_number, LogFileType::kIncrement};
  }
  SwitchOutcome outcome = SwitchFiles(files_, paths_,
                                      {.old = manifest_,
                                       .written_base = base,
                                       .first_kept = plan_.increment_number,
                                       .written_increment = begun,
                                       .adds_increment = plan_.heals,
                                       .increment_number = plan_.increment_number,
                                       .sequence = plan_.sequence});
  manifest_ = std::move(outcome.manifest);
  increment_ = std::move(outcome.increment);
  uncertain_ =
      outcome.state == ManifestWrite::kRenameFailed || outcome.state == ManifestWrite::kUnknown;
  if (!outcome.result) return outcome.result;
  base_bytes_ = base_bytes;
  if (plan_.unnamed != 0 && plan_.heals) {
    (void)files_.Unlink(paths_.InDirectory(FirstIncrementName(paths_, plan_.unnamed)));
  }
  KeepHistory(files_, paths_, manifest_, plan_.keep_history);
  return {};
}

}  // namespace kvasir
