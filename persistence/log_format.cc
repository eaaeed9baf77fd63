#include "persistence/log_format.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "src/base/crc.h"
#include "src/base/number.h"

namespace kvasir {
namespace {

// Takes the text up to the next ':' off the front of `rest`, or all of it when it is the last
// field.
std::optional<std::string_view> NextField(std::string_view& rest, bool last = false) {
  const size_t end = last ? rest.size() : rest.find(':');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(last ? end : end + 1);
  return field;
}

bool ReadNumber(std::string_view& rest, uint64_t& value, bool last = false) {
  const std::optional<std::string_view> field = NextField(rest, last);
  if (!field) return false;
  const std::optional<uint64_t> number = ParseUint64(*field);
  if (!number) return false;
  value = *number;
  return true;
}

// Exactly `digits` lower-case hexadecimal digits, so that a line has one spelling only.
bool ReadHex(std::string_view& rest, size_t digits, uint64_t& value, bool last = false) {
  const std::optional<std::string_view> field = NextField(rest, last);
  if (!field || field->size() != digits) return false;
  value = 0;
  for (char c : *field) {
    const bool decimal = c >= '0' && c <= '9';
    if (!decimal && (c < 'a' || c > 'f')) return false;
    value = value << 4 | static_cast<uint64_t>(decimal ? c - '0' : c - 'a' + 10);
  }
  return true;
}

// The text between `tag` and CRLF; nothing when the line is not of that kind, or not complete.
std::optional<std::string_view> LineBody(std::string_view bytes, std::string_view tag) {
  if (!bytes.starts_with(tag)) return std::nullopt;
  const size_t end = bytes.substr(0, kLogLineBytesMax).find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  return bytes.substr(tag.size(), end - tag.size());
}

uint32_t HeaderCrc(std::string_view line_before_crc) { return Crc32c(0, line_before_crc); }

void PutLittleEndian(uint64_t value, char* out) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (8 * i));
}

}  // namespace

std::string FormatLogHeader(const LogHeader& header) {
  std::string line = fmt::format("{}{}:{:016x}:{}:{}:", kLogHeaderTag, kLogFormatVersion,
                                 header.file_id, header.sequence, header.unix_ms);
  return line + fmt::format("{:08x}\r\n", HeaderCrc(line));
}

std::optional<ParsedLine<LogHeader>> ParseLogHeader(std::string_view bytes) {
  const std::optional<std::string_view> body = LineBody(bytes, kLogHeaderTag);
  if (!body) return std::nullopt;
  std::string_view rest = *body;
  LogHeader header;
  uint64_t version = 0;
  uint64_t crc = 0;
  if (!ReadNumber(rest, version) || version != kLogFormatVersion) return std::nullopt;
  if (!ReadHex(rest, 16, header.file_id) || !ReadNumber(rest, header.sequence) ||
      !ReadNumber(rest, header.unix_ms)) {
    return std::nullopt;
  }
  const std::string_view covered(bytes.data(), static_cast<size_t>(rest.data() - bytes.data()));
  if (!ReadHex(rest, 8, crc, true) || crc != HeaderCrc(covered)) return std::nullopt;
  return ParsedLine<LogHeader>{header, kLogHeaderTag.size() + body->size() + 2};
}

std::optional<ParsedLine<LogAnnotation>> ParseLogAnnotation(std::string_view bytes) {
  const std::optional<std::string_view> body = LineBody(bytes, kLogBatchTag);
  if (!body) return std::nullopt;
  std::string_view rest = *body;
  LogAnnotation line;
  uint64_t crc = 0;
  if (!ReadNumber(rest, line.sequence) || !ReadNumber(rest, line.bytes) || !ReadHex(rest, 8, crc) ||
      !ReadNumber(rest, line.synced_offset) || !ReadNumber(rest, line.unix_ms, true)) {
    return std::nullopt;
  }
  line.crc = static_cast<uint32_t>(crc);
  return ParsedLine<LogAnnotation>{line, kLogBatchTag.size() + body->size() + 2};
}

uint32_t LogBatchCrcSeed(uint64_t file_id, uint64_t offset, const LogAnnotation& annotation) {
  const std::array<uint64_t, 6> fields = {
      file_id,           offset, annotation.sequence, annotation.bytes, annotation.synced_offset,
      annotation.unix_ms};
  std::array<char, fields.size() * 8> bytes;
  for (size_t i = 0; i < fields.size(); ++i) PutLittleEndian(fields[i], bytes.data() + 8 * i);
  return Crc32c(0, {bytes.data(), bytes.size()});
}

std::string FormatLogTimestamp(uint64_t unix_s) {
  return fmt::format("{}{}\r\n", kLogTimestampTag, unix_s);
}

std::optional<uint64_t> ParseLogTimestamp(std::string_view line) {
  if (!line.starts_with(kLogTimestampTag) || !line.ends_with("\r\n")) return std::nullopt;
  line.remove_prefix(kLogTimestampTag.size());
  line.remove_suffix(2);
  constexpr uint64_t kMsPerSecond = 1000;
  const std::optional<uint64_t> seconds = ParseUint64(line);
  if (!seconds || *seconds > UINT64_MAX / kMsPerSecond) return std::nullopt;
  return *seconds * kMsPerSecond;
}

size_t FormatLogAnnotation(const LogAnnotation& annotation, char* out) {
  const auto end = fmt::format_to_n(out, kLogLineBytesMax, "{}{}:{}:{:08x}:{}:{}\r\n", kLogBatchTag,
                                    annotation.sequence, annotation.bytes, annotation.crc,
                                    annotation.synced_offset, annotation.unix_ms);
  return end.size;
}

}  // namespace kvasir
