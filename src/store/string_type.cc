#include "src/store/string_type.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace kvasir {
namespace {

// Redis's longest "embstr".
constexpr size_t kEmbeddedNameMax = 44;
// A growing block doubles up to this much spare room.
constexpr size_t kGrowthMax = 1024 * 1024;

Encoding EncodingOf(std::string_view inline_value) {
  return inline_value.size() <= kEmbeddedNameMax ? Encoding::kEmbedded : Encoding::kRaw;
}

// Puts a new entry with these value bytes where `position` says, minding the deadline.
void Store(Database& database, const Key& key, Database::Position position, Encoding encoding,
           std::string_view value_bytes, ExpiryChange expiry) {
  Entry* old = position ? position.node() : nullptr;
  const bool keeps =
      expiry.kind == ExpiryChange::Kind::kKeep && old != nullptr && old->has_expiry();
  const bool has_expiry = keeps || expiry.kind == ExpiryChange::Kind::kSet;
  const AccessClock& access = database.context().access;
  const bool keep_frequency = old != nullptr && access.lfu();
  Entry* fresh = Entry::Create({.key = key.bytes,
                                .type = ValueType::kString,
                                .encoding = encoding,
                                .value_bytes = value_bytes,
                                .has_expiry = has_expiry,
                                .access = keep_frequency ? old->access() : access.Fresh()});
  if (has_expiry) {
    fresh->expiry()->deadline_ms = keeps ? old->expiry()->deadline_ms : expiry.deadline_ms;
  }
  if (old != nullptr) {
    database.Replace(key, position, fresh);
  } else {
    database.Insert(key, fresh);
  }
}

void StoreBlock(Database& database, const Key& key, Database::Position position, SharedBytes block,
                ExpiryChange expiry) {
  void* raw = block.ReleaseRaw();
  const std::string_view pointer_bytes(reinterpret_cast<const char*>(&raw), sizeof raw);
  Store(database, key, position, Encoding::kBlock, pointer_bytes, expiry);
}

bool DeadlineStays(const Entry& entry, ExpiryChange expiry) {
  return expiry.kind == ExpiryChange::Kind::kKeep ||
         (expiry.kind == ExpiryChange::Kind::kClear && !entry.has_expiry());
}

// Overwrites the value where it lies, when it fits and the deadline stays what it is.
bool OverwriteInPlace(Database& database, const Key& key, Database::Position position,
                      Encoding encoding, std::string_view value_bytes, ExpiryChange expiry) {
  if (!position) return false;
  Entry* entry = position.node();
  if (!DeadlineStays(*entry, expiry) || !entry->OverwriteInline(encoding, value_bytes))
    return false;
  database.Changed(key);
  return true;
}

// The same for a block that nobody else holds and that has room.
bool OverwriteBlock(Database& database, const Key& key, Database::Position position,
                    std::string_view value, ExpiryChange expiry) {
  if (!position || position.node()->encoding() != Encoding::kBlock) return false;
  if (!DeadlineStays(*position.node(), expiry)) return false;
  SharedBytes block = SharedBytes::FromRaw(position.node()->pointer());
  const bool fits = block.IsUnique() && block.capacity() >= value.size();
  if (fits) {
    memcpy(block.mutable_data(), value.data(), value.size());
    block.set_size(value.size());
  }
  block.ReleaseRaw();
  if (fits) database.Changed(key);
  return fits;
}

void StoreInline(Database& database, const Key& key, Database::Position position, Encoding encoding,
                 std::string_view value_bytes, ExpiryChange expiry) {
  if (OverwriteInPlace(database, key, position, encoding, value_bytes, expiry)) return;
  Store(database, key, position, encoding, value_bytes, expiry);
}

// A block with room for `size` bytes and some growth that begins with a copy of `current`.
SharedBytes GrownCopy(std::string_view current, size_t size) {
  const size_t capacity = size + std::min(size, kGrowthMax);
  SharedBytes block = SharedBytes::WithCapacity(capacity);
  if (!current.empty()) memcpy(block.mutable_data(), current.data(), current.size());
  block.set_size(current.size());
  return block;
}

}  // namespace

std::string_view StringBytes(const Entry& entry, IntegerText& scratch) {
  switch (entry.encoding()) {
    case Encoding::kInteger:
      return {scratch.data(), FormatInt64(entry.integer(), scratch.data())};
    case Encoding::kBlock:
      return entry.block_view();
    default:
      return entry.value_bytes();
  }
}

size_t StringLength(const Entry& entry) {
  IntegerText scratch;
  return StringBytes(entry, scratch).size();
}

SharedBytes StringBlock(const Entry& entry) {
  if (entry.encoding() != Encoding::kBlock) return {};
  SharedBytes owned = SharedBytes::FromRaw(entry.pointer());
  SharedBytes shared = owned;
  owned.ReleaseRaw();
  return shared;
}

std::string_view StringEncodingName(const Entry& entry) {
  if (entry.encoding() == Encoding::kInteger) return "int";
  return entry.encoding() == Encoding::kEmbedded ? "embstr" : "raw";
}

Entry* NewStringEntry(Entry::Parts parts, int64_t value) {
  parts.encoding = Encoding::kInteger;
  parts.value_bytes = {reinterpret_cast<const char*>(&value), sizeof value};
  return Entry::Create(parts);
}

