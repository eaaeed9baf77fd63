// DEBUG's words about keys and values.
#include <fmt/format.h>

#include <string>

#include "src/base/number.h"
#include "src/commands/debug_handlers.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"
#include "src/store/digest.h"
#include "src/store/key_operations.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

// The entry of argument 2 as it lies there, even past its deadline; an error reply when there is
// none.
const Entry* FindEntry(Call& call) {
  const Key key = call.KeyAt(2);
  const Database::Position position = call.database().table().Find(key.bytes, key.hash);
  const Entry* entry = position ? position.node() : nullptr;
  if (entry == nullptr) call.Error(errors::kNoSuchKey);
  return entry;
}

// What the value takes in an RDB file: a length and the bytes, or a short integer.
size_t SerializedLength(const Entry& entry) {
  if (entry.type() != ValueType::kString) return 0;
  if (entry.encoding() == Encoding::kInteger) {
    const int64_t value = entry.integer();
    if (value >= INT8_MIN && value <= INT8_MAX) return 2;
    if (value >= INT16_MIN && value <= INT16_MAX) return 3;
    if (value >= INT32_MIN && value <= INT32_MAX) return 5;
  }
  const size_t length = StringLength(entry);
  return length + (length < 64 ? 1 : length < 16384 ? 2 : 5);
}

std::string PopulatedValue(std::string_view text, std::optional<int64_t> size) {
  std::string value(text);
  if (size) value.resize(static_cast<size_t>(*size), '\0');
  return value;
}

}  // namespace

void DebugObject(Call& call) {
  const Entry* entry = FindEntry(call);
  if (entry == nullptr) return;
  const AccessClock& access = call.keyspace().context().access;
  const uint32_t idle = access.lfu() ? 0 : access.IdleSeconds(entry->access());
  call.reply.Status(fmt::format(
      "Value at:{} refcount:1 encoding:{} serializedlength:{} lru:{} lru_seconds_idle:{}",
      fmt::ptr(entry), EncodingName(*entry), SerializedLength(*entry), entry->access(), idle));
}

void DebugSdsLength(Call& call) {
  const Entry* entry = FindEntry(call);
  if (entry == nullptr) return;
  if (entry->type() != ValueType::kString || entry->encoding() == Encoding::kInteger) {
    call.Error("ERR Not an sds encoded string.");
    return;
  }
  const size_t length = StringLength(*entry);
  call.reply.Status(fmt::format(
      "key_sds_len:{}, key_sds_avail:0, key_zmalloc: {}, val_sds_len:{}, val_sds_avail:0, "
      "val_zmalloc: {}",
      entry->key().size(), entry->AllocatedBytes(), length, StringMemoryBytes(*entry)));
}

void DebugDigest(Call& call) { call.reply.Status(DigestToHex(DigestKeyspace(call.keyspace()))); }

void DebugDigestValue(Call& call) {
  call.reply.Array(call.size() - 2);
  for (size_t i = 2; i < call.size(); ++i) {
    const Entry* entry = call.database().Peek(call.KeyAt(i));
    call.reply.Status(DigestToHex(entry == nullptr ? DatasetDigest{} : DigestValue(*entry)));
  }
}

void DebugHashTableStats(Call& call) {
  const std::optional<int64_t> index = ParseInt64(call[2]);
  if (!index || *index < 0 || *index >= call.keyspace().database_count()) {
    call.Error("ERR Out of range database");
    return;
  }
  const Database& database = call.keyspace().database(static_cast<int>(*index));
  const Database::Table& table = database.table();
  call.reply.Verbatim(
      "txt", fmt::format("[Dictionary HT]\n table size: {}\n number of elements: {}\n bytes: {}\n"
                         "[Expires HT]\n number of elements: {}\n",
                         table.bucket_count() * Bucket::kSlots, table.size(), table.MemoryBytes(),
                         database.volatile_size()));
}

void DebugHashTableStatsOfKey(Call& call) {
  if (FindEntry(call) == nullptr) return;
  call.Error("ERR The value stored at the specified key is not represented using an hash table");
}

void DebugListpack(Call& call) {
  const Entry* entry = FindEntry(call);
  if (entry == nullptr) return;
  if (EncodingName(*entry) == "listpack") {
    call.reply.Status("Listpack structure printed on stdout");
  } else {
    call.Error("ERR Not a listpack encoded object.");
  }
}

void DebugQuicklist(Call& call) {
  const Entry* entry = FindEntry(call);
  if (entry == nullptr) return;
  if (EncodingName(*entry) == "quicklist") {
    call.reply.Status("Quicklist structure printed on stdout");
  } else {
    call.Error("ERR Not a quicklist encoded object.");
  }
}

// Keys that are there already stay as they are. Each new one is logged as the SET that it is.
void DebugPopulate(Call& call) {
  constexpr std::string_view kNegative = "ERR value is out of range, must be positive";
  ArgumentReader read(call, 2);
  const int64_t count = read.NextIntegerIn(0, INT64_MAX, kNegative);
  const std::string_view prefix = read.AtEnd() ? "key" : read.Next();
  std::optional<int64_t> size;
  const auto bytes_max = static_cast<int64_t>(call.engine().settings().proto_max_bulk_bytes);
  if (!read.AtEnd()) size = read.NextIntegerIn(0, bytes_max, kNegative);
  if (!read.Finish()) return;
  Database& database = call.database();
  for (int64_t i = 0; i < count; ++i) {
    const std::string name = fmt::format("{}:{}", prefix, i);
    const Key key = Key::Of(name);
    const Database::Position position = database.Locate(key);
    if (position) continue;
    const std::string value = PopulatedValue(fmt::format("value:{}", i), size);
    SetString(database, key, position, value);
    call.LogInstead({"SET", name, value});
  }
  call.reply.Ok();
}

void DebugStructSize(Call& call) {
  call.reply.Verbatim(
      "txt", fmt::format("bits:{} entry:{} expirynode:{} bucket:{} bucketslots:{} session:{}",
                         sizeof(void*) * 8, sizeof(Entry), sizeof(ExpiryNode), sizeof(Bucket),
                         Bucket::kSlots, sizeof(Session)));
}

}  // namespace kvasir
