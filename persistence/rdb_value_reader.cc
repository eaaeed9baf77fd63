#include "persistence/rdb_value_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "persistence/rdb_blobs.h"
#include "src/store/list_type.h"
#include "src/store/set_type.h"
#include "src/store/string_type.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

uint32_t AccessBits(const AccessClock& clock, const RdbKeyFacts& facts) {
  constexpr uint64_t kIdleMax = 0xffffff;
  if (clock.lfu()) {
    return facts.frequency ? clock.WithFrequency(*facts.frequency) : clock.Fresh();
  }
  if (!facts.idle_seconds) return clock.Fresh();
  return clock.WithIdle(static_cast<uint32_t>(std::min(*facts.idle_seconds, kIdleMax)));
}

std::optional<ValueType> CollectionTypeOf(RdbType type) {
  switch (type) {
    case RdbType::kList:
    case RdbType::kListZiplist:
    case RdbType::kListOfZiplists:
    case RdbType::kListOfListpacks:
      return ValueType::kList;
    case RdbType::kSet:
    case RdbType::kSetIntegers:
    case RdbType::kSetListpack:
      return ValueType::kSet;
    case RdbType::kSortedSetText:
    case RdbType::kSortedSet:
    case RdbType::kSortedSetZiplist:
    case RdbType::kSortedSetListpack:
      return ValueType::kSortedSet;
    case RdbType::kHash:
    case RdbType::kHashZipmap:
    case RdbType::kHashZiplist:
    case RdbType::kHashListpack:
    case RdbType::kHashDeadlines:
    case RdbType::kHashDeadlinesCandidate:
    case RdbType::kHashListpackDeadlines:
    case RdbType::kHashListpackDeadlinesCandidate:
      return ValueType::kHash;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string RdbModuleName(uint64_t id) {
  // Nine characters of six bits, highest first; the lowest ten bits are the module's version.
  constexpr std::string_view kCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string name;
  for (int shift = 58; shift >= 10; shift -= 6) name += kCharacters[id >> shift & 0x3f];
  return name;
}

bool RdbValueReader::RefuseModule() {
  uint64_t id = 0;
  if (!input_.Length(id)) return false;
  return input_.Fail(
      Errc::kUnsupported,
      fmt::format("data of the module {}, which cannot be read without it", RdbModuleName(id)));
}

bool RdbValueReader::Broken(std::string_view what) {
  return input_.Fail(fmt::format("{} is damaged", what));
}

EntryPtr RdbValueReader::Read(uint8_t type, Database& database, std::string_view key,
                              const RdbKeyFacts& facts) {
  const AccessClock& clock = database.context().access;
  const Entry::Parts parts = {
      .key = key, .has_expiry = facts.deadline_ms.has_value(), .access = AccessBits(clock, facts)};
  EntryPtr entry;
  if (type == static_cast<uint8_t>(RdbType::kString)) {
    entry = ReadString(parts);
  } else if (ReadCollection(static_cast<RdbType>(type), database, {key, 0})) {
    entry = std::move(entry_);
    if (entry != nullptr) {
      entry->set_access(parts.access);
      if (parts.has_expiry) entry.reset(Entry::Rebuild(entry.release(), true));
    }
  }
  entry_.reset();
  if (entry != nullptr && parts.has_expiry) entry->expiry()->deadline_ms = *facts.deadline_ms;
  return entry;
}

EntryPtr RdbValueReader::ReadString(const Entry::Parts& parts) {
  RdbInput::StringHead head;
  if (!input_.Head(head)) return nullptr;
  if (head.kind == RdbInput::StringHead::Kind::kInteger) {
    return EntryPtr(NewStringEntry(parts, head.integer));
  }
  if (head.kind == RdbInput::StringHead::Kind::kPlain && head.size <= kInlineStringMax) {
    std::string_view text;
    if (!input_.Raw(head.size, text)) return nullptr;
    return EntryPtr(NewStringEntry(parts, text));
  }
  SharedBytes block;
  if (!input_.Block(head, block)) return nullptr;
  return EntryPtr(NewStringEntry(parts, std::move(block)));
}

bool RdbValueReader::ReadCollection(RdbType type, Database& database, const Key& key) {
  limits_ = &database.context().limits;
  seen_.Clear();
  if (of_valkey_ && static_cast<uint8_t>(type) == kRdbTypeHashOfValkey) {
    entry_.reset(NewPackedEntry(database, key, ValueType::kHash));
    return ReadFieldsOfValkey();
  }
  const std::optional<ValueType> value_type = CollectionTypeOf(type);
  if (value_type == ValueType::kList) {
    entry_.reset(NewPackedEntry(database, key, ValueType::kList));
    const bool read = type == RdbType::kList ? ReadList() : ReadNodes(type);
    if (read && ListLength(*entry_) == 0) entry_.reset();
    return read;
  }
  if (value_type == ValueType::kSet) {
    return type == RdbType::kSet ? ReadSet(database, key) : ReadSetBlob(type, database, key);
  }
  if (value_type == ValueType::kSortedSet) return ReadSortedSet(type, database, key);
  if (value_type == ValueType::kHash) {
    entry_.reset(NewPackedEntry(database, key, ValueType::kHash));
    const bool read = ReadHash(type);
    if (read && TotalHashLength(*entry_) == 0) entry_.reset();
    return read;
  }
  switch (type) {
    case RdbType::kStream:
    case RdbType::kStream2:
    case RdbType::kStream3:
    case RdbType::kStream4:
    case RdbType::kStream5:
      return ReadStream(type, database, key);
    case RdbType::kModule:
    case RdbType::kModuleCandidate:
      return RefuseModule();
    default:
      return input_.Fail(fmt::format("{} is no type of a value", static_cast<int>(type)));
  }
}

bool RdbValueReader::AddListElement(const PackedElement& element) {
  AppendListElement(*entry_, element, *limits_);
  return true;
}

bool RdbValueReader::ReadList() {
  uint64_t count = 0;
  if (!input_.Count(1, count)) return false;
  for (; count > 0; --count) {
    PackedElement element;
    if (!input_.Element(element)) return false;
    AddListElement(element);
  }
  return true;
}

// A list that is one ziplist, or a row of nodes.
bool RdbValueReader::ReadNodes(RdbType type) {
  const auto add = [this](const PackedElement& element) { return AddListElement(element); };
  uint64_t count = 1;
  if (type != RdbType::kListZiplist && !input_.Count(1, count)) return false;
  for (; count > 0; --count) {
    uint64_t kind = kRdbNodePacked;
    if (type == RdbType::kListOfListpacks) {
      if (!input_.Length(kind)) return false;
      if (kind != kRdbNodePacked && kind != kRdbNodePlain) return Broken("a node of a list");
    }
    if (kind == kRdbNodePlain) {
      PackedElement element;
      if (!input_.Element(element)) return false;
      AddListElement(element);
      continue;
    }
    std::string_view blob;
    if (!input_.Text(blob)) return false;
    if (type == RdbType::kListOfListpacks) {
      if (!VisitListpack(blob, add)) return Broken("a listpack");
    } else if (!VisitZiplist(blob, add)) {
      return Broken("a ziplist");
    }
  }
  return true;
}

bool RdbValueReader::AddMember(std::string_view member) {
  // Integers have a form of their own at first, and count as seen as well.
  const bool is_new = entry_->encoding() != Encoding::kObject && seen_.IsNew(member);
  if (is_new && entry_->encoding() == Encoding::kPacked) {
    AppendSetMember(*entry_, member, *limits_);
    return true;
  }
  return AddSetMember(*entry_, member, *limits_) || input_.Fail("a set has a member twice");
}

bool RdbValueReader::ReadSet(Database& database, const Key& key) {
  uint64_t count = 0;
  if (!input_.Count(1, count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view member;
    if (!input_.Text(member)) return false;
    if (i == 0) entry_.reset(NewSetEntry(database, key, member, count));
    if (!AddMember(member)) return false;
  }
  return true;
}

bool RdbValueReader::ReadSetBlob(RdbType type, Database& database, const Key& key) {
  std::string_view blob;
  if (!input_.Text(blob)) return false;
  ElementText scratch;
  const auto add = [&](const PackedElement& element) {
    const std::string_view member = element.Text(scratch);
    if (entry_ == nullptr) entry_.reset(NewSetEntry(database, key, member, 1));
    return AddMember(member);
  };
  if (type == RdbType::kSetIntegers) return VisitIntset(blob, add) || Broken("an intset");
  return VisitListpack(blob, add) || Broken("a listpack");
}

}  // namespace kvasir
