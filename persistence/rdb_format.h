// The frozen numbers of Redis's RDB format: https://rdb.fnordig.de/file_format.html for what stood
// there up to Redis 5, and what redis-server 7.0, Redis 7.4 and Valkey 8 and 9 write for the rest.
//
//   file    "REDIS" and four digits (Valkey 9: "VALKEY" and three), items, kEnd, CRC-64 (8 bytes)
//   item    an opcode with its arguments, or [deadline] [access] type, key, value
//   length  00xxxxxx | 01xxxxxx +1 byte | 10000000 +4 bytes | 10000001 +8 bytes, big endian
//   string  a length and so many bytes, or 11xxxxxx and a number or compressed bytes
//
// Numbers other than lengths are little endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kvasir {

inline constexpr std::string_view kRdbMagic = "REDIS";
inline constexpr std::string_view kRdbMagicOfValkey = "VALKEY";
inline constexpr size_t kRdbHeaderBytes = 9;
inline constexpr size_t kRdbChecksumBytes = 8;

// What we write: the first is read by redis-server 7.0 and everything after it; the second is
// needed for deadlines of fields (Redis 7.4).
inline constexpr uint32_t kRdbVersion = 10;
inline constexpr uint32_t kRdbVersionFieldDeadlines = 12;
// Of payloads (DUMP) with a stream that remembers producers (Redis 8.6), or has entries that XNACK
// has released (Redis 8.8).
inline constexpr uint32_t kRdbVersionIdempotence = 13;
inline constexpr uint32_t kRdbVersionReleased = 14;
// What we read. From here on Valkey numbers its own way.
inline constexpr uint32_t kRdbVersionMax = 14;
inline constexpr uint32_t kRdbVersionOfValkeyMin = 80;
inline constexpr uint32_t kRdbVersionOfValkeyMax = 81;
// Since this version a file ends with a checksum.
inline constexpr uint32_t kRdbVersionWithChecksum = 5;

enum class RdbOpcode : uint8_t {
  kSlotImport = 243,         // Valkey 9: a slot on its way between nodes
  kSlotInfo = 244,           // slot, keys, keys with a deadline
  kFunction = 245,           // a library of functions
  kFunctionCandidate = 246,  // the same in candidates of Redis 7.0
  kModuleAux = 247,          // data of a module
  kIdle = 248,               // seconds since the key was used: a length
  kFrequency = 249,          // LFU counter of the key: one byte
  kAux = 250,                // name and value
  kResize = 251,             // keys, keys with a deadline
  kDeadlineMs = 252,         // Unix ms: 8 bytes
  kDeadlineSeconds = 253,    // Unix seconds: 4 bytes
  kSelect = 254,             // a length
  kEnd = 255,
};

enum class RdbType : uint8_t {
  kString = 0,
  kList = 1,           // strings
  kSet = 2,            // strings
  kSortedSetText = 3,  // member and score as text
  kHash = 4,           // field and value
  kSortedSet = 5,      // member and score as a double
  kModuleCandidate = 6,
  kModule = 7,
  kHashZipmap = 9,
  kListZiplist = 10,
  kSetIntegers = 11,  // an intset
  kSortedSetZiplist = 12,
  kHashZiplist = 13,
  kListOfZiplists = 14,
  kStream = 15,
  kHashListpack = 16,
  kSortedSetListpack = 17,
  kListOfListpacks = 18,  // or plain nodes
  kStream2 = 19,
  kSetListpack = 20,
  kStream3 = 21,
  kHashDeadlinesCandidate = 22,          // Redis 7.4 candidates: deadline, field, value
  kHashListpackDeadlinesCandidate = 23,  // field, value, deadline
  kHashDeadlines = 24,                   // soonest deadline; then deadlines relative to it
  kHashListpackDeadlines = 25,           // soonest deadline; a listpack as above
  // As kStream3, and at the end what is kept against doubled entries: seconds, ids per producer,
  // producers (name, ids: text and the entry's id as two lengths), ids added, duplicates refused.
  kStream4 = 26,
  // As kStream4, and at the end of each group the ids that are nobody's (a number, 16 bytes each).
  kStream5 = 27,
};
// What Valkey 9 means by 22: field, value, deadline (8 bytes, -1 for none).
inline constexpr uint8_t kRdbTypeHashOfValkey = 22;

// First bytes of lengths and of special strings.
inline constexpr uint8_t kRdbLength14 = 0x40;
inline constexpr uint8_t kRdbLength32 = 0x80;
inline constexpr uint8_t kRdbLength64 = 0x81;
inline constexpr uint8_t kRdbInteger8 = 0xc0;
inline constexpr uint8_t kRdbInteger16 = 0xc1;
inline constexpr uint8_t kRdbInteger32 = 0xc2;
inline constexpr uint8_t kRdbCompressed = 0xc3;  // compressed size, size, LZF
inline constexpr size_t kRdbLengthBytesMax = 9;

// Strings of more bytes are worth a try at compression; those of at most so many may be numbers.
inline constexpr size_t kRdbCompressAbove = 20;
inline constexpr size_t kRdbIntegerTextMax = 11;

// First bytes of a score as text that stand for something else than its length.
inline constexpr uint8_t kRdbScoreNotANumber = 253;
inline constexpr uint8_t kRdbScoreInfinity = 254;
inline constexpr uint8_t kRdbScoreMinusInfinity = 255;

// Kinds of nodes in a kListOfListpacks.
inline constexpr uint64_t kRdbNodePlain = 1;
inline constexpr uint64_t kRdbNodePacked = 2;

// What stands behind the value in the payload of DUMP: version (2 bytes) and CRC-64.
inline constexpr size_t kRdbPayloadFooterBytes = 10;

}  // namespace kvasir
