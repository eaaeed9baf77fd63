#include "src/store/value.h"

#include <memory>

#include "src/base/shared_bytes.h"
#include "src/store/integer_set.h"
#include "src/store/packed.h"

namespace kvasir {
namespace {

const Collection& FullOf(const Entry& entry) { return FullForm<Collection>(entry); }

}  // namespace

void* ClonePointedTo(const Entry& entry) {
  if (entry.encoding() == Encoding::kPacked) return PackedView(entry)->Clone().ReleaseRaw();
  if (entry.encoding() == Encoding::kIntegers) return IntegerSetView(entry)->Clone().ReleaseRaw();
  if (entry.encoding() == Encoding::kObject) return FullOf(entry).Clone().release();
  SharedBytes owned = SharedBytes::FromRaw(entry.pointer());
  void* shared = SharedBytes(owned).ReleaseRaw();
  owned.ReleaseRaw();
  return shared;
}

void DestroyPointedTo(Entry& entry) {
  if (entry.encoding() == Encoding::kPacked) {
    Packed::DestroyRaw(entry.pointer());
  } else if (entry.encoding() == Encoding::kIntegers) {
    IntegerSet::DestroyRaw(entry.pointer());
  } else if (entry.encoding() == Encoding::kObject) {
    delete static_cast<Collection*>(entry.pointer());
  } else {
    SharedBytes::FromRaw(entry.pointer());
  }
}

size_t FreeEffort(const Entry& entry) {
  return entry.encoding() == Encoding::kObject ? FullOf(entry).FreeEffort() : 1;
}

std::string_view CollectionEncodingName(const Entry& entry) {
  if (entry.encoding() == Encoding::kObject) return FullOf(entry).EncodingName();
  return entry.encoding() == Encoding::kIntegers ? "intset" : "listpack";
}

size_t CollectionMemoryBytes(const Entry& entry, size_t samples) {
  if (entry.encoding() == Encoding::kObject) return FullOf(entry).MemoryBytes(samples);
  if (entry.encoding() == Encoding::kIntegers) return IntegerSetView(entry)->AllocatedBytes();
  return PackedView(entry)->AllocatedBytes();
}

Entry* NewPackedEntry(Database& database, const Key& key, ValueType type) {
  constexpr char kNothing[sizeof(void*)] = {};
  return Entry::Create({.key = key.bytes,
                        .type = type,
                        .encoding = Encoding::kPacked,
                        .value_bytes = {kNothing, sizeof kNothing},
                        .access = database.context().access.Fresh()});
}

void SetFullForm(Entry& entry, std::unique_ptr<Collection> full) {
  DestroyPointedTo(entry);
  entry.set_encoding(Encoding::kObject);
  entry.set_pointer(full.release());
}

}  // namespace kvasir