Entry* NewStringEntry(Entry::Parts parts, std::string_view value) {
  if (value.size() <= kInt64TextMax) {
    if (const std::optional<int64_t> integer = ParseInt64(value)) {
      return NewStringEntry(parts, *integer);
    }
  }
  if (value.size() > kInlineStringMax) return NewStringEntry(parts, SharedBytes::CopyOf(value));
  parts.encoding = EncodingOf(value);
  parts.value_bytes = value;
  return Entry::Create(parts);
}

Entry* NewStringEntry(const Entry::Parts& parts, SharedBytes block) {
  if (block.size() <= kInlineStringMax) return NewStringEntry(parts, block.view());
  void* raw = block.ReleaseRaw();
  Entry::Parts with_block = parts;
  with_block.encoding = Encoding::kBlock;
  with_block.value_bytes = {reinterpret_cast<const char*>(&raw), sizeof raw};
  return Entry::Create(with_block);
}

void SetString(Database& database, const Key& key, Database::Position position,
               std::string_view value, ExpiryChange expiry, const SharedBytes* block) {
  if (value.size() <= kInt64TextMax) {
    if (const std::optional<int64_t> integer = ParseInt64(value)) {
      SetStringInteger(database, key, position, *integer, expiry);
      return;
    }
  }
  if (value.size() <= kInlineStringMax) {
    StoreInline(database, key, position, EncodingOf(value), value, expiry);
    return;
  }
  StoreBlock(database, key, position, block != nullptr ? *block : SharedBytes::CopyOf(value),
             expiry);
}

void SetRawString(Database& database, const Key& key, Database::Position position,
                  std::string_view value, ExpiryChange expiry, const SharedBytes* block) {
  if (value.size() <= kInlineStringMax) {
    StoreInline(database, key, position, Encoding::kRaw, value, expiry);
    return;
  }
  if (block == nullptr && OverwriteBlock(database, key, position, value, expiry)) return;
  StoreBlock(database, key, position, block != nullptr ? *block : SharedBytes::CopyOf(value),
             expiry);
}

void SetStringInteger(Database& database, const Key& key, Database::Position position,
                      int64_t value, ExpiryChange expiry) {
  const std::string_view bytes(reinterpret_cast<const char*>(&value), sizeof value);
  StoreInline(database, key, position, Encoding::kInteger, bytes, expiry);
}

Result<int64_t> StringInteger(const Entry& entry) {
  if (entry.encoding() == Encoding::kInteger) return entry.integer();
  IntegerText scratch;
  const std::optional<int64_t> value = ParseInt64(StringBytes(entry, scratch));
  if (!value) return Fail(Errc::kNotInteger);
  return *value;
}

std::optional<long double> StringFloat(const Entry& entry) {
  if (entry.encoding() == Encoding::kInteger) return static_cast<long double>(entry.integer());
  IntegerText scratch;
  return ParseLongDouble(StringBytes(entry, scratch));
}

size_t AppendString(Database& database, const Key& key, Database::Position position,
                    std::string_view suffix) {
  if (!position) {
    SetString(database, key, position, suffix);
    return suffix.size();
  }
  IntegerText scratch;
  const size_t length = StringBytes(*position.node(), scratch).size();
  if (suffix.empty()) {
    // Whoever watches the key is told, as in Redis.
    database.Changed(key);
    return length;
  }
  return SetStringRange(database, key, position, length, suffix);
}

size_t SetStringRange(Database& database, const Key& key, Database::Position position,
                      size_t offset, std::string_view bytes) {
  IntegerText scratch;
  Entry* entry = position ? position.node() : nullptr;
  const std::string_view current =
      entry != nullptr ? StringBytes(*entry, scratch) : std::string_view();
  const size_t size = std::max(current.size(), offset + bytes.size());
  const auto write = [&](char* out) {
    if (offset > current.size()) memset(out + current.size(), 0, offset - current.size());
    memcpy(out + offset, bytes.data(), bytes.size());
  };
  if (size <= kInlineStringMax) {
    std::array<char, kInlineStringMax> value;
    if (!current.empty()) memcpy(value.data(), current.data(), current.size());
    write(value.data());
    StoreInline(database, key, position, Encoding::kRaw, {value.data(), size},
                ExpiryChange::Keep());
    return size;
  }
  if (entry != nullptr && entry->encoding() == Encoding::kBlock) {
    SharedBytes block = SharedBytes::FromRaw(entry->pointer());
    const bool in_place = block.IsUnique() && block.capacity() >= size;
    if (in_place) {
      write(block.mutable_data());
      block.set_size(size);
    }
    block.ReleaseRaw();
    if (in_place) {
      database.Changed(key);
      return size;
    }
  }
  SharedBytes block = GrownCopy(current, size);
  write(block.mutable_data());
  block.set_size(size);
  StoreBlock(database, key, position, std::move(block), ExpiryChange::Keep());
  return size;
}

std::string_view StringRange(std::string_view bytes, int64_t start, int64_t end) {
  const auto length = static_cast<int64_t>(bytes.size());
  if (start < 0 && end < 0 && start > end) return {};
  if (start < 0) start = std::max<int64_t>(0, start + length);
  if (end < 0) end = std::max<int64_t>(0, end + length);
  end = std::min(end, length - 1);
  if (start > end || length == 0) return {};
  return bytes.substr(static_cast<size_t>(start), static_cast<size_t>(end - start + 1));
}

size_t StringMemoryBytes(const Entry& entry) {
  if (entry.encoding() != Encoding::kBlock) return 0;
  SharedBytes block = SharedBytes::FromRaw(entry.pointer());
  const size_t bytes = block.AllocatedBytes();
  block.ReleaseRaw();
  return bytes;
}

}  // namespace kvasir
