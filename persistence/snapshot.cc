#include "persistence/snapshot.h"

#include <utility>

#include "src/base/clock.h"

namespace kvasir {
namespace {

// So much may wait for the writer before the loop does.
constexpr uint64_t kQueuedBytesMax = uint64_t{16} << 20;

}  // namespace

Snapshot::Snapshot(Keyspace& keyspace, FileSystem& files, const Options& options)
    : path_(options.path),
      writer_(
          std::make_unique<SnapshotWriter>(files, options.path, options.file, options.progress)) {
  SnapshotContent::HandOver hand_over = [writer = writer_.get()](SnapshotChunk chunk, bool last) {
    writer->Write(std::move(chunk), last);
  };
  content_ = options.file.commands_up_to
                 ? MakeCommandContent(keyspace, *options.file.commands_up_to, std::move(hand_over))
                 : MakeRdbContent(keyspace, options.encoder, options.fields, std::move(hand_over));
  cut_ = std::make_unique<KeyspaceCut>(keyspace, *content_);
  keys_total_ = cut_->keys_total();
}

Snapshot::State Snapshot::state() const {
  if (cut_ == nullptr) return State::kWriting;
  return writer_->queued_bytes() > kQueuedBytesMax ? State::kWaiting : State::kTaking;
}

void Snapshot::Step(uint64_t until_us) {
  while (state() == State::kTaking) {
    if (!cut_->Step()) {
      cut_.reset();
      content_->HandOverAll(true);
      return;
    }
    if (content_->bytes() >= SnapshotContent::kChunkBytes) content_->HandOverAll(false);
    if (MonotonicUs() >= until_us) return;
  }
}

}  // namespace kvasir
