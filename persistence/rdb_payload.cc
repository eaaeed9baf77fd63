#include "persistence/rdb_payload.h"

#include <cstdint>
#include <cstring>

#include "persistence/rdb_encoder.h"
#include "persistence/rdb_format.h"
#include "src/base/crc.h"

namespace kvasir {
namespace {

uint16_t VersionOf(std::string_view payload) {
  uint16_t version;
  memcpy(&version, payload.data() + payload.size() - kRdbPayloadFooterBytes, sizeof version);
  return version;
}

bool IsOfValkey(uint16_t version) {
  return version >= kRdbVersionOfValkeyMin && version <= kRdbVersionOfValkeyMax;
}

template <typename Number>
void AppendNumber(Number number, std::string& out) {
  char bytes[sizeof number];
  memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof bytes);
}

std::string Finish(RdbEncoder& encoder, bool compress, uint32_t version) {
  std::string payload;
  payload.reserve(encoder.bytes() + kRdbPayloadFooterBytes);
  ForEachRdbPiece(encoder.Take(), compress, [&](std::string_view piece) { payload += piece; });
  AppendNumber(static_cast<uint16_t>(version), payload);
  AppendNumber(Crc64(0, payload), payload);
  return payload;
}

}  // namespace

std::string DumpValue(const Entry& entry, bool compress) {
  RdbEncoder encoder(RdbEncoder::Options{.note_texts = compress});
  encoder.TypeAndValue(entry);
  return Finish(encoder, compress, RdbVersionFor(entry));
}

std::string DumpFunctions(std::span<const std::string> sources, bool compress) {
  RdbEncoder encoder(RdbEncoder::Options{.note_texts = compress});
  for (const std::string& source : sources) encoder.Function(source);
  return Finish(encoder, compress, kRdbVersion);
}

std::optional<std::vector<std::string>> RestoreFunctions(std::string_view payload) {
  RdbInput input(payload.substr(0, payload.size() - kRdbPayloadFooterBytes));
  std::vector<std::string> sources;
  while (input.left() > 0) {
    uint8_t opcode = 0;
    std::string_view source;
    const bool read = input.Byte(opcode) && opcode == static_cast<uint8_t>(RdbOpcode::kFunction) &&
                      input.Text(source);
    if (!read) return std::nullopt;
    sources.emplace_back(source);
  }
  return sources;
}

bool IsIntactPayload(std::string_view payload) {
  if (payload.size() < kRdbPayloadFooterBytes) return false;
  const uint16_t version = VersionOf(payload);
  if (version > kRdbVersionMax && !IsOfValkey(version)) return false;
  const size_t summed = payload.size() - kRdbChecksumBytes;
  uint64_t stored;
  memcpy(&stored, payload.data() + summed, sizeof stored);
  return stored == Crc64(0, payload.substr(0, summed));
}

EntryPtr RestoreValue(std::string_view payload, Database& database, std::string_view key,
                      const RdbKeyFacts& facts) {
  RdbInput input(payload.substr(0, payload.size() - kRdbPayloadFooterBytes));
  RdbValueReader values(input);
  values.set_of_valkey(IsOfValkey(VersionOf(payload)));
  uint8_t type = 0;
  if (!input.Byte(type)) return nullptr;
  EntryPtr entry = values.Read(type, database, key, facts);
  if (input.failed() || input.left() != 0) return nullptr;
  return entry;
}

}  // namespace kvasir
