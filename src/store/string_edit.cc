#include "src/store/string_edit.h"

#include <string_view>

#include "src/store/string_type.h"

namespace kvasir {
namespace {

bool IsShared(const Entry& entry) {
  if (entry.encoding() != Encoding::kBlock) return false;
  SharedBytes block = SharedBytes::FromRaw(entry.pointer());
  const bool shared = !block.IsUnique();
  block.ReleaseRaw();
  return shared;
}

// REQUIRES: not an integer.
std::span<uint8_t> BytesOf(Entry& entry) {
  if (entry.encoding() != Encoding::kBlock) {
    entry.set_encoding(Encoding::kRaw);
    return {reinterpret_cast<uint8_t*>(entry.mutable_value()), entry.value_bytes().size()};
  }
  SharedBytes block = SharedBytes::FromRaw(entry.pointer());
  const std::span<uint8_t> bytes(reinterpret_cast<uint8_t*>(block.mutable_data()), block.size());
  block.ReleaseRaw();
  return bytes;
}

}  // namespace

StringEdit::StringEdit(Database& database, const Key& key, Database::Position position,
                       size_t size_min)
    : database_(database), key_(key) {
  Entry* entry = position ? position.node() : nullptr;
  grown_ = entry == nullptr || StringLength(*entry) < size_min;
  if (grown_) {
    SetStringRange(database, key, position, size_min - 1, std::string_view("\0", 1));
    reported_ = true;
  } else if (entry->encoding() == Encoding::kInteger || IsShared(*entry)) {
    // A write of what is there makes bytes of it that are the string's own.
    IntegerText scratch;
    const char first = StringBytes(*entry, scratch)[0];
    SetStringRange(database, key, position, 0, std::string_view(&first, 1));
    reported_ = true;
  }
  if (reported_) entry = database.Locate(key).node();
  bytes_ = BytesOf(*entry);
}

StringEdit::~StringEdit() {
  if (touched_ && !reported_) database_.Changed(key_);
}

}  // namespace kvasir
