#include "persistence/snapshot.h"

#include <utility>

#include "persistence/rdb_stream.h"
#include "src/base/clock.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// Chunks of about this size go to the writer.
constexpr size_t kChunkBytes = 256 * 1024;
// So much may wait for the writer before the loop does.
constexpr uint64_t kQueuedBytesMax = uint64_t{16} << 20;

}  // namespace

// One large collection's elements: its head first, then what it gets.
class Snapshot::Elements final : public ElementSink {
 public:
  Elements(int database, const Entry& entry, const RdbEncoder::Options& options)
      : database_(database), encoder_(options) {
    const Collection& collection = FullForm<Collection>(entry);
    encoder_.CollectionHead(entry, collection.Length(),
                            collection.NextElementDeadlineMs().value_or(kNoFieldDeadline));
  }

  void ListElement(const PackedElement& element) override { encoder_.ListElement(element); }
  void SetMember(std::string_view member) override { encoder_.SetMember(member); }
  void HashElement(const HashField& field) override { encoder_.HashField(field); }
  void SortedSetMember(std::string_view member, double score) override {
    encoder_.SortedSetMember(member, score);
  }

  StreamSink* stream() override { return &stream_; }

  int database() const { return database_; }
  RdbEncoder& encoder() { return encoder_; }

 private:
  int database_;
  RdbEncoder encoder_;
  RdbStreamEncoder stream_{encoder_};
};

Snapshot::Snapshot(Keyspace& keyspace, FileSystem& files, const Options& options)
    : keyspace_(keyspace),
      encoder_options_(options.encoder),
      encoder_(options.encoder),
      path_(options.path),
      writer_(
          std::make_unique<SnapshotWriter>(files, options.path, options.file, options.progress)) {
  encoder_.Start(keyspace, options.fields);
  CutSink& sink = *this;
  cut_ = std::make_unique<KeyspaceCut>(keyspace, sink);
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
      encoder_.End();
      HandOver(true);
      return;
    }
    if (encoder_.bytes() >= kChunkBytes) HandOver(false);
    if (MonotonicUs() >= until_us) return;
  }
}

void Snapshot::HandOver(bool last) { writer_->Write(encoder_.Take(), last); }

void Snapshot::Select(int database) {
  if (database == database_) return;
  database_ = database;
  // The sizes are a hint for the reader; keys may have come and gone since the point in time.
  const Database& now = keyspace_.database(database);
  encoder_.SelectDatabase(database, now.size(), now.volatile_size());
}

void Snapshot::TakeEntry(int database, const Entry& entry) {
  Select(database);
  encoder_.Whole(entry);
  // Changes may bring more than a step does.
  if (encoder_.bytes() >= kChunkBytes) HandOver(false);
}

std::unique_ptr<ElementSink> Snapshot::NewElements(int database, const Entry& entry) {
  return std::make_unique<Elements>(database, entry, encoder_options_);
}

// The bytes of one value must stand together: entries, and other values, come before or behind.
void Snapshot::TakeElements(ElementSink& elements, bool all) {
  auto& taken = static_cast<Elements&>(elements);
  if (!all && taken.encoder().bytes() < kChunkBytes) return;
  Select(taken.database());
  if (encoder_.bytes() > 0) HandOver(false);
  writer_->Write(taken.encoder().Take(), false);
}

}  // namespace kvasir
