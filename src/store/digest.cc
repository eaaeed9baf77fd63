#include "src/store/digest.h"

#include <arpa/inet.h>
#include <sha1.h>

#include <string_view>

#include "src/store/hash_type.h"
#include "src/store/list_type.h"
#include "src/store/score.h"
#include "src/store/set_type.h"
#include "src/store/sorted_set_type.h"
#include "src/store/stream_type.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

DatasetDigest Sha1(std::string_view bytes) {
  SHA1_CTX context;
  SHA1Init(&context);
  SHA1Update(&context, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  DatasetDigest digest;
  SHA1Final(digest.data(), &context);
  return digest;
}

void Combine(DatasetDigest& digest, const DatasetDigest& other) {
  for (size_t i = 0; i < digest.size(); ++i) digest[i] ^= other[i];
}

// Order does not matter for what is xored in; it does for what is mixed in.
void XorIn(DatasetDigest& digest, std::string_view bytes) { Combine(digest, Sha1(bytes)); }

void MixIn(DatasetDigest& digest, std::string_view bytes) {
  XorIn(digest, bytes);
  digest = Sha1({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

void MixInNumber(DatasetDigest& digest, uint32_t number) {
  const uint32_t big_endian = htonl(number);
  MixIn(digest, {reinterpret_cast<const char*>(&big_endian), sizeof big_endian});
}

void XorInDigest(DatasetDigest& digest, const DatasetDigest& other) {
  XorIn(digest, {reinterpret_cast<const char*>(other.data()), other.size()});
}

void MixInList(DatasetDigest& digest, const Entry& entry) {
  ElementText scratch;
  ListRange(entry, 0, ListLength(entry),
            [&](const PackedElement& element) { MixIn(digest, element.Text(scratch)); });
}

void XorInScored(DatasetDigest& digest, const Entry& entry) {
  SortedSetCursor cursor(entry, 0);
  ScoreText scratch;
  for (ScoredMember member; cursor.Next(member);) {
    DatasetDigest element{};
    MixIn(element, member.member);
    MixIn(element, FormatScore(member.score, scratch));
    XorInDigest(digest, element);
  }
}

// The deadline of a field counts as in Redis 7.4.
void XorInFields(DatasetDigest& digest, const Entry& entry, DigestDeadlines deadlines) {
  VisitAllHashFields(entry, [&](const HashField& field) {
    DatasetDigest element{};
    MixIn(element, field.name);
    MixIn(element, field.value);
    if (field.has_deadline()) {
      XorIn(element, "!!hexpire!!");
      if (deadlines == DigestDeadlines::kExact) XorIn(element, std::to_string(field.deadline_ms));
    }
    XorInDigest(digest, element);
    return true;
  });
}

// Redis mixes in the entries alone. What the log has to bring back is more, but not when consumers
// were last seen: that is not logged.
class StreamDigest final : public StreamSink {
 public:
  explicit StreamDigest(DatasetDigest& digest) : digest_(digest) {}

  void Facts(const StreamFacts& facts) override {
    MixInId(facts.last);
    MixInId(facts.max_deleted);
    MixIn(digest_, std::to_string(facts.entries_added));
  }
  void Group(const StreamGroupFacts& facts) override {
    MixIn(digest_, facts.name);
    MixInId(facts.last_delivered);
    MixIn(digest_, std::to_string(facts.entries_read));
  }
  void Pending(const StreamPending& pending) override {
    MixInId(pending.id);
    MixIn(digest_, std::to_string(pending.delivered_ms));
    MixIn(digest_, std::to_string(pending.deliveries));
  }
  void Consumer(const StreamConsumerFacts& facts) override { MixIn(digest_, facts.name); }
  void Owned(const StreamId& id) override { MixInId(id); }
  void Released(std::span<const StreamId> ids) override {
    for (const StreamId& id : ids) MixInId(id);
  }
  void Idempotence(const StreamIdempotence* idempotence) override {
    if (idempotence == nullptr || idempotence->blank()) return;
    MixIn(digest_, std::to_string(idempotence->limits().duration_seconds));
    MixIn(digest_, std::to_string(idempotence->limits().size));
    idempotence->ForEach([this](std::string_view producer, const auto& items) {
      MixIn(digest_, producer);
      for (const StreamIdempotence::Item& item : items) {
        MixIn(digest_, item.iid);
        MixInId(item.id);
      }
    });
  }

 private:
  void MixInId(const StreamId& id) {
    StreamIdText text;
    MixIn(digest_, FormatStreamId(id, text));
  }

  DatasetDigest& digest_;
};

void MixInStream(DatasetDigest& digest, const Stream& stream, DigestDeadlines deadlines) {
  StreamCursor cursor(stream, kStreamIdMin, kStreamIdMax, false);
  ElementText scratch;
  for (StreamEntry entry; cursor.Next(entry);) {
    MixIn(digest, std::to_string(entry.id.ms) + "." + std::to_string(entry.id.sequence));
    StreamFields fields(entry);
    for (PackedElement name, value; fields.Next(name, value);) {
      MixIn(digest, name.Text(scratch));
      MixIn(digest, value.Text(scratch));
    }
  }
  if (deadlines != DigestDeadlines::kExact) return;
  StreamDigest rest(digest);
  stream.Visit(rest);
}

void MixInValue(DatasetDigest& digest, const Entry& entry, DigestDeadlines deadlines) {
  MixInNumber(digest, static_cast<uint32_t>(entry.type()));
  IntegerText scratch;
  switch (entry.type()) {
    case ValueType::kString:
      MixIn(digest, StringBytes(entry, scratch));
      break;
    case ValueType::kList:
      MixInList(digest, entry);
      break;
    case ValueType::kSet:
      ForEachSetMember(entry, [&](std::string_view member) { XorIn(digest, member); });
      break;
    case ValueType::kSortedSet:
      XorInScored(digest, entry);
      break;
    case ValueType::kHash:
      XorInFields(digest, entry, deadlines);
      break;
    case ValueType::kStream:
      MixInStream(digest, StreamOf(entry), deadlines);
      break;
    default:
      break;
  }
  if (!entry.has_expiry()) return;
  XorIn(digest, "!!expire!!");
  if (deadlines == DigestDeadlines::kExact) {
    XorIn(digest, std::to_string(entry.expiry()->deadline_ms));
  }
}

}  // namespace

DatasetDigest DigestValue(const Entry& entry, DigestDeadlines deadlines) {
  DatasetDigest digest{};
  MixInValue(digest, entry, deadlines);
  return digest;
}

DatasetDigest DigestKeyspace(const Keyspace& keyspace, DigestDeadlines deadlines) {
  DatasetDigest total{};
  for (int i = 0; i < keyspace.database_count(); ++i) {
    const Database& database = keyspace.database(i);
    if (database.size() == 0) continue;
    MixInNumber(total, static_cast<uint32_t>(i));
    database.table().ForEach([&](const Entry* entry) {
      DatasetDigest digest{};
      MixIn(digest, entry->key());
      MixInValue(digest, *entry, deadlines);
      XorInDigest(total, digest);
    });
  }
  return total;
}

std::string DigestToHex(const DatasetDigest& digest) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : digest) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

}  // namespace kvasir
