#include "persistence/empty_rdb.h"

#include <optional>

namespace kvasir {
namespace {

constexpr uint8_t kAux = 0xfa;
constexpr uint8_t kEnd = 0xff;
constexpr size_t kHeaderBytes = 9;  // "REDIS" and four digits

// The whole length of the string value at the front of `bytes`, as far as auxiliary fields use
// them: short plain strings and integers.
std::optional<size_t> StringLength(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto first = static_cast<uint8_t>(bytes[0]);
  switch (first) {
    case 0xc0:
      return 2;
    case 0xc1:
      return 3;
    case 0xc2:
      return 5;
    default:
      break;
  }
  if (first < 0x40) return 1 + size_t{first};
  if (first < 0x80 && bytes.size() > 1) {
    return 2 + (size_t{first & 0x3fU} << 8 | static_cast<uint8_t>(bytes[1]));
  }
  return std::nullopt;
}

bool SkipString(std::string_view bytes, size_t& at) {
  const std::optional<size_t> length = StringLength(bytes.substr(at));
  if (!length || *length > bytes.size() - at) return false;
  at += *length;
  return true;
}

uint64_t ReadLittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 8; i > 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[i - 1]);
  return value;
}

}  // namespace

uint64_t RdbCrc64(std::string_view bytes) {
  uint64_t crc = 0;
  for (char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x95ac9329ac4bc9b5ULL : 0);
    }
  }
  return crc;
}

Result<size_t> SkipEmptyRdb(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return Fail(Errc::kCorrupt, "the RDB is cut short");
  size_t at = kHeaderBytes;
  while (at < bytes.size() && static_cast<uint8_t>(bytes[at]) == kAux) {
    ++at;
    if (!SkipString(bytes, at) || !SkipString(bytes, at)) {
      return Fail(Errc::kUnsupported, "an RDB that this version cannot read");
    }
  }
  if (at >= bytes.size()) return Fail(Errc::kCorrupt, "the RDB is cut short");
  if (static_cast<uint8_t>(bytes[at]) != kEnd) {
    return Fail(Errc::kUnsupported, "an RDB that holds keys cannot be read by this version");
  }
  ++at;
  if (bytes.size() - at < 8) return Fail(Errc::kCorrupt, "the RDB is cut short");
  const uint64_t stored = ReadLittleEndian(bytes.substr(at, 8));
  if (stored != 0 && stored != RdbCrc64(bytes.substr(0, at))) {
    return Fail(Errc::kCorrupt, "the RDB's checksum is wrong");
  }
  return at + 8;
}

}  // namespace kvasir
