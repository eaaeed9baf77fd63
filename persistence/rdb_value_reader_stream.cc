// Streams in RDB: nodes, which are listpacks; then what is known of the whole; then the groups.
#include <string>
#include <vector>

#include "persistence/rdb_value_reader.h"
#include "src/store/stream_builder.h"

namespace kvasir {
namespace {

// What an element of each row takes at least.
constexpr uint64_t kNodeBytesMin = 1 + kStreamIdBytes + 1;
constexpr uint64_t kGroupBytesMin = 6;
constexpr uint64_t kPendingBytesMin = kStreamIdBytes + sizeof(int64_t) + 1;
constexpr uint64_t kConsumerBytesMin = 1 + sizeof(int64_t) + 1;
constexpr uint64_t kProducerBytesMin = 2;
constexpr uint64_t kIdempotentIdBytesMin = 3;

class StreamReader {
 public:
  // LIFETIME: of the input.
  StreamReader(RdbInput& input, RdbType type) : input_(input), type_(type) {}

  // nullptr when the input failed.
  std::unique_ptr<Stream> Read() {
    uint64_t groups = 0;
    if (!ReadNodes() || !ReadFacts() || !input_.Count(kGroupBytesMin, groups)) return nullptr;
    for (; groups > 0; --groups) {
      if (!ReadGroup()) return nullptr;
    }
    if (type_ >= RdbType::kStream4 && !ReadIdempotence()) return nullptr;
    std::unique_ptr<Stream> stream = builder_.Take();
    Check();
    return stream;
  }

 private:
  // False, and the input fails, when the builder refused what it was told.
  bool Check() { return builder_.error().empty() || input_.Fail(std::string(builder_.error())); }

  bool Id(StreamId& id) { return input_.Length(id.ms) && input_.Length(id.sequence); }
  bool RawId(StreamId& id) {
    std::string_view bytes;
    if (!input_.Raw(kStreamIdBytes, bytes)) return false;
    id = DecodeStreamId(bytes);
    return true;
  }

  bool ReadNodes() {
    uint64_t nodes = 0;
    if (!input_.Count(kNodeBytesMin, nodes)) return false;
    for (; nodes > 0; --nodes) {
      std::string_view text;
      if (!input_.Text(text)) return false;
      if (text.size() != kStreamIdBytes) return input_.Fail("the id of a stream's node is none");
      const StreamId master = DecodeStreamId(text);
      if (!input_.Text(text)) return false;
      builder_.Node(master, text);
      if (!Check()) return false;
    }
    return true;
  }

  bool ReadFacts() {
    StreamFacts facts;
    if (!input_.Length(facts.length) || !Id(facts.last)) return false;
    if (type_ == RdbType::kStream) {
      const uint64_t length = facts.length;
      facts = builder_.FactsOfEntries(facts.last);
      facts.length = length;
    } else if (!Id(facts.first) || !Id(facts.max_deleted) || !input_.Length(facts.entries_added)) {
      return false;
    }
    builder_.Facts(facts);
    return Check();
  }

  bool ReadGroup() {
    std::string_view name;
    if (!input_.Text(name)) return false;
    const std::string kept(name);
    StreamGroupFacts facts{.name = kept};
    uint64_t pending = 0;
    if (!Id(facts.last_delivered)) return false;
    facts.entries_read = builder_.EntriesReadUpTo(facts.last_delivered);
    if (type_ != RdbType::kStream) {
      uint64_t read = 0;
      if (!input_.Length(read)) return false;
      facts.entries_read = static_cast<int64_t>(read);
    }
    if (!input_.Count(kPendingBytesMin, pending)) return false;
    builder_.Group(facts);
    return Check() && ReadPending(pending) && ReadConsumers();
  }

  bool ReadPending(uint64_t count) {
    for (; count > 0; --count) {
      StreamPending pending;
      if (!RawId(pending.id) || !input_.Number(pending.delivered_ms)) return false;
      if (!input_.Length(pending.deliveries)) return false;
      builder_.Pending(pending);
    }
    return Check();
  }

  bool ReadConsumers() {
    uint64_t consumers = 0;
    if (!input_.Count(kConsumerBytesMin, consumers)) return false;
    for (; consumers > 0; --consumers) {
      std::string_view name;
      if (!input_.Text(name)) return false;
      const std::string kept(name);
      StreamConsumerFacts facts{.name = kept};
      if (!input_.Number(facts.seen_ms)) return false;
      // As Redis takes it where it is not told.
      facts.active_ms = facts.seen_ms;
      if (type_ >= RdbType::kStream3 && !input_.Number(facts.active_ms)) return false;
      builder_.Consumer(facts);
      uint64_t owned = 0;
      if (!Check() || !input_.Count(kStreamIdBytes, owned)) return false;
      for (; owned > 0; --owned) {
        StreamId id;
        if (!RawId(id)) return false;
        builder_.Owned(id);
        if (!Check()) return false;
      }
    }
    return type_ != RdbType::kStream5 || ReadReleased();
  }

  bool ReadReleased() {
    uint64_t count = 0;
    if (!input_.Count(kStreamIdBytes, count)) return false;
    std::vector<StreamId> ids;
    for (; count > 0; --count) {
      if (!RawId(ids.emplace_back())) return false;
    }
    builder_.Released(ids);
    return Check();
  }

  bool ReadIdempotence() {
    StreamIdempotence idempotence;
    uint64_t seconds = 0;
    uint64_t size = 0;
    uint64_t producers = 0;
    if (!input_.Length(seconds) || !input_.Length(size)) return false;
    if (seconds == 0 || seconds > StreamIdempotence::kDurationSecondsMax || size == 0 ||
        size > StreamIdempotence::kSizeMax) {
      return input_.Fail("a stream's limits for idempotent ids are out of range");
    }
    idempotence.SetLimits(
        {.duration_seconds = static_cast<int64_t>(seconds), .size = static_cast<int64_t>(size)});
    if (!input_.Count(kProducerBytesMin, producers)) return false;
    for (; producers > 0; --producers) {
      if (!ReadProducer(idempotence)) return false;
    }
    if (!input_.Length(idempotence.added) || !input_.Length(idempotence.duplicates)) return false;
    builder_.Idempotence(&idempotence);
    return Check();
  }

  bool ReadProducer(StreamIdempotence& idempotence) {
    std::string_view text;
    uint64_t count = 0;
    if (!input_.Text(text)) return false;
    const std::string producer(text);
    if (producer.empty()) return input_.Fail("a stream's producer without a name");
    if (!input_.Count(kIdempotentIdBytesMin, count)) return false;
    for (; count > 0; --count) {
      StreamId id;
      if (!input_.Text(text)) return false;
      const std::string iid(text);
      if (iid.empty()) return input_.Fail("an empty idempotent id in a stream");
      if (!Id(id)) return false;
      idempotence.Restore(producer, iid, id);
    }
    return true;
  }

  RdbInput& input_;
  RdbType type_;
  StreamBuilder builder_;
};

}  // namespace

bool RdbValueReader::ReadStream(RdbType type, Database& database, const Key& key) {
  std::unique_ptr<Stream> stream = StreamReader(input_, type).Read();
  if (stream == nullptr) return false;
  entry_.reset(NewStreamEntry(database, key.bytes, std::move(stream)));
  return true;
}

}  // namespace kvasir
