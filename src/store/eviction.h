// Making room under maxmemory: Redis's policies, approximated by sampling as Redis does
// (https://redis.io/docs/latest/develop/reference/eviction), volatile-ttl exactly.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/function_ref.h"
#include "src/store/eviction_policy.h"
#include "src/store/keyspace.h"

namespace kvasir {

class Evictor {
 public:
  enum class Outcome : uint8_t {
    kEnough,    // memory is within the limit
    kMoreToDo,  // the time ran out: call again soon
    kStuck,     // over the limit and nothing that may be evicted
  };

  // LIFETIME: `keyspace` outlives this.
  explicit Evictor(Keyspace& keyspace) : keyspace_(&keyspace) {}

  // Removes keys until used memory (UsedMemory() minus `excluded_bytes`, which is asked anew after
  // each key) is within `limit_bytes` or `budget_us` has passed.
  Outcome Run(EvictionPolicy policy, int samples, uint64_t limit_bytes,
              FunctionRef<uint64_t()> excluded_bytes, uint64_t budget_us);

 private:
  // The best candidates of earlier samples wait here for their turn.
  struct Candidate {
    uint64_t score;  // the higher, the sooner it goes
    int database;
    std::string key;
  };

  bool EvictOne(EvictionPolicy policy, int samples);
  bool EvictRandom(bool volatile_only);
  bool EvictSoonest();
  bool EvictBestSample(EvictionPolicy policy, int samples);
  void SampleDatabase(Database& database, EvictionPolicy policy, int samples);
  void Offer(Database& database, const Entry& entry, EvictionPolicy policy);

  Keyspace* keyspace_;
  std::vector<Candidate> pool_;  // sorted by score, best last
  int next_database_ = 0;
};

}  // namespace kvasir
