#include "persistence/log_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "persistence/rdb_reader.h"
#include "src/base/crc.h"

namespace kvasir {
namespace {

tl::unexpected<Error> Refuse(const std::string& place, uint64_t offset, std::string_view reason) {
  return Fail(Errc::kCorrupt, fmt::format("{}: at offset {}: {}", place, offset, reason));
}

tl::unexpected<Error> RefuseNewerBase(const LogReader::Source& source, uint64_t sequence) {
  return Fail(Errc::kNotFound, fmt::format("{}: the base holds all up to record {}, which lies "
                                           "behind what was asked for",
                                           source.place, sequence));
}

bool MayBePlain(std::string_view bytes) {
  return bytes.starts_with('*') || bytes.starts_with(kLogTimestampTag);
}

// A length that was hit by damage looks like a record that is cut short, with good records inside.
// Cutting those would lose them in silence, so anything that looks like one refuses (D4).
bool HoldsRecordStart(std::string_view bytes) {
  constexpr std::string_view kLineEnd = "\r\n*";
  for (size_t at = bytes.find(kLineEnd); at != std::string_view::npos;
       at = bytes.find(kLineEnd, at + 1)) {
    const std::string_view rest = bytes.substr(at + kLineEnd.size(), 16);
    const size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits > 0 && rest.substr(digits).starts_with("\r\n$")) return true;
  }
  return false;
}

}  // namespace

Result<LogFileEnd> LogReader::Read(const Source& source) {
  const Result<std::string_view> start = source.window.View(0, kLogLineBytesMax);
  if (!start) return tl::unexpected(start.error());
  if (const auto header = ParseLogHeader(*start)) {
    return ReadBatches(source, header->value, header->length);
  }
  LogFileEnd end;
  end.sequence = source.sequence;
  const std::string_view tag = start->substr(0, kLogHeaderTag.size());
  if (!tag.empty() && kLogHeaderTag.starts_with(tag)) {
    end.damage = LogDamage{0, "the file's first line is damaged", false};
    return end;
  }
  if (source.base && LooksLikeRdb(*start)) {
    if (Result<void> read = ReadRdb(source, end); !read) return tl::unexpected(read.error());
  }
  end.plain_records = true;
  if (Result<void> read = ReadPlain(source, records_, end); !read) {
    return tl::unexpected(read.error());
  }
  return end;
}

Result<void> LogReader::ReadRdb(const Source& source, LogFileEnd& end) {
  RdbReader reader(source.window, source.place, keyspace_, {.progress = progress_});
  const Result<RdbLoaded> loaded = reader.Read();
  if (!loaded) return tl::unexpected(loaded.error());
  if (loaded->sequence.value_or(0) > source.limit.sequence) {
    return RefuseNewerBase(source, *loaded->sequence);
  }
  end.offset = loaded->end;
  if (loaded->sequence) {
    end.sequence = *loaded->sequence;
    end.tells_sequence = true;
  }
  return {};
}

Result<LogFileEnd> LogReader::ReadBatches(const Source& source, const LogHeader& header,
                                          uint64_t offset) {
  LogFileEnd end;
  end.ours = true;
  end.tells_sequence = true;
  end.header = header;
  end.sequence = header.sequence;
  end.offset = offset;
  if (source.expected_sequence && header.sequence != *source.expected_sequence) {
    return Refuse(source.place, 0,
                  fmt::format("the file goes on behind record {}, but the one before it ends with "
                              "record {}",
                              header.sequence, *source.expected_sequence));
  }
  const ReplayLimit& limit = source.limit;
  if (source.base && (header.sequence > limit.sequence || header.unix_ms > limit.unix_ms)) {
    return RefuseNewerBase(source, header.sequence);
  }
  while (end.offset < source.window.size()) {
    const Result<bool> more = ReadBatch(source, end);
    if (!more) return tl::unexpected(more.error());
    progress_(end.offset);
    if (!*more) return end;
  }
  if (source.base && !end.end_mark) {
    end.damage = LogDamage{end.offset, "the base has no end mark: it is cut short", false};
  }
  return end;
}

