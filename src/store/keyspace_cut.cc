#include "src/store/keyspace_cut.h"

#include <utility>

#include "src/store/reclaimer.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// A collection beyond either is cut.
constexpr size_t kWholeElementsMax = 1024;
constexpr size_t kWholeBytesMax = 256 * 1024;
constexpr size_t kMemorySamples = 5;
// A step: small enough to look at the clock after each.
constexpr size_t kBucketsPerStep = 32;
constexpr size_t kElementsPerStep = 128;

bool IsLarge(const Entry& entry) {
  const Collection* full = FindFullForm(&entry);
  if (full == nullptr) return false;
  return full->Length() > kWholeElementsMax || full->MemoryBytes(kMemorySamples) > kWholeBytesMax;
}

uint16_t NextVersion(KeyspaceContext& context) {
  // 0 says that a bucket was never taken. After 65,535 snapshots a number comes again: by then
  // each that was completed has marked every bucket with its own.
  if (++context.cut_version == 0) ++context.cut_version;
  return context.cut_version;
}

}  // namespace

// A large collection from the moment it was found until all of it was taken.
class KeyspaceCut::Large {
 public:
  explicit Large(std::unique_ptr<ElementSink> elements) : elements_(*this, std::move(elements)) {}
  ~Large() {
    if (collection_ != nullptr) collection_->AbandonCut();
  }
  Large(const Large&) = delete;
  Large& operator=(const Large&) = delete;

  bool Begin(Collection& collection, uint16_t version) {
    if (!collection.BeginCut(elements_, version)) return false;
    collection_ = &collection;
    return true;
  }
  ElementSink& elements() { return *elements_.target; }
  // True when there are none left.
  bool Take(size_t max) { return collection_ == nullptr || collection_->TakeElements(max); }

 private:
  // Notices the end of the cut, which the end of the collection may bring.
  struct Elements final : ElementSink {
    Elements(Large& owner_of, std::unique_ptr<ElementSink> sink)
        : owner(owner_of), target(std::move(sink)) {}
    void ListElement(const PackedElement& element) override { target->ListElement(element); }
    void SetMember(std::string_view member) override { target->SetMember(member); }
    void HashElement(const HashField& field) override { target->HashElement(field); }
    void SortedSetMember(std::string_view member, double score) override {
      target->SortedSetMember(member, score);
    }
    StreamSink* stream() override { return target->stream(); }
    void AllTaken() override { owner.collection_ = nullptr; }

    Large& owner;
    std::unique_ptr<ElementSink> target;
  };

  Elements elements_;
  Collection* collection_ = nullptr;
};

Database::Table& KeyspaceCut::Walk::table() {
  return database == nullptr ? *kept : database->table_;
}

KeyspaceCut::KeyspaceCut(Keyspace& keyspace, CutSink& sink)
    : keyspace_(keyspace), sink_(sink), version_(NextVersion(keyspace.context())) {
  for (int i = 0; i < keyspace.database_count(); ++i) {
    Database& database = keyspace.database(i);
    if (database.size() == 0) continue;
    database.cut_walk_ = static_cast<int>(walks_.size());
    walks_.push_back({.index = i, .database = &database});
    keys_total_ += database.size();
  }
  keyspace.context().cut = this;
  done_ = walks_.empty();
}

KeyspaceCut::~KeyspaceCut() {
  keyspace_.context().cut = nullptr;
  large_.clear();
  for (int i = 0; i < keyspace_.database_count(); ++i) keyspace_.database(i).cut_walk_ = -1;
  for (Walk& walk : walks_) {
    if (walk.kept != nullptr) Database::DiscardTable(keyspace_.context(), std::move(walk.kept));
  }
  for (Entry* entry : adopted_) keyspace_.database(0).Discard(entry);
}

void KeyspaceCut::BeforeChange(Database& database, uint64_t hash) {
  if (database.cut_walk_ < 0) return;
  const Walk& walk = walks_[static_cast<size_t>(database.cut_walk_)];
  database.table_.TakeBucketOf(hash, version_, [&](const Entry* entry) { TakeEntry(walk, entry); });
}

bool KeyspaceCut::Adopt(Entry* entry) {
  const Collection* full = FindFullForm(entry);
  if (full == nullptr || !full->in_cut()) return false;
  adopted_.push_back(entry);
  kept_bytes_ += full->MemoryBytes(kMemorySamples);
  return true;
}

void KeyspaceCut::Swapped(Database& one, Database& other) {
  std::swap(one.cut_walk_, other.cut_walk_);
  for (Database* database : {&one, &other}) {
    if (database->cut_walk_ < 0) continue;
    walks_[static_cast<size_t>(database->cut_walk_)].database = database;
  }
}

void KeyspaceCut::AdoptTable(Database& database, Database::Table& table) {
  Walk& walk = walks_[static_cast<size_t>(std::exchange(database.cut_walk_, -1))];
  walk.kept = std::make_unique<Database::Table>(std::move(table));
  walk.database = nullptr;
  keeps_database_ = true;
}

void KeyspaceCut::TakeEntry(const Walk& walk, const Entry* entry) {
  ++keys_taken_;
  if (IsLarge(*entry) && BeginLarge(walk, *entry)) return;
  if (entry->encoding() == Encoding::kObject) {
    static_cast<Collection*>(entry->pointer())->MarkTaken(version_);
  }
  sink_.TakeEntry(walk.index, *entry);
}

bool KeyspaceCut::BeginLarge(const Walk& walk, const Entry& entry) {
  auto& collection = *static_cast<Collection*>(entry.pointer());
  auto large = std::make_unique<Large>(sink_.NewElements(walk.index, entry));
  if (!large->Begin(collection, version_)) return false;
  large_.push_back(std::move(large));
  return true;
}

bool KeyspaceCut::Step() {
  if (!done_) done_ = !StepWalk() && !StepLarge();
  return !done_;
}

// False when all keys were handed over, or found to be large.
bool KeyspaceCut::StepWalk() {
  for (; walk_ < walks_.size(); ++walk_) {
    Walk& walk = walks_[walk_];
    for (size_t i = 0; i < kBucketsPerStep && !walk.done; ++i) {
      walk.cursor = walk.table().TakeNextBucket(
          walk.cursor, version_, [&](const Entry* entry) { TakeEntry(walk, entry); });
      walk.done = walk.cursor == 0;
    }
    if (!walk.done) return true;
  }
  return false;
}

bool KeyspaceCut::StepLarge() {
  if (next_large_ == large_.size()) return false;
  Large& large = *large_[next_large_];
  const bool taken = large.Take(kElementsPerStep);
  sink_.TakeElements(large.elements(), taken);
  if (!taken) return true;
  large_[next_large_++].reset();
  return next_large_ < large_.size();
}

}  // namespace kvasir
