#include "src/store/database.h"

#include <memory>
#include <string>
#include <utility>

#include "src/base/clock.h"
#include "src/base/random.h"
#include "src/store/keyspace_cut.h"
#include "src/store/reclaimer.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// Freeing more than this is the reclaimer's work.
constexpr size_t kLargeBlockBytes = 256 * 1024;
constexpr size_t kLargeFreeEffort = 64;

// Few keys, and no large collection among them.
bool IsQuicklyFreed(const Database::Table& table) {
  constexpr size_t kFreeEffortMax = 1000;
  if (table.size() > kFreeEffortMax) return false;
  size_t effort = 0;
  table.ForEach([&](const Entry* entry) {
    effort += entry->encoding() > Encoding::kBlock ? FreeEffort(*entry) : 1;
  });
  return effort <= kFreeEffortMax;
}

void DestroyTable(Database::Table& table) {
  table.ForEach([](Entry* entry) { Entry::Destroy(entry); });
  Database::Table().Swap(table);
}

}  // namespace

Database::~Database() { DestroyTable(table_); }

void Database::Touch(Entry* entry) {
  if (!context_->refresh_access) return;
  const uint32_t bits = context_->access.Touched(entry->access());
  if (bits != entry->access()) entry->set_access(bits);
}

Entry* Database::CountLookup(const Key& key, Position position) {
  if (!position) {
    ++context_->stats.misses;
    if (context_->notify_misses) [[unlikely]]
      context_->listener->OnMissed(index_, key);
    return nullptr;
  }
  ++context_->stats.hits;
  return position.node();
}

void Database::BeforeChange(uint64_t hash) {
  if (context_->cut != nullptr) context_->cut->BeforeChange(*this, hash);
}

Entry* Database::Read(const Key& key) {
  const Position position = FindLive(key);
  if (position) Touch(position.node());
  return CountLookup(key, position);
}
Entry* Database::Inspect(const Key& key) { return CountLookup(key, FindLive(key)); }

Database::Position Database::FindLive(const Key& key) {
  const Position position = table_.Find(key.bytes, key.hash);
  if (!position || !IsExpired(*position.node())) return position;
  Expire(key, position);
  return {};
}

Database::Position Database::Locate(const Key& key) {
  const Position position = FindLive(key);
  if (position) {
    BeforeChange(key.hash);
    Touch(position.node());
  }
  return position;
}

Entry* Database::Peek(const Key& key) const {
  const Position position = table_.Find(key.bytes, key.hash);
  if (!position || IsExpired(*position.node())) return nullptr;
  return position.node();
}

void Database::Notify(const Key& key) {
  if (context_->notify_changes) context_->listener->OnChanged(index_, key);
}

void Database::Changed(const Key& key) {
  ++context_->changes;
  Notify(key);
}

void Database::Insert(const Key& key, Entry* fresh) {
  BeforeChange(key.hash);
  table_.Insert(fresh, key.hash);
  if (fresh->has_expiry()) wheel_.Add(fresh->expiry());
  LinkElements(fresh);
  Changed(key);
  if (context_->notify_new_keys) [[unlikely]]
    context_->listener->OnCreated(index_, key);
}

void Database::Replace(const Key& key, Position position, Entry* fresh) {
  Entry* old = position.node();
  if (old->has_expiry()) wheel_.Remove(old->expiry());
  UnlinkElements(old);
  position.set_node(fresh);
  if (fresh->has_expiry()) wheel_.Add(fresh->expiry());
  LinkElements(fresh);
  Discard(old);
  Changed(key);
}

void Database::Unlink(const Key& key, Position position) {
  Entry* entry = position.node();
  BeforeChange(key.hash);
  if (entry->has_expiry()) wheel_.Remove(entry->expiry());
  UnlinkElements(entry);
  table_.Erase(position, context_->cut == nullptr ? 0 : context_->cut_version);
}

void Database::Remove(const Key& key, Position position) { Discard(Detach(key, position)); }

Entry* Database::Detach(const Key& key, Position position) {
  Entry* entry = position.node();
  Unlink(key, position);
  Changed(key);
  return entry;
}

void Database::SetDeadline(const Key& key, Position& position, int64_t deadline_ms) {
  Entry* entry = position.node();
  if (entry->has_expiry()) {
    wheel_.Remove(entry->expiry());
  } else {
    UnlinkElements(entry);
    entry = Entry::Rebuild(entry, true);
    position.set_node(entry);
    LinkElements(entry);
  }
  entry->expiry()->deadline_ms = deadline_ms;
  wheel_.Add(entry->expiry());
  Changed(key);
}

