// The lines that Kvasir adds to Redis's append-only files, and their checksums. The format is
// frozen: persistence/FORMAT.md is the reference, tests/persistence/log_format_test.cc holds the
// golden bytes.
// THREAD: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kvasir {

// Redis reads lines into 128 bytes and passes over those that begin with '#'.
inline constexpr size_t kLogLineBytesMax = 99;
inline constexpr std::string_view kLogHeaderTag = "#KVLOG:";
inline constexpr std::string_view kLogBatchTag = "#KV:";
inline constexpr uint64_t kLogFormatVersion = 1;
// Redis's line between records: #TS:<unix seconds>\r\n
inline constexpr std::string_view kLogTimestampTag = "#TS:";

// The first line of a file: #KVLOG:<version>:<file id>:<sequence>:<unix ms>:<crc32c>\r\n
struct LogHeader {
  uint64_t file_id = 0;   // random; written as 16 hexadecimal digits
  uint64_t sequence = 0;  // of the last record before this file
  uint64_t unix_ms = 0;   // when the file was created
};

// The line before each batch: #KV:<seq>:<bytes>:<crc32c>:<synced offset>:<unix ms>\r\n
struct LogAnnotation {
  uint64_t sequence = 0;       // of the batch's last record
  uint64_t bytes = 0;          // of the payload behind the line; 0 marks a clean end
  uint32_t crc = 0;            // 8 hexadecimal digits
  uint64_t synced_offset = 0;  // this much of the file was on the disk when the line was made
  uint64_t unix_ms = 0;
};

std::string FormatLogHeader(const LogHeader& header);

// A line at the front of `bytes`, with its length, CRLF included.
template <typename T>
struct ParsedLine {
  T value;
  size_t length = 0;
};
// Nothing unless the line is complete, canonical and (for the header) its checksum is right.
std::optional<ParsedLine<LogHeader>> ParseLogHeader(std::string_view bytes);
std::optional<ParsedLine<LogAnnotation>> ParseLogAnnotation(std::string_view bytes);

// The checksum of a batch: of the file's id, the offset of the annotation line in the file, the
// line's other fields and the payload. Bind the place first, then add the payload piece by piece
// with Crc32c.
uint32_t LogBatchCrcSeed(uint64_t file_id, uint64_t offset, const LogAnnotation& annotation);

std::string FormatLogTimestamp(uint64_t unix_s);
// The time, in milliseconds, of a whole #TS line, CRLF included; nothing when it is another line.
std::optional<uint64_t> ParseLogTimestamp(std::string_view line);

// Writes the line, with annotation.crc, to `out` (room for kLogLineBytesMax); returns its length.
size_t FormatLogAnnotation(const LogAnnotation& annotation, char* out);

}  // namespace kvasir
