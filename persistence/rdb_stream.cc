#include "persistence/rdb_stream.h"

#include <array>
#include <cstring>

namespace kvasir {

RdbType RdbTypeOf(const Stream& stream) {
  if (stream.has_released()) return RdbType::kStream5;
  const StreamIdempotence* idempotence = stream.idempotence();
  const bool used = idempotence != nullptr && !(idempotence->blank() && idempotence->added == 0);
  return used ? RdbType::kStream4 : RdbType::kStream2;
}

void RdbStreamEncoder::Raw(const void* bytes, size_t size) {
  encoder_.chunk_.bytes.Append({static_cast<const char*>(bytes), size});
}

void RdbStreamEncoder::Id(const StreamId& id) {
  encoder_.Length(id.ms);
  encoder_.Length(id.sequence);
}

void RdbStreamEncoder::RawId(const StreamId& id) {
  const std::array<char, kStreamIdBytes> bytes = EncodeStreamId(id);
  Raw(bytes.data(), bytes.size());
}

void RdbStreamEncoder::Node(const StreamId& master, std::string_view listpack) {
  const std::array<char, kStreamIdBytes> bytes = EncodeStreamId(master);
  encoder_.Text({bytes.data(), bytes.size()});
  encoder_.Text(listpack);
}

void RdbStreamEncoder::Facts(const StreamFacts& facts) {
  encoder_.Length(facts.length);
  Id(facts.last);
  Id(facts.first);
  Id(facts.max_deleted);
  encoder_.Length(facts.entries_added);
  encoder_.Length(facts.groups);
}

void RdbStreamEncoder::Group(const StreamGroupFacts& facts) {
  encoder_.Text(facts.name);
  Id(facts.last_delivered);
  encoder_.Length(static_cast<uint64_t>(facts.entries_read));
  encoder_.Length(facts.pending);
}

void RdbStreamEncoder::Pending(const StreamPending& pending) {
  RawId(pending.id);
  Raw(&pending.delivered_ms, sizeof pending.delivered_ms);
  encoder_.Length(pending.deliveries);
}

void RdbStreamEncoder::Consumers(size_t count) { encoder_.Length(count); }

void RdbStreamEncoder::Consumer(const StreamConsumerFacts& facts) {
  encoder_.Text(facts.name);
  Raw(&facts.seen_ms, sizeof facts.seen_ms);
  if (encoder_.stream_type_ != RdbType::kStream2) Raw(&facts.active_ms, sizeof facts.active_ms);
  encoder_.Length(facts.owned);
}

void RdbStreamEncoder::Owned(const StreamId& id) { RawId(id); }

void RdbStreamEncoder::Released(std::span<const StreamId> ids) {
  if (encoder_.stream_type_ != RdbType::kStream5) return;
  encoder_.Length(ids.size());
  for (const StreamId& id : ids) RawId(id);
}

void RdbStreamEncoder::Idempotence(const StreamIdempotence* idempotence) {
  if (encoder_.stream_type_ == RdbType::kStream2) return;
  const StreamIdempotence none;
  const StreamIdempotence& told = idempotence == nullptr ? none : *idempotence;
  encoder_.Length(static_cast<uint64_t>(told.limits().duration_seconds));
  encoder_.Length(static_cast<uint64_t>(told.limits().size));
  encoder_.Length(told.producer_count());
  told.ForEach([this](std::string_view producer, const auto& items) {
    encoder_.Text(producer);
    encoder_.Length(items.size());
    for (const StreamIdempotence::Item& item : items) {
      encoder_.Text(item.iid);
      Id(item.id);
    }
  });
  encoder_.Length(told.added);
  encoder_.Length(told.duplicates);
}

}  // namespace kvasir