bool Database::ClearDeadline(const Key& key, Position& position) {
  Entry* entry = position.node();
  if (!entry->has_expiry()) return false;
  wheel_.Remove(entry->expiry());
  UnlinkElements(entry);
  entry = Entry::Rebuild(entry, false);
  position.set_node(entry);
  LinkElements(entry);
  Changed(key);
  return true;
}

void Database::Expire(const Key& key, Position position) {
  Entry* entry = position.node();
  ++context_->stats.expired;
  // The entry outlives the report: `key` may be a view of it.
  Unlink(key, position);
  Notify(key);
  if (context_->listener != nullptr) {
    context_->listener->OnRemoved(index_, key, RemovalReason::kExpired);
  }
  Discard(entry);
}

void Database::Evict(Entry* entry) {
  const Key key = Key::Of(entry->key());
  ++context_->stats.evicted;
  Unlink(key, table_.Find(key.bytes, key.hash));
  Notify(key);
  if (context_->listener != nullptr) {
    context_->listener->OnRemoved(index_, key, RemovalReason::kEvicted);
  }
  Discard(entry);
}

bool Database::RemoveExpired(uint64_t until_monotonic_us) {
  const bool keys_left = RemoveExpiredKeys(until_monotonic_us);
  return RemoveExpiredElements(until_monotonic_us) || keys_left;
}

bool Database::RemoveExpiredKeys(uint64_t until_monotonic_us) {
  if (wheel_.size() == 0) return false;
  // The clock is read once per this many nodes: about 20 us of work.
  constexpr int kStepsPerLook = 64;
  while (true) {
    int steps = kStepsPerLook;
    while (ExpiryNode* node = wheel_.NextDue(context_->now_ms, &steps)) {
      Entry* entry = Entry::FromExpiry(node);
      const Key key = Key::Of(entry->key());
      context_->expiry_lag_ms.Record(static_cast<uint64_t>(context_->now_ms - node->deadline_ms));
      Expire(key, table_.Find(key.bytes, key.hash));
    }
    if (steps > 0) return false;
    if (MonotonicUs() >= until_monotonic_us) return true;
  }
}

void Database::Discard(Entry* entry) {
  if (context_->cut != nullptr && context_->cut->Adopt(entry)) return;
  bool large = false;
  if (entry->encoding() == Encoding::kBlock) {
    large = entry->block_view().size() >= kLargeBlockBytes;
  } else if (entry->encoding() > Encoding::kBlock) {
    large = FreeEffort(*entry) > kLargeFreeEffort;
  }
  if (large && context_->reclaimer != nullptr) {
    context_->reclaimer->Post(1, [entry] { Entry::Destroy(entry); });
  } else {
    Entry::Destroy(entry);
  }
}

void Database::DiscardTable(const KeyspaceContext& context, std::unique_ptr<Table> table) {
  if (context.reclaimer == nullptr || IsQuicklyFreed(*table)) {
    DestroyTable(*table);
    return;
  }
  const size_t count = table->size();
  context.reclaimer->Post(
      count, [shared = std::shared_ptr<Table>(std::move(table))] { DestroyTable(*shared); });
}

size_t Database::Clear(bool wait) {
  const size_t count = table_.size();
  if (count == 0) return 0;
  ++context_->changes;
  auto removed = std::make_unique<Table>();
  removed->Swap(table_);
  wheel_.Clear();
  element_wheel_.Clear();
  if (cut_walk_ >= 0) {
    context_->cut->AdoptTable(*this, *removed);
  } else if (wait) {
    DestroyTable(*removed);
  } else {
    DiscardTable(*context_, std::move(removed));
  }
  return count;
}

void Database::SwapContents(Database& other) {
  table_.Swap(other.table_);
  wheel_.Swap(other.wheel_);
  element_wheel_.Swap(other.element_wheel_);
  if (context_->cut != nullptr) context_->cut->Swapped(*this, other);
  ++context_->changes;
}

Entry* Database::RandomEntry() {
  // Keys past their deadline are removed on the way, so this ends.
  while (Entry* entry = table_.RandomNode(RandomBits)) {
    if (!IsExpired(*entry)) return entry;
    const Key key = Key::Of(entry->key());
    Expire(key, table_.Find(key.bytes, key.hash));
  }
  return nullptr;
}

}  // namespace kvasir
