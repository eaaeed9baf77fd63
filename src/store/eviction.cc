#include "src/store/eviction.h"

#include <algorithm>
#include <utility>

#include "src/base/clock.h"
#include "src/base/memory.h"
#include "src/base/random.h"
#include "src/store/reclaimer.h"

namespace kvasir {
namespace {

constexpr size_t kPoolMax = 16;
constexpr int kEvictionsPerLook = 16;

bool IsVolatileOnly(EvictionPolicy policy) { return policy <= EvictionPolicy::kVolatileTtl; }

// A random key with a deadline: by luck while volatile keys are common, else out of the wheel.
Entry* RandomVolatileEntry(Database& database) {
  if (database.volatile_size() == 0) return nullptr;
  constexpr int kTries = 16;
  for (int i = 0; i < kTries; ++i) {
    Entry* entry = database.table().RandomNode(RandomBits);
    if (entry != nullptr && entry->has_expiry()) return entry;
  }
  constexpr uint64_t kSkipMax = 64;
  uint64_t skip = RandomBelow(std::min<uint64_t>(kSkipMax, database.volatile_size()));
  Entry* chosen = nullptr;
  database.wheel().VisitSoonest([&](ExpiryNode* node) {
    chosen = Entry::FromExpiry(node);
    return skip-- > 0;
  });
  return chosen;
}

Entry* RandomCandidate(Database& database, bool volatile_only) {
  if (volatile_only) return RandomVolatileEntry(database);
  return database.table().RandomNode(RandomBits);
}

}  // namespace

Evictor::Outcome Evictor::Run(EvictionPolicy policy, int samples, uint64_t limit_bytes,
                              FunctionRef<uint64_t()> excluded_bytes, uint64_t budget_us) {
  uint64_t until_us = 0;
  const Reclaimer* reclaimer = keyspace_->context().reclaimer;
  for (int evicted = 0; UsedMemory() > limit_bytes + excluded_bytes(); ++evicted) {
    // What is being freed in the background may be enough; more would go for nothing.
    if (reclaimer != nullptr && reclaimer->pending_objects() > 0) return Outcome::kMoreToDo;
    if (policy == EvictionPolicy::kNoEviction) return Outcome::kStuck;
    if (evicted % kEvictionsPerLook == 0) {
      const uint64_t now_us = MonotonicUs();
      if (until_us == 0) until_us = now_us + budget_us;
      if (now_us > until_us) return Outcome::kMoreToDo;
    }
    if (!EvictOne(policy, samples)) return Outcome::kStuck;
  }
  return Outcome::kEnough;
}

bool Evictor::EvictOne(EvictionPolicy policy, int samples) {
  switch (policy) {
    case EvictionPolicy::kAllKeysRandom:
    case EvictionPolicy::kVolatileRandom:
      return EvictRandom(IsVolatileOnly(policy));
    case EvictionPolicy::kVolatileTtl:
      return EvictSoonest();
    default:
      return EvictBestSample(policy, samples);
  }
}

bool Evictor::EvictRandom(bool volatile_only) {
  const int count = keyspace_->database_count();
  for (int i = 0; i < count; ++i) {
    Database& database = keyspace_->database(next_database_);
    next_database_ = (next_database_ + 1) % count;
    if (Entry* entry = RandomCandidate(database, volatile_only)) {
      database.Evict(entry);
      return true;
    }
  }
  return false;
}

bool Evictor::EvictSoonest() {
  Database* owner = nullptr;
  Entry* soonest = nullptr;
  for (int i = 0; i < keyspace_->database_count(); ++i) {
    Database& database = keyspace_->database(i);
    // The first slot in use holds the soonest; a few nodes of it are as good as all.
    int left = 16;
    database.wheel().VisitSoonest([&](ExpiryNode* node) {
      if (soonest == nullptr || node->deadline_ms < soonest->expiry()->deadline_ms) {
        soonest = Entry::FromExpiry(node);
        owner = &database;
      }
      return --left > 0;
    });
  }
  if (soonest == nullptr) return false;
  owner->Evict(soonest);
  return true;
}

void Evictor::Offer(Database& database, const Entry& entry, EvictionPolicy policy) {
  const AccessClock& access = keyspace_->context().access;
  const bool lfu = policy == EvictionPolicy::kAllKeysLfu || policy == EvictionPolicy::kVolatileLfu;
  const uint64_t score =
      lfu ? 255 - access.Frequency(entry.access()) : access.IdleSeconds(entry.access());
  if (pool_.size() >= kPoolMax && score <= pool_.front().score) return;
  for (const Candidate& candidate : pool_) {
    if (candidate.database == database.index() && candidate.key == entry.key()) return;
  }
  const auto place =
      std::upper_bound(pool_.begin(), pool_.end(), score,
                       [](uint64_t value, const Candidate& c) { return value < c.score; });
  pool_.insert(place, {score, database.index(), std::string(entry.key())});
  if (pool_.size() > kPoolMax) pool_.erase(pool_.begin());
}

void Evictor::SampleDatabase(Database& database, EvictionPolicy policy, int samples) {
  for (int i = 0; i < samples; ++i) {
    const Entry* entry = RandomCandidate(database, IsVolatileOnly(policy));
    if (entry == nullptr) return;
    Offer(database, *entry, policy);
  }
}

bool Evictor::EvictBestSample(EvictionPolicy policy, int samples) {
  // The second round is for a pool whose keys have all gone meanwhile.
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < keyspace_->database_count(); ++i) {
      SampleDatabase(keyspace_->database(i), policy, samples);
    }
    while (!pool_.empty()) {
      const Candidate best = std::move(pool_.back());
      pool_.pop_back();
      Database& database = keyspace_->database(best.database);
      const auto position = database.table().Find(best.key, HashBytes(best.key));
      if (!position) continue;
      Entry* entry = position.node();
      if (IsVolatileOnly(policy) && !entry->has_expiry()) continue;
      database.Evict(entry);
      return true;
    }
  }
  return false;
}

}  // namespace kvasir
