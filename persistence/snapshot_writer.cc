#include "persistence/snapshot_writer.h"

#include <utility>

#include "src/base/memory.h"

namespace kvasir {

SnapshotWriter::SnapshotWriter(FileSystem& files, std::string path,
                               const SnapshotFile::Options& options, Progress progress)
    : files_(files),
      path_(std::move(path)),
      options_(options),
      progress_(std::move(progress)),
      thread_([this] { Run(); }) {}

SnapshotWriter::~SnapshotWriter() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

void SnapshotWriter::Write(SnapshotChunk chunk, bool last) {
  queued_bytes_.fetch_add(SizeOf(chunk), std::memory_order_relaxed);
  {
    MutexLock lock(mutex_);
    queue_.push_back(std::move(chunk));
    last_queued_ = last;
  }
  changed_.NotifyAll();
}

std::optional<Result<uint64_t>> SnapshotWriter::file() const {
  MutexLock lock(mutex_);
  return file_;
}

void SnapshotWriter::Conclude(std::function<Result<void>()> conclude) {
  {
    MutexLock lock(mutex_);
    conclude_ = std::move(conclude);
  }
  changed_.NotifyAll();
}

std::optional<Result<void>> SnapshotWriter::concluded() const {
  MutexLock lock(mutex_);
  return concluded_;
}

Result<void> SnapshotWriter::WaitConcluded() {
  MutexLock lock(mutex_);
  while (!concluded_) changed_.Wait(mutex_);
  return *concluded_;
}

bool SnapshotWriter::TakeChunks(std::vector<SnapshotChunk>& taken, bool& last) {
  MutexLock lock(mutex_);
  while (queue_.empty() && !stop_) changed_.Wait(mutex_);
  taken.swap(queue_);
  last = last_queued_;
  return !stop_;
}

Result<uint64_t> SnapshotWriter::WriteFile() {
  Result<std::unique_ptr<SnapshotFile>> file = SnapshotFile::Create(files_, path_, options_);
  if (!file) return tl::unexpected(file.error());
  std::vector<SnapshotChunk> taken;
  for (bool last = false; !last;) {
    if (!TakeChunks(taken, last)) return Fail(Errc::kIo, path_ + ": was given up");
    for (SnapshotChunk& chunk : taken) {
      const size_t size = SizeOf(chunk);
      if (Result<void> written = (*file)->Write(chunk); !written) {
        return tl::unexpected(written.error());
      }
      queued_bytes_.fetch_sub(size, std::memory_order_relaxed);
    }
    taken.clear();
    if (progress_) progress_();
  }
  return (*file)->Finish();
}

void SnapshotWriter::Run() {
  TrackThreadMemory();
  Result<uint64_t> file = WriteFile();
  std::function<Result<void>()> conclude;
  {
    MutexLock lock(mutex_);
    file_ = file;
  }
  if (progress_) progress_();
  {
    MutexLock lock(mutex_);
    while (!conclude_ && !stop_) changed_.Wait(mutex_);
    conclude = std::move(conclude_);
  }
  if (!conclude) {
    (void)files_.Unlink(path_);
    return;
  }
  Result<void> concluded = conclude();
  {
    MutexLock lock(mutex_);
    concluded_ = std::move(concluded);
  }
  changed_.NotifyAll();
  if (progress_) progress_();
}

}  // namespace kvasir
