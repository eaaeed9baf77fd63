#include "persistence/rdb_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "persistence/rdb_format.h"
#include "src/base/number.h"

namespace kvasir {
namespace {

// A key takes a type, a length and a value's length at least.
constexpr uint64_t kKeyBytesMin = 3;
constexpr int64_t kNoDeadline = -1;

}  // namespace

bool LooksLikeRdb(std::string_view bytes) {
  return bytes.starts_with(kRdbMagic) || bytes.starts_with(kRdbMagicOfValkey);
}

RdbReader::RdbReader(FileWindow& window, std::string place, Keyspace* keyspace,
                     RdbLoadOptions options)
    : input_(window, 0, options.progress),
      values_(input_),
      place_(std::move(place)),
      stand_in_(keyspace == nullptr ? std::optional<Keyspace>(std::in_place, 1) : std::nullopt),
      keyspace_(keyspace == nullptr ? *stand_in_ : *keyspace),
      keeps_(keyspace != nullptr),
      options_(std::move(options)),
      database_(&keyspace_.database(0)) {}

Result<RdbLoaded> RdbReader::Read() {
  const bool read = ReadHeader() && ReadItems() && Flush() && ReadEnd();
  if (read) return loaded_;
  for (size_t i = 0; i < waiting_count_; ++i) Entry::Destroy(waiting_[i].entry);
  waiting_count_ = 0;
  const RdbInput::Failure& failure = input_.failure();
  return Fail(failure.code,
              fmt::format("{}: at offset {}: {}", place_, failure.offset, failure.reason));
}

bool RdbReader::ReadHeader() {
  std::string_view head;
  if (!input_.Raw(kRdbHeaderBytes, head)) return false;
  const bool valkey = head.starts_with(kRdbMagicOfValkey);
  if (!valkey && !head.starts_with(kRdbMagic)) return input_.Fail("not the start of an RDB");
  const std::string_view digits = head.substr((valkey ? kRdbMagicOfValkey : kRdbMagic).size());
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return input_.Fail("the RDB's version is no number");
    loaded_.version = loaded_.version * 10 + static_cast<uint32_t>(digit - '0');
  }
  const uint32_t version = loaded_.version;
  const bool of_valkey = version >= kRdbVersionOfValkeyMin && version <= kRdbVersionOfValkeyMax;
  const bool of_redis = !valkey && version >= 1 && version <= kRdbVersionMax;
  if (!of_valkey && !of_redis) {
    return input_.Fail(Errc::kUnsupported,
                       fmt::format("version {} of the RDB format, which cannot be read; up to {} "
                                   "of Redis and {} of Valkey can",
                                   version, kRdbVersionMax, kRdbVersionOfValkeyMax));
  }
  values_.set_of_valkey(of_valkey);
  return true;
}

bool RdbReader::ReadItems() {
  for (bool end = false; !end;) {
    uint8_t type = 0;
    if (!input_.Byte(type)) return false;
    const bool is_opcode = type >= static_cast<uint8_t>(RdbOpcode::kSlotImport);
    if (!(is_opcode ? ReadOpcode(type, end) : ReadKey(type))) return false;
  }
  return true;
}

bool RdbReader::ReadOpcode(uint8_t opcode, bool& end) {
  int64_t milliseconds = 0;
  int32_t seconds = 0;
  uint64_t number = 0;
  uint8_t byte = 0;
  switch (static_cast<RdbOpcode>(opcode)) {
    case RdbOpcode::kEnd:
      end = true;
      return true;
    case RdbOpcode::kAux:
      return ReadAux();
    case RdbOpcode::kSelect:
      return ReadSelect();
    case RdbOpcode::kResize:
      return ReadSizes();
    case RdbOpcode::kDeadlineMs:
      if (!input_.Number(milliseconds)) return false;
      if (milliseconds != kNoDeadline) facts_.deadline_ms = milliseconds;
      return true;
    case RdbOpcode::kDeadlineSeconds:
      if (!input_.Number(seconds)) return false;
      if (seconds != kNoDeadline) facts_.deadline_ms = int64_t{seconds} * 1000;
      return true;
    case RdbOpcode::kIdle:
      if (!input_.Length(number)) return false;
      facts_.idle_seconds = number;
      return true;
    case RdbOpcode::kFrequency:
      if (!input_.Byte(byte)) return false;
      facts_.frequency = byte;
      return true;
    case RdbOpcode::kSlotInfo:
      return input_.Length(number) && input_.Length(number) && input_.Length(number);
    case RdbOpcode::kFunction:
      return ReadFunction();
    case RdbOpcode::kModuleAux:
      return RefuseModuleAux();
    case RdbOpcode::kFunctionCandidate:
      return input_.Fail(Errc::kUnsupported,
                         "a function in the form of a release candidate of Redis 7.0");
    case RdbOpcode::kSlotImport:
      break;
  }
  return input_.Fail(Errc::kUnsupported,
                     fmt::format("an item of kind {}, which cannot be read", opcode));
}

