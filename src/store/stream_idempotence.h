// What a stream remembers against doubled entries (Redis 8.6): each producer's last message ids,
// and which entry each of them became
// (https://redis.io/docs/latest/develop/data-types/streams/idempotency).
//
// What is forgotten follows from what was added alone, and not from when somebody asked: so a log
// that is run again remembers the same (D8). An id counts from the time that its entry's id tells.
// THREAD: loop; the stream's copies may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "src/store/stream_id.h"

namespace kvasir {

class StreamIdempotence {
 public:
  static constexpr int64_t kDurationSecondsMax = 86'400;
  static constexpr int64_t kSizeMax = 10'000;

  struct Limits {
    int64_t duration_seconds = 100;
    int64_t size = 100;  // ids per producer
    bool operator==(const Limits&) const = default;
  };
  struct Item {
    std::string iid;
    StreamId id;
  };

  const Limits& limits() const { return limits_; }
  // Other limits than before forget all ids. REQUIRES: they are within the maxima above.
  void SetLimits(const Limits& limits);

  // An id made of an entry's fields, names and values in turn: the same on every machine, and in
  // whatever order the fields stand.
  static std::string IdOf(std::span<const std::string_view> fields);

  // The entry that this id became; nothing when it is not known, or not any more at `now_ms`.
  std::optional<StreamId> Find(std::string_view producer, std::string_view iid,
                               int64_t now_ms) const;
  // REQUIRES: neither text is empty. An id that is there counts anew.
  void Add(std::string_view producer, std::string_view iid, const StreamId& id);
  // The same for what was remembered when a file was written: nothing is forgotten but for the
  // limit of the size, so that the order in which producers stand there does not matter.
  void Restore(std::string_view producer, std::string_view iid, const StreamId& id);

  // Nothing is remembered, and the limits are those of every stream.
  bool blank() const { return producers_.empty() && limits_ == Limits(); }

  // How many producers and ids are known at `now_ms`. Looks at all of them.
  struct Counts {
    size_t producers = 0;
    size_t ids = 0;
  };
  Counts CountAt(int64_t now_ms) const;
  size_t producer_count() const { return producers_.size(); }
  size_t id_count() const { return id_count_; }

  // visit(producer, items): the oldest item first; producers in the order of their bytes.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const auto& [name, producer] : producers_) visit(std::string_view(name), producer.items);
  }

  // REQUIRES: it is one of them.
  const std::deque<Item>& ItemsOf(std::string_view producer) const {
    return producers_.find(producer)->second.items;
  }

  size_t MemoryBytes() const;

  uint64_t added = 0;       // ids, ever
  uint64_t duplicates = 0;  // that were refused, ever

 private:
  struct Producer {
    std::deque<Item> items;
    std::map<std::string, StreamId, std::less<>> ids;
  };
  // By name, in the order of its bytes.
  using Producers = std::map<std::string, Producer, std::less<>>;

  bool Expired(const StreamId& id, uint64_t at_ms) const {
    const auto duration_ms = static_cast<uint64_t>(limits_.duration_seconds) * 1000;
    return id.ms < at_ms && at_ms - id.ms >= duration_ms;
  }
  void DropFront(Producer& producer);
  void Append(const std::string& name, Producer& producer, std::string_view iid,
              const StreamId& id);
  void ForgetExpired(uint64_t at_ms);

  Limits limits_;
  Producers producers_;
  // The producers by the last id that they added: the first ones are the first to be forgotten.
  std::set<std::pair<StreamId, std::string>> newest_;
  size_t id_count_ = 0;
  size_t text_bytes_ = 0;
};

}  // namespace kvasir
