#include "src/store/stream_idempotence.h"

#include <algorithm>

#include "src/base/hash.h"

namespace kvasir {

std::string StreamIdempotence::IdOf(std::span<const std::string_view> fields) {
  uint64_t sums[2] = {};
  std::string pair;
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    // The length keeps "ab" "c" and "a" "bc" apart.
    pair = std::to_string(fields[i].size()) + ":";
    pair.append(fields[i]).append(fields[i + 1]);
    const XXH128_hash_t hash = XXH3_128bits(pair.data(), pair.size());
    sums[0] += hash.low64;
    sums[1] += hash.high64;
  }
  return {reinterpret_cast<const char*>(sums), sizeof sums};
}

void StreamIdempotence::SetLimits(const Limits& limits) {
  if (limits == limits_) return;
  limits_ = limits;
  producers_.clear();
  newest_.clear();
  id_count_ = 0;
  text_bytes_ = 0;
}

std::optional<StreamId> StreamIdempotence::Find(std::string_view producer, std::string_view iid,
                                                int64_t now_ms) const {
  const auto found = producers_.find(producer);
  if (found == producers_.end()) return std::nullopt;
  const auto id = found->second.ids.find(iid);
  if (id == found->second.ids.end()) return std::nullopt;
  if (Expired(id->second, static_cast<uint64_t>(now_ms))) return std::nullopt;
  return id->second;
}

void StreamIdempotence::DropFront(Producer& producer) {
  const Item& item = producer.items.front();
  const auto id = producer.ids.find(item.iid);
  // It may have been added again since.
  if (id != producer.ids.end() && id->second == item.id) producer.ids.erase(id);
  text_bytes_ -= 2 * item.iid.size();
  producer.items.pop_front();
  --id_count_;
}

void StreamIdempotence::ForgetExpired(uint64_t at_ms) {
  while (!newest_.empty() && Expired(newest_.begin()->first, at_ms)) {
    const auto found = producers_.find(newest_.begin()->second);
    while (!found->second.items.empty()) DropFront(found->second);
    producers_.erase(found);
    newest_.erase(newest_.begin());
  }
}

void StreamIdempotence::Add(std::string_view name, std::string_view iid, const StreamId& id) {
  ForgetExpired(id.ms);
  const auto place = producers_.try_emplace(std::string(name)).first;
  Producer& producer = place->second;
  if (!producer.items.empty()) newest_.erase({producer.items.back().id, place->first});
  while (!producer.items.empty() && Expired(producer.items.front().id, id.ms)) DropFront(producer);
  Append(place->first, producer, iid, id);
  ++added;
}

void StreamIdempotence::Restore(std::string_view name, std::string_view iid, const StreamId& id) {
  const auto place = producers_.try_emplace(std::string(name)).first;
  Producer& producer = place->second;
  if (!producer.items.empty()) newest_.erase({producer.items.back().id, place->first});
  Append(place->first, producer, iid, id);
}

// REQUIRES: the producer is not in newest_.
void StreamIdempotence::Append(const std::string& name, Producer& producer, std::string_view iid,
                               const StreamId& id) {
  if (producer.ids.contains(iid)) {
    // The same twice: the older one would take what is known of both along when it goes.
    const auto same =
        std::find_if(producer.items.begin(), producer.items.end(),
                     [&](const Item& item) { return item.iid == iid && item.id == id; });
    if (same != producer.items.end()) {
      producer.items.erase(same);
      text_bytes_ -= 2 * iid.size();
      --id_count_;
    }
  }
  while (producer.items.size() >= static_cast<size_t>(limits_.size)) DropFront(producer);
  producer.items.push_back({std::string(iid), id});
  producer.ids.insert_or_assign(std::string(iid), id);
  newest_.emplace(id, name);
  text_bytes_ += 2 * iid.size();
  ++id_count_;
}

StreamIdempotence::Counts StreamIdempotence::CountAt(int64_t now_ms) const {
  Counts counts;
  for (const auto& [name, producer] : producers_) {
    const auto known = std::count_if(producer.ids.begin(), producer.ids.end(), [&](const auto& id) {
      return !Expired(id.second, static_cast<uint64_t>(now_ms));
    });
    counts.ids += static_cast<size_t>(known);
    counts.producers += known == 0 ? 0 : 1;
  }
  return counts;
}

size_t StreamIdempotence::MemoryBytes() const {
  // What nodes of maps and sets hold besides what is in them.
  constexpr size_t kNodeBytes = 48;
  const size_t per_id = sizeof(Item) + sizeof(std::string) + sizeof(StreamId) + kNodeBytes;
  const size_t per_producer = sizeof(Producer) + 2 * sizeof(std::string) + 2 * kNodeBytes;
  return sizeof *this + id_count_ * per_id + producers_.size() * per_producer + text_bytes_;
}

}  // namespace kvasir
