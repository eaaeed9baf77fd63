// One key with its value: a single allocation for everything small.
//
//   [ExpiryNode, 24 bytes, only with a deadline] [header, 8 bytes] [key] [value]
//
// A pointer to an entry points to its header, so key and value are found the same way with and
// without a deadline. The value is the bytes of a short string, a 64-bit integer, or a pointer.
// THREAD: loop; an entry that left the keyspace may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "src/base/hash.h"
#include "src/base/shared_bytes.h"

namespace kvasir {

// The types of values, in the order of Redis's RDB object types.
enum class ValueType : uint8_t { kString, kList, kSet, kSortedSet, kHash, kModule, kStream };

// How a value is held. For a string kEmbedded and kRaw differ only in what OBJECT ENCODING says:
// both may be inline or a block.
enum class Encoding : uint8_t {
  kInteger,   // value: int64_t
  kEmbedded,  // value: the bytes
  kRaw,       // value: the bytes
  kBlock,     // value: a SharedBytes
  kObject,    // value: a pointer to a Collection
  kPacked,    // value: a pointer to what Packed holds
  kIntegers,  // value: a pointer to what IntegerSet holds
};

// Strings up to this size stay in their entry.
inline constexpr size_t kInlineStringMax = 1024;

// Links a key with a deadline into the ExpiryWheel.
struct ExpiryNode {
  int64_t deadline_ms;
  ExpiryNode** link;  // what points to this node; nullptr outside a wheel
  ExpiryNode* next;
};

class Entry {
 public:
  // The parts of a new entry. `value_bytes` is copied behind the key as it is.
  struct Parts {
    std::string_view key;
    ValueType type = ValueType::kString;
    Encoding encoding = Encoding::kEmbedded;
    std::string_view value_bytes;
    bool has_expiry = false;  // the node's deadline and links are the caller's to set
    uint32_t access = 0;
  };
  static Entry* Create(const Parts& parts);
  // Frees entry and value. A block is only released.
  static void Destroy(Entry* entry);
  // The same key, value and access bits with or without room for a deadline; frees `entry`.
  static Entry* Rebuild(Entry* entry, bool has_expiry);
  // The same value, deadline and access bits under another key, without a copy of what the value
  // points to; frees `entry`. REQUIRES: a deadline is not linked into a wheel.
  static Entry* WithKey(Entry* entry, std::string_view key);
  // A copy of value and deadline under another key: a block is shared, a collection cloned.
  static Entry* Clone(const Entry& entry, std::string_view key, uint32_t access);
  // Frees the entry but leaves the block or object that its value points to alone.
  static void FreeShell(Entry* entry);

  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  ValueType type() const { return static_cast<ValueType>(type_); }
  Encoding encoding() const { return static_cast<Encoding>(encoding_); }
  void set_encoding(Encoding encoding) { encoding_ = static_cast<uint32_t>(encoding); }
  bool has_expiry() const { return has_expiry_ != 0; }

  std::string_view key() const { return {key_data(), key_size()}; }
  std::string_view value_bytes() const { return {value_data(), value_size_}; }
  char* mutable_value() { return const_cast<char*>(value_data()); }

  // 24 bits for eviction: LRU seconds, or LFU's minutes (16) and counter (8).
  uint32_t access() const { return access_; }
  void set_access(uint32_t access) { access_ = access; }

  int64_t integer() const { return Load<int64_t>(); }
  void set_integer(int64_t value) { memcpy(mutable_value(), &value, sizeof value); }
  void* pointer() const { return Load<void*>(); }
  void set_pointer(void* value) { memcpy(mutable_value(), &value, sizeof value); }
  std::string_view block_view() const { return SharedBytes::ViewRaw(pointer()); }

  // REQUIRES: has_expiry().
  ExpiryNode* expiry() { return reinterpret_cast<ExpiryNode*>(this) - 1; }
  const ExpiryNode* expiry() const { return reinterpret_cast<const ExpiryNode*>(this) - 1; }
  static Entry* FromExpiry(ExpiryNode* node) { return reinterpret_cast<Entry*>(node + 1); }

  // Overwrites the inline value when `size` bytes still fit this allocation's size class exactly;
  // false, and nothing done, when a new entry is needed.
  bool OverwriteInline(Encoding encoding, std::string_view bytes);

  // Bytes of this allocation, without what the value points to.
  size_t AllocatedBytes() const;

 private:
  Entry() = default;

  // Keys of this size and above keep their size in eight bytes between header and key.
  static constexpr size_t kLongKey = 0xffff;

  bool long_key() const { return key_size_ == kLongKey; }
  const char* key_data() const {
    return reinterpret_cast<const char*>(this + 1) + (long_key() ? sizeof(uint64_t) : 0);
  }
  size_t key_size() const {
    if (!long_key()) return key_size_;
    uint64_t size;
    memcpy(&size, reinterpret_cast<const char*>(this) + sizeof(Entry), sizeof size);
    return size;
  }
  const char* value_data() const { return key_data() + key_size(); }
  size_t UnroundedBytes(size_t value_size) const;

  template <typename T>
  T Load() const {
    T value;
    memcpy(&value, value_data(), sizeof value);
    return value;
  }

  uint32_t access_ : 24;
  uint32_t type_ : 4;
  uint32_t encoding_ : 3;
  uint32_t has_expiry_ : 1;
  uint16_t key_size_;
  uint16_t value_size_;
};
static_assert(sizeof(Entry) == 8);

struct KeyHash {
  uint64_t operator()(std::string_view key) const { return HashBytes(key); }
};

}  // namespace kvasir