Result<bool> LogReader::ReadBatch(const Source& source, LogFileEnd& end) {
  // Before the batch is looked at: what lies behind the limit may be damaged.
  end.limit_reached = !source.base && end.sequence >= source.limit.sequence;
  if (end.limit_reached) return false;
  const uint64_t left = source.window.size() - end.offset;
  Result<std::string_view> bytes = source.window.View(end.offset, kLogLineBytesMax);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto damage = [&end](std::string reason) {
    end.damage = LogDamage{end.offset, std::move(reason), false};
    return false;
  };
  const auto line = ParseLogAnnotation(*bytes);
  if (!line) {
    if (source.base || !MayBePlain(*bytes)) return damage("not a batch line");
    const Result<bool> plain = ReadRest(source, end);
    if (!plain || *plain) return plain ? false : plain;
    return damage("not a batch line");
  }
  if (line->value.bytes > left - line->length) return damage("the batch is cut short");
  bytes = source.window.View(end.offset, line->length + line->value.bytes);
  if (!bytes) return tl::unexpected(bytes.error());
  const std::string_view payload = bytes->substr(line->length, line->value.bytes);
  const uint32_t seed = LogBatchCrcSeed(end.header.file_id, end.offset, line->value);
  if (Crc32c(seed, payload) != line->value.crc) return damage("the batch's checksum is wrong");
  const Result<bool> applied = ApplyBatch(source, payload, line->value, end);
  if (!applied || !*applied) return applied;
  end.offset += line->length + payload.size();
  ++end.batches;
  return true;
}

// The checksum is right, so what does not fit now is no torn write.
Result<bool> LogReader::ApplyBatch(const Source& source, std::string_view payload,
                                   const LogAnnotation& line, LogFileEnd& end) {
  RecordReader::Bounds bounds;
  RecordMark mark = {.unix_ms = line.unix_ms, .sequence = std::nullopt};
  if (!source.base) {
    end.limit_reached = line.unix_ms > source.limit.unix_ms;
    if (end.limit_reached) return false;
    bounds.records = source.limit.sequence - end.sequence;
    mark.sequence = end.sequence;
  }
  end.end_mark = payload.empty();
  records_.Mark(mark);
  const Result<RecordReader::Outcome> read =
      records_.Read(payload, source.place, end.offset, bounds);
  if (!read) return tl::unexpected(read.error());
  if (read->stop == RecordReader::Stop::kLimit) {
    end.limit_reached = true;
    end.sequence += read->records;
    return false;
  }
  if (read->stop != RecordReader::Stop::kEnd) {
    return Refuse(source.place, end.offset, "a batch that is whole does not hold whole records");
  }
  const uint64_t expected = source.base ? end.sequence : end.sequence + read->records;
  if (line.sequence != expected) {
    return Refuse(
        source.place, end.offset,
        fmt::format("the batch ends with record {} instead of {}", line.sequence, expected));
  }
  end.sequence = line.sequence;
  return true;
}

Result<void> LogReader::ReadPlain(const Source& source, RecordReader& records, LogFileEnd& end) {
  uint64_t want = kReadChunkBytes;
  while (end.offset < source.window.size()) {
    const Result<std::string_view> bytes = source.window.View(end.offset, want);
    if (!bytes) return tl::unexpected(bytes.error());
    const RecordReader::Bounds bounds = {source.limit.sequence - end.sequence,
                                         source.limit.unix_ms};
    const Result<RecordReader::Outcome> read =
        records.Read(*bytes, source.place, end.offset, bounds);
    if (!read) return tl::unexpected(read.error());
    end.sequence += read->records;
    if (read->stop == RecordReader::Stop::kBad) {
      end.damage = LogDamage{end.offset + read->stopped_at, read->reason, false};
      return {};
    }
    const bool at_end = end.offset + bytes->size() == source.window.size();
    end.offset += read->consumed;
    progress_(end.offset);
    end.limit_reached = read->stop == RecordReader::Stop::kLimit;
    if (end.limit_reached) return {};
    if (read->stop == RecordReader::Stop::kNeedMore && at_end) {
      const bool only_short = !HoldsRecordStart(bytes->substr(read->stopped_at));
      end.damage = LogDamage{end.offset, "the last record is cut short", only_short};
      return {};
    }
    // A record that is longer than the window: double it, so that nothing is read too often.
    want = read->consumed == 0 ? bytes->size() * 2 : kReadChunkBytes;
  }
  return {};
}

// Another server that used our directory goes on behind our batches without annotations. Garbage
// may begin like that too: only what makes sense to the end counts, and nothing is applied before.
Result<bool> LogReader::IsPlainTail(const Source& source, uint64_t offset) {
  RecordReader dry(nullptr);
  LogFileEnd tail;
  tail.offset = offset;
  Source whole = source;
  whole.limit = {};
  if (Result<void> read = ReadPlain(whole, dry, tail); !read) return tl::unexpected(read.error());
  return tail.offset > offset && (!tail.damage || tail.damage->short_record);
}

// Reads what another server wrote behind our batches; false when the rest is nothing of that kind.
Result<bool> LogReader::ReadRest(const Source& source, LogFileEnd& end) {
  const Result<bool> plain = IsPlainTail(source, end.offset);
  if (!plain || !*plain) return plain;
  end.plain_records = true;
  if (Result<void> read = ReadPlain(source, records_, end); !read) {
    return tl::unexpected(read.error());
  }
  return true;
}

}  // namespace kvasir
