#include "persistence/log_rewrite.h"

#include <utility>

#include "persistence/log_history.h"

namespace kvasir {

LogRewrite::LogRewrite(FileSystem& files, LogPaths paths, Plan plan)
    : files_(files),
      paths_(std::move(paths)),
      plan_(std::move(plan)),
      base_path_(paths_.InDirectory(BaseName(paths_, plan_.base_number, BaseFormat::kRdb))),
      manifest_(plan_.old) {
  // What failed may be that the directory was moved away. A failure shows with the base.
  if (plan_.heals) (void)files_.MakeDirectory(paths_.Directory());
}

LogWorker::NextFile LogRewrite::OpenIncrement(uint64_t old_bytes) {
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
  const ManifestEntry base = {BaseName(paths_, plan_.base_number, BaseFormat::kRdb),
                              plan_.base_number, LogFileType::kBase};
  SwitchOutcome outcome = SwitchFiles(files_, paths_,
                                      {.old = manifest_,
                                       .written_base = base,
                                       .first_kept = plan_.increment_number,
                                       .adds_increment = plan_.heals,
                                       .increment_number = plan_.increment_number,
                                       .sequence = plan_.sequence});
  manifest_ = std::move(outcome.manifest);
  increment_ = std::move(outcome.increment);
  if (!outcome.result) return outcome.result;
  base_bytes_ = base_bytes;
  KeepHistory(files_, paths_, manifest_, plan_.keep_history);
  return {};
}

}  // namespace kvasir
