#include "src/store/entry.h"

#include <new>

#include "src/base/memory.h"
#include "src/store/value.h"

namespace kvasir {
size_t Entry::UnroundedBytes(size_t value_size) const {
  return (has_expiry() ? sizeof(ExpiryNode) : 0) + sizeof(Entry) +
         (long_key() ? sizeof(uint64_t) : 0) + key_size() + value_size;
}

size_t Entry::AllocatedBytes() const { return AllocationSize(UnroundedBytes(value_size_)); }

Entry* Entry::Create(const Parts& parts) {
  const bool long_key = parts.key.size() >= kLongKey;
  const size_t prefix = parts.has_expiry ? sizeof(ExpiryNode) : 0;
  const size_t bytes = AllocationSize(prefix + sizeof(Entry) + (long_key ? sizeof(uint64_t) : 0) +
                                      parts.key.size() + parts.value_bytes.size());
  char* memory = static_cast<char*>(::operator new(bytes));
  if (parts.has_expiry) new (memory) ExpiryNode{};
  auto* entry = new (memory + prefix) Entry;
  entry->access_ = parts.access;
  entry->type_ = static_cast<uint32_t>(parts.type);
  entry->encoding_ = static_cast<uint32_t>(parts.encoding);
  entry->has_expiry_ = parts.has_expiry ? 1 : 0;
  entry->key_size_ = static_cast<uint16_t>(long_key ? kLongKey : parts.key.size());
  entry->value_size_ = static_cast<uint16_t>(parts.value_bytes.size());
  if (long_key) {
    const uint64_t size = parts.key.size();
    memcpy(memory + prefix + sizeof(Entry), &size, sizeof size);
  }
  char* data = const_cast<char*>(entry->key_data());
  if (!parts.key.empty()) memcpy(data, parts.key.data(), parts.key.size());
  if (!parts.value_bytes.empty()) {
    memcpy(data + parts.key.size(), parts.value_bytes.data(), parts.value_bytes.size());
  }
  return entry;
}

void Entry::FreeShell(Entry* entry) {
  const size_t bytes = entry->AllocatedBytes();
  char* memory = reinterpret_cast<char*>(entry) - (entry->has_expiry() ? sizeof(ExpiryNode) : 0);
  ::operator delete(memory, bytes);
}

Entry* Entry::Rebuild(Entry* entry, bool has_expiry) {
  Entry* rebuilt = Create({.key = entry->key(),
                           .type = entry->type(),
                           .encoding = entry->encoding(),
                           .value_bytes = entry->value_bytes(),
                           .has_expiry = has_expiry,
                           .access = entry->access()});
  FreeShell(entry);
  return rebuilt;
}

Entry* Entry::WithKey(Entry* entry, std::string_view key) {
  Entry* renamed = Create({.key = key,
                           .type = entry->type(),
                           .encoding = entry->encoding(),
                           .value_bytes = entry->value_bytes(),
                           .has_expiry = entry->has_expiry(),
                           .access = entry->access()});
  if (entry->has_expiry()) renamed->expiry()->deadline_ms = entry->expiry()->deadline_ms;
  FreeShell(entry);
  return renamed;
}

Entry* Entry::Clone(const Entry& entry, std::string_view key, uint32_t access) {
  Entry* clone = Create({.key = key,
                         .type = entry.type(),
                         .encoding = entry.encoding(),
                         .value_bytes = entry.value_bytes(),
                         .has_expiry = entry.has_expiry(),
                         .access = access});
  if (entry.has_expiry()) clone->expiry()->deadline_ms = entry.expiry()->deadline_ms;
  if (entry.encoding() >= Encoding::kBlock) clone->set_pointer(ClonePointedTo(entry));
  return clone;
}

void Entry::Destroy(Entry* entry) {
  if (entry->encoding() >= Encoding::kBlock) DestroyPointedTo(*entry);
  FreeShell(entry);
}

bool Entry::OverwriteInline(Encoding encoding, std::string_view bytes) {
  const bool inline_now = this->encoding() < Encoding::kBlock;
  if (!inline_now || type() != ValueType::kString) return false;
  if (AllocationSize(UnroundedBytes(bytes.size())) != AllocatedBytes()) return false;
  if (!bytes.empty()) memmove(mutable_value(), bytes.data(), bytes.size());
  value_size_ = static_cast<uint16_t>(bytes.size());
  set_encoding(encoding);
  return true;
}

}  // namespace kvasir