bool RdbReader::ReadAux() {
  std::string_view text;
  if (!input_.Text(text)) return false;
  const bool is_sequence = text == kRdbSequenceField;
  if (!input_.Text(text)) return false;
  if (!is_sequence) return true;
  loaded_.sequence = ParseUint64(text);
  return loaded_.sequence.has_value() || input_.Fail("a sequence number that is none");
}

bool RdbReader::ReadSelect() {
  uint64_t index = 0;
  if (!Flush() || !input_.Length(index)) return false;
  if (!keeps_) return true;
  const auto count = static_cast<uint64_t>(keyspace_.database_count());
  if (index >= count) {
    return input_.Fail(
        Errc::kUnsupported,
        fmt::format("keys of database {}, but there are only {} (databases)", index, count));
  }
  database_ = &keyspace_.database(static_cast<int>(index));
  return true;
}

bool RdbReader::ReadSizes() {
  uint64_t keys = 0;
  uint64_t volatile_keys = 0;
  if (!Flush() || !input_.Length(keys) || !input_.Length(volatile_keys)) return false;
  if (keeps_) database_->Reserve(std::min(keys, input_.left() / kKeyBytesMin));
  return true;
}

bool RdbReader::ReadFunction() {
  std::string_view source;
  if (!input_.Text(source)) return false;
  ++loaded_.functions;
  if (keeps_) keyspace_.function_libraries().emplace_back(source);
  return true;
}

bool RdbReader::RefuseModuleAux() {
  uint64_t id = 0;
  if (!input_.Length(id)) return false;
  return input_.Fail(
      Errc::kUnsupported,
      fmt::format("data of the module {}, which cannot be read without it", RdbModuleName(id)));
}

bool RdbReader::ReadKey(uint8_t type) {
  std::string_view key;
  if (!input_.Text(key)) return false;
  // Reading on may move the text.
  key_.assign(key);
  EntryPtr entry = values_.Read(type, *database_, key_, facts_);
  const std::optional<int64_t> deadline_ms = facts_.deadline_ms;
  facts_ = {};
  if (entry == nullptr) {
    if (input_.failed()) return input_.FailOf(key_);
    ++loaded_.empty;
    return true;
  }
  if (options_.skip_expired && deadline_ms && *deadline_ms <= keyspace_.context().now_ms) {
    ++loaded_.expired;
    return true;
  }
  ++loaded_.keys;
  return !keeps_ || Insert(std::move(entry));
}

bool RdbReader::Insert(EntryPtr entry) {
  const Key key = Key::Of(entry->key());
  database_->PrefetchBucket(key);
  waiting_[waiting_count_++] = {entry.release(), key.hash};
  return waiting_count_ < kWaitingMax || Flush();
}

bool RdbReader::Flush() {
  const size_t count = std::exchange(waiting_count_, 0);
  for (size_t i = 0; i < count; ++i) {
    Entry* const entry = waiting_[i].entry;
    const Key key = {entry->key(), waiting_[i].hash};
    if (database_->table().Find(key.bytes, key.hash)) {
      input_.Fail("a key that was there before");
      input_.FailOf(key.bytes);
      for (; i < count; ++i) Entry::Destroy(waiting_[i].entry);
      return false;
    }
    database_->Insert(key, entry);
  }
  return true;
}

bool RdbReader::ReadEnd() {
  if (loaded_.version >= kRdbVersionWithChecksum) {
    const uint64_t sum = input_.Checksum();
    uint64_t stored = 0;
    if (!input_.Number(stored)) return false;
    loaded_.checked = stored != 0;
    if (loaded_.checked && stored != sum) {
      return input_.Fail("the checksum of all that stands before is wrong");
    }
  }
  loaded_.end = input_.offset();
  return !options_.whole_file || input_.left() == 0 ||
         input_.Fail(fmt::format("{} bytes behind the end", input_.left()));
}

}  // namespace kvasir
