// A snapshot's content as RDB.
#include <utility>

#include "persistence/rdb_stream.h"
#include "persistence/snapshot_content.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// One large collection's elements: its head first, then what it gets.
class Elements final : public ElementSink {
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

class RdbContent final : public SnapshotContent {
 public:
  RdbContent(const Keyspace& keyspace, const RdbEncoder::Options& options,
             std::span<const RdbAuxField> fields, HandOver hand_over)
      : keyspace_(keyspace),
        options_(options),
        encoder_(options),
        hand_over_(std::move(hand_over)) {
    encoder_.Start(keyspace, fields);
  }

  size_t bytes() const override { return encoder_.bytes(); }
  void HandOverAll(bool last) override {
    if (last) encoder_.End();
    hand_over_(encoder_.Take(), last);
  }

  void TakeEntry(int database, const Entry& entry) override {
    Select(database);
    encoder_.Whole(entry);
    // Changes may bring more than a step does.
    if (encoder_.bytes() >= kChunkBytes) HandOverAll(false);
  }

  std::unique_ptr<ElementSink> NewElements(int database, const Entry& entry) override {
    return std::make_unique<Elements>(database, entry, options_);
  }

  // The bytes of one value must stand together: entries, and other values, come before or behind.
  void TakeElements(ElementSink& elements, bool all) override {
    auto& taken = static_cast<Elements&>(elements);
    if (!all && taken.encoder().bytes() < kChunkBytes) return;
    Select(taken.database());
    if (encoder_.bytes() > 0) HandOverAll(false);
    hand_over_(taken.encoder().Take(), false);
  }

 private:
  void Select(int database) {
    if (database == database_) return;
    database_ = database;
    // The sizes are a hint for the reader; keys may have come and gone since the point in time.
    const Database& now = keyspace_.database(database);
    encoder_.SelectDatabase(database, now.size(), now.volatile_size());
  }

  const Keyspace& keyspace_;
  const RdbEncoder::Options options_;
  RdbEncoder encoder_;
  const HandOver hand_over_;
  int database_ = -1;
};

}  // namespace

std::unique_ptr<SnapshotContent> MakeRdbContent(const Keyspace& keyspace,
                                                const RdbEncoder::Options& options,
                                                std::span<const RdbAuxField> fields,
                                                SnapshotContent::HandOver hand_over) {
  return std::make_unique<RdbContent>(keyspace, options, fields, std::move(hand_over));
}

}  // namespace kvasir
